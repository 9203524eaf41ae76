//! The domain model that browser and server share.

mod api_keys;
mod audit_pages;
mod brand;
mod bulk;
mod bulk_selection;
mod dashboard;
mod email;
mod end_reason;
mod fn_error;
mod form;
mod id;
mod inspector;
mod link;
mod list;
mod mail_kind;
mod mail_state;
mod monitor;
mod monitor_view;
mod name;
mod network;
mod not_me;
mod outbox;
mod overview;
mod own_account;
mod own_sessions;
mod page;
mod password;
pub mod pasted;
mod permission;
mod registration;
mod risk_signal;
mod role_grant;
mod role_pages;
mod session_kind;
mod sign_in;
mod strength;
mod time_range;
mod timestamp;
mod token;
mod user;
mod user_pages;
mod username;
mod users_view;
mod views;
mod wait;

pub use api_keys::{ApiKeyLine, OwnApiKeys};
pub use audit_pages::{AuditChange, AuditLine, AuditList, AuditParty, OpenAuditEvent};
pub use brand::{Brand, SiteLinks};
pub use bulk::{
    BadLine, BulkAction, BulkFailure, BulkKind, BulkState, FailedUser, ImportStep, JobKind, JobLine, JobList, JobView,
    UsersToChange,
};
pub use bulk_selection::BulkSelection;
pub use dashboard::{Activity, Dashboard, SecurityLog, SetUpList};
pub use email::{Email, NotAnEmail};
pub use end_reason::EndReason;
pub use fn_error::FnError;
pub use form::{FieldError, Flash, FormErrors, FormName, FormResult, FormState, Suggestion};
pub use id::{AuditId, EventId, JobId, MailId, NotAnId, SecretId, SessionId, UserId};
pub use inspector::{Field, Inspected, Inspector, TokenFlaw, Verdict};
pub use link::{LinkKind, LinkState};
pub use list::{COUNTED, ListPlace, Sort};
pub use mail_kind::MailKind;
pub use mail_state::MailState;
pub use monitor::{
    EndedBy, Minute, Monitor, MonitoredPart, MonitoredSession, OpenSession, Overview, RefreshLine, RevocationDelay,
    SessionDetail, SessionEnd, SessionSort, SessionSortKey, SessionsToEnd, StreamedEvent,
};
pub use monitor_view::{EndScope, MonitorView, StateFilter};
pub use name::{DisplayName, NotAName, initials, is_line};
pub use network::Network;
pub use not_me::NotMe;
pub use outbox::{MailLine, MailText, Mails, OpenMail};
pub use overview::{SignIns, SiteOverview};
pub use own_account::{Account, Invitation, Invitations, PendingEmail};
pub use own_sessions::{OwnSession, OwnSessions, SessionsPage};
pub use page::{Access, Page};
pub use password::{NotAPassword, Password};
pub use permission::{ADMIN, Permission, USER};
pub use registration::Registration;
pub use risk_signal::{RiskSignal, SessionState};
pub use role_grant::{RoleGrant, TickedRoles, until_field};
pub use role_pages::{OpenRole, RoleDraft, RoleLine, RoleLock, RoleMatrix, RoleQuery, RoleQuestion};
pub use session_kind::SessionKind;
pub use sign_in::{Identifier, NextPath, SignInError};
pub use strength::{Level, Strength, Weakness, strength, weakness};
pub use time_range::TimeRange;
pub use timestamp::Timestamp;
pub use token::{AUDIENCE, Claims, Payload, TOKEN_TYPE, Token};
pub use user::{Ban, NotABan, Status, User, UserSort, UserSortKey};
pub use user_pages::{
    MayDo, OpenUser, Removal, RoleChoice, Suspension, UserColumn, UserLine, UserList, UserPart, UserQuestion,
    UserState, UserSuggestion, UserToCreate,
};
pub use username::{NotAUsername, Username};
pub use users_view::UsersView;
pub use views::{SetUpLink, Theme, TokenLife};
pub use wait::Wait;
