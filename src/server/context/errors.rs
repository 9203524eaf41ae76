//! Service errors as server functions report them.

use crate::{
    model::FnError,
    server::services::{ServiceError, UserError},
};
use axum::http::StatusCode;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

impl From<ServiceError> for FnError {
    fn from(error: ServiceError) -> Self {
        if matches!(error, ServiceError::Revoked) {
            return Self::SignInRequired;
        }
        let (status, error) = match error {
            ServiceError::Unavailable(cause) => {
                tracing::warn!(?cause, "the database is unavailable");
                (StatusCode::SERVICE_UNAVAILABLE, Self::Busy)
            }
            other => {
                tracing::error!(cause = ?other, "server function failed");
                (StatusCode::INTERNAL_SERVER_ERROR, Self::Internal)
            }
        };
        // A page that is being rendered says what happened; its status must say it too.
        if let Some(answer) = use_context::<ResponseOptions>() {
            answer.set_status(status);
        }
        error
    }
}

impl From<UserError> for FnError {
    fn from(error: UserError) -> Self {
        match error {
            UserError::Missing => Self::SignInRequired,
            UserError::Service(error) => error.into(),
            other => {
                tracing::error!(cause = ?other, "server function failed");
                Self::Internal
            }
        }
    }
}
