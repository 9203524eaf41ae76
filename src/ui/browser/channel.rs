//! What the tabs of one browser tell each other.

use crate::model::TokenLife;
use leptos::{
    serde_json,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
};
use serde::{Deserialize, Serialize};
use web_sys::{BroadcastChannel, MessageEvent};

/// Something that happened in one tab and concerns the others. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TabMessage {
    SignedIn,
    SignedOut,
    Renewed(TokenLife),
    Renamed(String),
}

thread_local! {
    // One for the page: a channel is deaf to itself only, so that two would hear each other.
    static CHANNEL: Option<BroadcastChannel> = BroadcastChannel::new("claviger").ok();
}

/// Tells the other tabs.
pub fn tell(message: &TabMessage) {
    let Ok(text) = serde_json::to_string(message) else { return };
    CHANNEL.with(|channel| {
        if let Some(channel) = channel {
            // A tab that nobody listens to is none the worse for it.
            channel.post_message(&JsValue::from_str(&text)).ok();
        }
    });
}

/// Hears the other tabs for as long as this page lives.
pub fn listen(mut hear: impl FnMut(TabMessage) + 'static) {
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
        if let Some(message) = message {
            hear(message);
        }
    });
    CHANNEL.with(|channel| {
        if let Some(channel) = channel {
            channel.add_event_listener_with_callback("message", hear.as_ref().unchecked_ref()).ok();
        }
    });
    hear.forget();
}
