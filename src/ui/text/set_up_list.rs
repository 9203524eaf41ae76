//! Text of the list of what is left to set up.

pub const TITLE: &str = "Finish setting up";
pub const DONE: &str = "Done";
pub const TO_DO: &str = "To do";
pub const MAIL: &str = "Email server";
pub const MAIL_DONE: &str = "Emails are sent through your email server. ";
pub const MAIL_OPEN: &str = "Emails are saved as files until you set ";
pub const MAIL_SETTING: &str = "mail.smtp_url";
pub const MAIL_LINK: &str = "Email log";
pub const PUBLIC_URL: &str = "Public URL";
pub const PUBLIC_URL_IS: &str = "Links in emails begin with";
pub const PUBLIC_URL_OPEN: &str = " (this machine only). To change that, set ";
pub const PUBLIC_URL_SETTING: &str = "server.public_url";
pub const INVITE: &str = "Users";
pub const INVITE_LINK: &str = "Invite a user";
pub const BACKUP: &str = "Backup";
pub const BACKUP_HOW: &str = "Stop the server and copy its data folder. With PostgreSQL, back up the database with its \
    own tools, and keep the secret (tokens.jwt_secret) safe.";
pub const DISMISS: &str = "Dismiss this list";
