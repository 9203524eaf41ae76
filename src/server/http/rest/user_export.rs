//! `GET /users/export`: the users that match the filters of the list.

use super::{
    export::{self, Format, PART, Part, Source},
    user_list_query::UserListQuery,
    user_response::UserFields,
};
use crate::{
    model::{ListPlace, UserId},
    server::{
        http::{
            extractors::{RequirePermission, UsersRead},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, ServiceError, UserQuery},
    },
};
use axum::{extract::State, http::Uri, response::Response};

/// Streams the users that match.
pub async fn export(
    State(state): State<AppState>,
    caller: Caller,
    reader: RequirePermission<UsersRead>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (filters, format) = Format::read::<UserListQuery>(&uri)?;
    let query = filters.read(PART)?;
    state.services.users.record_export(&query, format.into_str(), reader.actor(), &caller).await?;
    export::respond(state, reader, query, format)
}

impl Source for UserQuery {
    type Row = UserFields;
    type Place = ListPlace<UserId>;
    type Permission = UsersRead;
    const FILE: &'static str = "users";
    const COLUMNS: &'static [&'static str] = &UserFields::NAMES;

    async fn part(&self, state: &AppState, after: Option<ListPlace<UserId>>) -> Result<Part<Self>, ServiceError> {
        let (users, next) = state.services.users.next_part(self, after).await?;
        let now = state.services.clock.now();
        Ok((users.into_iter().map(|known| UserFields::of(known, now)).collect(), next))
    }

    fn cells(row: UserFields) -> Vec<String> {
        row.cells().to_vec()
    }
}
