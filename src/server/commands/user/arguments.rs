//! The arguments of `claviger user …`.

use super::password::PasswordSource;
use crate::{
    model::Timestamp,
    server::commands::{import::UserFile, open::Need},
};
use clap::{Args, Subcommand};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Create a user and print its id
    Create(Create),
    /// Import users from a file (all or nothing)
    Import {
        /// CSV (.csv, with a header row) or JSON Lines (.jsonl, .ndjson); columns: email, username, name, roles,
        /// verified, passwordHash, createdAt
        file: UserFile,
        /// Validate only; import nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// List all users
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one user
    Show(Who),
    /// Ban a user and end all sessions
    Ban {
        #[command(flatten)]
        user: Who,
        /// Ban until this time (RFC 3339, e.g. 2027-01-31T00:00:00Z) [default: permanent]
        #[arg(long, value_name = "TIME")]
        until: Option<Timestamp>,
        /// Reason, kept with the ban and in the audit log
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Lift a ban
    Unban(Who),
    /// Unlock a user after failed sign-ins
    Unlock(Who),
    /// Mark the email address as verified
    Verify(Who),
    /// Replace a user's roles
    SetRole {
        #[command(flatten)]
        user: Who,
        /// admin or user; one or more
        #[arg(required = true, value_name = "ROLE")]
        roles: Vec<String>,
    },
    /// Set a new password and end all sessions
    SetPassword {
        #[command(flatten)]
        user: Who,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Permanently delete a user
    Delete {
        #[command(flatten)]
        user: Who,
        /// Don't ask for confirmation on a terminal
        #[arg(long)]
        yes: bool,
    },
}

impl UserCommand {
    /// The first users of an installation may be created before the server has ever run.
    pub fn need(&self) -> Need {
        match self {
            Self::Create(_) | Self::Import { .. } => Need::First,
            _ => Need::Existing,
        }
    }
}

#[derive(Args)]
pub struct Who {
    /// User id, email or username
    #[arg(value_name = "WHO")]
    pub who: String,
}

#[derive(Args)]
pub struct Create {
    /// Email address
    #[arg(long)]
    pub email: String,
    /// Username, an alternative to the email address for sign-in
    #[arg(long)]
    pub username: Option<String>,
    /// Display name [default: username, or local part of the email]
    #[arg(long)]
    pub name: Option<String>,
    /// Role, admin or user; repeatable [default: user]
    #[arg(long)]
    pub role: Vec<String>,
    /// Mark the email address as verified
    #[arg(long)]
    pub verified: bool,
    #[command(flatten)]
    pub password: PasswordSource,
}
