//! `GET /users/me/audit-events` and `GET /users/me/data`.

use crate::{app::TestApp, on_both_databases};
use serde_json::{Value, json};

const EVENTS: &str = "/api/v1/users/me/audit-events";
const DATA: &str = "/api/v1/users/me/data";

async fn ban_and_unban(app: &TestApp, name: &str) {
    app.admin("eve").await;
    let (token, _) = app.tokens("eve").await;
    let user = app.user(name).await;
    for act in ["ban", "unban"] {
        app.pass(1);
        let path = format!("/api/v1/users/{}/{act}", user.id);
        assert_eq!(app.post(&path).bearer(&token).send().await.status, 200, "{act}");
    }
    app.pass(1);
}

on_both_databases! {
    async fn users_list_the_events_of_their_account_without_what_is_private_to_administrators(app) {
        ban_and_unban(&app, "ada").await;
        let (token, _) = app.tokens("ada").await;
        let first = app.get(&format!("{EVENTS}?limit=1")).bearer(&token).send().await.json();
        assert_eq!((first["data"].as_array().unwrap().len(), &first["pagination"]["total"]), (1, &json!(4)));
        let event = &first["data"][0];
        assert_eq!((&event["action"], &event["outcome"]), (&json!("sign_in.succeeded"), &json!("ok")));
        assert_eq!((&event["network"], &event["sessionId"]), (&json!("127.0.0.1"), &json!(TestApp::session_of(&token).to_string())));
        let next = app.get(first["links"]["next"].as_str().unwrap()).bearer(&token).send().await.json();
        let event = &next["data"][0];
        assert_eq!(event["action"], "user.unbanned");
        for private in ["device", "network", "sessionId"] {
            assert_eq!(event[private], Value::Null, "{private}");
        }
        assert_eq!(app.get(&format!("{EVENTS}?actor=eve")).bearer(&token).send().await.status, 400);
        assert_eq!(app.get(EVENTS).send().await.status, 401);
    }

    async fn programs_get_the_same_data_as_the_download_after_a_fresh_sign_in(app) {
        ban_and_unban(&app, "ada").await;
        let (token, _) = app.tokens("ada").await;
        let browser = app.signed_in("ada").await;
        app.pass(1);
        let data = app.get(DATA).bearer(&token).send().await;
        assert_eq!((data.status, data.header("cache-control")), (200, "no-store"), "{}", data.text);
        app.pass(1);
        let (mut data, mut file) = (data.json(), browser.get("/account/data").await.json());
        // The file is read in another session, and lists the first reading.
        assert_eq!(file["events"].as_array_mut().unwrap().remove(0)["action"], "data.downloaded");
        for part in ["profile", "devices", "events"] {
            assert_eq!(data[part].take(), file[part].take(), "{part}");
        }
        app.pass(11 * 60);
        let stale = app.get(DATA).bearer(&token).send().await;
        assert_eq!((stale.status, stale.error()), (403, "Fresh sign-in required".to_owned()));
    }
}
