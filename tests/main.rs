//! The server from outside: through its real router, on both databases, by a settable clock.

mod app;
mod layers;
mod pages;
mod processes;
mod races;
mod rest;
mod store;
