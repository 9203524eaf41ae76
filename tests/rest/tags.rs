//! `HEAD`, and `ETag` with `If-None-Match`, on every route that reads.

use super::bulk::{done, ids};
use crate::{app::TestApp, on_both_databases};
use claviger::server::http;
use serde_json::json;
use std::collections::BTreeMap;

const STREAM: &str = "/api/v1/admin/monitor/stream";
/// Reading this is an event in what is read.
const NEVER_THE_SAME: &str = "/api/v1/users/me/data";

/// Returns an address of each route that reads, by its path in the table.
async fn addresses(app: &TestApp, token: &str) -> BTreeMap<&'static str, String> {
    let ada = app.user("ada").await;
    let job = done(app, token, &json!({ "action": "verify", "ids": ids(&[&ada]) })).await;
    let events = app.get("/api/v1/audit-events?limit=1").bearer(token).send().await.json();
    let session = TestApp::session_of(token).to_string();
    let reads = http::rest_routes().into_iter().filter(|route| route.method == "GET");
    let address = |path: &'static str| {
        let id = match path {
            _ if path.contains("/sessions/{id}") => session.clone(),
            _ if path.starts_with("/api/v1/jobs/") => job["id"].as_str().unwrap().to_owned(),
            _ if path.starts_with("/api/v1/audit-events/") => events["data"][0]["id"].as_str().unwrap().to_owned(),
            _ => ada.id.to_string(),
        };
        let query = if path.ends_with("/export") { "?format=csv" } else { "" };
        format!("{}{query}", path.replace("{id}", &id).replace("{name}", "admin"))
    };
    reads.map(|route| (route.path, address(route.path))).collect()
}

on_both_databases! {
    async fn head_has_the_status_and_the_headers_of_get_and_no_body(app) {
        app.admin("eve").await;
        let (token, _) = app.tokens("eve").await;
        for (path, address) in addresses(&app, &token).await {
            let head = app.request("HEAD", &address).bearer(&token).send().await;
            let get = app.get(&address).bearer(&token).raw().await;
            assert_eq!((head.status, head.text.as_str()), (get.status().as_u16(), ""), "{path}");
            for name in ["content-type", "content-disposition", "cache-control", "vary"] {
                assert_eq!(head.headers.get(name), get.headers().get(name), "{path}: {name}");
            }
            if path != NEVER_THE_SAME {
                for name in ["etag", "link", "content-length"] {
                    assert_eq!(head.headers.get(name), get.headers().get(name), "{path}: {name}");
                }
            }
        }
    }

    async fn json_that_the_client_has_already_is_not_sent_again(app) {
        app.admin("eve").await;
        let (token, _) = app.tokens("eve").await;
        for (path, address) in addresses(&app, &token).await {
            let ask = || app.get(&address).bearer(&token);
            let first = if path == STREAM { continue } else { ask().send().await };
            let tag = first.header("etag");
            let is_json = first.status == 200 && first.header("content-type") == "application/json";
            if !is_json {
                continue;
            }
            assert!(!tag.is_empty(), "{path}");
            let again = ask().header("if-none-match", tag).send().await;
            if path == NEVER_THE_SAME {
                assert_eq!(again.status, 200, "{path}");
                assert_ne!(again.header("etag"), tag, "{path}");
                continue;
            }
            assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tag), "{path}");
            assert_eq!(again.header("content-type"), "", "{path}");
            let strong = tag.trim_start_matches("W/");
            for (given, status) in [("*", 304), (strong, 304), ("\"x\", W/\"y\"", 200), ("x", 200)] {
                let again = ask().header("if-none-match", given).send().await;
                assert_eq!(again.status, status, "{path}: {given}");
            }
            let compressed = ask().header("if-none-match", tag).header("accept-encoding", "br").send().await;
            assert_eq!((compressed.status, compressed.text.as_str()), (304, ""), "{path}");
        }
    }

    async fn an_error_and_what_changes_something_have_no_tag(app) {
        app.admin("eve").await;
        let (token, _) = app.tokens("eve").await;
        let ask = |method: &str, path: &str| app.request(method, path).bearer(&token).header("if-none-match", "*");
        for (answer, status) in [
            (ask("GET", "/api/v1/roles/nothing").send().await, 404),
            (ask("GET", "/api/v1/users?limit=0").send().await, 400),
            (ask("PATCH", "/api/v1/users/me").json(&json!({ "name": "Eve" })).send().await, 200),
        ] {
            assert_eq!((answer.status, answer.header("etag")), (status, ""), "{}", answer.text);
        }
    }
}
