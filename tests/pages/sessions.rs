//! Ending another of the user's own sessions, from the dashboard.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};

fn session_of(browser: &Browser) -> String {
    TestApp::session_of(&browser.cookie("claviger-access").unwrap()).to_string()
}

on_both_databases! {
    async fn a_session_is_ended_from_another_browser_at_once(app) {
        app.user("ada").await;
        let (here, there) = (app.signed_in("ada").await, app.signed_in("ada").await);
        let answer = here.post("/fn/end_session", &[("id", &session_of(&there))]).await;
        assert_leads_to(&answer, "/dashboard", "ended");
        assert!(flash_of(&app, &here).await.notice.is_some());
        assert_leads_to(&there.get("/dashboard").await, "/login?next=%2Fdashboard&ended=1", "there");
        assert_eq!(here.get("/dashboard").await.status, 200);
        let again = here.post("/fn/end_session", &[("id", &session_of(&here.copy()))]).await;
        assert_leads_to(&again, "/dashboard", "one's own can be ended too");
    }

    async fn another_users_session_looks_ended_and_stays_live(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (ada, eve) = (app.signed_in("ada").await, app.signed_in("eve").await);
        let answer = eve.post("/fn/end_session", &[("id", &session_of(&ada))]).await;
        assert_leads_to(&answer, "/dashboard", "another user's");
        let notice = flash_of(&app, &eve).await.notice;
        eve.post("/fn/end_session", &[("id", "01ARZ3NDEKTSV4RRFFQ69G5FAV")]).await;
        assert_eq!(notice, flash_of(&app, &eve).await.notice, "as for one that never existed");
        assert_eq!(ada.get("/dashboard").await.status, 200);
    }

    async fn an_invalid_id_is_not_found(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for id in ["", "x", "\0", "../x"] {
            assert_eq!(browser.post("/fn/end_session", &[("id", id)]).await.status, 404, "{id:?}");
            assert_eq!(browser.call("/fn/end_session", &[("id", id)]).await.status, 404, "{id:?}");
        }
    }
}
