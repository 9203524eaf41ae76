//! What users download of their own data.

use super::assert_leads_to;
use crate::{
    app::{PASSWORD, TestApp},
    on_both_databases,
};
use claviger::server::domain::UserChange;
use serde_json::Value;

const DATA: &str = "/account/data";

/// Returns the actions of the events.
fn actions(data: &Value) -> Vec<&str> {
    data["events"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect()
}

async fn ban_and_unban(app: &TestApp, name: &str) {
    app.admin("eve").await;
    let (token, _) = app.tokens("eve").await;
    let user = app.user(name).await;
    for act in ["ban", "unban"] {
        let path = format!("/api/v1/users/{}/{act}", user.id);
        assert_eq!(app.post(&path).bearer(&token).send().await.status, 200, "{act}");
    }
}

on_both_databases! {
    async fn users_download_everything_that_is_kept_about_them_and_nothing_of_others(app) {
        ban_and_unban(&app, "ada").await;
        app.log_in("ada@example.com", "incorrect horse").await;
        app.tokens("ada").await;
        let browser = app.signed_in("ada").await;
        let answer = browser.get(DATA).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{}", answer.text);
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"account.json\"");
        assert_eq!(answer.header("cache-control"), "no-store");
        let data = answer.json();
        assert_eq!(data["profile"]["email"], "ada@example.com");
        assert_eq!(data["sessions"].as_array().unwrap().len(), 2);
        assert_eq!(data["devices"].as_array().unwrap().len(), 1, "a program is no device");
        let expected = ["data.downloaded", "sign_in.succeeded", "sign_in.failed", "user.unbanned", "user.banned"];
        // They all happened in the same millisecond.
        for action in expected {
            assert!(actions(&data).contains(&action), "{action}");
        }
        let event = |action| &data["events"][actions(&data).iter().position(|other| *other == action).unwrap()];
        let banned = event("user.banned");
        assert!(banned["device"].is_null() && banned["network"].is_null(), "an administrator's are private");
        assert!(event("sign_in.failed")["network"].is_string());
        assert!(!answer.text.contains("eve@"));
    }

    async fn a_download_needs_a_fresh_sign_in_of_a_browser(app) {
        let ada = app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let browser = app.signed_in("ada").await;
        assert!(browser.get("/account").await.text.contains("href=\"/account/data\""));
        app.pass(11 * 60);
        assert!(!browser.get("/account").await.text.contains("href=\"/account/data\""));
        assert_leads_to(&browser.get(DATA).await, "/confirm?next=%2Faccount", "an old sign-in");
        browser.post("/fn/confirm", &[("password", PASSWORD), ("next", "")]).await;
        assert_eq!(browser.get(DATA).await.status, 200);
        assert_leads_to(&app.get(DATA).bearer(&token).send().await, "/login?next=%2Faccount", "a program");
        app.change(ada.id, UserChange::SignOutEverywhere).await;
        assert_eq!(browser.get(DATA).await.status, 303);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'data.downloaded'").await, 1);
    }
}
