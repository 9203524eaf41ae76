//! Signs in users by the password that they have just chosen, without asking for it again.

use super::{Checked, Known, SignInService, SignedIn, refusal, refuse};
use crate::{
    model::{Identifier, SessionKind, SignInError, UserId},
    server::services::{Authenticated, Caller},
};

/// The password that a person has just chosen for an account, as long as no one chooses another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChosenPassword {
    pub user: UserId,
    pub epoch: i64,
}

impl SignInService {
    /// Signs in the browser in which this password was chosen, once its address is verified. Lockout, ban and
    /// notices apply as to a sign-in by the form, and the browser's former session ends.
    #[tracing::instrument(skip_all)]
    pub async fn by_chosen_password(
        &self,
        chosen: ChosenPassword,
        former: Option<Authenticated>,
        caller: &Caller,
    ) -> Result<SignedIn, SignInError> {
        let user = self.users.find(chosen.user).await.map_err(refuse)?.ok_or(SignInError::Invalid)?;
        let identifier = Identifier::Email(user.email);
        let known = self.find(&identifier, caller).await.map_err(refuse)?;
        let Known { user: Some(user), credentials: Some(credentials), device, scope } = known else {
            return Err(SignInError::Invalid);
        };
        if user.id != chosen.user || credentials.epoch != chosen.epoch || !credentials.has_hash() {
            return Err(SignInError::Invalid);
        }
        let counted = self.count(&identifier, scope, Some(user.id)).await?;
        let checked = Checked { user, credentials, device, is_outdated: false, counted };
        if let Some(refusal) = refusal(&checked.user, self.users.core().now()) {
            return Err(self.turn_away(&checked, refusal, caller).await);
        }
        match self.start(&checked, SessionKind::Browser, former.as_ref(), caller).await {
            Ok(signed_in) => Ok(signed_in),
            Err(error) => {
                checked.uncount().await;
                Err(refuse(error))
            }
        }
    }
}
