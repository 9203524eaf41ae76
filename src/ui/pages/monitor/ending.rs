//! The question before sessions end: whose, how many, and what will happen.

use super::{Desk, ErrorPage};
use crate::{
    model::{EndScope, Monitor, MonitorView, MonitoredSession, OpenSession, SessionState, Timestamp},
    server_fns::{EndSessions, FnError, monitor, session_family},
    ui::{
        components::Moment,
        words::{self, monitor as said},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

/// What is known of the sessions that are to end.
struct Asked {
    count: i64,
    /// One of them, where they are of one user.
    session: Option<MonitoredSession>,
    is_own: bool,
    may_revoke: bool,
    now: Timestamp,
}

/// Asks once, on a page of its own. `id` is a session's or a user's, as the scope needs it.
#[component]
pub fn EndQuestion(scope: EndScope, id: String) -> impl IntoView {
    view! {
        <Suspense>
            {Suspend::new(async move {
                match look(scope, &id).await {
                    Ok(asked) if asked.may_revoke => view! { <Question scope id asked /> }.into_any(),
                    Ok(_) => view! { <ErrorPage status=403 /> }.into_any(),
                    Err(FnError::NotFound) => view! { <ErrorPage status=404 /> }.into_any(),
                    Err(_) => view! { <ErrorPage status=503 /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

async fn look(scope: EndScope, id: &str) -> Result<Asked, FnError> {
    if scope == EndScope::Session {
        let OpenSession { family, own_session, may_revoke, now } = session_family(id.to_owned()).await?;
        let is_own = family.session.id == own_session;
        let count = i64::from(!matches!(family.session.state, SessionState::Ended(_)));
        return Ok(Asked { count, session: Some(family.session), is_own, may_revoke, now });
    }
    let view = if scope == EndScope::User { MonitorView::of_user(id) } else { MonitorView::default() };
    let Monitor { part, overview, own_session, may_revoke, .. } = monitor(view.query()).await?;
    let is_own = part.sessions.iter().any(|session| session.id == own_session);
    let (count, session) = match scope {
        EndScope::Others => (part.total - 1, None),
        EndScope::User => (part.total, part.sessions.into_iter().next()),
        _ => (part.total, None),
    };
    Ok(Asked { count, session, is_own, may_revoke, now: overview.now })
}

#[component]
fn Question(scope: EndScope, id: String, asked: Asked) -> impl IntoView {
    let Asked { count, session, is_own, now, .. } = asked;
    // What "all" means says so already.
    let is_own = is_own && matches!(scope, EndScope::Session | EndScope::User);
    view! {
        <Desk class="admin question" now>
            <h1>{said::end_title(scope)}</h1>
            {session.map(|session| view! { <Whose scope session /> })}
            {if count > 0 {
                view! {
                    <p>{said::end_lead(scope, count)} {is_own.then(|| view! { " " {said::YOURS_TOO} })}</p>
                    <form class="again" method="post" action=EndSessions::PATH>
                        <input type="hidden" name="scope" value=scope.as_str() />
                        <input type="hidden" name="id" value=id />
                        <button class="danger" type="submit">{said::end_button(scope)}</button>
                        <a class="button" href=MonitorView::default().address()>{said::CANCEL}</a>
                    </form>
                }.into_any()
            } else {
                view! {
                    <p class="empty">{said::NOTHING_TO_END}</p>
                    <p><a href=MonitorView::default().address()>{said::BACK}</a></p>
                }.into_any()
            }}
        </Desk>
    }
}

#[component]
fn Whose(scope: EndScope, session: MonitoredSession) -> impl IntoView {
    let MonitoredSession { email, name, device, network, created_at, .. } = session;
    let place = (scope == EndScope::Session).then(|| {
        view! {
            <dt>{said::DEVICE}</dt>
            <dd><bdi>{device}</bdi> " · " {network}</dd>
            <dt>{words::SIGNED_IN_AT}</dt>
            <dd><Moment at=created_at /></dd>
        }
    });
    view! {
        <dl class="card">
            <dt>{said::USER}</dt>
            <dd><bdi>{email}</bdi> " " <bdi class="aside">{name}</bdi></dd>
            {place}
        </dl>
    }
}
