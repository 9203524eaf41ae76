//! `Accept`: what a response may be, how errors look, and which version of the API is meant.

use super::bad_input::assert_error;
use crate::{
    app::{PASSWORD, TestResponse, pictures::picture},
    on_both_databases,
};
use image::ImageFormat;
use serde_json::json;

const DOCUMENT: &str = "application/problem+json";
const V1: &str = "application/vnd.claviger.v1+json";
const V2: &str = "application/vnd.claviger.v2+json";

/// Asserts that an error is a document of RFC 9457 with this status and code.
fn assert_document(answer: &TestResponse, status: u16, code: &str, what: &str) {
    assert_eq!((answer.status, answer.header("content-type")), (status, DOCUMENT), "{what}: {}", answer.text);
    let body = answer.json();
    let request = format!("urn:request:{}", answer.header("x-request-id"));
    assert_eq!(body["type"], format!("http://127.0.0.1:3000/docs/errors/{code}"), "{what}");
    assert_eq!(
        (&body["status"], &body["code"], &body["instance"]),
        (&json!(status), &json!(code), &json!(request)),
        "{what}"
    );
    assert!(["title", "detail"].iter().all(|name| body[name].as_str().is_some_and(|text| !text.is_empty())), "{what}");
    assert!(body["error"].is_null() && body["requestId"].is_null(), "{what}: {body}");
}

on_both_databases! {
    async fn every_error_is_a_problem_document_where_accept_asks_for_it(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let asking = |method: &str, path: &str| app.request(method, path).header("accept", DOCUMENT);
        let wrong = json!({ "email": "ada@example.com", "password": "wrong" });
        for (answer, status, code) in [
            (asking("GET", "/api/v1/users/me").send().await, 401, "authentication_required"),
            (asking("GET", "/api/v1/users/me").bearer("x").send().await, 401, "invalid_token"),
            (asking("GET", "/api/v1/users").bearer(&token).send().await, 403, "forbidden"),
            (asking("GET", "/api/v1/nothing").send().await, 404, "not_found"),
            (asking("GET", "/nothing").send().await, 404, "not_found"),
            (asking("PUT", "/api/auth/login").send().await, 405, "method_not_allowed"),
            (asking("POST", "/api/auth/login").body("x").send().await, 415, "unsupported_media_type"),
            (asking("POST", "/api/auth/login").json(&wrong).send().await, 400, "invalid_credentials"),
            (asking("POST", "/fn/sign_in").form(&[]).send().await, 403, "other_origin"),
            (asking("GET", "/api/v1/users/me").header("accept-encoding", "*;q=0").send().await, 406, "not_acceptable"),
        ] {
            assert_document(&answer, status, code, code);
        }
        let challenge = asking("GET", "/api/v1/users/me").send().await;
        assert_eq!(challenge.header("www-authenticate"), "Bearer", "the headers are the same");
        let answer = asking("PATCH", "/api/v1/users/me").bearer(&token).json(&json!({ "name": "" })).send().await;
        assert_document(&answer, 400, "invalid_input", "fields");
        assert_eq!((&answer.json()["title"], &answer.json()["detail"]), (&json!("Invalid input"), &json!("Invalid input")));
        assert_eq!(answer.json()["details"][0]["field"], "name");
        let good = asking("GET", "/api/v1/users/me").bearer(&token).send().await;
        assert_eq!((good.status, good.header("content-type")), (200, "application/json"));
    }

    async fn the_weights_decide_how_an_error_looks(app) {
        for (accept, is_document) in [
            ("application/json, application/problem+json", true),
            ("application/json;q=0.4, application/problem+json;q=0.5", true),
            ("application/json;q=0.5, application/problem+json;q=0.4", false),
            ("application/problem+json;q=0, */*", false),
            ("*/*", false),
            ("text/html, */*;q=0.8", false),
        ] {
            let answer = app.get("/api/v1/users/me").header("accept", accept).send().await;
            if is_document {
                assert_document(&answer, 401, "authentication_required", accept);
            } else {
                assert_error(&answer, 401, "authentication_required", accept);
            }
        }
        let two = app.get("/api/v1/users/me").header("accept", "text/html").header("accept", DOCUMENT);
        assert_document(&two.send().await, 401, "authentication_required", "two headers");
    }

    async fn nothing_happens_where_no_response_is_acceptable(app) {
        app.user("ada").await;
        let body = json!({ "email": "ada@example.com", "password": PASSWORD });
        for accept in ["text/html", "application/xml", "application/json;q=0", "*/*;q=0", "application/json;q=0, */*", V2, "json"] {
            let answer = app.post("/api/auth/login").header("accept", accept).json(&body).send().await;
            let is_acceptable = accept.ends_with("*/*");
            if is_acceptable {
                assert_eq!(answer.status, 200, "JSON of another kind is left: {accept}");
            } else {
                assert_error(&answer, 406, "not_acceptable", accept);
                assert_eq!(answer.error(), "Not acceptable");
            }
        }
        assert_eq!(app.count("SELECT count(*) FROM sessions").await, 1);
        for accept in ["", "*/*", "application/*", "application/json;q=0.001", DOCUMENT, V1, "text/html, */*;q=0.1"] {
            let answer = app.post("/api/auth/login").header("accept", accept).json(&body).send().await;
            assert_eq!(answer.status, 200, "{accept}: {}", answer.text);
        }
        assert_eq!(app.post("/api/auth/login").json(&body).send().await.status, 200, "without the header");
    }

    async fn streams_exports_and_pictures_have_types_of_their_own(app) {
        app.admin("eve").await;
        let (eve, _) = app.tokens("eve").await;
        let png = picture(ImageFormat::Png, 8, 8);
        let sending = app.request("PUT", "/api/v1/users/me/picture").bearer(&eve).header("content-type", "image/png");
        assert_eq!(sending.body(png).send().await.status, 204);
        let id = app.services.users.find_by_any("eve").await.unwrap().id;
        let picture = format!("/api/v1/users/{id}/picture");
        for (path, good) in [
            ("/api/v1/users/me/picture", "image/jpeg"),
            (picture.as_str(), "image/webp, image/*"),
            ("/api/v1/users/export?format=csv", "text/csv"),
            ("/api/v1/audit-events/export?format=jsonl", "application/jsonl"),
            ("/api/v1/admin/monitor/stream", "text/event-stream"),
        ] {
            for (accept, status) in [(good, 200), ("*/*", 200), ("text/html", 406), ("application/xml", 406)] {
                let answer = app.get(path).bearer(&eve).header("accept", accept).raw().await;
                assert_eq!(answer.status(), status, "{path}: {accept}");
            }
        }
        let list = app.get("/api/v1/users").bearer(&eve).header("accept", "text/csv").send().await;
        assert_error(&list, 406, "not_acceptable", "a list");
    }

    async fn accept_names_the_version_of_a_path_without_one(app) {
        app.admin("eve").await;
        let (eve, _) = app.tokens("eve").await;
        let get = |path: &str, accept: &str| app.get(path).bearer(&eve).header("accept", accept).send();
        for accept in [V1, "Application/VND.claviger.v1+JSON; q=0.5", "text/html, application/vnd.claviger.v1+json"] {
            for (path, same) in [
                ("/api/users/me", "/api/v1/users/me"),
                ("/api/roles/user", "/api/v1/roles/user"),
                ("/api/user/profile", "/api/v1/users/me"),
                ("/api/permissions?limit=2", "/api/v1/permissions?limit=2"),
            ] {
                let answer = get(path, accept).await;
                assert_eq!((answer.status, &answer.text), (200, &get(same, accept).await.text), "{path} {accept}");
            }
        }
        let body = json!({ "email": "eve@example.com", "password": PASSWORD });
        assert_eq!(app.post("/api/auth/login").header("accept", V1).json(&body).send().await.status, 200);
        for path in ["/api/users/me", "/api/v1/users/me", "/api/user/profile", "/api/nothing"] {
            assert_error(&get(path, V2).await, 406, "not_acceptable", path);
            assert_error(&get(path, "application/vnd.claviger.v10+json").await, 406, "not_acceptable", path);
        }
        assert_eq!(get("/api/v1/users/me", &format!("{V2}, application/json")).await.status, 200, "the path names one");
        for path in ["/api/users/me", "/api/v2/users/me"] {
            assert_error(&get(path, "application/json").await, 404, "not_found", path);
        }
        assert_error(&get("/api/v2/users/me", V1).await, 404, "not_found", "a path keeps its version");
    }
}
