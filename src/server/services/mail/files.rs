//! Writes mails to files, as an inbox for developers.

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

/// A folder of mails that only its owner can read.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    /// Returns the folder for these settings.
    pub fn of(settings: &Settings) -> Self {
        Self { folder: settings.server.data_dir.join("outbox") }
    }

    /// Returns the path of the folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes `<time>-<id>.eml` atomically.
    pub async fn write(&self, id: MailId, at: Timestamp, message: &Message) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).await?;
        let name = format!("{at}-{id}.eml").replace(':', "");
        let part = self.folder.join(format!(".{name}.part"));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part).await?;
        file.write_all(&message.formatted()).await?;
        file.sync_all().await?;
        fs::rename(part, self.folder.join(name)).await
    }

    /// Deletes mails created before `at`. Other files stay.
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

/// Returns when the mail in a file of this name was created, from the id in the name. Accepts unfinished
/// files.
fn made_at(name: &str) -> Option<Timestamp> {
    let stem = name.strip_suffix(".part").unwrap_or(name).strip_suffix(".eml")?;
    let id: MailId = stem.rsplit_once('-')?.1.parse().ok()?;
    Some(id.made_at())
}
