//! The pages of the audit log.

use super::assert_leads_to;
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::{model::Permission, server::domain::UserChange};

const PAGE: &str = "/admin/audit";

/// Returns a browser in which an auditor, who may do nothing else, is signed in.
async fn auditor(app: &TestApp) -> Browser {
    app.user_with_permissions("rita", &[Permission::AuditRead]).await;
    app.signed_in("rita").await
}

/// Returns the rest of the address of each event on a page, from the top.
async fn ids_on(browser: &Browser, path: &str) -> Vec<String> {
    let page = browser.get(path).await;
    assert_eq!(page.status, 200, "{path}");
    let begins = page.text.split("href=\"/admin/audit/").skip(1);
    begins.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

on_both_databases! {
    async fn only_auditors_see_the_log(app) {
        let ada = app.user("ada").await;
        let rita = auditor(&app).await;
        let ids = ids_on(&rita, PAGE).await;
        assert_leads_to(&app.browser().get(PAGE).await, "/login?next=%2Fadmin%2Faudit", "anonymous");
        let browser = app.signed_in("ada").await;
        for path in [PAGE.to_owned(), format!("{PAGE}/{}", ids[0])] {
            assert_eq!((browser.get(&path).await.status, rita.get(&path).await.status), (403, 200), "{path}");
        }
        for path in ["/fn/audit_log", "/fn/audit_event"] {
            let answer = browser.call(path, &[("id", &ids[0])]).await;
            assert_eq!((answer.status, answer.json()), (403, "forbidden".into()), "{path}");
        }
        for path in ["/admin/audit/x", "/admin/audit/01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
            assert_eq!(rita.get(path).await.status, 404, "{path}");
        }
        assert_eq!(rita.get(&format!("/admin/users/{}", ada.id)).await.status, 403, "an auditor reads the log, nothing else");
    }

    async fn a_search_finds_events_and_one_that_is_wrong_says_why_and_keeps_what_was_typed(app) {
        let ada = app.user("ada").await;
        app.change(ada.id, UserChange::Ban { until: None, reason: Some("spam".to_owned()) }).await;
        let rita = auditor(&app).await;
        assert_eq!(ids_on(&rita, &format!("{PAGE}?search=action:user.banned")).await.len(), 1);
        assert_eq!(ids_on(&rita, &format!("{PAGE}?search=ada")).await.len(), 2);
        assert!(rita.get(&format!("{PAGE}?search=action:user.deleted")).await.text.contains("No events match this search."));
        let wrong = rita.get(&format!("{PAGE}?search=outcome:%22maybe")).await.text;
        assert!(wrong.contains("outcome: Must be ok or denied."), "{wrong}");
        assert!(wrong.contains("value=\"outcome:&quot;maybe\"") && wrong.contains("aria-invalid=\"true\""), "{wrong}");
        let long = rita.get(&format!("{PAGE}?search={}", "x".repeat(501))).await.text;
        assert!(long.contains("search: Use at most 500 characters."), "{long}");
        let many = rita.get(&format!("{PAGE}?search=action:{}", vec!["a"; 21].join(","))).await.text;
        assert!(many.contains("action: Use at most 20 actions."), "{many}");
    }

    async fn the_links_of_the_export_lead_to_what_was_searched(app) {
        let rita = auditor(&app).await;
        let page = rita.get(&format!("{PAGE}?search=actor:cli+%26x")).await.text;
        for format in ["csv", "jsonl"] {
            let link = format!("href=\"/api/v1/audit-events/export?format={format}&amp;search=actor%3Acli+%26x\"");
            assert!(page.contains(&link), "{link}: {page}");
        }
        assert!(rita.get(PAGE).await.text.contains("href=\"/api/v1/audit-events/export?format=csv\""));
    }

    async fn who_sees_the_latest_events_of_a_user_is_recorded(app) {
        let ada = app.user("ada").await;
        app.user_with_permissions("rita", &[Permission::AuditRead, Permission::UsersRead]).await;
        let rita = app.signed_in("rita").await;
        assert_eq!(rita.get(&format!("/admin/users/{}", ada.id)).await.status, 200);
        let sql = "SELECT count(*) FROM audit WHERE action = 'audit.read' AND target_name = 'ada'";
        assert_eq!(app.count(sql).await, 1);
    }

    async fn an_event_opens_with_all_its_fields_as_text(app) {
        let ada = app.user("ada").await;
        let reason = "<script>alert(1)</script>".to_owned();
        app.change(ada.id, UserChange::Ban { until: None, reason: Some(reason) }).await;
        let rita = auditor(&app).await;
        let id = ids_on(&rita, &format!("{PAGE}?search=action:user.banned")).await[0].clone();
        let page = rita.get(&format!("{PAGE}/{id}")).await.text;
        for part in ["Command line", "&lt;script&gt;alert(1)", "status", "active", "banned", "Not sealed yet", &id] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("<script>alert(1)"));
    }

    async fn the_page_shows_ninety_days_unless_a_time_is_asked_for(app) {
        app.user("ada").await;
        auditor(&app).await;
        app.pass(91 * 24 * 3600);
        let rita = app.signed_in("rita").await;
        assert!(ids_on(&rita, &format!("{PAGE}?search=user.created+action:user.created")).await.is_empty());
        assert!(ids_on(&rita, &format!("{PAGE}?search=action:user.created")).await.is_empty());
        let all = format!("{PAGE}?search=action:user.created+created:%3E=2000-01-01");
        assert_eq!(ids_on(&rita, &all).await.len(), 2);
        let page = rita.get(&format!("{PAGE}?search=action:user.created")).await.text;
        assert!(page.contains("href=\"/admin/audit?search=action%3Auser.created+created%3A%3E%3D2000-01-01\""), "{page}");
    }

    async fn pages_go_back_and_forth(app) {
        for number in 0..60 {
            app.user(&format!("user{number}")).await;
        }
        let rita = auditor(&app).await;
        let path = format!("{PAGE}?search=action:user.created");
        let first = ids_on(&rita, &path).await;
        let older = rita.get(&path).await.text.split("after=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let second = ids_on(&rita, &format!("{path}&after={older}")).await;
        assert_eq!((first.len(), second.len()), (50, 11));
        let newer = rita.get(&format!("{path}&after={older}")).await.text;
        let newer = newer.split("before=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(ids_on(&rita, &format!("{path}&before={newer}")).await, first);
    }
}
