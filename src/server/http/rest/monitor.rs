//! `GET /admin/monitor`: the monitor's figures.

use crate::{
    model::{Minute, Overview},
    server::http::{
        extractors::{RequirePermission, SessionsRead},
        problem::Problem,
        state::AppState,
    },
};
use axum::{Json, extract::State};
use serde::Serialize;

/// Figures of all nodes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MonitorResponse {
    live: i64,
    flagged: i64,
    /// Sums over the last hour.
    started: i64,
    refreshed: i64,
    ended: i64,
    rejected: i64,
    /// The same by minute, oldest first, without minutes in which nothing happened.
    last_hour: Vec<MinuteJson>,
    revocation: Delay,
    /// Open streams of this node.
    streams: usize,
}

#[derive(Serialize)]
struct MinuteJson {
    at: String,
    started: i64,
    refreshed: i64,
    ended: i64,
    rejected: i64,
}

/// The promised and the measured revocation delay.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Delay {
    promised_ms: i64,
    measured_ms: Option<i64>,
}

/// Returns the current counts and the last hour's activity.
pub async fn figures(
    State(state): State<AppState>,
    _: RequirePermission<SessionsRead>,
) -> Result<Json<MonitorResponse>, Problem> {
    let overview = state.services.monitor.overview().await?;
    Ok(Json(MonitorResponse::of(&overview, state.watchers.count())))
}

impl MonitorResponse {
    fn of(overview: &Overview, streams: usize) -> Self {
        let sum = |of: fn(&Minute) -> i64| overview.last_hour.iter().map(of).sum();
        Self {
            live: overview.live,
            flagged: overview.flagged,
            started: sum(|minute| minute.started),
            refreshed: sum(|minute| minute.refreshed),
            ended: sum(|minute| minute.ended),
            rejected: sum(|minute| minute.rejected),
            last_hour: overview.last_hour.iter().copied().map(MinuteJson::from).collect(),
            revocation: Delay { promised_ms: overview.revocation.promised, measured_ms: overview.revocation.measured },
            streams,
        }
    }
}

impl From<Minute> for MinuteJson {
    fn from(minute: Minute) -> Self {
        let Minute { at, started, refreshed, ended, rejected } = minute;
        Self { at: at.to_string(), started, refreshed, ended, rejected }
    }
}
