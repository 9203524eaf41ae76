//! Request bodies: JSON of a known shape, of bounded size, in bounded time.

use crate::{
    model::Permission,
    server::{
        http::{
            authenticate::{self, Allowed, Power, SignedIn},
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

/// A body that is exactly a `T`: whatever is odd about it is a 4xx. For routes where nobody is signed in;
/// [`Sent`] is for the others.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        parse(&read(&parts.headers, body).await?).map(Self)
    }
}

/// The request of somebody signed in, whose body is not read yet. Who asks is told with the body only: it may
/// arrive when that person's power is gone.
pub struct Sent<T> {
    parts: Parts,
    body: axum::body::Body,
    power: Power,
    state: AppState,
    kind: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Allowed(power) = Allowed::from_request_parts(&mut parts, state).await?;
        Ok(Self { parts, body, power, state: state.clone(), kind: PhantomData })
    }
}

impl<T: DeserializeOwned> Sent<T> {
    /// Who is signed in when the body is here, and what it says.
    pub async fn by_signed_in(mut self) -> Result<(Authenticated, T), Problem> {
        let bytes = self.read().await?;
        let SignedIn(who) = SignedIn::from_request_parts(&mut self.parts, &self.state).await?;
        Ok((who, parse(&bytes)?))
    }

    /// The same for what needs a permission, which is asked for before the body is read and again after.
    pub async fn by_allowed(mut self, permission: Permission) -> Result<(Authenticated, T), Problem> {
        self.power.must(permission)?;
        let bytes = self.read().await?;
        let Allowed(power) = Allowed::from_request_parts(&mut self.parts, &self.state).await?;
        power.must(permission)?;
        Ok((power.into_who(), parse(&bytes)?))
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
    // An array of its fields' values would do for a structure, too.
    if bytes.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
        return Err(Problem::BadRequest("The request body does not have the expected fields"));
    }
    // The library's own words about what is wrong stay here: they quote the input.
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Problem::BadRequest("The request body does not have the expected fields"),
        _ => Problem::BadRequest("The request body is not valid JSON"),
    })
}
