//! Which of a user's names another user has. Only administrators learn it: it reveals who has an account.

use super::{ServiceError, UserError, UserService};
use crate::{
    model::{Email, Identifier, UserId, Username},
    server::store::StoreError,
};

/// The names that are taken; neither if they were free again when they were looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NamesInUse {
    pub email: bool,
    pub username: bool,
}

impl UserService {
    /// Turns an error of the store into that of this user, who may not exist yet, with the names that are taken.
    pub(super) async fn not_written(
        &self,
        error: StoreError,
        id: UserId,
        email: Option<&Email>,
        username: Option<&Username>,
    ) -> UserError {
        if !matches!(error, StoreError::Taken) {
            return error.into();
        }
        let email = email.map(|email| Identifier::Email(email.clone()));
        let username = username.map(|username| Identifier::Username(username.normalized()));
        match (self.is_of_other(id, email).await, self.is_of_other(id, username).await) {
            (Ok(email), Ok(username)) => UserError::Taken(NamesInUse { email, username }),
            (Err(error), _) | (_, Err(error)) => error.into(),
        }
    }

    async fn is_of_other(&self, id: UserId, name: Option<Identifier>) -> Result<bool, ServiceError> {
        let Some(name) = name else { return Ok(false) };
        Ok(self.core().db.find_user_by_identifier(&name).await?.is_some_and(|user| user.id != id))
    }
}
