//! The users: list them, read one, and create one.

use crate::model::{FnError, FormResult, OpenUser, UserList, UserSuggestion, UserToCreate};
use leptos::prelude::*;

/// Reads the page of the list that `query` selects, in the syntax of the page's address.
#[server(name = ReadUsers, endpoint = "users")]
pub async fn users(#[server(default)] query: String) -> Result<UserList, FnError> {
    use crate::{
        model::{BulkKind, Permission, UserPart, UsersView},
        server::context::ServerFnContext,
    };
    use strum::VariantArray;
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::UsersRead)?;
    let (services, view) = (context.services(), UsersView::parse(&query));
    let wrong_filter = UsersView::wrong_in(&query);
    let part = if wrong_filter.is_none() { services.users.view(&view).await? } else { UserPart::default() };
    let roles = services.roles.list().await?.into_iter().map(|role| role.name.as_str().to_owned()).collect();
    let held = services.permissions.held_by(&who);
    let may_write = held.contains(&Permission::UsersWrite);
    let actions = BulkKind::VARIANTS.iter().filter(|kind| may_write && held.contains(&kind.permission())).copied();
    let hidden = services.users.hidden_columns(who.claims.user).await?;
    let (actions, now) = (actions.collect(), services.clock.now());
    Ok(UserList { view, wrong_filter, part, roles, may_write, hidden, actions, now })
}

/// Finds the first users for a search that is being typed.
#[server(name = FindUsers, endpoint = "find_users")]
pub async fn find_users(#[server(default)] search: String) -> Result<Vec<UserSuggestion>, FnError> {
    use crate::{model::Permission, server::context::ServerFnContext};
    let context = ServerFnContext::new()?;
    context.require(Permission::UsersRead)?;
    Ok(context.services().users.suggest(&search).await?)
}

/// Saves which columns of the list the current user sees, and returns to the list that `query` selects.
#[server(endpoint = "choose_columns")]
pub async fn choose_columns(
    #[server(default)] query: String,
    #[server(default)] columns: Vec<String>,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{Permission, UserColumn, UsersView},
        server::context::ServerFnContext,
    };
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::UsersRead)?;
    let shown: Vec<UserColumn> = columns.iter().filter_map(|name| name.parse().ok()).collect();
    context.services().users.show_columns(who.claims.user, &shown).await?;
    context.redirect(&UsersView::parse(&query).address(), None).await
}

/// Reads one user, to show or `to_change`.
#[server(name = ReadUser, endpoint = "user")]
pub async fn user(#[server(default)] id: String, #[server(default)] to_change: bool) -> Result<OpenUser, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, services::user_view},
    };
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::UsersRead)?;
    let id = id.parse().map_err(|_| context.not_found())?;
    let open = user_view::open(context.services(), id, &who, context.caller()).await?;
    let open = open.ok_or_else(|| context.not_found())?;
    if to_change && !open.may.write {
        return Err(context.forbidden());
    }
    Ok(open)
}

/// Reads what the form for a new user offers.
#[server(name = ReadUserToCreate, endpoint = "user_to_create")]
pub async fn user_to_create() -> Result<UserToCreate, FnError> {
    use crate::{
        model::Permission,
        server::{context::ServerFnContext, services::user_view},
    };
    let context = ServerFnContext::new()?;
    let who = context.require(Permission::UsersWrite)?;
    let services = context.services();
    let held = services.permissions.held_by(&who);
    Ok(UserToCreate { roles: user_view::grantable(services, &held).await?, now: services.clock.now() })
}

/// Creates a user, without a password if it is empty.
#[server(endpoint = "create_user")]
pub async fn create_user(
    #[server(default)] email: String,
    #[server(default)] name: String,
    #[server(default)] username: String,
    #[server(default)] password: String,
    #[server(default)] verified: String,
    #[server(default)] roles: Vec<String>,
) -> Result<FormResult, FnError> {
    use crate::{
        model::{FormName, Page, Permission},
        server::{context::ServerFnContext, services::NewAccount, text},
    };
    let (page, held) = (Page::NewUser.path(), roles.join(" "));
    let kept = [("email", &*email), ("name", &name), ("username", &username), ("verified", &verified)];
    let context = ServerFnContext::for_form(FormName::NewUser)?.keep(kept).keep([("roles", &held)]);
    let actor = context.require(Permission::UsersWrite)?.actor();
    let name = Some(&*name).filter(|name| !name.trim().is_empty());
    let password = Some(&*password).filter(|password| !password.is_empty());
    let min_length = context.services().passwords.min_length();
    let account = match text::parse_account(name, &email, &username, password, min_length) {
        Ok(account) => NewAccount { roles, is_verified: !verified.is_empty(), ..account },
        Err(errors) => return context.reject(page, errors).await,
    };
    let notice = text::user_created(&account.email);
    match context.services().users.create(account, actor, context.caller()).await {
        Ok(id) => context.redirect(&Page::User.about(id), Some(&notice)).await,
        Err(error) => context.reject(page, text::user_errors(error)?).await,
    }
}
