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
    settings::{DatabaseUrl, Loaded, LogFormat, Settings},
};
use std::{fs::File, sync::Arc, time::Duration};
use tokio::{net::TcpListener, time::Instant};

/// How many open files to ask the system for.
const OPEN_FILES: u64 = 65_536;
/// Time limit, from the last accepted connection, for saving everything or giving up. Together with the last log
/// lines it stays below the promised 10 s.
const WHOLE_STOP: Duration = Duration::from_millis(8500);

/// The running server and what it holds.
struct Server {
    listener: TcpListener,
    state: AppState,
    /// Held until the database is closed.
    lock: Option<File>,
}

/// Serves until a signal stops it.
pub async fn run(loaded: Loaded) -> Result<(), Failure> {
    log::start(&loaded.settings.log)?;
    // Before the start message: its reader may send the signal at once.
    let mut signals = Signals::catch()?;
    let server = tokio::select! {
        server = Box::pin(start(loaded)) => server?,
        // Nothing has started yet that a dropped transaction would not undo.
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
    // Every stream and every connection is an open file, and the usual limit is low.
    if let Err(error) = rlimit::increase_nofile_limit(OPEN_FILES) {
        tracing::warn!(%error, "can't raise the limit of open files");
    }
    let listener = TcpListener::bind(settings.site_addr).await.map_err(|error| {
        Failure(format!(
            "can't listen on {}: {error}; stop what uses the port, or set LEPTOS_SITE_ADDR to another address",
            settings.site_addr
        ))
    })?;
    let lock = match &settings.database.url {
        DatabaseUrl::Sqlite(file) => installation::keep_others_off(file)?,
        DatabaseUrl::Postgres(_) => None,
    };
    print_banner(&settings, &services, &listener).await?;
    services.start_jobs();
    let is_watched = std::env::vars_os().any(|(name, _)| name == "LEPTOS_WATCH");
    let state = AppState::new(services, settings, Randomness::system(), is_watched);
    Ok(Server { listener, state, lock })
}

impl Server {
    async fn serve(self, signals: Signals) {
        let (state, router) = (self.state.clone(), http::router(self.state));
        let stop = stop_begins(state.clone(), signals);
        let stopped = listen::serve(self.listener, router, state.services.readiness.clone(), stop).await;
        let deadline = stopped + WHOLE_STOP;
        let jobs = tokio::time::timeout_at(deadline, state.services.stop_jobs()).await;
        let mut unfinished = state.services.close(deadline - Instant::now()).await;
        drop(self.lock);
        unfinished.extend(jobs.is_err().then_some("background jobs"));
        if unfinished.is_empty() {
            tracing::info!("stopped");
        } else {
            tracing::warn!("stopped, not finished: {}", unfinished.join(", "));
        }
    }
}

/// Completes when no more connections are to be accepted.
async fn stop_begins(state: AppState, mut signals: Signals) {
    signals.next().await;
    tracing::info!("shutting down, waiting for requests to finish");
    state.services.readiness.stopping();
    signals.end_at_the_next();
    // Load balancers that poll /ready take this node out of service meanwhile.
    tokio::time::sleep(state.settings.server.shutdown_delay).await;
    // Streams never end on their own, and the stop waits for open connections.
    state.watchers.send_away();
}

/// A line across the terminal.
const RULE: &str = "━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━";

/// Prints what an operator reads first: addresses, database, email, and the set-up link if there is no
/// administrator. The link is the only secret ever printed: to standard error, once, valid for 24 hours.
async fn print_banner(settings: &Settings, services: &Services, listener: &TcpListener) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    let public_url = settings.server.public_url.origin();
    log::say(&format!("Claviger {} is listening on http://{address}", env!("CARGO_PKG_VERSION")));
    let email = match &settings.mail.smtp_url {
        Some(server) => format!("sent through {}:{}", server.host, server.port),
        None => format!(
            "no email server configured (mail.smtp_url): emails are saved to {}",
            settings.server.data_dir.join("outbox").display()
        ),
    };
    if settings.log.format == LogFormat::Pretty {
        let database = open::place(settings);
        log::say(&format!("  Public URL  {public_url}\n  Database    {database}\n  Email       {email}\n"));
    } else {
        tracing::info!(public_url, "email: {email}");
    }
    if let Some(link) = services.set_up.link().await? {
        let sentence = "First run: open this link (valid 24 h) to create the administrator:";
        log::say(&format!("\n{RULE}\n  {sentence}\n\n  {link}\n{RULE}\n"));
    }
    Ok(())
}
