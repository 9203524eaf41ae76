//! Loads the data of a page, and shows the error if that fails.

use super::{ErrorPage, problem::OtherOriginPage};
use crate::{
    model::{FnError, LinkKind, LinkState},
    server_fns::link_state,
    ui::context::AnswerStatus,
};
use leptos::prelude::*;

/// Shows `view` of the data once they are loaded. If they can't be, shows the error and sets the response status.
pub fn load<T, V: IntoView + 'static>(
    data: impl Future<Output = Result<T, FnError>> + Send + 'static,
    view: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match data.await {
                    Ok(data) => view(data).into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// Shows `valid` of the token and the address that it is for, or `invalid` if a link with this token does not
/// work.
pub fn load_link<V: IntoView + 'static, I: IntoView + 'static>(
    kind: LinkKind,
    token: String,
    valid: impl FnOnce(String, String) -> V + Send + 'static,
    invalid: impl FnOnce() -> I + Send + 'static,
) -> impl IntoView {
    load(link_state(kind, token.clone()), move |state| match state {
        LinkState::Good { address } => valid(token, address).into_any(),
        LinkState::Dead => invalid().into_any(),
    })
}

#[component]
fn Failed(error: FnError) -> impl IntoView {
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
