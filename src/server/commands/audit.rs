//! `claviger audit verify`.

use super::{
    Failure,
    open::{self, Need},
};
use crate::server::{
    randomness::Randomness,
    services::{self, ChainReport, Checkpoint},
    settings::Settings,
};
use clap::{Args, Subcommand};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Commands about the audit log.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check that no event was changed, removed or cut off
    Verify(Verify),
}

#[derive(Args)]
pub struct Verify {
    /// Checkpoints to compare with [default: audit-checkpoints.jsonl in the data folder, if present]
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
    /// Public key that signed them, from /.well-known/claviger-audit.json (repeatable). Without it, the key is derived
    /// from this installation's secret
    #[arg(long, value_name = "BASE64", value_parser = public_key)]
    public_key: Vec<String>,
}

/// Walks the chain, and fails with the first event that does not fit.
pub async fn verify(options: Verify, settings: &Settings) -> Result<(), Failure> {
    let checkpoints = match options.checkpoints {
        Some(file) => read(&file)?,
        None => read_if_there(&settings.server.data_dir.join("audit-checkpoints.jsonl"))?,
    };
    let db = open::database(settings, Need::Existing).await?;
    open::check_migrated(&db, settings).await?;
    let keys = if options.public_key.is_empty() {
        open::keys(settings, true, &Randomness::system())?.audit_keys()
    } else {
        options.public_key
    };
    let report = services::verify_audit(&db, &keys, &checkpoints).await;
    db.close().await;
    let ChainReport { events, pruned, fault } = report?;
    if let Some(fault) = fault {
        return Err(Failure(format!("the audit log was tampered with: {fault}")));
    }
    let count = |count: usize, thing: &str| format!("{count} {thing}{}", if count == 1 { "" } else { "s" });
    let pruned = if pruned == 0 { String::new() } else { format!(", {pruned} more deleted after their retention") };
    let events = count(usize::try_from(events).unwrap_or(0), "event");
    println!("The audit log is intact: {events}{pruned}; {} agree.", count(checkpoints.len(), "checkpoint"));
    Ok(())
}

fn public_key(text: &str) -> Result<String, String> {
    let is_key = services::audit_public_key(text).is_some();
    let expected = "not a public key: copy `publicKey` from /.well-known/claviger-audit.json";
    if is_key { Ok(text.to_owned()) } else { Err(expected.to_owned()) }
}

fn read_if_there(file: &Path) -> Result<Vec<Checkpoint>, Failure> {
    if file.exists() { read(file) } else { Ok(Vec::new()) }
}

fn read(file: &Path) -> Result<Vec<Checkpoint>, Failure> {
    let failed = |error: &io::Error| Failure(format!("can't read {}: {error}", file.display()));
    let text = fs::read_to_string(file).map_err(|error| failed(&error))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let checkpoints = lines.map(|(index, line)| {
        let number = index + 1;
        serde_json::from_str(line).map_err(|_| Failure(format!("{} line {number} is not a checkpoint", file.display())))
    });
    checkpoints.collect()
}
