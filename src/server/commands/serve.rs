//! `claviger serve`.

use super::{
    Failure, installation,
    open::{self, Need},
};
use crate::server::{
    http::{self, listen, state::AppState},
    key_file,
    randomness::Randomness,
    services::Services,
    settings::{DatabaseUrl, Loaded, Log, LogFormat, Settings},
};
use std::{io, sync::Arc};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing::Level;
use tracing_subscriber::{Layer, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

/// How many files may be open at once, if the system lets us.
const OPEN_FILES: u64 = 65_536;

/// Serves until it is told to stop.
pub async fn run(loaded: Loaded) -> Result<(), Failure> {
    log(&loaded.settings.log);
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
    let _lock = match &settings.database.url {
        DatabaseUrl::Sqlite(file) => installation::keep_others_off(file)?,
        DatabaseUrl::Postgres(_) => None,
    };
    // Before it says that it listens: who reads that may tell it to stop.
    let stop = stop_signal()?;
    greet(&settings, &services, &listener).await?;
    let work = services.monitor.start();
    let mail = services.mail.start();
    if services.mail.writes_files() {
        tracing::info!("mails are written to the folder outbox in server.data_dir, because mail.smtp_url is not set");
    }
    let is_watched = std::env::vars_os().any(|(name, _)| name == "LEPTOS_WATCH");
    let state = AppState::new(services.clone(), settings, Randomness::System, is_watched);
    let watched = state.clone();
    let stop = async move {
        stop.await;
        // They never end by themselves, and a stop waits for what is open.
        watched.watchers.send_away();
    };
    listen::serve(listener, http::router(state), stop).await;
    for task in work {
        task.abort();
    }
    mail.stop().await;
    services.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// The set-up link is the one secret that is ever printed: to standard error, once, for 24 hours.
async fn greet(settings: &Settings, services: &Services, listener: &TcpListener) -> Result<(), Failure> {
    let address = listener.local_addr()?;
    eprintln!("Claviger {} is listening on http://{address}", env!("CARGO_PKG_VERSION"));
    if !address.ip().is_loopback() || settings.server.public_url.origin() != format!("http://{address}") {
        eprintln!("Its public URL is {}", settings.server.public_url.origin());
    }
    if let Some(link) = services.set_up.link().await? {
        eprintln!("\n  There is no administrator yet. Open this link within 24 hours to make one:\n\n  {link}\n");
    }
    Ok(())
}

fn log(settings: &Log) {
    // The database library tells of every notice; people want what we say.
    let ours = Targets::new().with_default(settings.level).with_target("sqlx", settings.level.min(Level::WARN));
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    match settings.format {
        LogFormat::Json => {
            tracing_subscriber::registry().with(lines.json().flatten_event(true).with_filter(ours)).init();
        }
        LogFormat::Pretty => tracing_subscriber::registry().with(lines.with_filter(ours)).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        // Where, never what: a panic's message may hold anything.
        tracing::error!(at = panic.location().map(ToString::to_string), "a panic");
    }));
}

/// SIGTERM or SIGINT, caught from now on.
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: requests in flight may finish");
    })
}
