//! The state that every handler can reach.

use super::{branding, origin::Mismatches, site, watchers::Watchers};
use crate::{
    model::Brand,
    server::{
        context::{ServerState, cookies::CookieNames},
        randomness::Randomness,
        services::Services,
        settings::Settings,
    },
    ui::context::Assets,
};
use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use std::{ops::Deref, sync::Arc, time::Instant};

/// Handle to the server's state. It is a single `Arc` because every layer clones it for every request.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

/// The state behind the handle.
pub struct Inner {
    pub services: Services,
    pub settings: Arc<Settings>,
    pub randomness: Randomness,
    pub assets: Assets,
    pub brand: Arc<Brand>,
    pub started: Instant,
    pub watchers: Watchers,
    pub(super) cookies: CookieNames,
    pub(super) server_fns: Arc<ServerState>,
    pub(super) mismatches: Mismatches,
    pub(super) leptos: LeptosOptions,
}

impl AppState {
    /// Creates the state of one server. `is_watched`: cargo-leptos reloads pages on change.
    pub fn new(services: Services, settings: Arc<Settings>, randomness: Randomness, is_watched: bool) -> Self {
        let leptos = LeptosOptions::builder().output_name("claviger").site_addr(settings.site_addr).build();
        let reload_port = is_watched.then(|| u16::try_from(leptos.reload_port).unwrap_or(3001));
        let public_url = settings.server.public_url.clone();
        let cookies = CookieNames::new(public_url.is_secure());
        let server_fns = ServerState { services: services.clone(), cookies: cookies.clone(), public_url };
        Self(Arc::new(Inner {
            services,
            cookies,
            server_fns: Arc::new(server_fns),
            assets: site::assets(reload_port),
            brand: Arc::new(branding::brand(&settings)),
            started: Instant::now(),
            watchers: Watchers::default(),
            mismatches: Mismatches::default(),
            settings,
            randomness,
            leptos,
        }))
    }
}

impl Deref for AppState {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
