//! Exports: all rows that match the filters of a list, as a stream of CSV or JSON Lines.

use super::list::unpaged;
use crate::server::{
    http::{
        csv,
        extractors::{Granted, RequirePermission},
        problem::Problem,
        state::AppState,
    },
    services::ServiceError,
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use serde::{Serialize, de::DeserializeOwned};
use std::io;
use strum::{EnumString, IntoStaticStr};

/// How many rows are read, and sent, at once.
pub const PART: i64 = 500;

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum Format {
    Csv,
    Jsonl,
}

impl Format {
    /// Reads the query of an export: the filters of the list, and `format`.
    pub fn read<F: DeserializeOwned>(uri: &Uri) -> Result<(F, Self), Problem> {
        let (filters, format) = unpaged(uri, "format")?;
        let format = format.and_then(|format| format.parse().ok());
        Ok((filters, format.ok_or_else(|| Problem::of_field("format", &"Must be csv or jsonl"))?))
    }
}

/// What is exported, read part by part.
pub trait Source: Send + Sync + 'static {
    type Row: Serialize + Send;
    /// Where a part ends.
    type Place: Send + 'static;
    /// The permission to read it, which must last to the end.
    type Permission: Granted + Send + Sync + 'static;
    /// The name of the file, before the day.
    const FILE: &'static str;
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// Returns up to [`PART`] rows after a place, and the place to go on from if there are more.
    fn part(
        &self,
        state: &AppState,
        after: Option<Self::Place>,
    ) -> impl Future<Output = Result<Part<Self>, ServiceError>> + Send;

    /// Returns the cells of a row, one for each column.
    fn cells(row: Self::Row) -> Vec<String>;
}

/// Rows, and the place to go on from if there are more.
pub type Part<S> = (Vec<<S as Source>::Row>, Option<<S as Source>::Place>);

/// One export. Dropped when the client goes away.
struct Export<S: Source> {
    state: AppState,
    reader: RequirePermission<S::Permission>,
    source: S,
    format: Format,
    next: Next<S::Place>,
}

/// Where the export goes on.
enum Next<P> {
    Start,
    After(P),
    End,
}

/// Streams all rows. Ends early, as a broken response, if the reader loses the permission meanwhile.
pub fn respond<S: Source>(
    state: AppState,
    reader: RequirePermission<S::Permission>,
    source: S,
    format: Format,
) -> Result<Response, Problem> {
    let headers = headers(S::FILE, format, &state.services.clock.now().to_string())?;
    let export = Export { state, reader, source, format, next: Next::Start };
    let parts = stream::try_unfold(export, |mut export| async move {
        Ok::<_, io::Error>(export.part().await?.map(|bytes| (bytes, export)))
    });
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// Names the file after the day.
fn headers(file: &str, format: Format, now: &str) -> Result<[(header::HeaderName, HeaderValue); 2], Problem> {
    let kind = match format {
        Format::Csv => "text/csv; charset=utf-8",
        Format::Jsonl => "application/jsonl",
    };
    let day = now.get(..10).unwrap_or_default();
    let name = format!("attachment; filename=\"{file}-{day}.{}\"", format.into_str());
    let name = HeaderValue::try_from(name).map_err(|_| Problem::Internal)?;
    Ok([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, name)])
}

impl<S: Source> Export<S> {
    /// Returns the next part; `None` at the end.
    async fn part(&mut self) -> io::Result<Option<Bytes>> {
        let mut bytes = Vec::new();
        let after = match std::mem::replace(&mut self.next, Next::End) {
            Next::End => return Ok(None),
            Next::After(place) => Some(place),
            Next::Start => {
                if self.format == Format::Csv {
                    bytes = csv::line(S::COLUMNS.iter().copied())?;
                }
                None
            }
        };
        if !self.reader.still_holds(&self.state) {
            return Err(io::Error::other("the permission is gone"));
        }
        let (rows, next) = self.source.part(&self.state, after).await.map_err(io::Error::other)?;
        for row in rows {
            match self.format {
                Format::Csv => bytes.extend(csv::line(S::cells(row).iter().map(String::as_str))?),
                Format::Jsonl => {
                    serde_json::to_writer(&mut bytes, &row)?;
                    bytes.push(b'\n');
                }
            }
        }
        self.next = next.map_or(Next::End, Next::After);
        Ok(Some(bytes.into()))
    }
}
