//! Changes of users and their consequences.

use super::AuditAction;
use crate::model::{ADMIN, Ban, DisplayName, Email, EndReason, RoleGrant, Timestamp, User, Username};

/// A change of a user.
#[derive(Debug, Clone)]
pub enum UserChange {
    Name(DisplayName),
    Profile(ProfileChange),
    /// Confirmed: its owner has used a link or code mailed to it.
    Email(Email),
    Verified,
    Ban {
        until: Option<Timestamp>,
        reason: Option<String>,
    },
    Unban,
    Roles(Vec<RoleGrant>),
    /// Takes away the roles that have ended.
    ExpireRoles,
    PasswordHash {
        hash: String,
        /// The epoch that the password must still have, if users change their own by entering it.
        epoch: Option<i64>,
    },
    SignOutEverywhere,
    /// Locks out everyone until the owner has chosen a new password by a mailed link. Until the time given, the owner
    /// can't change the address.
    Secure {
        frozen_until: Timestamp,
    },
    Delete,
}

/// What administrators change in the profile of another user; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// Not verified, unless it only differs in case from the one before.
    pub email: Option<Email>,
    /// `Some(None)` removes the username.
    pub username: Option<Option<Username>>,
    pub name: Option<DisplayName>,
}

impl From<Ban> for UserChange {
    fn from(ban: Ban) -> Self {
        Self::Ban { until: ban.until, reason: ban.reason }
    }
}

impl UserChange {
    /// Returns whether tokens issued before this change become invalid.
    pub fn revokes_tokens(&self) -> bool {
        match self {
            Self::Name(_) | Self::Profile(_) | Self::Email(_) | Self::Verified | Self::Unban => false,
            Self::Ban { .. }
            | Self::Roles(_)
            | Self::ExpireRoles
            | Self::PasswordHash { .. }
            | Self::SignOutEverywhere
            | Self::Secure { .. }
            | Self::Delete => true,
        }
    }

    /// Returns whether this would change this user at all. A request that asks for what is so already leaves no trace.
    pub fn changes(&self, user: &User) -> bool {
        match self {
            Self::Verified => user.email_verified_at.is_none(),
            Self::Profile(ProfileChange { email, username, name }) => {
                email.as_ref().is_some_and(|email| email.as_str() != user.email.as_str())
                    || username.as_ref().is_some_and(|username| {
                        username.as_ref().map(Username::as_str) != user.username.as_ref().map(Username::as_str)
                    })
                    || name.as_ref().is_some_and(|name| name.as_str() != user.name.as_str())
            }
            _ => true,
        }
    }

    /// Returns whether an administrator may stop being one for good by this change. The last one may not.
    pub fn may_remove_an_administrator(&self) -> bool {
        match self {
            Self::Roles(roles) => {
                let ends: Vec<_> = roles.iter().filter(|role| role.name == ADMIN).map(|role| role.until).collect();
                ends.is_empty() || ends.iter().any(Option::is_some)
            }
            Self::Ban { .. } | Self::Delete => true,
            Self::Name(_)
            | Self::Profile(_)
            | Self::Email(_)
            | Self::Verified
            | Self::Unban
            | Self::ExpireRoles
            | Self::PasswordHash { .. }
            | Self::SignOutEverywhere
            | Self::Secure { .. } => false,
        }
    }

    /// Returns whether users who make this change to themselves must have signed in recently, as on their own account.
    pub fn needs_fresh_sign_in(&self) -> bool {
        match self {
            Self::Profile(profile) => profile.email.is_some(),
            Self::Email(_) | Self::Verified | Self::Roles(_) | Self::Delete => true,
            Self::Name(_)
            | Self::Ban { .. }
            | Self::Unban
            | Self::ExpireRoles
            | Self::PasswordHash { .. }
            | Self::SignOutEverywhere
            | Self::Secure { .. } => false,
        }
    }

    /// Returns why every session of the user ends with this change; `None` if they go on.
    pub fn ends_sessions(&self) -> Option<EndReason> {
        match self {
            Self::Ban { .. } => Some(EndReason::Banned),
            Self::PasswordHash { .. } => Some(EndReason::PasswordChanged),
            // Not as signed out: who does this may have lost a session to someone else.
            Self::SignOutEverywhere | Self::Secure { .. } | Self::Delete => Some(EndReason::Revoked),
            Self::Name(_)
            | Self::Profile(_)
            | Self::Email(_)
            | Self::Verified
            | Self::Unban
            | Self::Roles(_)
            | Self::ExpireRoles => None,
        }
    }

    /// Returns what the audit log records of this change.
    pub fn audit_action(&self) -> AuditAction {
        match self {
            Self::Name(_) | Self::Profile(_) => AuditAction::UserChanged,
            Self::Email(_) => AuditAction::EmailChanged,
            Self::Verified => AuditAction::UserVerified,
            Self::Ban { .. } => AuditAction::UserBanned,
            Self::Unban => AuditAction::UserUnbanned,
            Self::Roles(_) => AuditAction::RolesChanged,
            Self::ExpireRoles => AuditAction::RolesExpired,
            Self::PasswordHash { .. } => AuditAction::PasswordChanged,
            Self::SignOutEverywhere => AuditAction::SignedOutEverywhere,
            Self::Secure { .. } => AuditAction::AccountSecured,
            Self::Delete => AuditAction::UserDeleted,
        }
    }
}
