//! Checkpoints: signed statements of how far the chain went, kept outside the database. Who rewrites the log or cuts
//! off its end can't take them back.

use super::{AuditService, chain};
use crate::server::{
    domain::ChainHead,
    services::{MailTemplate, Mailer, ServiceError},
};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

const CHECKPOINT: &str = "claviger audit checkpoint 1";

/// A line of the file of checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The last sealed event then, and its hash.
    pub sequence: i64,
    pub hash: String,
    /// How many sealed events the log had then.
    pub count: i64,
    /// As in RFC 3339.
    pub at: String,
    /// By the audit key (Ed25519), in base64.
    pub signature: String,
}

impl Checkpoint {
    /// Returns whether one of these public keys has signed it.
    pub(super) fn is_signed_by(&self, keys: &[String]) -> bool {
        chain::is_signed(&self.statement(), &self.signature, keys)
    }

    fn statement(&self) -> Vec<u8> {
        let Self { sequence, hash, count, at, .. } = self;
        chain::statement([CHECKPOINT, &sequence.to_string(), hash, &count.to_string(), at].map(Some))
    }
}

impl AuditService {
    /// Appends a checkpoint to the file, unless nothing was sealed since the last one.
    pub async fn checkpoint(&self) -> Result<(), ServiceError> {
        let checkpoint = self.signed_checkpoint().await?;
        let file = Arc::clone(&self.checkpoints);
        let written = tokio::task::spawn_blocking(move || append(&file, &checkpoint)).await;
        if let Err(error) = written.map_err(io::Error::other).flatten() {
            tracing::error!(%error, "can't write the file of audit checkpoints; make the data folder writable");
        }
        Ok(())
    }

    /// Sends a checkpoint to the address in the settings, unless nothing was sealed since this node sent one.
    pub async fn send_checkpoint(&self, mailer: &Mailer) -> Result<(), ServiceError> {
        let Some(to) = &self.checkpoints_to else { return Ok(()) };
        let checkpoint = self.signed_checkpoint().await?;
        if self.sent.load(Ordering::Relaxed) < checkpoint.sequence {
            let line = serde_json::to_string(&checkpoint).unwrap_or_default();
            let mail = mailer.notice(to, &MailTemplate::AuditCheckpoint { line });
            self.core.db.insert_mail(mail, self.core.now()).await?;
            self.sent.store(checkpoint.sequence, Ordering::Relaxed);
            mailer.wake();
        }
        Ok(())
    }

    async fn signed_checkpoint(&self) -> Result<Checkpoint, ServiceError> {
        let ChainHead { sequence, hash } = self.core.db.chain_head().await?;
        let count = sequence - self.core.db.count_pruned_events().await?;
        let mut checkpoint =
            Checkpoint { sequence, hash, count, at: self.core.now().to_string(), signature: String::new() };
        checkpoint.signature = self.core.keys.sign_audit(&checkpoint.statement());
        Ok(checkpoint)
    }
}

fn append(file: &Path, checkpoint: &Checkpoint) -> io::Result<()> {
    let written = match fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        written => written?,
    };
    let last = written.lines().last().and_then(|line| serde_json::from_str::<Checkpoint>(line).ok());
    if last.map_or(0, |last| last.sequence) >= checkpoint.sequence {
        return Ok(());
    }
    let mut line = serde_json::to_vec(checkpoint)?;
    line.push(b'\n');
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(file)?;
    file.write_all(&line)?;
    file.sync_all()
}
