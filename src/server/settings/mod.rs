//! Everything an operator can set: one table of keys, four layers over the defaults, typed sections.

mod accent;
mod cors_origin;
mod database_url;
mod env_file;
mod error;
mod file;
mod host;
mod key;
mod keys;
mod layers;
mod listing;
mod load;
mod logo;
#[cfg(test)]
mod manual;
mod master_secret;
mod nearest;
mod public_url;
mod rate;
mod secret;
mod sections;
mod site_addr;
mod site_link;
mod smtp_url;
#[cfg(test)]
mod testing;
mod value;
mod values;
mod warnings;

pub use accent::{Accent, Color};
pub use cors_origin::CorsOrigin;
pub use database_url::DatabaseUrl;
pub use error::SettingsError;
pub use listing::Shown;
pub use load::{Loaded, Settings, Source};
pub use logo::Logo;
pub use master_secret::MasterSecret;
pub use public_url::PublicUrl;
pub use rate::Rate;
pub use secret::Secret;
pub use sections::{
    Accounts, Audit, Branding, Database, Limits, Lockout, Log, LogFormat, Mail, Passwords, Registration, Server, Tokens,
};
pub use smtp_url::{SmtpTls, SmtpUrl};
pub use value::Unfit;
