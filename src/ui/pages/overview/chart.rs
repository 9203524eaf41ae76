//! A chart of sign-ins, with the same numbers as a table.

use crate::{
    model::SignIns,
    ui::{
        components::{Due, bar_chart},
        text::{monitor::grouped, overview as text},
    },
};
use leptos::prelude::*;

/// What a chart shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Hours,
    Days,
}

type Counted = fn(&SignIns) -> i64;

/// Series of the chart: CSS color name, label and count.
const SERIES: [(&str, &str, Counted); 2] =
    [("signed-in", text::SIGN_INS, |counts| counts.succeeded), ("rejected", text::FAILURES, |counts| counts.failed)];

/// Shows one row of bars for each series, all on one scale.
#[component]
pub fn Chart(period: Period, counts: Vec<SignIns>) -> impl IntoView {
    let top = bar_chart::top(counts.iter().flat_map(|counts| [counts.succeeded, counts.failed]));
    let series = SERIES.map(|(colour, word, counted)| {
        let counts = counts.iter().map(counted).collect();
        view! { <Series colour word counts top /> }
    });
    let (title, ends) = match period {
        Period::Hours => (text::HOURS, ["−24 h", "−12", "now"]),
        Period::Days => (text::DAYS, ["−30 d", "−15", "now"]),
    };
    view! {
        <div class="card">
            <div class="hour">
                <h3 class="head"><span>{title}</span><span aria-hidden="true">{text::TOTAL}</span></h3>
                {series.collect_view()}
                <p class="axis aside" aria-hidden="true">{ends.map(|end| view! { <span>{end}</span> }).collect_view()}</p>
            </div>
            <details>
                <summary>{text::AS_TABLE}<span class="visually-hidden">": " {title}</span></summary>
                <Counts period counts title />
            </details>
        </div>
    }
}

#[component]
fn Series(colour: &'static str, word: &'static str, counts: Vec<i64>, top: i64) -> impl IntoView {
    let (sum, most) = (counts.iter().sum(), counts.iter().copied().max().unwrap_or(0));
    let label = text::series(word, sum, most);
    let viewbox = format!("0 0 {} {}", counts.len(), bar_chart::HEIGHT);
    view! {
        <p class="series" data-series=colour>
            <span aria-hidden="true">{word}</span>
            <svg viewBox=viewbox preserveAspectRatio="none" role="img" aria-label=label>
                <path d=bar_chart::bars((0..).zip(counts), top) />
            </svg>
            <span class="scale number" aria-hidden="true"><span>{grouped(top)}</span><span>"0"</span></span>
            <span class="number" aria-hidden="true">{grouped(sum)}</span>
        </p>
    }
}

#[component]
fn Counts(period: Period, counts: Vec<SignIns>, title: &'static str) -> impl IntoView {
    let rows = counts.into_iter().rev().map(|SignIns { at, succeeded, failed }| {
        let when = match period {
            Period::Hours => view! { <Due at /> }.into_any(),
            // A day in UTC has no time in another zone.
            Period::Days => at.in_words().split(',').next().unwrap_or_default().to_owned().into_any(),
        };
        view! {
            <tr>
                <th scope="row">{when}</th>
                <td class="number">{grouped(succeeded)}</td>
                <td class="number">{grouped(failed)}</td>
            </tr>
        }
    });
    view! {
        <table class="counts" aria-label=title>
            <thead>
                <tr>
                    <th scope="col">{if period == Period::Hours { text::HOUR } else { text::DAY }}</th>
                    <th scope="col" class="number">{text::SIGN_INS}</th>
                    <th scope="col" class="number">{text::FAILURES}</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
