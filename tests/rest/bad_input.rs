//! Malformed requests: every route responds with a 4xx in the contract's shape and in its own words.

use super::readers::{Reader, filled, readers};
use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use axum::body::Body;
use claviger::server::http;
use serde_json::Value;
use std::{collections::BTreeSet, convert::Infallible};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

/// Returns each path with the methods it allows, as in the header `Allow`.
fn addresses() -> Vec<(String, String)> {
    let mut addresses =
        vec![("/health".to_owned(), "GET,HEAD".to_owned()), ("/ready".to_owned(), "GET,HEAD".to_owned())];
    for route in http::rest_routes() {
        let path = filled(route.path);
        let method = if route.method == "GET" { "GET,HEAD" } else { route.method.as_str() };
        match addresses.iter_mut().find(|(known, _)| *known == path) {
            Some((_, allowed)) => *allowed = format!("{allowed},{method}"),
            None => addresses.push((path, method.to_owned())),
        }
    }
    addresses
}

/// Asserts that a response reveals nothing about the implementation.
pub fn assert_reveals_nothing(answer: &TestResponse, what: &str) {
    assert!(answer.status < 500, "{what:.200}: {} {}", answer.status, answer.text);
    for word in [
        "serde",
        "sqlx",
        "SQLITE",
        "sqlite",
        "postgres",
        " line ",
        " column ",
        "panicked",
        "/src/",
        "invalid type",
        "missing field",
        "expected ` ",
    ] {
        assert!(!answer.text.contains(word), "{what:.200}: {word} in {}", answer.text);
    }
}

/// Asserts a REST error: this status and code, a sentence, and only fields named in the contract.
pub fn assert_error(answer: &TestResponse, status: u16, code: &str, what: &str) {
    assert_reveals_nothing(answer, what);
    assert_eq!((answer.status, answer.header("content-type")), (status, JSON), "{what:.200}: {}", answer.text);
    let body = answer.json();
    let names: BTreeSet<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    let known = BTreeSet::from(["error", "code", "requestId", "details"]);
    assert!(names.is_subset(&known) && names.len() >= 3, "{what:.200}: {body}");
    assert_eq!(
        (body["code"].as_str(), body["requestId"].as_str()),
        (Some(code), Some(answer.header("x-request-id"))),
        "{what:.200}"
    );
    assert!(body["error"].as_str().is_some_and(|error| !error.is_empty()), "{what:.200}");
    assert_ne!(body["details"], Value::Array(Vec::new()), "{what:.200}");
}

/// Bodies that no route with this field accepts.
fn malformed_bodies(field: &str) -> Vec<(&'static str, Vec<u8>)> {
    let nested = |open: &str| open.repeat(100_000).into_bytes();
    let in_field = |value: &str| format!(r#"{{"{field}":{value}}}"#).into_bytes();
    vec![
        ("empty", Vec::new()),
        ("white space", b" \n ".to_vec()),
        ("not JSON", b"nonsense".to_vec()),
        ("a form", format!("{field}=x").into_bytes()),
        ("not closed", format!(r#"{{"{field}":"x""#).into_bytes()),
        ("more behind it", format!(r#"{{"{field}":"x"}} {{}}"#).into_bytes()),
        ("a byte order mark", format!("\u{feff}{{\"{field}\":\"x\"}}").into_bytes()),
        ("UTF-16", r#"{"a":1}"#.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("not UTF-8", [format!(r#"{{"{field}":""#).as_bytes(), b"\xff\xfe", b"\"}"].concat()),
        ("half a surrogate", in_field(r#""\ud800""#)),
        ("the other half of a surrogate", in_field(r#""\udc00""#)),
        ("halves of a surrogate in the wrong order", in_field(r#""\udc00\ud800""#)),
        ("a surrogate in UTF-8", [format!(r#"{{"{field}":""#).as_bytes(), b"\xed\xa0\x80", b"\"}"].concat()),
        ("an overlong NUL", [format!(r#"{{"{field}":""#).as_bytes(), b"\xc0\x80", b"\"}"].concat()),
        ("a NUL behind it", format!("{{\"{field}\":\"x\"}}\0").into_bytes()),
        ("a naked NUL", in_field("\"\0\"")),
        ("an array", b"[]".to_vec()),
        ("an array of the fields' values", br#"["ada@example.com",null,null,"x"]"#.to_vec()),
        ("an array of one", br#"["x"]"#.to_vec()),
        ("a string", br#""x""#.to_vec()),
        ("a number", b"1".to_vec()),
        ("null", b"null".to_vec()),
        ("true", b"true".to_vec()),
        ("a number for text", in_field("1")),
        ("an object for text", in_field(r#"{"$ne":null}"#)),
        ("an array for text", in_field(r#"["x"]"#)),
        ("true for text", in_field("true")),
        ("a number beyond all", in_field("1e999999")),
        ("a number beyond doubles", in_field("1e400")),
        ("a number of many digits", in_field(&"9".repeat(100_000))),
        ("not a number", in_field("NaN")),
        ("infinity", in_field("-Infinity")),
        ("a number beyond doubles in an unknown field", br#"{"unknown":1e400}"#.to_vec()),
        ("a comment", in_field(r#""x" /* y */"#)),
        ("a comma too many", in_field(r#""x","#)),
        ("quotes of another language", format!("{{'{field}':'x'}}").into_bytes()),
        ("an unknown field", br#"{"unknown":1}"#.to_vec()),
        ("an additional unknown field", format!(r#"{{"{field}":"x","isAdmin":true}}"#).into_bytes()),
        ("the field twice", format!(r#"{{"{field}":"x","{field}":"y"}}"#).into_bytes()),
        (
            "the field twice, once in disguise",
            format!(r#"{{"{field}":"x","\u00{:x}{}":"y"}}"#, field.as_bytes()[0], &field[1..]).into_bytes(),
        ),
        ("arrays in arrays", nested("[")),
        ("objects in objects", nested(r#"{"a":"#)[..200_000].to_vec()),
        ("arrays in the field", in_field(&"[".repeat(100_000))),
        ("arrays in an unknown field", format!(r#"{{"unknown":{}"#, "[".repeat(100_000)).into_bytes()),
    ]
}

/// Returns a body in chunks, without an announced length.
pub fn chunked(bytes: &[u8]) -> Body {
    let chunks: Vec<_> = bytes.chunks(8 * 1024).map(|chunk| Ok::<_, Infallible>(chunk.to_vec())).collect();
    Body::from_stream(futures::stream::iter(chunks))
}

async fn send(
    app: &TestApp,
    (method, path): (&str, &str),
    token: &str,
    kind: &str,
    body: impl Into<Body>,
) -> TestResponse {
    let asking = app.request(method, path).bearer(token).body(body);
    let asking = if kind.is_empty() { asking } else { asking.header("content-type", kind) };
    asking.send().await
}

on_both_databases! {
    async fn a_malformed_body_is_a_bad_request(app) {
        app.admin("ada").await;
        let (token, _) = app.tokens("ada").await;
        for Reader { method, path, field, is_optional } in readers() {
            for (what, body) in malformed_bodies(field) {
                if !(is_optional && body.is_empty()) {
                    let answer = send(&app, (method, &path), &token, JSON, body).await;
                    assert_error(&answer, 400, "bad_request", &format!("{method} {path}: {what}"));
                }
            }
        }
        assert_eq!(app.profile(&token).await.json()["name"], "ada");
    }

    async fn an_array_does_not_stand_for_an_object_inside_a_body_either(app) {
        app.admin("ada").await;
        let eve = app.user("eve").await;
        let (token, _) = app.tokens("ada").await;
        let roles = format!("/api/v1/users/{}/roles", eve.id);
        for (method, path, body) in [
            ("POST", "/api/v1/users/bulk", r#"{"action":"delete","filter":["eve"]}"#),
            ("POST", "/api/v1/users/bulk", r#"{"action":"delete","filter":[]}"#),
            ("POST", "/api/v1/users/bulk", r#"{"action":"delete","filter":{"search":"eve","search":"ada"}}"#),
            ("PUT", &roles, r#"{"roles":[["admin",null]]}"#),
            ("PUT", &roles, r#"{"roles":[["admin"]]}"#),
            ("PUT", &roles, r#"{"roles":[{"name":"user","name":"admin"}]}"#),
        ] {
            let answer = send(&app, (method, path), &token, JSON, body).await;
            assert_error(&answer, 400, "bad_request", body);
        }
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 0);
        assert_eq!(app.find(eve.id).await.version, eve.version);
    }

    async fn text_with_a_nul_is_treated_as_any_unknown_text(app) {
        app.admin("ada").await;
        let (token, _) = app.tokens("ada").await;
        for Reader { method, path, field, .. } in readers() {
            for field in [field, "username", "identifier", "password"] {
                let body = format!(r#"{{"{field}":"a\u0000b","password":"\u0000"}}"#);
                let answer = send(&app, (method, &path), &token, JSON, body).await;
                assert_reveals_nothing(&answer, &path);
                assert!((400..500).contains(&answer.status), "{path} {field}: {}", answer.text);
            }
        }
        let answer =
            send(&app, ("POST", "/api/auth/login"), "x", JSON, r#"{"identifier":"a\u0000b","password":"x"}"#).await;
        assert_error(&answer, 400, "invalid_credentials", "NUL in a name");
    }

    async fn a_body_beyond_256_kib_is_too_large_however_it_comes(app) {
        app.admin("ada").await;
        let (token, _) = app.tokens("ada").await;
        let large = || format!(r#"{{"name":"{}"}}"#, "a".repeat(300 * 1024)).into_bytes();
        for Reader { method, path, .. } in readers() {
            let asking = app.request(method, &path).bearer(&token).header("content-type", JSON);
            let answer = asking.header("content-length", &large().len().to_string()).body(large()).send().await;
            assert_error(&answer, 413, "body_too_large", &path);
            let answer = send(&app, (method, &path), &token, JSON, chunked(&large())).await;
            assert_error(&answer, 413, "body_too_large", &format!("{path}, chunked"));
        }
    }

    async fn a_huge_password_is_refused_before_any_work(app) {
        app.admin("ada").await;
        let endless = "a".repeat(10 * 1024 * 1024);
        let as_json = serde_json::json!({ "email": "ada@example.com", "password": endless }).to_string();
        let answer = send(&app, ("POST", "/api/auth/login"), "x", JSON, as_json).await;
        assert_error(&answer, 413, "body_too_large", "10 MB by REST");
        let asking = app.post("/fn/sign_in").same_origin().header("content-type", FORM);
        let answer = asking.body(format!("identifier=ada&password={endless}")).send().await;
        assert_eq!(answer.status, 413);
        assert_eq!(app.count("SELECT count(*) FROM attempts WHERE failures > 0").await, 0);
    }

    async fn a_body_of_another_content_type_is_unsupported(app) {
        app.admin("ada").await;
        let (token, _) = app.tokens("ada").await;
        for Reader { method, path, field, .. } in readers() {
            let body = format!(r#"{{"{field}":"x"}}"#);
            for kind in [
                "",
                FORM,
                "text/plain",
                "text/json",
                "application/jsonx",
                "multipart/form-data; boundary=x",
                "application/cbor",
                ";",
                "é",
            ] {
                let answer = send(&app, (method, &path), &token, kind, body.clone()).await;
                assert_error(&answer, 415, "unsupported_media_type", &format!("{path}: {kind:?}"));
            }
            for kind in [JSON, "application/json; charset=utf-8", "Application/JSON"] {
                assert_ne!(send(&app, (method, &path), &token, kind, body.clone()).await.status, 415, "{kind}");
            }
        }
    }

    async fn a_method_that_a_route_does_not_support_is_not_allowed(app) {
        app.admin("ada").await;
        let (token, _) = app.tokens("ada").await;
        for (path, allowed) in addresses() {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
                if allowed.split(',').any(|known| known == method) {
                    continue;
                }
                let answer = app.request(method, &path).bearer(&token).send().await;
                assert_eq!((answer.status, answer.header("allow")), (405, allowed.as_str()), "{method} {path}");
                if method != "HEAD" {
                    assert_error(&answer, 405, "method_not_allowed", &format!("{method} {path}"));
                }
            }
        }
    }

    async fn an_unknown_path_is_not_found(app) {
        for path in [
            "/api/x",
            "/api/v1/x",
            "/api/v1/users/me/x",
            "/api/v2/auth/login",
            "/api/v1/%00",
            "/api/%FF",
            "/api/../etc/passwd",
        ] {
            for method in ["GET", "POST", "DELETE"] {
                let answer = app.request(method, path).send().await;
                assert_error(&answer, 404, "not_found", &format!("{method} {path}"));
            }
        }
    }

    async fn signing_out_reads_no_body(app) {
        app.admin("ada").await;
        for path in ["/api/v1/auth/logout", "/api/v1/auth/logout-all"] {
            for (what, body) in malformed_bodies("x") {
                let (token, _) = app.tokens("ada").await;
                let answer = send(&app, ("POST", path), &token, JSON, body).await;
                assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{path}: {what}");
            }
        }
    }
}
