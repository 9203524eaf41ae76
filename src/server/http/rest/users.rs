//! `/users` and `/users/{id}`: the users, for administrators.

use super::{
    body::Sent,
    etag::{IfMatch, IfNoneMatch, etag},
    id::PathId,
    list::{Cursors, ListQuery, ListResponse, PageRequest},
    user_list_query::UserListQuery,
    user_response::UserResponse,
};
use crate::{
    model::{DisplayName, Email, FieldError, Password, Permission, USER, UserId, Username},
    server::{
        domain::{Actor, ProfileChange, UserChange},
        http::{
            extractors::{RequirePermission, UsersRead, UsersWrite},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, NewAccount},
    },
};
use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Deserializer};

/// A user to create.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CreateUserRequest {
    email: String,
    username: Option<String>,
    name: Option<String>,
    password: Option<String>,
    roles: Option<Vec<String>>,
    #[serde(default)]
    email_verified: bool,
}

/// All that can be written of a user. Without a username, it is removed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaceUserRequest {
    email: String,
    username: Option<String>,
    name: String,
}

/// The fields to change (JSON Merge Patch, RFC 7396). `null` removes the username.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateUserRequest {
    #[serde(default, deserialize_with = "not_null")]
    email: Option<String>,
    #[serde(default)]
    username: NewUsername,
    #[serde(default, deserialize_with = "not_null")]
    name: Option<String>,
}

/// Reads a field that can be left out, but not removed.
fn not_null<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    String::deserialize(value).map(Some)
}

/// The username after a change, which `null` removes.
#[derive(Default)]
enum NewUsername {
    #[default]
    Kept,
    Set(Option<String>),
}

impl<'de> Deserialize<'de> for NewUsername {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        Option::deserialize(value).map(Self::Set)
    }
}

/// Lists users, newest first unless sorted otherwise.
pub async fn list(
    State(state): State<AppState>,
    admin: RequirePermission<UsersRead>,
    ListQuery { filters, page }: ListQuery<UserListQuery>,
) -> Result<ListResponse<UserResponse>, Problem> {
    let query = filters.read(page.limit())?;
    let found = state.services.users.page(query, page.place()?, page.counted()).await?;
    let found = found.ok_or_else(PageRequest::over)?;
    let held = admin.permissions(&state);
    let users = found.users.into_iter().map(|user| UserResponse::of(user, &held, &state)).collect();
    Ok(page.answer(users, found.total, Cursors::of(found.next, found.prev)))
}

/// Returns one user.
pub async fn show(
    State(state): State<AppState>,
    admin: RequirePermission<UsersRead>,
    PathId(id): PathId<UserId>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let response = respond(&state, id, &admin.permissions(&state)).await?;
    match response.headers().get(header::ETAG) {
        Some(tag) if known.has(tag) => Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag.clone())]).into_response()),
        _ => Ok(response),
    }
}

/// Creates a user. Without a password, the user signs in after a reset.
pub async fn create(
    State(state): State<AppState>,
    caller: Caller,
    sent: Sent<RequirePermission<UsersWrite>, CreateUserRequest>,
) -> Result<Response, Problem> {
    let (admin, request) = sent.read().await?;
    let account = request.read(state.services.passwords.min_length())?;
    let id = state.services.users.create(account, admin.actor(), &caller).await?;
    let location = HeaderValue::try_from(format!("/api/v1/users/{id}")).map_err(|_| Problem::Internal)?;
    let response = respond(&state, id, &admin.permissions(&state)).await?;
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], response).into_response())
}

/// Replaces all that can be written of a user.
pub async fn replace(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
    sent: Sent<RequirePermission<UsersWrite>, ReplaceUserRequest>,
) -> Result<Response, Problem> {
    let (admin, ReplaceUserRequest { email, username, name }) = sent.read().await?;
    let change = read_profile(Some(&email), &NewUsername::Set(username), Some(&name))?;
    write_and_respond(&state, &admin, id, UserChange::Profile(change), &condition, &caller).await
}

/// Changes some fields of a user.
pub async fn update(
    State(state): State<AppState>,
    caller: Caller,
    _: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
    sent: Sent<RequirePermission<UsersWrite>, UpdateUserRequest>,
) -> Result<Response, Problem> {
    let (admin, UpdateUserRequest { email, username, name }) = sent.read().await?;
    let change = read_profile(email.as_deref(), &username, name.as_deref())?;
    write_and_respond(&state, &admin, id, UserChange::Profile(change), &condition, &caller).await
}

/// Deletes a user for good.
pub async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    admin: RequirePermission<UsersWrite>,
    PathId(id): PathId<UserId>,
    condition: IfMatch,
) -> Result<StatusCode, Problem> {
    write(&state, id, UserChange::Delete, &condition, admin.actor(), &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes a user, if it still has the version that the client expects.
pub(super) async fn write(
    state: &AppState,
    id: UserId,
    change: UserChange,
    condition: &IfMatch,
    actor: Actor,
    caller: &Caller,
) -> Result<(), Problem> {
    let users = &state.services.users;
    let version = users.find(id).await?.ok_or(Problem::NotFound)?.version;
    users.change_version(id, condition.expected(version)?, change, actor, caller).await?;
    Ok(())
}

/// Does the same, and responds with the user after the change.
pub(super) async fn write_and_respond(
    state: &AppState,
    admin: &RequirePermission<UsersWrite>,
    id: UserId,
    change: UserChange,
    condition: &IfMatch,
    caller: &Caller,
) -> Result<Response, Problem> {
    write(state, id, change, condition, admin.actor(), caller).await?;
    respond_to_writer(state, id, admin).await
}

/// Responds with the user as it is now, or without content if the caller may not read users.
pub(super) async fn respond_to_writer(
    state: &AppState,
    id: UserId,
    admin: &RequirePermission<UsersWrite>,
) -> Result<Response, Problem> {
    let held = admin.permissions(state);
    if held.contains(&Permission::UsersRead) {
        respond(state, id, &held).await
    } else {
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

/// Responds with the user as it is now.
pub(super) async fn respond(state: &AppState, id: UserId, held: &[Permission]) -> Result<Response, Problem> {
    let known = state.services.users.known(id).await?.ok_or(Problem::NotFound)?;
    let version = known.user.version;
    let body = serde_json::to_vec(&UserResponse::of(known, held, state)).map_err(|_| Problem::Internal)?;
    let headers =
        [(header::ETAG, etag(version, &body)), (header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((headers, body).into_response())
}

impl CreateUserRequest {
    fn read(self, min_length: usize) -> Result<NewAccount, Problem> {
        let own = [self.username.as_deref(), Some(&self.email), self.name.as_deref()].map(Option::unwrap_or_default);
        let password = self.password.map(|text| Password::choose(&text, min_length, &own)).transpose();
        let profile = read_profile(Some(&self.email), &NewUsername::Set(self.username), self.name.as_deref())?;
        Ok(NewAccount {
            email: profile.email.ok_or_else(|| Problem::of_field("email", &"Required"))?,
            is_verified: self.email_verified,
            username: profile.username.flatten(),
            name: profile.name,
            roles: self.roles.unwrap_or_else(|| vec![USER.to_owned()]),
            password: password.map_err(|problem| Problem::of_field("password", &problem))?,
        })
    }
}

/// Parses the fields that are there. Reports each that is wrong.
fn read_profile(email: Option<&str>, username: &NewUsername, name: Option<&str>) -> Result<ProfileChange, Problem> {
    let mut errors = Vec::new();
    let mut note = |field: &str, message: String| errors.push(FieldError { field: field.to_owned(), message });
    let email = email.map(Email::parse).transpose().map_err(|problem| note("email", problem.to_string()));
    let name = name.map(DisplayName::parse).transpose().map_err(|problem| note("name", problem.to_string()));
    let username = match username {
        NewUsername::Kept => Ok(None),
        NewUsername::Set(text) => text.as_deref().map(Username::parse).transpose().map(Some),
    };
    let username = username.map_err(|problem| note("username", problem.to_string()));
    match (email, username, name) {
        (Ok(email), Ok(username), Ok(name)) => Ok(ProfileChange { email, username, name }),
        _ => Err(Problem::BadFields(errors)),
    }
}
