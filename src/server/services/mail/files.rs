//! Mails as files: the inbox of a developer.

use crate::{
    model::{MailId, Timestamp},
    server::settings::Settings,
};
use lettre::Message;
use std::{
    io,
    path::{Path, PathBuf},
};
use tokio::{
    fs::{self, DirBuilder, OpenOptions},
    io::AsyncWriteExt,
};

/// A folder of mails, for its owner only.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// The folder of these settings.
    pub fn of(settings: &Settings) -> Self {
        Self { folder: settings.server.data_dir.join("outbox") }
    }

    /// Where they are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes `<time>-<id>.eml`, whole or not at all.
    pub async fn write(&self, id: MailId, at: Timestamp, message: &Message) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).await?;
        let name = format!("{at}-{id}.eml").replace(':', "");
        let part = self.folder.join(format!(".{name}.part"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part).await?;
        file.write_all(&message.formatted()).await?;
        file.sync_all().await?;
        fs::rename(part, self.folder.join(name)).await
    }

    /// Deletes the mails that were made before `at`. What is no mail of ours stays.
    pub async fn delete_made_before(&self, at: Timestamp) -> io::Result<()> {
        let mut entries = match fs::read_dir(&self.folder).await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        while let Some(entry) = entries.next_entry().await? {
            if made_at(&entry.file_name().to_string_lossy()).is_some_and(|made| made < at) {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(())
    }
}

/// When the mail was made that a file of this name holds, whole or broken off: its id knows.
fn made_at(name: &str) -> Option<Timestamp> {
    let stem = name.strip_suffix(".part").unwrap_or(name).strip_suffix(".eml")?;
    let id: MailId = stem.rsplit_once('-')?.1.parse().ok()?;
    Some(id.made_at())
}
