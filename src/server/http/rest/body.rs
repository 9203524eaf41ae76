//! Reads JSON request bodies of a known shape, with limits on size and time.

use crate::{
    model::FieldError,
    server::{
        http::{authenticate, import_body, picture_body, problem::Problem, request_body, state::AppState},
        services::UploadedFile,
    },
};
use axum::{
    body::{Bytes, HttpBody},
    extract::{FromRequest, FromRequestParts, Request},
    http::{Method, request::Parts},
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
        parse(&read(&parts, body).await?).map(Self)
    }
}

/// A request of the user `U` whose body, a `T`, has not been read yet. `U` is the extractor that the user must
/// pass. The user is available only together with the body, because the session may end while the body is still
/// arriving.
pub struct Sent<U, T> {
    parts: Parts,
    body: axum::body::Body,
    state: AppState,
    kind: PhantomData<fn() -> (U, T)>,
}

impl<U, T> FromRequest<AppState> for Sent<U, T>
where
    U: FromRequestParts<AppState, Rejection = Problem>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        U::from_request_parts(&mut parts, state).await?;
        Ok(Self { parts, body, state: state.clone(), kind: PhantomData })
    }
}

impl<U, T> Sent<U, T>
where
    U: FromRequestParts<AppState, Rejection = Problem>,
    T: DeserializeOwned,
{
    /// Reads the body, then authenticates the user and checks their permission again.
    pub async fn read(mut self) -> Result<(U, T), Problem> {
        let bytes = read(&self.parts, self.body).await?;
        authenticate::again(&self.state, &mut self.parts).await?;
        let user = U::from_request_parts(&mut self.parts, &self.state).await?;
        Ok((user, parse(&bytes)?))
    }

    /// Does the same where every field is optional: a request without a body has none of them.
    pub async fn read_or_default(mut self) -> Result<(U, T), Problem>
    where
        T: Default,
    {
        if !self.body.is_end_stream() {
            return self.read().await;
        }
        Ok((U::from_request_parts(&mut self.parts, &self.state).await?, T::default()))
    }
}

impl<U> Sent<U, Bytes>
where
    U: FromRequestParts<AppState, Rejection = Problem>,
{
    /// Reads a picture, then authenticates the user again.
    pub async fn read_picture(mut self) -> Result<(U, Bytes), Problem> {
        let picture = picture_body::read(&self.parts.headers, self.body).await?;
        authenticate::again(&self.state, &mut self.parts).await?;
        Ok((U::from_request_parts(&mut self.parts, &self.state).await?, picture))
    }
}

impl<U> Sent<U, UploadedFile>
where
    U: FromRequestParts<AppState, Rejection = Problem>,
{
    /// Reads a file of users, then authenticates the user and checks their permission again.
    pub async fn read_users(mut self) -> Result<(U, UploadedFile), Problem> {
        let file = import_body::read(&self.parts.headers, self.body).await?;
        authenticate::again(&self.state, &mut self.parts).await?;
        Ok((U::from_request_parts(&mut self.parts, &self.state).await?, file))
    }
}

async fn read(parts: &Parts, body: axum::body::Body) -> Result<Bytes, Problem> {
    request_body::refuse_encoded(&parts.headers)?;
    let is_of_kind = |kind| request_body::is_of_kind(&parts.headers, kind);
    // RFC 7396 for patches.
    let is_patch = parts.method == Method::PATCH && is_of_kind("application/merge-patch+json");
    if !is_patch && !is_of_kind("application/json") {
        return Err(Problem::UnsupportedMediaType);
    }
    request_body::read(body).await
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would also accept an array of the field values for a struct.
    if bytes.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
        return Err(Problem::BadRequest("The request body must be a JSON object"));
    }
    let failed = |error: serde_json::Error, path: &str| match error.classify() {
        serde_json::error::Category::Data => misshapen(&error.to_string(), path),
        _ => Problem::BadRequest("The request body is not valid JSON"),
    };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        failed(error.into_inner(), &path)
    })?;
    json.end().map_err(|error| failed(error, ""))?;
    Ok(parsed)
}

/// Names the unknown or missing field of serde's message, or the one of the wrong type at this path. Shows nothing else of
/// it: it quotes the input.
fn misshapen(message: &str, path: &str) -> Problem {
    let is_plain = |name: &str| {
        let is_usual = |c: char| c.is_ascii_alphanumeric() || "_.[]".contains(c);
        (1..=40).contains(&name.len()) && name != "." && name.chars().all(is_usual)
    };
    let kinds = [("unknown field `", "Unknown"), ("missing field `", "Required")];
    let named = kinds.iter().find_map(|(begin, message_of_field)| {
        Some((message.strip_prefix(begin)?.split_once('`')?.0, *message_of_field))
    });
    let is_of_wrong_type = message.starts_with("invalid type") || message.starts_with("invalid value");
    let field = named.or(is_of_wrong_type.then_some((path, "Wrong type"))).filter(|(field, _)| is_plain(field));
    let error = |(field, message): (&str, &str)| FieldError { field: field.to_owned(), message: message.to_owned() };
    Problem::BadShape(field.map(error).into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::{Problem, parse};

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Shape {
        name: String,
        #[serde(default)]
        roles: Vec<String>,
    }

    #[test]
    fn an_unknown_missing_or_misshapen_field_is_named_and_no_value_is_repeated() {
        let fields = |body: &str| match parse::<Shape>(body.as_bytes()) {
            Err(Problem::BadShape(fields)) => {
                fields.into_iter().map(|error| (error.field, error.message)).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        };
        let one = |field: &str, message: &str| vec![(field.to_owned(), message.to_owned())];
        assert_eq!(fields(r#"{"name": "x", "isAdmin": true}"#), one("isAdmin", "Unknown"));
        assert_eq!(fields("{}"), one("name", "Required"));
        assert_eq!(fields(r#"{"name": 7}"#), one("name", "Wrong type"));
        assert_eq!(fields(r#"{"name": "x", "roles": ["y", {}]}"#), one("roles[1]", "Wrong type"));
        assert!(matches!(parse::<Shape>(br#"{"name": "x"} {}"#), Err(Problem::BadRequest(_))));
        for hidden in [r#"{"<script>": 7}"#, r#""hush""#] {
            assert!(fields(hidden).is_empty(), "{hidden}");
        }
    }
}
