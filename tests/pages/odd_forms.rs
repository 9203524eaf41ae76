//! Malformed forms: every server function responds with a 4xx or its page, in its own words.

use super::server_functions;
use crate::{
    app::PASSWORD,
    on_both_databases,
    rest::bad_input::{assert_reveals_nothing, chunked},
};
use axum::body::Body;

const FORM: &str = "application/x-www-form-urlencoded";

/// Field names that server functions read.
const FIELDS: [&str; 21] = [
    "identifier",
    "password",
    "next",
    "token",
    "name",
    "email",
    "username",
    "id",
    "theme",
    "back",
    "code",
    "invitation",
    "kind",
    "view",
    "version",
    "reason",
    "until",
    "to_change",
    "query",
    "count",
    "confirmation",
];

/// Forms that none of our pages sends.
fn malformed_forms() -> Vec<(&'static str, Vec<u8>)> {
    let all = |value: &str| FIELDS.map(|field| format!("{field}={value}")).join("&").into_bytes();
    let each = |ending: &str| FIELDS.map(|field| format!("{field}{ending}")).join("&").into_bytes();
    vec![
        ("empty", Vec::new()),
        ("JSON", br#"{"name":"x"}"#.to_vec()),
        ("only marks", b"&&&===".to_vec()),
        ("an unknown field", b"unknown=1&is_admin=true".to_vec()),
        ("NULs", all("a%00b")),
        ("not UTF-8, encoded", all("%FF%FE")),
        ("not UTF-8, naked", [b"name=".as_slice(), b"\xff\xfe"].concat()),
        ("half an escape", all("%")),
        ("everything twice", [all("a"), b"&".to_vec(), all("b")].concat()),
        ("arrays", each("[]=x")),
        ("objects", each("[a]=x")),
        ("nested", each(&format!("{}=x", "[a]".repeat(500)))),
        ("nested deep", format!("name{}=x", "[a]".repeat(50_000)).into_bytes()),
        ("brackets", "[".repeat(100_000).into_bytes()),
        ("line breaks", all("a%0D%0ASet-Cookie:%20x=y")),
        ("20 KB in each", all(&"a".repeat(20_000))),
        ("addresses elsewhere", all("https%3A%2F%2Fevil.example%2F")),
        ("a double slash", all("%2F%2Fevil.example")),
    ]
}

on_both_databases! {
    async fn every_server_function_handles_malformed_forms(app) {
        app.user("ada").await;
        for path in server_functions() {
            let browser = app.signed_in("ada").await;
            for (what, body) in malformed_forms() {
                for (accept, cookies) in [
                    ("text/html", String::new()),
                    ("application/json", String::new()),
                    ("text/html", browser.header()),
                    ("application/json", browser.header()),
                ] {
                    let asking = app.post(path).same_origin().header("accept", accept).header("content-type", FORM);
                    let asking = asking.header("referer", "https://referer.example/?a=b").cookies(&cookies);
                    let answer = asking.body(body.clone()).send().await;
                    let what = format!("{path}: {what}");
                    assert_reveals_nothing(&answer, &what);
                    assert!(!answer.text.contains("__path") && !answer.text.contains("referer.example"), "{what}");
                    let location = answer.header("location");
                    let is_ours = ["", "/login", "/dashboard", "/setup?token=", "/"]
                        .iter()
                        .any(|page| location.starts_with(page));
                    assert!(is_ours && !location.contains("__") && !location.contains("://"), "{what}: {location}");
                }
            }
        }
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn an_unreadable_form_is_a_bad_request(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for body in [&b"name=\xff"[..], b"name[a]=b", b"name=a&name=b"] {
            for accept in ["text/html", "application/json"] {
                let asking = app.post("/fn/rename").same_origin().cookies(&browser.header()).header("accept", accept);
                let answer = asking.header("content-type", FORM).body(body.to_vec()).send().await;
                assert_eq!(answer.status, 400, "{:?} for {accept}: {}", String::from_utf8_lossy(body), answer.text);
                assert_eq!(answer.header("location"), "");
            }
        }
        assert_eq!(browser.rest("GET", "/api/user/profile").await.json()["name"], "ada");
    }

    async fn a_form_beyond_256_kib_is_too_large_however_it_comes(app) {
        let large = || format!("name={}", "a".repeat(300 * 1024)).into_bytes();
        for path in server_functions() {
            for body in [Body::from(large()), chunked(&large())] {
                let answer = app.post(path).same_origin().header("content-type", FORM).body(body).send().await;
                assert_eq!(answer.status, 413, "{path}");
                assert_reveals_nothing(&answer, path);
            }
        }
    }
}
