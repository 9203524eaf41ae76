//! Creating the first administrator, through a link that works once.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, TestApp, TestResponse, USERS},
    on_both_databases,
    races::race,
};
use claviger::model::{FormErrors, FormName, NotAPassword};

const CHOSEN: &str = "a password that was chosen";
const ADMINISTRATORS: &str = "SELECT count(*) FROM user_roles WHERE role = 'admin'";

async fn link(app: &TestApp) -> String {
    let link = app.services.set_up.link().await.unwrap().unwrap();
    link.strip_prefix("http://127.0.0.1:3000/setup?token=").unwrap().to_owned()
}

async fn set_up(browser: &Browser, token: &str, name: &str) -> TestResponse {
    let email = format!("{name}@example.com");
    let fields = [("token", token), ("name", "Ada"), ("email", &email), ("username", name), ("password", CHOSEN)];
    browser.post("/fn/set_up", &fields).await
}

async fn errors(app: &TestApp, browser: &Browser) -> String {
    flash_of(app, browser).await.state_of(FormName::SetUp).errors.message.unwrap_or_default()
}

on_both_databases! {
    async fn a_link_creates_an_administrator_who_is_signed_in(app) {
        let token = link(&app).await;
        let browser = app.browser();
        assert_eq!(browser.get(&format!("/setup?token={token}")).await.status, 200);
        assert_leads_to(&set_up(&browser, &token, "ada").await, "/dashboard", "made");
        assert_eq!(flash_of(&app, &browser).await.notice.as_deref(), Some("Administrator created."));
        assert!(browser.get("/dashboard").await.text.contains("Administrator created."));
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'sign_in.succeeded'").await, 1);
        assert_eq!(
            browser.rest("GET", "/api/user/profile").await.json()["roles"],
            serde_json::json!(["admin", "user"])
        );
    }

    async fn someone_whose_address_is_locked_signs_in_later(app) {
        let token = link(&app).await;
        for _ in 0..5 {
            app.log_in("ada@example.com", "wrong").await;
        }
        let browser = app.browser();
        assert_leads_to(&set_up(&browser, &token, "ada").await, "/login", "locked");
        let filled_in = flash_of(&app, &browser).await.state_of(FormName::SignIn).kept("identifier");
        assert_eq!(filled_in.as_deref(), Some("ada@example.com"));
        app.pass(15 * 60);
        assert_leads_to(&browser.sign_in("ada@example.com", CHOSEN).await, "/dashboard", "the lock has expired");
    }

    async fn a_link_works_once(app) {
        let token = link(&app).await;
        let browser = app.browser();
        set_up(&browser, &token, "ada").await;
        let again = app.browser();
        assert_leads_to(&set_up(&again, &token, "eve").await, &format!("/setup?token={token}"), "the second time");
        assert_eq!(errors(&app, &again).await, "Claviger is already set up. Sign in instead.");
        assert_eq!((app.count(USERS).await, app.count(ADMINISTRATORS).await), (1, 1));
        assert_eq!(app.services.set_up.link().await.unwrap(), None, "and there is no other");
    }

    async fn opening_a_link_changes_nothing(app) {
        let token = link(&app).await;
        for _ in 0..3 {
            app.get(&format!("/setup?token={token}")).send().await;
            app.request("HEAD", &format!("/setup?token={token}")).send().await;
            app.browser().call("/fn/set_up_link", &[("token", &token)]).await;
        }
        assert_leads_to(&set_up(&app.browser(), &token, "ada").await, "/dashboard", "it still works");
    }

    async fn an_unknown_link_creates_no_one(app) {
        let token = link(&app).await;
        for dead in ["", "x", &token[1..], &format!("{token}A"), "\0"] {
            let browser = app.browser();
            let answer = set_up(&browser, dead, "eve").await;
            assert!(answer.header("location").starts_with("/setup?token="), "{dead:?}: {}", answer.header("location"));
            assert!(errors(&app, &browser).await.starts_with("This set-up link has expired or was already used."), "{dead:?}");
        }
        assert_eq!(app.count(USERS).await, 0);
    }

    async fn the_newest_link_counts(app) {
        let (older, newer) = (link(&app).await, link(&app).await);
        let browser = app.browser();
        set_up(&browser, &older, "eve").await;
        assert!(errors(&app, &browser).await.starts_with("This set-up link has expired or was already used."));
        assert_leads_to(&set_up(&browser, &newer, "ada").await, "/dashboard", "the newer");
    }

    async fn a_link_expires_after_a_day(app) {
        let token = link(&app).await;
        app.pass(24 * 3600 - 1);
        assert_eq!(app.browser().call("/fn/set_up_link", &[("token", &token)]).await.json(), "Good");
        app.pass(1);
        assert_eq!(app.browser().call("/fn/set_up_link", &[("token", &token)]).await.json(), "Dead");
        let browser = app.browser();
        set_up(&browser, &token, "eve").await;
        assert!(errors(&app, &browser).await.starts_with("This set-up link has expired or was already used."));
        assert_eq!(app.count(USERS).await, 0);
    }

    async fn twenty_concurrent_uses_create_one_administrator(app) {
        let token = link(&app).await;
        let answers = race(20, |number| {
            let (browser, token) = (app.browser(), token.clone());
            async move { set_up(&browser, &token, &format!("ada{number}")).await }
        })
        .await;
        let made = answers.iter().filter(|answer| answer.header("location") == "/dashboard").count();
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!((made, statuses), (1, vec![303; 20]));
        assert_eq!((app.count(USERS).await, app.count(ADMINISTRATORS).await), (1, 1));
    }

    async fn there_is_no_link_once_there_is_an_administrator(app) {
        let token = link(&app).await;
        app.admin("ada").await;
        assert_eq!(app.services.set_up.link().await.unwrap(), None);
        let browser = app.browser();
        set_up(&browser, &token, "eve").await;
        assert_eq!(errors(&app, &browser).await, "Claviger is already set up. Sign in instead.");
        assert_eq!(app.count(USERS).await, 1);
    }

    async fn every_field_shows_its_error_and_the_link_still_works(app) {
        let token = link(&app).await;
        let browser = app.browser();
        let fields = [
            ("token", token.as_str()),
            ("name", ""),
            ("email", "nonsense"),
            ("username", "a b"),
            ("password", "short"),
        ];
        assert_leads_to(&browser.post("/fn/set_up", &fields).await, &format!("/setup?token={token}"), "refused");
        let state = flash_of(&app, &browser).await.state_of(FormName::SetUp);
        let named: Vec<&str> = state.errors.fields.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["name", "email", "username", "password"]);
        assert_eq!(state.kept("email").as_deref(), Some("nonsense"));
        assert_eq!((state.kept("password"), state.kept("token")), (None, None));
        assert_eq!(browser.post("/fn/set_up", &[]).await.status, 303);
        assert_leads_to(&set_up(&browser, &token, "ada").await, "/dashboard", "it still works");
    }

    async fn a_commonly_guessed_password_is_refused_and_other_input_is_kept(app) {
        let token = link(&app).await;
        let browser = app.browser();
        for (password, problem) in [
            ("password12345678", NotAPassword::TooCommon),
            ("hopper12345678901", NotAPassword::TooPersonal),
            ("amazing12345678901", NotAPassword::TooPersonal),
            ("grace12345678901", NotAPassword::TooPersonal),
            ("claviger2026", NotAPassword::TooPersonal),
        ] {
            let typed = [("name", "Ms Hopper"), ("email", "grace@example.com"), ("username", "amazing")];
            let fields = [&[("token", token.as_str()), ("password", password)], &typed[..]].concat();
            assert_leads_to(&browser.post("/fn/set_up", &fields).await, &format!("/setup?token={token}"), password);
            let state = flash_of(&app, &browser).await.state_of(FormName::SetUp);
            assert_eq!(state.errors, FormErrors::of_field("password", problem.to_string()), "{password}");
            let kept: Vec<_> = typed.iter().map(|(name, _)| state.kept(name)).collect();
            assert_eq!(kept, typed.map(|(_, value)| Some(value.to_owned())), "{password}");
            assert_eq!(state.kept("password"), None);
        }
        assert_eq!(app.count(USERS).await, 0);
        assert_leads_to(&set_up(&browser, &token, "grace").await, "/dashboard", "the link still works");
    }

    async fn a_taken_name_is_reported_and_the_link_still_works(app) {
        app.user("ada").await;
        let token = link(&app).await;
        let browser = app.browser();
        set_up(&browser, &token, "ada").await;
        assert_eq!(errors(&app, &browser).await, "This email address or username is already in use.");
        assert_leads_to(&set_up(&browser, &token, "eve").await, "/dashboard", "it still works");
    }

    async fn the_password_has_at_least_eight_characters(app) {
        let token = link(&app).await;
        let browser = app.browser();
        let with = |password: &'static str| {
            [
                ("token", token.clone()),
                ("name", "Ada".to_owned()),
                ("email", "ada@example.com".to_owned()),
                ("password", password.to_owned()),
            ]
        };
        for (password, is_enough) in [
            ("1234567", false),
            ("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", false),
            ("😀😀😀😀😀😀😀😀", true),
        ] {
            let fields = with(password);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let location = browser.post("/fn/set_up", &fields).await.header("location").to_owned();
            assert_eq!(location == "/dashboard", is_enough, "{password}");
        }
    }
}
