//! Request and response of a server function.

use super::{
    FLASH, Identity, PlainForm, Refreshed,
    cookies::{self, CookieNames},
};
use crate::{
    model::{
        Flash, FnError, FormName, FormState, Inspected, Outcome, Permission, Refusal, SessionKind, Theme, Timestamp,
        TokenLife,
    },
    server::{
        services::{Authenticated, Caller, RefreshError, Services, Tokens, devices::DeviceId, tokens::Claims},
        settings::PublicUrl,
    },
};
use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::sync::Arc;
use tower_sessions::Session;

/// How many characters are kept of what was typed into one field.
const KEPT: usize = 1000;

/// What server functions use of the server; provided to Leptos for every request.
pub struct ServerState {
    pub services: Services,
    pub cookies: CookieNames,
    pub public_url: PublicUrl,
}

/// One call of a server function: who sends it, and how it is answered.
pub struct ServerFnContext {
    state: Arc<ServerState>,
    parts: Parts,
    answer: ResponseOptions,
    caller: Caller,
    name: Option<FormName>,
    kept: Vec<(String, String)>,
    filled_in: Option<(FormName, FormState)>,
}

impl ServerFnContext {
    /// The form of this name, in whose place a refusal is said.
    pub fn for_form(name: FormName) -> Result<Self, FnError> {
        Ok(Self { name: Some(name), ..Self::new()? })
    }

    /// A call that no refusal comes back to.
    pub fn new() -> Result<Self, FnError> {
        let state = use_context::<Arc<ServerState>>().ok_or(FnError::Internal)?;
        let parts = use_context::<Parts>().ok_or(FnError::Internal)?;
        let answer = use_context::<ResponseOptions>().ok_or(FnError::Internal)?;
        let caller = parts.extensions.get::<Caller>().cloned().ok_or(FnError::Internal)?;
        Ok(Self { state, parts, answer, caller, name: None, kept: Vec::new(), filled_in: None })
    }

    /// Keeps what was typed into a field, in case the form is refused. Never a password.
    #[must_use]
    pub fn keep(mut self, field: &str, value: &str) -> Self {
        self.kept.push((field.to_owned(), value.chars().take(KEPT).collect()));
        self
    }

    /// Fills a field of the form that the next page has, so that nobody types it twice.
    #[must_use]
    pub fn fill_in(mut self, form: FormName, field: &str, value: &str) -> Self {
        let kept = vec![(field.to_owned(), value.chars().take(KEPT).collect())];
        self.filled_in = Some((form, FormState { kept, ..FormState::default() }));
        self
    }

    pub fn services(&self) -> &Services {
        &self.state.services
    }

    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Who is signed in by this browser's cookies.
    pub fn user(&self) -> Option<Authenticated> {
        match self.parts.extensions.get::<Identity>() {
            Some(Identity::Known(who)) if who.kind == SessionKind::Browser => Some(who.clone()),
            _ => None,
        }
    }

    /// Who is signed in, where somebody must be.
    pub fn require_user(&self) -> Result<Authenticated, FnError> {
        self.user().ok_or(FnError::SignInRequired)
    }

    /// Who is signed in, where somebody must be whose roles allow it.
    pub fn require(&self, permission: Permission) -> Result<Authenticated, FnError> {
        let who = self.require_user()?;
        let is_allowed = self.services().permissions.allow(&who.claims.roles, permission);
        if is_allowed { Ok(who) } else { Err(FnError::Forbidden) }
    }

    /// That what was asked for is not there; a page that is being rendered has that status.
    pub fn not_found(&self) -> FnError {
        self.answer.set_status(StatusCode::NOT_FOUND);
        FnError::NotFound
    }

    /// That whoever asks may not; a page that is being rendered has that status.
    pub fn forbidden(&self) -> FnError {
        self.answer.set_status(StatusCode::FORBIDDEN);
        FnError::Forbidden
    }

    /// Done: leads to `to`, where `notice` is said.
    pub async fn redirect(mut self, to: &str, notice: Option<&str>) -> Result<Outcome, FnError> {
        let notice = notice.map(str::to_owned);
        // An island carries the notice there itself.
        let notice_left = notice.clone().filter(|_| self.is_plain());
        let left = Flash { notice: notice_left, form: self.filled_in.take(), inspected: None };
        if left != Flash::default() {
            self.flash(left).await;
        }
        if self.is_plain() {
            self.send_to(to);
        }
        Ok(Outcome::Done { to: to.to_owned(), notice })
    }

    /// Refused: a plain form goes back to `page`, which says why and has kept what was typed.
    pub async fn reject(mut self, page: &str, refusal: Refusal) -> Result<Outcome, FnError> {
        if self.is_plain() {
            let state = FormState { refusal: refusal.clone(), kept: std::mem::take(&mut self.kept) };
            self.flash(Flash { form: self.name.map(|name| (name, state)), ..Flash::default() }).await;
            self.send_to(page);
        }
        Ok(Outcome::Refused(refusal))
    }

    /// Answers what was found of a token; a plain form is led to `page`, which shows it.
    pub async fn show(self, page: &str, inspected: Inspected) -> Result<Inspected, FnError> {
        if self.is_plain() {
            self.flash(Flash { inspected: Some(inspected.clone()), ..Flash::default() }).await;
            self.send_to(page);
        }
        Ok(inspected)
    }

    /// The access token of this browser, as this request has renewed it. It must not reach a page.
    pub fn own_token(&self) -> Option<&str> {
        let renewed = self.parts.extensions.get::<Refreshed>().map(|refreshed| refreshed.access.as_str());
        renewed.or_else(|| cookies::read(&self.parts.headers, &self.state.cookies.access))
    }

    /// The address that people type.
    pub fn public_url(&self) -> &str {
        self.state.public_url.origin()
    }

    /// Sets both token cookies.
    pub fn set_tokens(&self, tokens: &Tokens) {
        let now = self.state.services.clock.now();
        for value in self.state.cookies.set_tokens(tokens, now) {
            self.answer.append_header(header::SET_COOKIE, value);
        }
    }

    /// Makes the browser one that has signed in before.
    pub fn set_device(&self, device: &DeviceId) {
        self.answer.append_header(header::SET_COOKIE, self.state.cookies.set_device(device));
    }

    /// Takes both token cookies away.
    pub fn clear_tokens(&self) {
        for value in self.state.cookies.clear_tokens() {
            self.answer.append_header(header::SET_COOKIE, value);
        }
    }

    pub fn set_theme(&self, theme: Theme) {
        self.answer.append_header(header::SET_COOKIE, self.state.cookies.set_theme(theme));
    }

    /// Refreshes the access token if less than half of its life is left, and answers its life.
    pub async fn refresh(&self, user: &Authenticated) -> Result<TokenLife, FnError> {
        let now = self.state.services.clock.now();
        let was_refreshed = self.parts.extensions.get::<Refreshed>().is_some();
        let refresh_token = cookies::read(&self.parts.headers, &self.state.cookies.refresh).filter(|_| !was_refreshed);
        let Some(refresh_token) = refresh_token else { return Ok(life(&user.claims, now)) };
        match self.state.services.sessions.refresh_early(refresh_token, user, &self.caller).await {
            Ok(None) => Ok(life(&user.claims, now)),
            Ok(Some(tokens)) => {
                self.set_tokens(&tokens);
                Ok(life(&tokens.access.claims, now))
            }
            Err(RefreshError::Invalid | RefreshError::Revoked) => {
                self.clear_tokens();
                Err(FnError::SignInRequired)
            }
            Err(RefreshError::Unavailable) => Err(FnError::Busy),
            Err(RefreshError::Internal) => Err(FnError::Internal),
        }
    }

    fn is_plain(&self) -> bool {
        self.parts.extensions.get::<PlainForm>().is_some()
    }

    /// Leaves something for the next page to say. What is done is answered as done, even if that gets lost.
    async fn flash(&self, flash: Flash) {
        let Some(session) = self.parts.extensions.get::<Session>() else { return };
        if let Err(error) = session.insert(FLASH, flash).await {
            tracing::error!(cause = ?error, "a message for the next page was lost");
        }
    }

    fn send_to(&self, path: &str) {
        if let Ok(location) = HeaderValue::from_str(path) {
            self.answer.insert_header(header::LOCATION, location);
            self.answer.set_status(StatusCode::SEE_OTHER);
        }
    }
}

fn life(claims: &Claims, now: Timestamp) -> TokenLife {
    TokenLife { issued_at: claims.issued_at, expires_at: claims.expires_at, now, renewals: claims.generation }
}
