//! Every error response: its status, code and headers. The `frame` layer renders it as JSON or as a page.

use crate::{
    model::{FieldError, SignInError},
    server::services::tokens::TokenError,
};
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Why a request fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("Authentication required")]
    AuthenticationRequired,
    #[error("{0}")]
    Token(TokenError),
    #[error("{0}")]
    SignIn(SignInError),
    #[error("Cross-site request blocked")]
    OtherOrigin,
    #[error("Forbidden")]
    Forbidden,
    #[error("Fresh sign-in required")]
    FreshSignInRequired,
    #[error("{sentence}")]
    Refused { status: StatusCode, code: &'static str, sentence: String },
    #[error("{0}")]
    Conflict(String, Vec<FieldError>),
    #[error("Changed by someone else meanwhile")]
    PreconditionFailed,
    #[error("Not found")]
    NotFound,
    #[error("Method not allowed")]
    MethodNotAllowed,
    #[error("Request body too large")]
    TooLarge,
    #[error("Request timeout")]
    TooSlow,
    #[error("Too many requests")]
    TooManyRequests {
        /// Seconds.
        retry_after: u64,
    },
    #[error("Content type must be application/json, in UTF-8")]
    UnsupportedMediaType,
    #[error("The form must be sent as application/x-www-form-urlencoded")]
    NotAForm,
    #[error("Content-Encoding is not supported for request bodies")]
    EncodedBody,
    #[error("Not acceptable")]
    NotAcceptable,
    #[error("Request headers too large")]
    HeadersTooLarge,
    #[error("{0}")]
    BadRequest(&'static str),
    #[error("A field is unknown, missing or of the wrong type")]
    BadShape(Vec<FieldError>),
    #[error("Invalid input")]
    BadFields(Vec<FieldError>),
    #[error("Service busy")]
    Busy,
    #[error("Service unavailable")]
    Unavailable,
    #[error("Internal server error")]
    Internal,
}

impl Problem {
    /// An error in one field.
    pub fn of_field(field: &str, message: &impl ToString) -> Self {
        Self::BadFields(vec![FieldError { field: field.to_owned(), message: message.to_string() }])
    }

    /// A conflict: one field's value is already taken.
    pub fn conflict(field: &str, message: &impl ToString) -> Self {
        let message = message.to_string();
        Self::Conflict(message.clone(), vec![FieldError { field: field.to_owned(), message }])
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::AuthenticationRequired | Self::Token(_) => StatusCode::UNAUTHORIZED,
            Self::SignIn(error) => match error {
                SignInError::Missing | SignInError::InvalidEmail | SignInError::Invalid => StatusCode::BAD_REQUEST,
                SignInError::Unverified => StatusCode::UNAUTHORIZED,
                SignInError::Banned { .. } | SignInError::Locked { .. } => StatusCode::FORBIDDEN,
                SignInError::Busy => StatusCode::SERVICE_UNAVAILABLE,
                SignInError::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::OtherOrigin | Self::Forbidden | Self::FreshSignInRequired => StatusCode::FORBIDDEN,
            Self::Refused { status, .. } => *status,
            Self::Conflict(..) => StatusCode::CONFLICT,
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::UnsupportedMediaType | Self::NotAForm | Self::EncodedBody => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::BadRequest(_) | Self::BadShape(_) | Self::BadFields(_) => StatusCode::BAD_REQUEST,
            Self::Busy | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns the error code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AuthenticationRequired => "authentication_required",
            Self::Token(TokenError::Invalid | TokenError::NotYetValid) => "invalid_token",
            Self::Token(TokenError::InvalidKey) => "invalid_api_key",
            Self::Token(TokenError::Expired) => "token_expired",
            Self::Token(TokenError::Revoked | TokenError::Stale) => "token_revoked",
            Self::SignIn(error) => match error {
                SignInError::Missing => "credentials_required",
                SignInError::InvalidEmail => "invalid_email",
                SignInError::Invalid => "invalid_credentials",
                SignInError::Unverified => "user_not_verified",
                SignInError::Banned { .. } => "user_banned",
                SignInError::Locked { .. } => "account_locked",
                SignInError::Busy => "service_busy",
                SignInError::Internal => "internal_error",
            },
            Self::OtherOrigin => "other_origin",
            Self::Forbidden => "forbidden",
            Self::FreshSignInRequired => "fresh_sign_in_required",
            Self::Refused { code, .. } => code,
            Self::Conflict(..) => "conflict",
            Self::PreconditionFailed => "precondition_failed",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::TooLarge => "body_too_large",
            Self::TooSlow => "request_timeout",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::UnsupportedMediaType | Self::NotAForm => "unsupported_media_type",
            Self::EncodedBody => "unsupported_encoding",
            Self::NotAcceptable => "not_acceptable",
            Self::HeadersTooLarge => "headers_too_large",
            Self::BadRequest(_) | Self::BadShape(_) => "bad_request",
            Self::BadFields(_) => "invalid_input",
            Self::Busy => "service_busy",
            Self::Unavailable => "service_unavailable",
            Self::Internal => "internal_error",
        }
    }

    pub fn details(&self) -> &[FieldError] {
        match self {
            Self::BadShape(fields) | Self::BadFields(fields) | Self::Conflict(_, fields) => fields,
            _ => &[],
        }
    }

    /// Returns the headers that belong to the problem itself.
    pub fn headers(&self) -> Vec<(HeaderName, HeaderValue)> {
        let mut headers = Vec::new();
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.push((header::WWW_AUTHENTICATE, self.challenge()));
        }
        if *self == Self::EncodedBody {
            // RFC 9110 §15.5.16.
            headers.push((header::ACCEPT_ENCODING, HeaderValue::from_static("identity")));
        }
        let retry_after = match self {
            Self::SignIn(SignInError::Locked { retry_after }) | Self::TooManyRequests { retry_after } => {
                Some(*retry_after)
            }
            Self::SignIn(SignInError::Busy) | Self::Busy | Self::Unavailable => Some(1),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            headers.push((header::RETRY_AFTER, HeaderValue::from(seconds)));
        }
        headers
    }

    /// RFC 6750 §3: a request without credentials gets no error code.
    fn challenge(&self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Token(TokenError::Invalid) => r#"Bearer error="invalid_token", error_description="Invalid token""#,
            Self::Token(TokenError::Expired) => r#"Bearer error="invalid_token", error_description="Token expired""#,
            Self::Token(TokenError::InvalidKey) => {
                r#"Bearer error="invalid_token", error_description="Invalid API key""#
            }
            Self::Token(_) => r#"Bearer error="invalid_token", error_description="Token revoked""#,
            _ => "Bearer",
        })
    }
}

/// An empty response that carries its problem; the `frame` layer renders it.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.headers_mut().extend(self.headers());
        response.extensions_mut().insert(self);
        response
    }
}

/// Responds 405 to a method that a route does not support.
pub async fn method_not_allowed() -> Problem {
    Problem::MethodNotAllowed
}
