//! Sessions of all users, in a browser without scripts.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestApp},
    on_both_databases,
};
use claviger::{
    model::{EndReason, SessionId, SessionState},
    server::services::{Cursor, own_sessions},
};

const PAGE: &str = "/admin/monitor";

/// Returns the email addresses on a page, from the top of the list.
fn emails_on(page: &str) -> Vec<&str> {
    let rows = page.split(r#"<tbody id="rows">"#).nth(1).unwrap_or_default().split("</tbody>").next().unwrap();
    rows.split("<bdi>").skip(1).filter_map(|rest| rest.split('<').next().filter(|text| text.contains('@'))).collect()
}

async fn view_page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.text.replace("<!>", "")
}

/// Returns the target of the link with this text.
fn link_target(page: &str, words: &str) -> Option<String> {
    let before = page.split(&format!(">{words}</a>")).next().filter(|before| before.len() < page.len())?;
    Some(before.rsplit("href=\"").next()?.split('"').next()?.replace("&amp;", "&"))
}

/// Returns a user's only session.
async fn session_of(app: &TestApp, name: &str) -> SessionId {
    let user = app.services.users.find_by_any(name).await.unwrap();
    let part = own_sessions::part(&app.services, user.id, Cursor::Start, 1, None).await.unwrap().unwrap();
    part.sessions[0].id
}

async fn state_of(app: &TestApp, id: SessionId) -> SessionState {
    app.services.monitor.find(id).await.unwrap().unwrap().session.session.state(app.clock.now())
}

on_both_databases! {
    async fn only_those_who_may_read_sessions_see_them_and_only_those_who_may_revoke_end_them(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (anonymous, ada, eve) = (app.browser(), app.signed_in("ada").await, app.signed_in("eve").await);
        let id = session_of(&app, "ada").await.to_string();
        let question = format!("{PAGE}?end=session&id={id}");
        assert_leads_to(&anonymous.get(PAGE).await, "/login?next=%2Fadmin%2Fmonitor", "anonymous");
        for path in [PAGE, &format!("{PAGE}?session={id}"), &question] {
            assert_eq!((ada.get(path).await.status, eve.get(path).await.status), (403, 200), "{path}");
        }
        for path in ["/fn/monitor", "/fn/session_family", "/fn/sessions_to_end", "/fn/end_sessions"] {
            let answer = ada.call(path, &[("scope", "all"), ("id", &id)]).await;
            assert_eq!((answer.status, answer.json()), (403, "forbidden".into()), "{path}");
        }
        app.run_sql("DELETE FROM role_permissions WHERE permission = 'sessions:revoke'").await;
        let reader = app.restart(&[]).await.signed_in("eve").await;
        let page = view_page(&reader, PAGE).await;
        assert!(page.contains("ada@example.com") && !page.contains("end=") && !page.contains("Revoke all"), "{page}");
        assert!(!view_page(&reader, &format!("{PAGE}?session={id}")).await.contains("Revoke session"));
        assert_eq!(reader.get(&question).await.status, 403);
        assert_eq!(reader.post("/fn/end_sessions", &[("scope", "session"), ("id", &id)]).await.status, 403);
    }

    async fn the_list_shows_who_is_signed_in_where(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        app.pass(60);
        app.signed_in("ada").await;
        let page = view_page(&eve, PAGE).await;
        assert_eq!(emails_on(&page), ["ada@example.com", "eve@example.com"], "the newest first");
        assert!(page.contains("Current session") && page.contains(">14:00<"), "what is left of an access token: {page}");
        assert!(page.contains("Snapshot from page load"), "it works without scripts, and says so");
        assert!(page.contains("within 5 s"), "how fast a revocation is");
        assert!(!page.contains("style="), "the policy allows none");
    }

    async fn a_filter_and_a_sort_order_stay_in_the_address(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        app.pass(1);
        app.signed_in("ada").await;
        assert_eq!(emails_on(&view_page(&eve, "/admin/monitor?search=EVE").await), ["eve@example.com"]);
        assert_eq!(emails_on(&view_page(&eve, "/admin/monitor?sort=createdAt").await), ["eve@example.com", "ada@example.com"]);
        let page = view_page(&eve, "/admin/monitor?search=100%25%22+%26&state=live&sort=user").await;
        assert!(page.contains("No sessions match these filters.") && page.contains(r#"value="100%&quot; &amp;""#), "{page}");
        assert!(page.contains(r#"aria-sort="ascending""#));
        let turned = page.split("aria-sort").nth(1).unwrap().split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(turned.replace("&amp;", "&"), "/admin/monitor?search=100%25%22+%26&state=live&sort=-user");
        for odd in ["search=a&search=b", "state=%00&kind=x&sort=--user", "after=x&before=y", "%ff=%ff&search=%ff"] {
            view_page(&eve, &format!("{PAGE}?{odd}")).await;
        }
        assert_eq!(eve.get("/admin/monitor?user=x").await.status, 404, "never all users instead of none");
    }

    async fn the_list_can_be_paged_in_both_directions(app) {
        app.admin("eve").await;
        app.user("ada").await;
        let eve = app.signed_in("eve").await;
        for _ in 0..40 {
            app.pass(1);
            app.signed_in("ada").await;
        }
        let first = view_page(&eve, "/admin/monitor?sort=createdAt").await;
        assert_eq!((emails_on(&first).len(), emails_on(&first)[0]), (25, "eve@example.com"));
        assert!(first.contains(">41</span>"), "how many there are");
        let second = view_page(&eve, &link_target(&first, "Next").unwrap()).await;
        assert_eq!((emails_on(&second).len(), link_target(&second, "Next")), (16, None));
        let back = view_page(&eve, &link_target(&second, "Previous").unwrap()).await;
        assert_eq!((emails_on(&back), link_target(&back, "Previous")), (emails_on(&first), None));
        let gone = "/admin/monitor?sort=createdAt&after=01ARZ3NDEKTSV4RRFFQ69G5FAV";
        assert_eq!(emails_on(&view_page(&eve, gone).await), emails_on(&first), "it starts over");
    }

    async fn a_session_page_shows_its_history(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let ada = app.signed_in("ada").await;
        let id = session_of(&app, "ada").await;
        let page = format!("{PAGE}?session={id}");
        assert!(view_page(&eve, &page).await.contains("No refreshes yet."));
        for _ in 0..2 {
            app.pass(16 * 60);
            ada.get("/dashboard").await;
        }
        let text = view_page(&eve, &page).await;
        let (second, first) = (text.find("Refresh #2"), text.find("Refresh #1"));
        assert!(second.is_some() && second < first, "the newest first: {text}");
        app.run_sql("UPDATE renewals SET network = '203.0.113.9' WHERE generation = 2").await;
        assert!(view_page(&eve, &page).await.contains("Network changed"));
        eve.post("/fn/end_sessions", &[("scope", "session"), ("id", &id.to_string())]).await;
        let text = view_page(&eve, &page).await;
        assert!(text.contains("Revoked") && text.contains("Ended by") && !text.contains(">Revoke session<"), "{text}");
        for odd in ["", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00"] {
            assert_eq!(eve.get(&format!("{PAGE}?session={odd}")).await.status, 404, "{odd}");
        }
    }

    async fn ending_sessions_asks_for_confirmation_and_reports_how_many_ended(app) {
        app.user("ada").await;
        app.user("joan").await;
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let (ada, _other, joan) = (app.signed_in("ada").await, app.signed_in("ada").await, app.signed_in("joan").await);
        let user = app.services.users.find_by_any("ada").await.unwrap().id.to_string();
        let question = view_page(&eve, &format!("{PAGE}?end=user&id={user}")).await;
        assert!(question.contains("ada@example.com") && question.contains("This revokes 2 sessions of this user"), "{question}");
        assert_eq!(ada.get("/dashboard").await.status, 200, "asking ends nothing");
        assert_leads_to(&eve.post("/fn/end_sessions", &[("scope", "user"), ("id", &user)]).await, PAGE, "of a user");
        assert_eq!(flash_of(&app, &eve).await.notice.unwrap(), "2 sessions revoked.");
        assert_leads_to(&ada.get("/dashboard").await, "/login?next=%2Fdashboard&ended=1", "the very next request");
        assert_eq!(joan.get("/dashboard").await.status, 200, "no one else");
        assert!(view_page(&eve, &format!("{PAGE}?end=user&id={user}")).await.contains("There are no active sessions to revoke."));
        let id = session_of(&app, "joan").await;
        eve.post("/fn/end_sessions", &[("scope", "session"), ("id", &id.to_string())]).await;
        assert_eq!(state_of(&app, id).await, SessionState::Ended(EndReason::Revoked));
    }

    async fn ending_all_others_spares_the_current_session_and_ending_all_does_not(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (eve, elsewhere) = (app.signed_in("eve").await, app.signed_in("eve").await);
        let ada = app.signed_in("ada").await;
        assert!(view_page(&eve, "/admin/monitor?end=others").await.contains("This revokes 2 sessions of all users"));
        assert_leads_to(&eve.post("/fn/end_sessions", &[("scope", "others")]).await, PAGE, "all but mine");
        for (browser, status) in [(&eve, 200), (&elsewhere, 303), (&ada, 303)] {
            assert_eq!(browser.get("/dashboard").await.status, status);
        }
        ada.sign_in("ada", PASSWORD).await;
        let question = view_page(&eve, "/admin/monitor?end=all").await;
        assert!(question.contains("This revokes 2 sessions, including yours."), "{question}");
        assert_leads_to(&eve.post("/fn/end_sessions", &[("scope", "all")]).await, "/login", "all");
        let notice = flash_of(&app, &eve).await.notice.unwrap();
        assert_eq!(notice, "2 sessions revoked, including yours. Sign in again.");
        assert_eq!(eve.cookie("claviger-access"), None);
    }

    async fn a_second_click_reports_that_the_session_had_already_ended(app) {
        app.user("ada").await;
        app.admin("eve").await;
        app.tokens("ada").await;
        let (eve, session) = (app.signed_in("eve").await, session_of(&app, "ada").await.to_string());
        let fields = [("scope", "session"), ("id", session.as_str())];
        for said in ["1 session revoked.", "Already ended. Nothing to revoke."] {
            assert_leads_to(&eve.post("/fn/end_sessions", &fields).await, PAGE, said);
            assert_eq!(flash_of(&app, &eve).await.notice.as_deref(), Some(said));
        }
    }

    async fn an_unknown_scope_or_id_ends_nothing(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        for (scope, id, status) in [
            ("", "", 400),
            ("everyone", "", 400),
            ("session", "", 404),
            ("user", "x", 404),
            ("session", "01ARZ3NDEKTSV4RRFFQ69G5FAV", 404),
            ("user", "01ARZ3NDEKTSV4RRFFQ69G5FAV", 404),
        ] {
            let answer = eve.post("/fn/end_sessions", &[("scope", scope), ("id", id)]).await;
            assert_eq!(answer.status, status, "{scope} {id}");
        }
        assert_eq!(eve.get("/admin/monitor?end=user&id=x").await.status, 404);
        assert_eq!(eve.get("/admin/monitor?end=session&id=x").await.status, 404);
        assert!(view_page(&eve, "/admin/monitor?end=nonsense").await.contains("a filter that doesn’t work here: “end”"));
    }

    async fn the_view_of_the_list_outlasts_ending_a_session_and_cancelling(app) {
        app.admin("eve").await;
        app.user("ada").await;
        let eve = app.signed_in("eve").await;
        app.signed_in("ada").await;
        let id = session_of(&app, "ada").await.to_string();
        let (view, list) = ("search=ada&sort=user", "/admin/monitor?search=ada&sort=user");
        let listed = view_page(&eve, list).await.replace("&amp;", "&");
        for way in [format!("{PAGE}?session={id}&{view}"), format!("{PAGE}?end=session&id={id}&{view}")] {
            assert!(listed.contains(&format!("href=\"{way}\"")), "{way}: {listed}");
            let page = view_page(&eve, &way).await.replace("&amp;", "&");
            assert!(page.contains(&format!("href=\"{list}\"")), "{way}: {page}");
        }
        let end = async |view: &str| {
            eve.post("/fn/end_sessions", &[("scope", "session"), ("id", id.as_str()), ("view", view)]).await
        };
        assert_leads_to(&end(view).await, list, "ended");
        assert_leads_to(&end("//evil.example?x=1").await, PAGE, "the view selects nothing else");
    }

    async fn ending_the_current_session_says_that_it_is_yours(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let id = session_of(&app, "eve").await.to_string();
        let question = view_page(&eve, &format!("{PAGE}?end=session&id={id}")).await;
        assert!(question.contains("This includes your current session."), "{question}");
        assert_leads_to(&eve.post("/fn/end_sessions", &[("scope", "session"), ("id", &id)]).await, "/login", "one's own");
    }
}
