//! One user: who this is, in what state, and what can be done.

use super::{ActivityList, AppLayout, Notices, asking::Question, changes::Changes, load};
use crate::{
    model::{ApiKeyLine, FormName, MonitorView, OpenUser, Page, Suspension, UserLine, UserQuestion, initials},
    server_fns::{EditUser, user},
    ui::{
        components::{Breadcrumbs, Moment, Portrait, UserStateBadge},
        context::PageContext,
        forms::{Feedback, FormErrorAlert},
        islands::CopyButton,
        pages::api_keys::ApiKeyFacts,
        text::{self, api_keys, monitor, own_account, users as words},
    },
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// Page of the user whose id is in the path, or a question about this user if the address asks one.
#[component]
pub fn UserPage() -> impl IntoView {
    let id = Page::User.id_in(PageContext::current().path()).unwrap_or_default().to_owned();
    let asked = use_query_map().get_untracked().get("ask").and_then(|ask| ask.parse::<UserQuestion>().ok());
    load(user(id, asked.is_some()), move |open| match asked {
        Some(question) => view! { <Question question open /> }.into_any(),
        None => view! { <UserView open /> }.into_any(),
    })
}

#[component]
fn UserView(open: OpenUser) -> impl IntoView {
    let before = PageContext::current().flash.state_of(FormName::ChangeUser);
    let form = Feedback::of::<EditUser>(before.errors.clone(), "");
    let (name, activity, now) = (open.line.name.clone(), open.activity.clone(), open.now);
    let picture = open.picture.clone();
    view! {
        <AppLayout class="settings" now>
            <Breadcrumbs list=Page::Users address=Page::Users.path() here=name.clone() />
            <div class="titled person">
                <Portrait picture initials=initials(&name) />
                <h1 title=name.clone()><bdi>{name.clone()}</bdi></h1>
            </div>
            <Notices />
            <FormErrorAlert form />
            <div class="card">
                <Facts open=open.clone() />
            </div>
            <ApiKeys keys=open.api_keys.clone() />
            <Changes open before form />
            <section class="whole" aria-labelledby="activity">
                <h2 id="activity">{text::ACTIVITY}</h2>
                <ActivityList activity />
            </section>
        </AppLayout>
    }
}

#[component]
fn Facts(open: OpenUser) -> impl IntoView {
    let OpenUser { line, is_verified, is_locked, suspension, held, updated_at, sessions, .. } = open;
    let UserLine { id, email, username, state, created_at, last_sign_in_at, .. } = line;
    let verified = if is_verified { own_account::CONFIRMED } else { own_account::UNCONFIRMED };
    let sessions = sessions.map(|count| {
        view! {
            <dt>{words::ACTIVE_SESSIONS}</dt>
            <dd><a href=MonitorView::of_user(&id).address()>{monitor::total(count)}</a></dd>
        }
    });
    view! {
        <dl>
            <dt>{words::STATE}</dt>
            <dd><UserStateBadge state /></dd>
            {suspension.map(|suspension| view! { <SuspensionFacts suspension /> })}
            <dt>{words::LOCK}</dt>
            <dd>{if is_locked { words::IS_LOCKED } else { words::NOT_LOCKED }}</dd>
            <dt>{text::EMAIL}</dt>
            <dd><bdi>{email}</bdi> <span class="aside">" · " {verified}</span></dd>
            <dt>{text::PLAIN_USERNAME}</dt>
            <dd><bdi>{username.unwrap_or_else(|| words::NONE.to_owned())}</bdi></dd>
            <dt>{text::ROLES}</dt>
            <dd>{words::given_roles(&held)}</dd>
            {sessions}
            <dt>{words::LAST_SIGN_IN}</dt>
            <dd>{match last_sign_in_at {
                Some(at) => view! { <Moment at /> }.into_any(),
                None => view! { {words::NEVER} }.into_any(),
            }}</dd>
            <dt>{words::CREATED}</dt>
            <dd><Moment at=created_at /></dd>
            <dt>{words::CHANGED}</dt>
            <dd><Moment at=updated_at /></dd>
            <dt>{monitor::USER_ID}</dt>
            <dd class="copied"><code>{id.clone()}</code> <CopyButton text=id name=monitor::USER_ID.to_owned() /></dd>
        </dl>
    }
}

/// The user's API keys. Each leads to its session, where it can be revoked.
#[component]
fn ApiKeys(keys: Vec<ApiKeyLine>) -> impl IntoView {
    let rows = keys.into_iter().map(|key| {
        let address = MonitorView::default().session(&key.id);
        view! { <li class="row"><ApiKeyFacts key address=Some(address) /></li> }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="whole" aria-labelledby="keys">
                <h2 id="keys">{api_keys::API_KEYS}</h2>
                <ul class="rows">{rows}</ul>
            </section>
        }
    })
}

#[component]
fn SuspensionFacts(suspension: Suspension) -> impl IntoView {
    view! {
        <dt>{words::SUSPENDED}</dt>
        <dd>{words::until(suspension.until)}</dd>
        {suspension.reason.map(|reason| view! { <dt>{words::REASON}</dt> <dd><bdi>{reason}</bdi></dd> })}
    }
}
