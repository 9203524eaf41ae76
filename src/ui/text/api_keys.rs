//! Text about API keys.

pub const API_KEYS: &str = "API keys";
pub const API_KEY: &str = "API key";
pub const ACTIVE: &str = "Active keys";
pub const LEAD: &str = "Each key works until you revoke it, it expires, or all your sessions end: when you change your \
                        password or sign out everywhere.";
pub const NONE: &str = "You have no API keys.";
pub const REVOKE: &str = "Revoke";
pub const CREATE: &str = "Create API key";
pub const CREATE_LEAD: &str = "For scripts and services that call the API as you. Give each its own key, with only the \
                               permissions it needs.";
pub const NAME: &str = "Name";
pub const NAME_HINT: &str = "What uses it, such as “Nightly backup”.";
pub const LIFE: &str = "Expires";
/// The days that a key lasts, and what they are called.
pub const LIVES: &[(&str, &str)] =
    &[("7", "In 7 days"), ("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"), ("", "Never")];
pub const NETWORKS: &str = "Allowed networks (optional)";
pub const NETWORKS_HINT: &str =
    "Addresses or ranges with commas between them, such as 198.51.100.7, 2001:db8::/48. Empty: any network.";
pub const COPY_NOW: &str = "Copy your new API key now. It won’t be shown again.";
pub const NO_SCOPES: &str = "Your profile only";
pub const ONLY_FROM: &str = "Only from";
pub const CREATED: &str = "Created";
pub const EXPIRES: &str = "Expires";
pub const NEVER_EXPIRES: &str = "Never expires";
pub const LAST_USED: &str = "Last used";
pub const FROM: &str = "from";
pub const NEVER_USED: &str = "Never used";
