//! How server functions sign in a user who has just created an account or verified its address.

use super::{CHOSEN, ServerFnContext};
use crate::{
    model::{FnError, FormName, FormResult, Page, UserId},
    server::services::ChosenPassword,
};
use tower_sessions::Session;

impl ServerFnContext {
    /// Leads to the page that asks for the code. Remembers that this password was chosen in this browser, until its
    /// address is verified.
    pub async fn await_verification(self, chosen: ChosenPassword, email: &str) -> Result<FormResult, FnError> {
        self.remember(chosen).await;
        let page = Page::VerifyEmail.with([("sent", "1")]);
        self.fill_in(FormName::VerifyEmail, "email", email).redirect(&page, None).await
    }

    async fn remember(&self, chosen: ChosenPassword) {
        let Some(session) = self.parts.extensions.get::<Session>() else { return };
        let remembered = async {
            // The state gets a new id: anyone may have planted the old one (session fixation).
            if session.id().is_some() {
                session.cycle_id().await?;
            }
            session.insert(CHOSEN, (chosen.user.to_string(), chosen.epoch)).await
        };
        if let Err(error) = remembered.await {
            tracing::error!(cause = ?error, "a browser will have to sign in after the address is verified");
        }
    }

    /// Returns the password that was chosen in this browser for this user, and forgets it.
    pub async fn chosen_for(&self, user: UserId) -> Option<ChosenPassword> {
        let session = self.parts.extensions.get::<Session>()?;
        let (id, epoch) = session.get::<(String, i64)>(CHOSEN).await.ok().flatten()?;
        if id != user.to_string() {
            return None;
        }
        // The store logs its own errors.
        let _ = session.flush().await;
        Some(ChosenPassword { user, epoch })
    }

    /// Signs in with the password that was chosen in this browser, and leads to the dashboard. Without one, or if
    /// the user may not sign in, leads to the sign-in page with the address filled in.
    pub async fn arrive(
        self,
        chosen: Option<ChosenPassword>,
        email: &str,
        notice: &str,
    ) -> Result<FormResult, FnError> {
        if let Some(chosen) = chosen
            && let Ok(signed_in) = self.services().sign_in.by_chosen_password(chosen, self.user(), self.caller()).await
        {
            self.set_signed_in(&signed_in);
            return self.redirect(Page::Dashboard.path(), Some(notice)).await;
        }
        self.lead_to_sign_in(email, notice).await
    }

    /// Leads to the sign-in page, with the address filled in. The address travels in the browser's state.
    pub async fn lead_to_sign_in(self, email: &str, notice: &str) -> Result<FormResult, FnError> {
        self.fill_in(FormName::SignIn, "identifier", email).redirect(Page::SignIn.path(), Some(notice)).await
    }
}
