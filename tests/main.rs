//! Tests the server from outside: through its real router, on both databases, with a settable clock.

mod app;
mod documents;
mod layers;
mod mail;
mod pages;
mod processes;
mod races;
mod rest;
mod store;
