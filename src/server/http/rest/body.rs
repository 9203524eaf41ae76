//! Reads JSON request bodies of a known shape, with limits on size and time.

use crate::{
    model::Permission,
    server::{
        http::{
            authenticate::{self, Authorized, SignedIn},
            problem::Problem,
            request_body,
            state::AppState,
        },
        services::Authenticated,
    },
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// A JSON body that must be exactly a `T`; anything else is a 4xx. For routes without authentication; all
/// others use [`Sent`].
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        parse(&read(&parts.headers, body).await?).map(Self)
    }
}

/// An authenticated request whose body has not been read yet. The user is available only together with the
/// body, because the session may end while the body is still arriving.
pub struct Sent<T> {
    parts: Parts,
    body: axum::body::Body,
    user: Authorized,
    state: AppState,
    kind: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let user = Authorized::from_request_parts(&mut parts, state).await?;
        Ok(Self { parts, body, user, state: state.clone(), kind: PhantomData })
    }
}

impl<T: DeserializeOwned> Sent<T> {
    /// Reads the body, then checks again that the user is signed in.
    pub async fn by_signed_in(mut self) -> Result<(Authenticated, T), Problem> {
        let bytes = self.read().await?;
        let SignedIn(who) = SignedIn::from_request_parts(&mut self.parts, &self.state).await?;
        Ok((who, parse(&bytes)?))
    }

    /// Reads the body like [`Self::by_signed_in`], and checks the permission before and after.
    pub async fn by_allowed(mut self, permission: Permission) -> Result<(Authenticated, T), Problem> {
        self.user.require(permission)?;
        let bytes = self.read().await?;
        let user = Authorized::from_request_parts(&mut self.parts, &self.state).await?;
        user.require(permission)?;
        Ok((user.into_who(), parse(&bytes)?))
    }

    async fn read(&mut self) -> Result<Bytes, Problem> {
        let bytes = read(&self.parts.headers, std::mem::take(&mut self.body)).await?;
        authenticate::again(&self.state, &mut self.parts).await?;
        Ok(bytes)
    }
}

async fn read(headers: &HeaderMap, body: axum::body::Body) -> Result<Bytes, Problem> {
    request_body::refuse_encoded(headers)?;
    if !request_body::is_of_kind(headers, "application/json") {
        return Err(Problem::UnsupportedMediaType);
    }
    request_body::read(body).await
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would also accept an array of the field values for a struct.
    if bytes.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
        return Err(Problem::BadRequest("The request body does not have the expected fields"));
    }
    // Don't show serde's own message: it quotes the input.
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Problem::BadRequest("The request body does not have the expected fields"),
        _ => Problem::BadRequest("The request body is not valid JSON"),
    })
}
