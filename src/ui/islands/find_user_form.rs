//! The search for users in the header.

use crate::{
    model::{Page, UserSuggestion},
    server_fns::FindUsers,
    ui::{
        browser::{inputs, navigation, post::post},
        components::{Portrait, UserStateBadge},
        text::users as words,
    },
};
use leptos::{ev::KeyboardEvent, prelude::*, server_fn::ServerFn, task::spawn_local};
use std::time::Duration;

const FIELD: &str = "find";
const LIST: &str = "suggested";
/// How long nothing is typed before users are suggested.
const PAUSE: Duration = Duration::from_millis(150);

/// Plain form that leads to the list of users. In the browser it is a combobox with suggestions, in the manner of the ARIA
/// Authoring Practices.
#[cfg_attr(feature = "split", island(lazy))]
#[cfg_attr(not(feature = "split"), island)]
pub fn FindUserForm() -> impl IntoView {
    let search = Search {
        text: RwSignal::default(),
        found: RwSignal::default(),
        active: RwSignal::default(),
        asked: StoredValue::default(),
        is_awake: RwSignal::default(),
    };
    Effect::new(move |_| search.wake());
    view! {
        <search class="find">
            <form method="get" action=Page::Users.path() aria-label=words::FIND_USER>
                <label class="visually-hidden" for=FIELD>{words::FIND_USER}</label>
                <FindInput search />
                <kbd aria-hidden="true">"/"</kbd>
            </form>
            <Suggestions search />
        </search>
    }
}

/// What is typed, and what is suggested for it.
#[derive(Clone, Copy)]
struct Search {
    text: RwSignal<String>,
    /// The latest answer; `None` while nothing is suggested.
    found: RwSignal<Option<Vec<UserSuggestion>>>,
    /// The line that the keyboard has reached.
    active: RwSignal<Option<usize>>,
    /// Incremented by whatever makes an answer that is still on its way too old.
    asked: StoredValue<u32>,
    is_awake: RwSignal<bool>,
}

impl Search {
    /// Catches up on what was typed before there was code.
    fn wake(self) {
        self.is_awake.set(true);
        let typed = inputs::value_of(FIELD);
        let has_focus = document().active_element().is_some_and(|element| element.id() == FIELD);
        if has_focus && !typed.is_empty() {
            self.typed(typed);
        }
    }

    fn typed(self, text: String) {
        let number = self.outdate();
        self.active.set(None);
        if text.trim().is_empty() {
            self.found.set(None);
        } else {
            set_timeout(move || self.ask(number), PAUSE);
        }
        self.text.set(text);
    }

    fn ask(self, number: u32) {
        if self.asked.get_value() != number {
            return;
        }
        spawn_local(async move {
            let fields = serde_urlencoded::to_string([("search", self.text.get_untracked())]).unwrap_or_default();
            let found = post(FindUsers::PATH, fields).await;
            if self.asked.get_value() == number {
                // Without an answer, the form still works.
                self.found.set(found.ok());
            }
        });
    }

    fn close(self) {
        self.outdate();
        self.active.set(None);
        self.found.set(None);
    }

    fn outdate(self) -> u32 {
        let next = self.asked.get_value().wrapping_add(1);
        self.asked.set_value(next);
        next
    }

    /// Returns how many lines there are: the users, and the one that leads to all.
    fn lines(self) -> usize {
        let count = self.found.with(|found| found.as_ref().map_or(0, Vec::len));
        if count == 0 { 0 } else { count + 1 }
    }

    fn address(self, line: usize) -> String {
        let user = self.found.with_untracked(|found| Some(Page::User.about(&found.as_ref()?.get(line)?.id)));
        user.unwrap_or_else(|| Page::Users.with([("search", self.text.get_untracked())]))
    }

    fn pressed(self, event: &KeyboardEvent) {
        if event.is_composing() || event.ctrl_key() || event.meta_key() || event.alt_key() || event.shift_key() {
            return;
        }
        let (key, lines, active) = (event.key(), untrack(|| self.lines()), self.active.get_untracked());
        match (key.as_str(), active) {
            ("Escape", _) if self.found.with_untracked(Option::is_some) => self.close(),
            ("ArrowDown", _) if lines == 0 => self.typed(self.text.get_untracked()),
            ("Enter", Some(line)) => navigation::go(&self.address(line)),
            _ => match line_at(&key, active, lines) {
                Some(line) => self.active.set(Some(line)),
                None => return,
            },
        }
        event.prevent_default();
    }
}

/// Returns the line that a key leads to. The ends of the text are reached by their keys until a line is.
fn line_at(key: &str, active: Option<usize>, lines: usize) -> Option<usize> {
    let last = lines.checked_sub(1)?;
    match (key, active) {
        ("ArrowDown", None) | ("Home", Some(_)) => Some(0),
        ("ArrowUp", None) | ("End", Some(_)) => Some(last),
        ("ArrowDown", Some(line)) => Some(if line < last { line + 1 } else { 0 }),
        ("ArrowUp", Some(line)) => Some(line.checked_sub(1).unwrap_or(last)),
        _ => None,
    }
}

#[component]
fn FindInput(search: Search) -> impl IntoView {
    let once_awake = move |value: &'static str| search.is_awake.get().then_some(value);
    view! {
        <input
            id=FIELD
            name="search"
            type="search"
            placeholder=words::FIND_USER
            autocomplete="off"
            spellcheck="false"
            maxlength="200"
            dir="auto"
            aria-keyshortcuts="/ Control+K Meta+K"
            role=move || once_awake("combobox")
            aria-autocomplete=move || once_awake("list")
            aria-controls=move || once_awake(LIST)
            aria-expanded=move || once_awake(if search.lines() > 0 { "true" } else { "false" })
            aria-activedescendant=move || search.active.get().map(line_id)
            on:input=move |event| search.typed(event_target_value(&event))
            on:keydown=move |event| search.pressed(&event)
            on:blur=move |_| search.close()
        />
    }
}

#[component]
fn Suggestions(search: Search) -> impl IntoView {
    let users = move || {
        let found = search.found.get().unwrap_or_default();
        found.into_iter().enumerate().map(|(line, user)| view! { <Suggestion line user search /> }).collect_view()
    };
    let message = move || search.found.with(|found| found.as_ref().map(|found| words::suggested(found.len())));
    let is_empty = move || search.lines() == 0;
    view! {
        // The field keeps the focus, which closes the list when it leaves.
        <div id=LIST class="suggested" role="listbox" aria-label=words::SUGGESTIONS hidden=is_empty on:mousedown=|event| event.prevent_default()>
            {users}
            {move || (!is_empty()).then(|| {
                let all = search.lines() - 1;
                view! {
                    <Line line=all search>
                        <span class="all">{words::SEARCH_ALL} "“" <bdi>{move || search.text.get()}</bdi> "”"</span>
                    </Line>
                }
            })}
        </div>
        <p class=move || if is_empty() { "suggested" } else { "visually-hidden" } role="status">{message}</p>
    }
}

#[component]
fn Suggestion(line: usize, user: UserSuggestion, search: Search) -> impl IntoView {
    let UserSuggestion { name, email, username, picture, initials, state, .. } = user;
    view! {
        <Line line search>
            <Portrait picture initials />
            <span class="whose">
                <bdi>{name}</bdi>
                <bdi class="aside">{email} {username.map(|username| format!(" · {username}"))}</bdi>
            </span>
            <UserStateBadge state />
        </Line>
    }
}

/// A line of the list: a link, which the keyboard reaches from the field.
#[component]
fn Line(line: usize, search: Search, children: Children) -> impl IntoView {
    view! {
        <a
            id=line_id(line)
            role="option"
            tabindex="-1"
            href=move || {
                search.text.track();
                search.address(line)
            }
            aria-selected=move || (search.active.get() == Some(line)).to_string()
        >
            {children()}
        </a>
    }
}

fn line_id(line: usize) -> String {
    format!("{LIST}-{line}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arrows_go_round_the_lines_and_the_ends_are_those_of_the_text_until_a_line_is_reached() {
        for (key, from, to) in [
            ("ArrowDown", None, Some(0)),
            ("ArrowDown", Some(0), Some(1)),
            ("ArrowDown", Some(2), Some(0)),
            ("ArrowUp", None, Some(2)),
            ("ArrowUp", Some(0), Some(2)),
            ("ArrowUp", Some(2), Some(1)),
            ("Home", None, None),
            ("Home", Some(2), Some(0)),
            ("End", None, None),
            ("End", Some(0), Some(2)),
            ("a", Some(1), None),
        ] {
            assert_eq!(line_at(key, from, 3), to, "{key} from {from:?}");
        }
        assert_eq!(line_at("ArrowDown", None, 0), None, "nothing is suggested");
    }
}
