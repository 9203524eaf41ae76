//! Gives server functions access to their request and response.

use super::{
    FLASH, Identity, PlainForm, Refreshed,
    cookies::{self, CookieNames},
};
use crate::{
    model::{
        Flash, FnError, FormErrors, FormName, FormResult, FormState, Inspected, Permission, SessionKind, Theme,
        Timestamp, TokenLife,
    },
    server::{
        services::{
            Authenticated, Caller, RefreshError, Services, SignedIn, Tokens, devices::DeviceId, tokens::Claims,
        },
        settings::PublicUrl,
    },
};
use axum::http::{HeaderValue, Method, StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use std::sync::Arc;
use tower_sessions::Session;

/// How many characters of each form field are kept.
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
    pub(super) parts: Parts,
    answer: ResponseOptions,
    caller: Caller,
    name: Option<FormName>,
    kept: Vec<(String, String)>,
    filled_in: Option<(FormName, FormState)>,
}

impl ServerFnContext {
    /// Starts a call from the form of this name, which shows form errors.
    pub fn for_form(name: FormName) -> Result<Self, FnError> {
        Ok(Self { name: Some(name), ..Self::new()? })
    }

    /// Starts a call that belongs to no form.
    pub fn new() -> Result<Self, FnError> {
        let state = use_context::<Arc<ServerState>>().ok_or(FnError::Internal)?;
        let parts = use_context::<Parts>().ok_or(FnError::Internal)?;
        let answer = use_context::<ResponseOptions>().ok_or(FnError::Internal)?;
        let caller = parts.extensions.get::<Caller>().cloned().ok_or(FnError::Internal)?;
        Ok(Self { state, parts, answer, caller, name: None, kept: Vec::new(), filled_in: None })
    }

    /// Keeps the values of these fields, to fill them in again if the form is refused. Never pass a password.
    #[must_use]
    pub fn keep<const N: usize>(mut self, fields: [(&str, &str); N]) -> Self {
        self.kept.extend(fields.map(|(field, value)| (field.to_owned(), value.chars().take(KEPT).collect())));
        self
    }

    /// Pre-fills a field of a form on the next page, so that no one types it twice.
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

    /// Returns the user signed in by this browser's cookies.
    pub fn user(&self) -> Option<Authenticated> {
        match self.parts.extensions.get::<Identity>() {
            Some(Identity::Known(who)) if who.kind == SessionKind::Browser => Some(who.clone()),
            _ => None,
        }
    }

    /// Returns the signed-in user, or `SignInRequired`.
    pub fn require_user(&self) -> Result<Authenticated, FnError> {
        self.user().ok_or(FnError::SignInRequired)
    }

    /// Returns the signed-in user if their roles grant the permission; otherwise `SignInRequired` or `Forbidden`.
    pub fn require(&self, permission: Permission) -> Result<Authenticated, FnError> {
        let who = self.require_user()?;
        let is_allowed = self.services().permissions.allow(&who, permission);
        if is_allowed { Ok(who) } else { Err(FnError::Forbidden) }
    }

    /// Responds 404. Also sets the status of a page that is being rendered.
    pub fn not_found(&self) -> FnError {
        self.answer.set_status(StatusCode::NOT_FOUND);
        FnError::NotFound
    }

    /// Responds 403. Also sets the status of a page that is being rendered.
    pub fn forbidden(&self) -> FnError {
        self.answer.set_status(StatusCode::FORBIDDEN);
        FnError::Forbidden
    }

    /// Lets the page that is being rendered reload itself, also without scripts.
    pub fn reload_after(&self, seconds: u8) {
        self.answer.insert_header(header::REFRESH, HeaderValue::from(u16::from(seconds)));
    }

    /// Responds with success and redirects to `to`, which shows `notice`.
    pub async fn redirect(mut self, to: &str, notice: Option<&str>) -> Result<FormResult, FnError> {
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
        Ok(FormResult::Done { to: to.to_owned(), notice })
    }

    /// Refuses the form. A form posted without scripts returns to `page`, which shows the errors and the kept fields.
    pub async fn reject(mut self, page: &str, errors: FormErrors) -> Result<FormResult, FnError> {
        if self.is_plain() {
            let state = FormState { errors: errors.clone(), kept: std::mem::take(&mut self.kept) };
            self.flash(Flash { form: self.name.map(|name| (name, state)), ..Flash::default() }).await;
            self.send_to(page);
        }
        Ok(FormResult::Refused(errors))
    }

    /// Sends the reader of the page that is being rendered to `to` instead, where the form of this call shows the errors.
    pub async fn turn_back(&self, to: &str, errors: FormErrors) {
        if self.parts.method != Method::GET {
            return;
        }
        if let Some(name) = self.name.filter(|_| !errors.is_empty()) {
            let state = FormState { errors, kept: Vec::new() };
            self.flash(Flash { form: Some((name, state)), ..Flash::default() }).await;
        }
        self.send_to(to);
    }

    /// Returns the result of inspecting a token. A form posted without scripts is redirected to `page`, which
    /// shows it.
    pub async fn show(self, page: &str, inspected: Inspected) -> Result<Inspected, FnError> {
        if self.is_plain() {
            self.flash(Flash { inspected: Some(inspected.clone()), ..Flash::default() }).await;
            self.send_to(page);
        }
        Ok(inspected)
    }

    /// Returns this browser's access token, including one refreshed by this request. It must not reach a page.
    pub fn own_token(&self) -> Option<&str> {
        let renewed = self.parts.extensions.get::<Refreshed>().map(|refreshed| refreshed.access.as_str());
        renewed.or_else(|| cookies::read(&self.parts.headers, &self.state.cookies.access))
    }

    /// Returns the origin of the public URL.
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

    /// Sets the cookies of a user who has just signed in.
    pub fn set_signed_in(&self, signed_in: &SignedIn) {
        self.set_tokens(&signed_in.tokens);
        if let Some(device) = &signed_in.device {
            self.set_device(device);
        }
    }

    /// Marks the browser as one that has signed in before.
    pub fn set_device(&self, device: &DeviceId) {
        self.answer.append_header(header::SET_COOKIE, self.state.cookies.set_device(device));
    }

    /// Deletes both token cookies.
    pub fn clear_tokens(&self) {
        for value in self.state.cookies.clear_tokens() {
            self.answer.append_header(header::SET_COOKIE, value);
        }
    }

    pub fn set_theme(&self, theme: Theme) {
        self.answer.append_header(header::SET_COOKIE, self.state.cookies.set_theme(theme));
    }

    /// Refreshes the access token if at most half of its life is left and this request has not refreshed it already.
    pub async fn refresh(&self, user: &Authenticated) -> Result<TokenLife, FnError> {
        let now = self.state.services.clock.now();
        let was_refreshed = self.parts.extensions.get::<Refreshed>().is_some();
        let is_own = |token: &&str| self.state.services.sessions.of_token(token) == Some(user.claims.session);
        let refresh_token = cookies::read(&self.parts.headers, &self.state.cookies.refresh);
        let refresh_token = refresh_token.filter(is_own).filter(|_| !was_refreshed);
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

    /// Saves a message for the next page. A completed operation is reported as such even if the message is lost.
    async fn flash(&self, flash: Flash) {
        let Some(session) = self.parts.extensions.get::<Session>() else { return };
        if let Err(error) = session.insert(FLASH, flash).await {
            tracing::error!(cause = ?error, "can't save the message for the next page");
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
    TokenLife { issued_at: claims.issued_at, expires_at: claims.expires_at, now, refreshes: claims.generation }
}
