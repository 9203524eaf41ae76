//! Messages between the tabs of one browser.

use crate::model::TokenLife;
use leptos::{
    serde_json,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
};
use serde::{Deserialize, Serialize};
use web_sys::{BroadcastChannel, MessageEvent};

/// Event in one tab that concerns the others. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TabMessage {
    SignedIn,
    SignedOut,
    Refreshed(TokenLife),
    Renamed(String),
}

thread_local! {
    // A page has one channel: a channel does not receive its own messages, but a second one on the page would.
    static CHANNEL: Option<BroadcastChannel> = BroadcastChannel::new("claviger").ok();
}

/// Sends a message to the other tabs.
pub fn send(message: &TabMessage) {
    let Ok(text) = serde_json::to_string(message) else { return };
    CHANNEL.with(|channel| {
        if let Some(channel) = channel {
            // Failure is harmless: the other tabs only stay out of date.
            channel.post_message(&JsValue::from_str(&text)).ok();
        }
    });
}

/// Calls `handle` for every message from other tabs, as long as this page lives.
pub fn listen(mut handle: impl FnMut(TabMessage) + 'static) {
    let handle = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
        if let Some(message) = message {
            handle(message);
        }
    });
    CHANNEL.with(|channel| {
        if let Some(channel) = channel {
            channel.add_event_listener_with_callback("message", handle.as_ref().unchecked_ref()).ok();
        }
    });
    handle.forget();
}
