//! The pages of those who administer.

pub const INVITATIONS: &str = "Invitations";
pub const INVITE: &str = "Invite somebody";
pub const INVITE_LEAD: &str =
    "They get a mail with a link that makes an account with this address. It works for 7 days, once.";
pub const INVITE_SUBMIT: &str = "Send invitation";
pub const OPEN_INVITATIONS: &str = "Open invitations";
pub const NO_INVITATIONS: &str = "Nobody is invited. Who is, shows here until the invitation is used or over.";
pub const MORE_INVITATIONS: &str = "There are more; these are the latest 100.";
pub const INVITED_AT: &str = "Invited";
pub const ENDS_AT: &str = "works until";
pub const REVOKE: &str = "Revoke";
