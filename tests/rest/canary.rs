//! Secrets stay where they are entered: never in a response, a log or the database.

use super::{WRONG, log_in};
use crate::{
    app::{self, Database, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use serde_json::json;
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

const CANARY: &str = "canary-password-7f3a";
const WRONG_CANARY: &str = "canary-wrong-19c4";
const MISPLACED: &str = "canary-misplaced-52b8";

/// Does everything that a user does with a password. Returns the responses and the tokens.
async fn use_a_password_everywhere(app: &TestApp) -> (Vec<TestResponse>, Vec<String>) {
    let link = app.services.set_up.link().await.unwrap().unwrap();
    let token = link.split_once("token=").unwrap().1.to_owned();
    let browser = app.browser();
    let fields = |email, password| {
        [("token", token.as_str()), ("name", "Ada"), ("email", email), ("username", "ada"), ("password", password)]
    };
    let mut answers = vec![
        browser.post("/fn/set_up", &fields("not an address", WRONG_CANARY)).await,
        browser.get(&format!("/setup?token={token}")).await,
        browser.post("/fn/set_up", &fields("ada@example.com", CANARY)).await,
        browser.sign_in("ada", WRONG_CANARY).await,
        browser.get("/login").await,
        browser.call("/fn/sign_in", &[("identifier", "ada"), ("password", WRONG_CANARY)]).await,
        browser.call("/fn/sign_in", &[("identifier", ""), ("password", WRONG_CANARY)]).await,
        browser.sign_in("ada", CANARY).await,
        browser.get("/dashboard").await,
        log_in(app, &json!({ "identifier": MISPLACED, "password": WRONG_CANARY })).await,
        log_in(app, &json!({ "email": MISPLACED, "password": CANARY })).await,
        log_in(app, &json!({ "username": "ada", "password": CANARY, "unknown": CANARY })).await,
        app.post("/api/auth/login").header("content-type", "application/json").body(CANARY).send().await,
    ];
    let signed_in = log_in(app, &json!({ "username": "ada", "password": CANARY })).await.json();
    let (access, refresh) = (signed_in["token"].as_str().unwrap(), signed_in["refreshToken"].as_str().unwrap());
    let mut secrets = vec![token.clone(), access.to_owned(), refresh.to_owned()];
    secrets.extend(["claviger-access", "claviger-refresh"].map(|name| browser.cookie(name).unwrap()));
    for path in ["/api/user/profile", "/api/v1/sessions"] {
        answers.push(app.get(path).bearer(access).send().await);
        answers.push(browser.rest("GET", path).await);
    }
    answers.push(app.refresh(&refresh[1..]).await);
    answers.push(browser.sign_out().await);
    // The mail about a new device has a link that secures the account.
    browser.drop_cookie("claviger-device");
    browser.sign_in("ada", CANARY).await;
    let not_me = app.mail_to("ada@example.com").await.token();
    answers.push(app.get(&format!("/not-me?token={not_me}")).send().await);
    answers.push(browser.post("/fn/report_not_me", &[("token", &not_me)]).await);
    secrets.extend([not_me, app.mail_to("ada@example.com").await.token()]);
    app.services.sessions.last_seen().flush().await;
    (answers, secrets)
}

fn assert_nowhere(secret: &str, text: &str, place: &str) {
    assert!(!text.contains(secret), "{secret} stands in {place}");
}

on_both_databases! {
    async fn a_password_is_in_no_response_and_nowhere_in_the_database(app) {
        let (answers, tokens) = use_a_password_everywhere(&app).await;
        let contents = app.dump().await;
        assert!(contents.contains("ada@example.com"), "the contents are read");
        for password in [CANARY, WRONG_CANARY, MISPLACED] {
            assert_nowhere(password, &contents, "the database");
            for answer in &answers {
                assert_nowhere(password, &answer.text, "an answer");
                assert_nowhere(password, &format!("{:?}", answer.headers), "a header");
            }
        }
        for token in &tokens {
            assert_nowhere(token, &contents, "the database");
        }
    }

    async fn tokens_are_in_cookies_only(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let tokens = ["claviger-access", "claviger-refresh"].map(|name| browser.cookie(name).unwrap());
        let mut answers = vec![browser.get("/dashboard").await, browser.call("/fn/dashboard", &[]).await];
        app.pass(10 * 60);
        answers.push(browser.call("/fn/refresh", &[]).await);
        let refreshed = ["claviger-access", "claviger-refresh"].map(|name| browser.cookie(name).unwrap());
        answers.push(browser.get("/dashboard").await);
        answers.push(browser.rest("GET", "/api/v1/sessions").await);
        for answer in answers {
            assert_eq!(answer.status, 200, "{}", answer.text);
            for token in tokens.iter().chain(&refreshed) {
                assert_nowhere(token, &answer.text, "a page");
            }
        }
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// On one thread, so that this test captures only its own log.
#[tokio::test]
async fn no_secret_and_no_address_is_in_the_log_however_much_is_logged() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    // With only one dispatcher, a callsite first reached by another test's thread would be disabled for all.
    let _another = tracing::Dispatch::new(tracing_subscriber::registry());
    let _listening = tracing::subscriber::set_default(subscriber.finish());
    let collected = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&collected);
    app::run_test(Database::sqlite(), async move |app: TestApp| {
        let (_, tokens) = use_a_password_everywhere(&app).await;
        app.user("bob").await;
        app.log_in("bob@example.com", WRONG).await;
        app.log_in("bob@example.com", PASSWORD).await;
        *keep.lock().unwrap() = tokens;
    })
    .await;
    let mut secrets = collected.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(text.contains("POST /api/auth/login 200"), "the log is read");
    secrets.extend([CANARY, WRONG_CANARY, MISPLACED, PASSWORD, "@example.com"].map(str::to_owned));
    for secret in secrets {
        let line = text.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
}
