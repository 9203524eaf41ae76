//! A token in words, as far as it may be shown.

use super::{Due, Icon, Moment, Shape};
use crate::{
    model::{Inspected, SessionEnd, Timestamp, TokenFlaw, Verdict},
    ui::words::inspector,
};
use leptos::{
    prelude::*,
    serde_json::{Map, Value},
};

/// The order in which our own tokens are told; what else stands in one comes after.
const ORDER: &[&str] =
    &["alg", "typ", "kid", "iss", "aud", "sub", "sid", "roles", "iat", "nbf", "exp", "gen", "ver", "jti"];
const TIMES: &[&str] = &["iat", "nbf", "exp"];

/// Whether a token is good, by icon, word and colour, and why.
#[component]
pub fn TokenVerdict(inspected: Inspected) -> impl IntoView {
    let Inspected { verdict, claims, .. } = inspected;
    let (stage, shape) = match verdict {
        Verdict::Good => ("live", Shape::Check),
        Verdict::Unproven | Verdict::SomebodyElses => ("soon", Shape::Warning),
        Verdict::Flawed(_) | Verdict::Ended(_) => ("ended", Shape::Alert),
    };
    let (word, why) = match &verdict {
        Verdict::Good => (inspector::GOOD, inspector::GOOD_WHY),
        Verdict::Unproven => (inspector::UNPROVEN, inspector::UNPROVEN_WHY),
        Verdict::SomebodyElses => (inspector::SOMEBODY_ELSES, inspector::SOMEBODY_ELSES_WHY),
        Verdict::Flawed(flaw) => inspector::flaw(*flaw),
        Verdict::Ended(SessionEnd { reason, .. }) if reason.is_theft() => inspector::flaw(TokenFlaw::Replayed),
        Verdict::Ended(_) => inspector::flaw(TokenFlaw::Revoked),
    };
    let since = match &verdict {
        Verdict::Flawed(TokenFlaw::Expired) => claims.and_then(|claims| time(claims.get("exp")?)),
        _ => None,
    };
    let end = match verdict {
        Verdict::Ended(end) => Some(end),
        _ => None,
    };
    view! {
        <div class="verdict">
            <p class="state" data-stage=stage><Icon shape /><strong>{word}</strong></p>
            <p>
                {why}
                {since.map(|at| view! { " " <Moment at /> })}
                {end.map(|end| view! { " " <End end /> })}
            </p>
        </div>
    }
}

#[component]
fn End(end: SessionEnd) -> impl IntoView {
    let SessionEnd { at, by, reason } = end;
    view! {
        {inspector::end_reason(reason)} " " <Moment at /> ", " {inspector::ENDED_BY} " " {inspector::ended_by(&by)} "."
    }
}

/// Header and claims, each field with what it means.
#[component]
pub fn TokenParts(inspected: Inspected) -> impl IntoView {
    let Inspected { header, claims, .. } = inspected;
    let parts = [(inspector::HEADER, header), (inspector::CLAIMS, claims)].into_iter();
    let parts = parts.filter_map(|(title, fields)| Some((title, fields?))).map(|(title, fields)| {
        view! {
            <h3>{title}</h3>
            <dl class="fields">{in_order(fields).map(|(name, value)| view! { <Field name value /> }).collect_view()}</dl>
        }
    });
    parts.collect_view()
}

#[component]
fn Field(name: String, value: Value) -> impl IntoView {
    let at = TIMES.contains(&name.as_str()).then(|| time(&value)).flatten();
    let meaning = inspector::meaning(&name).unwrap_or(inspector::UNKNOWN_FIELD);
    view! {
        <dt><code>{name}</code></dt>
        <dd>
            <code>{written(&value)}</code>
            <p class="aside">{meaning} {at.map(|at| view! { ": " <Due at /> })}</p>
        </dd>
    }
}

fn in_order(mut fields: Map<String, Value>) -> impl Iterator<Item = (String, Value)> {
    let known: Vec<_> = ORDER.iter().filter_map(|name| fields.remove_entry(*name)).collect();
    known.into_iter().chain(fields)
}

/// A moment out of a claim that counts seconds.
fn time(value: &Value) -> Option<Timestamp> {
    value.as_i64().map(Timestamp::from_seconds)
}

/// Texts as they are, lists by their entries, everything else as JSON.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(all) => all.iter().map(written).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
