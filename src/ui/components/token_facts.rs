//! Verdict and content of a token.

use super::{Due, Icon, Moment, Shape};
use crate::{
    model::{self, Inspected, SessionEnd, TokenFlaw, Verdict},
    ui::{
        islands::CopyButton,
        text::{inspector, monitor},
    },
};
use leptos::prelude::*;

/// Verdict on a token by icon, word and color, with the reason.
#[component]
pub fn TokenVerdict(inspected: Inspected) -> impl IntoView {
    let Inspected { verdict, claims, .. } = inspected;
    let (stage, shape) = match verdict {
        Verdict::Good => ("live", Shape::Check),
        Verdict::Unproven | Verdict::OtherUsers => ("soon", Shape::Warning),
        Verdict::Flawed(_) | Verdict::Ended(_) => ("ended", Shape::Alert),
    };
    let (word, why) = match &verdict {
        Verdict::Good => (inspector::GOOD, inspector::GOOD_WHY),
        Verdict::Unproven => (inspector::UNPROVEN, inspector::UNPROVEN_WHY),
        Verdict::OtherUsers => (inspector::OTHER_USERS, inspector::OTHER_USERS_WHY),
        Verdict::Flawed(flaw) => inspector::flaw(*flaw),
        Verdict::Ended(SessionEnd { reason, .. }) if reason.is_reuse() => inspector::flaw(TokenFlaw::Replayed),
        Verdict::Ended(_) => inspector::flaw(TokenFlaw::Revoked),
    };
    let since = match &verdict {
        Verdict::Flawed(TokenFlaw::Expired) => {
            claims.and_then(|claims| claims.into_iter().find(|claim| claim.name == "exp")?.at)
        }
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
                {(end.is_none() && since.is_none()).then_some(why)}
                {since.map(|at| view! { {inspector::EXPIRED} " " <Moment at /> "." })}
                {end.map(|end| view! { <End end /> })}
            </p>
        </div>
    }
}

#[component]
fn End(end: SessionEnd) -> impl IntoView {
    let SessionEnd { at, by, reason } = end;
    view! {
        {inspector::ENDED} " " <Moment at /> " " {inspector::ENDED_BY} " " <bdi>{monitor::ended_by(by)}</bdi> ". "
        {inspector::end_reason(reason)}
    }
}

/// Header and claims, each field with its meaning.
#[component]
pub fn TokenParts(inspected: Inspected) -> impl IntoView {
    let Inspected { header, claims, .. } = inspected;
    let parts = [(inspector::HEADER, header), (inspector::CLAIMS, claims)].into_iter();
    let parts = parts.filter_map(|(title, fields)| Some((title, fields?))).map(|(title, fields)| {
        view! {
            <h3>{title}</h3>
            <dl class="fields">{fields.into_iter().map(|field| view! { <Field field /> }).collect_view()}</dl>
        }
    });
    parts.collect_view()
}

#[component]
fn Field(field: model::Field) -> impl IntoView {
    let model::Field { name, value, at } = field;
    let meaning = inspector::meaning(&name).unwrap_or(inspector::UNKNOWN_FIELD);
    view! {
        <dt><code>{name.clone()}</code></dt>
        <dd>
            <div class="copied"><code>{value.clone()}</code> <CopyButton text=value name /></div>
            <p class="aside">{meaning} {at.map(|at| view! { ": " <Due at /> })}</p>
        </dd>
    }
}
