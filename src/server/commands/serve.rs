//! `claviger serve`.

use super::{
    Failure, installation, log,
    open::{self, Need},
    signals::Signals,
};
use crate::server::{
    http::{self, listen, state::AppState},
    key_file,
    randomness::Randomness,
    services::Services,
    settings::{DatabaseUrl, Loaded, Settings},
};
use std::{fs::File, sync::Arc, time::Duration};
use tokio::{net::TcpListener, time::Instant};

/// How many files may be open at once, if the system lets us.
const OPEN_FILES: u64 = 65_536;
/// How long after the last connection was accepted all is written down or given up. With what the log needs
/// for its last lines that is less than the 10 s that are promised.
const WHOLE_STOP: Duration = Duration::from_millis(8500);

/// What runs until it is told to stop.
struct Server {
    listener: TcpListener,
    state: AppState,
    /// Held until the database is closed.
    lock: Option<File>,
}

/// Serves until it is told to stop.
pub async fn run(loaded: Loaded) -> Result<(), Failure> {
    log::start(&loaded.settings.log)?;
    // Before it says that it listens: who reads that may tell it to stop.
    let mut signals = Signals::catch()?;
    let server = tokio::select! {
        server = Box::pin(start(loaded)) => server?,
        // Nothing was begun that a transaction would not undo.
        () = signals.next() => return Ok(()),
    };
    server.serve(signals).await;
    Ok(())
}

async fn start(loaded: Loaded) -> Result<Server, Failure> {
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    let settings = Arc::new(loaded.settings);
    let services = open::services(&settings, Need::Server).await?;
    if settings.tokens.jwt_secret.is_none()
        && let Some(warning) = key_file::warning(&settings.server.data_dir)
    {
        tracing::warn!("{warning}");
    }
    // Every stream and every connection is an open file; what is allowed to most processes is few.
    if let Err(error) = rlimit::increase_nofile_limit(OPEN_FILES) {
        tracing::warn!(%error, "the number of open files was not raised");
    }
    let listener = TcpListener::bind(settings.site_addr).await.map_err(|error| {
        Failure(format!(
            "can't listen on {}: {error}; choose another address with LEPTOS_SITE_ADDR",
            settings.site_addr
        ))
    })?;
    let lock = match &settings.database.url {
        DatabaseUrl::Sqlite(file) => installation::keep_others_off(file)?,
        DatabaseUrl::Postgres(_) => None,
    };
    greet(&settings, &services, &listener).await?;
    services.start_jobs();
    if services.mail.writes_files() {
        tracing::info!("mails are written to the folder outbox in server.data_dir, because mail.smtp_url is not set");
    }
    let is_watched = std::env::vars_os().any(|(name, _)| name == "LEPTOS_WATCH");
    let state = AppState::new(services, settings, Randomness::System, is_watched);
    Ok(Server { listener, state, lock })
}

impl Server {
    async fn serve(self, signals: Signals) {
        let (state, router) = (self.state.clone(), http::router(self.state));
        let told = stop_begins(state.clone(), signals);
        let stopped = listen::serve(self.listener, router, state.services.readiness.clone(), told).await;
        let deadline = stopped + WHOLE_STOP;
        let jobs = tokio::time::timeout_at(deadline, state.services.stop_jobs()).await;
        let mut unfinished = state.services.close(deadline - Instant::now()).await;
        drop(self.lock);
        unfinished.extend(jobs.is_err().then_some("background jobs"));
        if unfinished.is_empty() {
            tracing::info!("stopped");
        } else {
            tracing::warn!("stopped in time; not finished: {}", unfinished.join(", "));
        }
    }
}

/// Done when no more connections are to be accepted.
async fn stop_begins(state: AppState, mut signals: Signals) {
    signals.next().await;
    tracing::info!("stopping: requests in flight may finish");
    state.services.readiness.stopping();
    signals.end_at_the_next();
    // Who looks at /ready takes this node out of service meanwhile.
    tokio::time::sleep(state.settings.server.shutdown_delay).await;
    // Streams never end by themselves, and a stop waits for what is open.
    state.watchers.send_away();
}

/// The set-up link is the one secret that is ever printed: to standard error, once, for 24 hours.
async fn greet(settings: &Settings, services: &Services, listener: &TcpListener) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    log::say(&format!("Claviger {} is listening on http://{address}", env!("CARGO_PKG_VERSION")));
    if !address.ip().is_loopback() || settings.server.public_url.origin() != format!("http://{address}") {
        log::say(&format!("Its public URL is {}", settings.server.public_url.origin()));
    }
    if let Some(link) = services.set_up.link().await? {
        log::say(&format!(
            "\n  There is no administrator yet. Open this link within 24 hours to make one:\n\n  {link}\n"
        ));
    }
    Ok(())
}
