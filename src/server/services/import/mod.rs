//! Imports users: checks each line against the others and the database, then creates all users or none.

mod csv_records;
mod format;
mod json_lines;
mod line;

use super::{Caller, ImportedHash, Permissions, ServiceError, UserError, UserService, new_account::usual_name};
use crate::{
    model::{DisplayName, Email, Permission, Timestamp, Username},
    server::{
        domain::{Actor, AuditAction},
        store::NewUser,
    },
};
pub use line::clause;
use std::collections::{BTreeMap, HashMap};

/// How many existing users are read per query.
const PIECE: i64 = 10_000;

/// A user to import.
#[derive(Debug, Clone, Default)]
pub struct NewMember {
    /// `None` if the line has none, which it can't be imported with.
    pub email: Option<Email>,
    pub is_verified: bool,
    pub username: Option<Username>,
    /// Defaults to the username or the local part of the address.
    pub name: Option<DisplayName>,
    pub roles: Vec<String>,
    /// Without a hash, the user has no password until a reset.
    pub password_hash: Option<ImportedHash>,
    /// Defaults to the time of the import.
    pub created_at: Option<Timestamp>,
}

/// Why a line is rejected. Never quotes the line, which may contain a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The line could not be parsed.
    #[error("{0}")]
    Unreadable(String),
    #[error("same email as line {0}: keep one of the two")]
    EmailOfLine(u64),
    #[error("same username as line {0}: choose another, or leave it out")]
    UsernameOfLine(u64),
    #[error("email already in use: remove this line")]
    EmailTaken,
    #[error("username already in use: choose another, or leave it out")]
    UsernameTaken,
    #[error("unknown role (available: {0})")]
    UnknownRole(String),
    #[error("role {0}: it has a permission that you don't have")]
    RoleBeyond(String),
    #[error("createdAt: must not be in the future")]
    NotYet,
    #[error("can't derive a name from the email: add one")]
    Nameless,
}

/// An import in progress: the lines read so far.
pub struct Import {
    users: UserService,
    roles: Vec<String>,
    /// The roles that may be given; `None` for all.
    grantable: Option<Vec<String>>,
    now: Timestamp,
    members: Vec<(u64, NewMember)>,
    emails: HashMap<String, u64>,
    usernames: HashMap<String, u64>,
    refused: BTreeMap<u64, Vec<Refused>>,
}

/// Users to import, all of whose lines passed the checks.
pub struct NewMembers {
    users: UserService,
    members: Vec<(u64, NewMember)>,
}

impl Import {
    /// Starts an import without any lines.
    pub async fn begin(users: &UserService) -> Result<Self, ServiceError> {
        Ok(Self {
            users: users.clone(),
            roles: users.core().db.role_names().await?,
            grantable: None,
            now: users.core().now(),
            members: Vec::new(),
            emails: HashMap::new(),
            usernames: HashMap::new(),
            refused: BTreeMap::new(),
        })
    }

    /// Allows only roles that grant no permission beyond these.
    #[must_use]
    pub(super) fn within(self, held: &[Permission], permissions: &Permissions) -> Self {
        let is_within = |role: &&String| permissions.are_within(std::slice::from_ref(*role), held);
        Self { grantable: Some(self.roles.iter().filter(is_within).cloned().collect()), ..self }
    }

    /// Adds one line, with the errors of the fields that could not be parsed.
    pub fn add(&mut self, line: u64, member: NewMember, unreadable: Vec<String>) {
        let mut refused: Vec<_> = unreadable.into_iter().map(Refused::Unreadable).collect();
        if refused.is_empty() && member.display_name().is_none() {
            refused.push(Refused::Nameless);
        }
        refused.extend(self.check(line, &member));
        if refused.is_empty() {
            self.members.push((line, member));
        } else {
            self.refused.insert(line, refused);
        }
    }

    /// Returns the users to insert, or every error by line number.
    pub async fn finish(mut self) -> Result<Result<NewMembers, BTreeMap<u64, Vec<Refused>>>, ServiceError> {
        self.compare_with_users().await?;
        if !self.refused.is_empty() {
            return Ok(Err(self.refused));
        }
        Ok(Ok(NewMembers { users: self.users, members: self.members }))
    }

    /// Returns each line, in order: the user, or why there is none.
    pub(super) fn into_lines(self) -> Vec<(u64, Result<NewMember, String>)> {
        let Self { members, refused, .. } = self;
        let members = members.into_iter().filter(|(line, _)| !refused.contains_key(line));
        let why = |refused: &[Refused]| refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let errors = refused.iter().map(|(line, refused)| (*line, Err(why(refused))));
        let lines: BTreeMap<_, _> = members.map(|(line, member)| (line, Ok(member))).chain(errors).collect();
        lines.into_iter().collect()
    }

    /// Records the names first, so that later duplicates are found even if this line is rejected.
    fn check(&mut self, line: u64, member: &NewMember) -> Vec<Refused> {
        let mut refused = Vec::new();
        if let Some(email) = &member.email {
            let first = *self.emails.entry(email.normalized().to_owned()).or_insert(line);
            refused.extend((first != line).then_some(Refused::EmailOfLine(first)));
        }
        if let Some(username) = &member.username {
            let first = *self.usernames.entry(username.normalized()).or_insert(line);
            refused.extend((first != line).then_some(Refused::UsernameOfLine(first)));
        }
        if member.roles.iter().any(|role| !self.roles.contains(role)) {
            refused.push(Refused::UnknownRole(self.roles.join(", ")));
        }
        let is_beyond = |role: &&String| {
            self.roles.contains(role) && self.grantable.as_ref().is_some_and(|grantable| !grantable.contains(role))
        };
        refused.extend(member.roles.iter().find(is_beyond).map(|role| Refused::RoleBeyond(role.clone())));
        refused.extend(member.created_at.filter(|at| *at > self.now).map(|_| Refused::NotYet));
        refused
    }

    /// Streams the database's names past the file's, which are in memory: a large database costs time, not
    /// memory.
    pub(super) async fn compare_with_users(&mut self) -> Result<(), ServiceError> {
        let mut after = None;
        loop {
            let page = self.users.core().db.list_taken_names(after, PIECE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            for taken in &page {
                let by_username = taken.username_normalized.as_ref().and_then(|name| self.usernames.get(name));
                let by_email = self.emails.get(&taken.email_normalized);
                for (line, why) in [(by_email, Refused::EmailTaken), (by_username, Refused::UsernameTaken)] {
                    if let Some(line) = line {
                        self.refused.entry(*line).or_default().push(why);
                    }
                }
            }
        }
    }
}

impl NewMembers {
    /// Returns how many users there are.
    pub fn count(&self) -> usize {
        self.members.len()
    }

    /// Creates all users or none. Calls `each` before each one.
    pub async fn insert(self, mut each: impl FnMut() + Send + 'static) -> Result<(), UserError> {
        let (users, now) = (self.users.clone(), self.users.core().now());
        let made = self.members.into_iter().filter_map(move |(_, member)| {
            each();
            let user = member.into_user(&users, now)?;
            let caller = Caller::command_line();
            let event = users.core().event(&caller, AuditAction::UserCreated, Actor::Cli, Some(user.id));
            Some((user, event))
        });
        Ok(self.users.core().db.insert_users(made, now).await?)
    }
}

impl NewMember {
    fn display_name(&self) -> Option<DisplayName> {
        self.name.clone().or_else(|| usual_name(self.username.as_ref(), self.email.as_ref()?))
    }

    /// The id carries the creation time of the account, because lists are ordered by id. `None` without an email address
    /// or a name.
    pub(super) fn into_user(self, users: &UserService, now: Timestamp) -> Option<NewUser> {
        let created_at = self.created_at.unwrap_or(now);
        Some(NewUser {
            id: users.core().randomness.user_id(created_at),
            name: self.display_name()?,
            email: self.email?,
            is_verified: self.is_verified,
            username: self.username,
            roles: self.roles,
            password_hash: self.password_hash.map(ImportedHash::into_text),
            created_at,
        })
    }
}
