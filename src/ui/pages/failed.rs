//! The error view of a page whose data could not be loaded.

use super::{ErrorPage, problem::OtherOriginPage};
use crate::{model::FnError, ui::context::AnswerStatus};
use leptos::prelude::*;

/// Shows the error and sets the response status.
#[component]
pub fn Failed(error: FnError) -> impl IntoView {
    let status = error.status();
    if let Some(answer) = use_context::<AnswerStatus>() {
        answer.set(status);
    }
    match error {
        FnError::OtherOrigin { public_url } => view! { <OtherOriginPage public_url /> }.into_any(),
        FnError::TooManyRequests { retry_after } => {
            view! { <ErrorPage status retry_after=Some(retry_after) /> }.into_any()
        }
        _ => view! { <ErrorPage status /> }.into_any(),
    }
}
