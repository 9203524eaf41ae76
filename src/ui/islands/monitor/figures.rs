//! Summary figures of the monitor and the chart of the last hour.

use super::chart::{self, Counted};
use crate::{
    model::{MonitorView, Overview, StateFilter},
    ui::{components::bar_chart, text::monitor as text},
};
use leptos::prelude::*;

/// Series of the chart: CSS color name, label and count.
const SERIES: [(&str, &str, Counted); 3] = [
    ("signed-in", text::SIGN_INS, |minute| minute.started),
    ("refreshed", text::REFRESHES, |minute| minute.refreshed),
    ("rejected", text::REJECTIONS, |minute| minute.rejected),
];

/// Shows the numbers of live and flagged sessions, and the chart.
#[component]
pub fn Figures(overview: RwSignal<Overview>) -> impl IntoView {
    let flagged = MonitorView { state: StateFilter::Flagged.into_str().to_owned(), ..MonitorView::default() };
    let series = SERIES.map(|(colour, word, counted)| view! { <Series overview colour word counted /> });
    view! {
        <section class="figures card" aria-label=text::LAST_HOUR>
            <p class="figure">
                <strong class="number">{move || text::grouped(overview.read().live)}</strong>
                <span>{text::LIVE_SESSIONS}</span>
            </p>
            <p class="figure" data-stage=move || (overview.read().flagged > 0).then_some("soon")>
                <strong class="number">{move || text::grouped(overview.read().flagged)}</strong>
                <a href=flagged.address()>{text::FLAGGED_SESSIONS}</a>
            </p>
            <div class="hour">
                <p class="head"><span>{text::LAST_HOUR}</span><span>{text::IN_ALL}</span></p>
                {series.collect_view()}
                <p class="axis aside" aria-hidden="true"><span>"−60 min"</span><span>"−30"</span><span>"now"</span></p>
            </div>
        </section>
    }
}

#[component]
fn Series(overview: RwSignal<Overview>, colour: &'static str, word: &'static str, counted: Counted) -> impl IntoView {
    let sum = move || chart::sum(&overview.read(), counted);
    // One scale for all, or a few rejections would look like as many as the sign-ins.
    let top = move || chart::top(&overview.read(), &SERIES.map(|(_, _, counted)| counted));
    let label = move || text::series(word, sum(), chart::peak(&overview.read(), counted));
    view! {
        <p class="series" data-series=colour>
            <span aria-hidden="true">{word}</span>
            <svg
                viewBox=format!("0 0 {} {}", chart::WIDTH, bar_chart::HEIGHT)
                preserveAspectRatio="none"
                role="img"
                aria-label=label
            >
                <path d=move || chart::bars(&overview.read(), top(), counted) />
            </svg>
            <span class="scale number" aria-hidden="true"><span>{move || text::grouped(top())}</span><span>"0"</span></span>
            <span class="number" aria-hidden="true">{move || text::grouped(sum())}</span>
        </p>
    }
}

/// Says how fast a revocation works.
#[component]
pub fn RevocationNote(overview: RwSignal<Overview>) -> impl IntoView {
    let note = move || {
        let delay = overview.read().revocation;
        text::revocation(delay.promised, delay.measured)
    };
    view! { <p class="aside">{note}</p> }
}
