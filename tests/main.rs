//! Tests the server from outside: through its real router, on both databases, with a settable clock.

mod access;
mod app;
mod documents;
mod house;
mod layers;
mod mail;
mod pages;
mod processes;
mod races;
mod rest;
mod sources;
mod store;
