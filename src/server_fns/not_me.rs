//! "This wasn't me": users report that someone else has used their account.

use crate::model::{FnError, FormResult, NotMe};
use leptos::prelude::*;

/// Returns what a link's token would do, or what the signed-in user can do without one. Changes nothing.
#[server(name = ReadNotMe, endpoint = "not_me")]
pub async fn not_me(#[server(default)] token: String) -> Result<NotMe, FnError> {
    use crate::server::{context::ServerFnContext, services::not_me};
    let context = ServerFnContext::new()?;
    Ok(not_me::show(context.services(), &token, context.user().as_ref()).await?)
}

/// Secures the account, authorized by a link's token, or without one by the user's cookies, if the form says `sure`.
#[server(endpoint = "report_not_me")]
pub async fn report_not_me(
    #[server(default)] token: String,
    #[server(default)] sure: String,
) -> Result<FormResult, FnError> {
    use crate::{
        model::Page,
        server::{context::ServerFnContext, paths, services::not_me, text},
    };
    let context = ServerFnContext::new()?;
    let who = context.user().filter(|_| !token.is_empty() || sure == "yes");
    let secured = not_me::report(context.services(), &token, who.as_ref(), context.caller()).await?;
    if secured.is_some() && who.map(|who| who.claims.user) == secured {
        context.clear_tokens();
    }
    // The page of a used link says what was done.
    let page = paths::link_path(Page::NotMe, "token", &token);
    match secured {
        Some(_) if token.is_empty() => context.redirect(Page::SignIn.path(), Some(text::ACCOUNT_SECURED)).await,
        _ => context.redirect(&page, None).await,
    }
}
