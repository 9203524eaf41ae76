//! `GET /users/export`: the users that match the filters of the list, as a stream.

use super::{list::unpaged, user_list_query::UserListQuery, user_response::UserFields};
use crate::{
    model::{ListPlace, UserId},
    server::{
        http::{
            csv,
            extractors::{RequirePermission, UsersRead},
            problem::Problem,
            state::AppState,
        },
        services::{Caller, UserQuery},
    },
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use std::io;
use strum::{EnumString, IntoStaticStr};

/// How many users are read, and sent, at once.
const PART: i64 = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
enum Format {
    Csv,
    Jsonl,
}

/// One export. Dropped when the client goes away.
struct Export {
    state: AppState,
    reader: RequirePermission<UsersRead>,
    query: UserQuery,
    format: Format,
    next: Next,
}

/// Where the export goes on.
enum Next {
    Start,
    After(ListPlace<UserId>),
    End,
}

/// Streams the users that match. Ends early, as a broken response, if the reader loses the permission meanwhile.
pub async fn export(
    State(state): State<AppState>,
    caller: Caller,
    reader: RequirePermission<UsersRead>,
    uri: Uri,
) -> Result<Response, Problem> {
    let (filters, format) = unpaged::<UserListQuery>(&uri, "format")?;
    let format: Format = format
        .and_then(|format| format.parse().ok())
        .ok_or_else(|| Problem::of_field("format", &"Must be csv or jsonl"))?;
    let query = filters.read(PART)?;
    state.services.users.record_export(format.into_str(), reader.actor(), &caller).await?;
    let headers = headers(format, &state.services.clock.now().to_string())?;
    let export = Export { state, reader, query, format, next: Next::Start };
    let parts = stream::try_unfold(export, |mut export| async move {
        Ok::<_, io::Error>(export.part().await?.map(|bytes| (bytes, export)))
    });
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// Names the file after the day.
fn headers(format: Format, now: &str) -> Result<[(header::HeaderName, HeaderValue); 2], Problem> {
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Jsonl => "application/jsonl",
    };
    let day = now.get(..10).unwrap_or_default();
    let file = format!("attachment; filename=\"users-{day}.{}\"", format.into_str());
    let file = HeaderValue::try_from(file).map_err(|_| Problem::Internal)?;
    Ok([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, file)])
}

impl Export {
    /// Returns the next part; `None` at the end.
    async fn part(&mut self) -> io::Result<Option<Bytes>> {
        let mut bytes = Vec::new();
        let after = match std::mem::replace(&mut self.next, Next::End) {
            Next::End => return Ok(None),
            Next::After(place) => Some(place),
            Next::Start => {
                if self.format == Format::Csv {
                    bytes = csv::line(UserFields::NAMES)?;
                }
                None
            }
        };
        if !self.reader.still_holds(&self.state) {
            return Err(io::Error::other("the permission is gone"));
        }
        let read = self.state.services.users.next_part(&self.query, after).await;
        let (users, next) = read.map_err(io::Error::other)?;
        let now = self.state.services.clock.now();
        for known in users {
            let fields = UserFields::of(known, now);
            match self.format {
                Format::Csv => bytes.extend(csv::line(fields.cells().each_ref().map(String::as_str))?),
                Format::Jsonl => {
                    serde_json::to_writer(&mut bytes, &fields)?;
                    bytes.push(b'\n');
                }
            }
        }
        self.next = next.map_or(Next::End, Next::After);
        Ok(Some(bytes.into()))
    }
}
