//! Summary of a session.

use super::{Icon, Moment, NotMeLink, Shape};
use crate::{
    model::{OwnSession, SessionKind},
    ui::text,
};
use leptos::prelude::*;

/// Device, network and times of a session.
#[component]
pub fn SessionFacts(session: OwnSession) -> impl IntoView {
    let OwnSession { kind, device, is_handheld, network, signed_in_at, last_seen_at, is_current, .. } = session;
    let (shape, kind) = match kind {
        SessionKind::Browser if is_handheld => (Shape::Phone, None),
        SessionKind::Browser => (Shape::Screen, None),
        SessionKind::Api => (Shape::Program, Some(text::API_SESSION)),
        SessionKind::Key => (Shape::Program, Some(text::KEY_SESSION)),
    };
    view! {
        <Icon shape />
        <div class="facts">
            <p class="device">
                <bdi>{device.clone()}</bdi>
                {kind.map(|kind| view! { <span class="tag">{kind}</span> })}
            </p>
            <p class="aside">
                <span>{network}</span>
                <span>{text::SIGNED_IN_AT} " " <Moment at=signed_in_at /></span>
                {(!is_current).then(|| view! { <span>{text::LAST_ACTIVE} " " <Moment at=last_seen_at /></span> })}
                {(!is_current).then(|| view! { <NotMeLink about=device /> })}
            </p>
        </div>
    }
}
