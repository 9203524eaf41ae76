//! Mails as files: the inbox of a developer.

use crate::model::{MailId, Timestamp};
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
pub(super) struct Files {
    folder: PathBuf,
}

impl Files {
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
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
}
