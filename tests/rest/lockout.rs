//! Lockout: after five failures of one name from one network, the sixth attempt is `Account locked`.

use super::{WRONG, fingerprint, log_in};
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
    races::race,
};
use serde_json::json;

const LOCKED: &str = "Account locked";
/// In milliseconds.
const DAY: i64 = 24 * 3_600_000;
const INVALID: &str = "Invalid email or password";

async fn fail(app: &TestApp, email: &str, times: usize) {
    for time in 1..=times {
        assert_eq!(app.log_in(email, WRONG).await.error(), INVALID, "attempt {time}");
    }
}

/// Restarts behind a trusted proxy, so that a test can send from any address.
async fn behind_a_proxy(app: &TestApp) -> TestApp {
    app.restart(&[("server.trusted_proxies", "127.0.0.1/32")]).await
}

async fn log_in_from(app: &TestApp, address: &str, password: &str) -> TestResponse {
    let body = json!({ "email": "ada@example.com", "password": password });
    app.post("/api/auth/login").header("x-forwarded-for", address).json(&body).send().await
}

on_both_databases! {
    async fn the_sixth_attempt_is_locked_even_with_the_right_password(app) {
        app.user("ada").await;
        fail(&app, "ada@example.com", 5).await;
        for password in [PASSWORD, WRONG] {
            let answer = app.log_in("ada@example.com", password).await;
            assert_eq!((answer.status, answer.error().as_str()), (403, LOCKED));
            assert_eq!(answer.header("retry-after"), "900");
        }
    }

    async fn a_lock_set_while_the_clock_was_a_day_ahead_lasts_no_longer_than_any_other(app) {
        app.user("ada").await;
        app.clock.jump(DAY);
        fail(&app, "ada@example.com", 5).await;
        app.clock.jump(-DAY);
        let answer = app.log_in("ada@example.com", PASSWORD).await;
        assert_eq!((answer.status, answer.header("retry-after")), (403, "900"));
        app.pass(900);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn the_fifth_attempt_succeeds_with_the_right_password(app) {
        app.user("ada").await;
        fail(&app, "ada@example.com", 4).await;
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn unknown_names_lock_exactly_as_known_ones(app) {
        app.user("ada").await;
        for number in 1..=7 {
            let known = app.log_in("ada@example.com", WRONG).await;
            let unknown = app.log_in("nobody@example.com", WRONG).await;
            assert_eq!(fingerprint(&known), fingerprint(&unknown), "attempt {number}");
            assert_eq!(known.error(), if number <= 5 { INVALID } else { LOCKED });
        }
    }

    async fn a_lock_ends_after_its_time_and_attempts_while_locked_do_not_extend_it(app) {
        app.user("ada").await;
        fail(&app, "ada@example.com", 5).await;
        for minute in 0..15 {
            let answer = app.log_in("ada@example.com", WRONG).await;
            assert_eq!(answer.header("retry-after"), (900 - minute * 60).to_string());
            app.pass(60);
        }
        fail(&app, "ada@example.com", 5).await;
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), LOCKED);
        app.pass(15 * 60);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn attempts_while_locked_hash_nothing(app) {
        app.user("ada").await;
        fail(&app, "ada@example.com", 5).await;
        let checked = "SELECT count(*) FROM audit WHERE details NOT LIKE '%Account locked%'";
        let before = app.count(checked).await;
        for _ in 0..20 {
            app.log_in("ada@example.com", WRONG).await;
        }
        assert_eq!(app.count(checked).await, before);
        assert_eq!(app.count("SELECT max(failures) FROM attempts").await, 5);
    }

    async fn the_right_password_resets_the_failure_count(app) {
        app.user("ada").await;
        for _ in 0..3 {
            fail(&app, "ada@example.com", 4).await;
            assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
        }
    }

    async fn the_right_password_of_an_unconfirmed_user_does_not_count_as_a_failure(app) {
        app.user_with("ada", &["user"], false).await;
        for _ in 0..7 {
            assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), "User not verified");
        }
        assert_eq!(app.count("SELECT count(*) FROM attempts WHERE failures > 0").await, 0);
    }

    async fn email_and_username_have_separate_counters(app) {
        app.user("ada").await;
        fail(&app, "ada@example.com", 5).await;
        let answer = log_in(&app, &json!({ "username": "ada", "password": PASSWORD })).await;
        assert_eq!(answer.status, 200);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), LOCKED);
    }

    async fn all_spellings_of_a_name_share_one_counter(app) {
        app.user("ada").await;
        for email in ["ada@example.com", "ADA@example.com", "ada@EXAMPLE.COM", " ada@example.com", "Ada@Example.Com"] {
            fail(&app, email, 1).await;
        }
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), LOCKED);
        let answer = log_in(&app, &json!({ "identifier": "aDa@example.com", "password": PASSWORD })).await;
        assert_eq!(answer.error(), LOCKED);
    }

    async fn another_network_has_a_counter_of_its_own(app) {
        app.user("ada").await;
        let app = behind_a_proxy(&app).await;
        for _ in 0..5 {
            assert_eq!(log_in_from(&app, "198.51.100.7", WRONG).await.error(), INVALID);
        }
        assert_eq!(log_in_from(&app, "198.51.100.7", PASSWORD).await.error(), LOCKED);
        assert_eq!(
            log_in_from(&app, "6.6.6.6, 198.51.100.7", PASSWORD).await.error(),
            LOCKED,
            "what a client wrote itself"
        );
        assert_eq!(log_in_from(&app, "198.51.100.8", PASSWORD).await.status, 200);
        assert_eq!(log_in_from(&app, "198.51.100.7", PASSWORD).await.error(), LOCKED, "opened from elsewhere");
    }

    async fn an_ipv6_network_is_its_first_64_bits(app) {
        app.user("ada").await;
        let app = behind_a_proxy(&app).await;
        for host in 1..=5 {
            assert_eq!(log_in_from(&app, &format!("2001:db8:0:1::{host}"), WRONG).await.error(), INVALID);
        }
        assert_eq!(log_in_from(&app, "2001:db8:0:1:ffff::6", PASSWORD).await.error(), LOCKED);
        assert_eq!(log_in_from(&app, "2001:db8:0:2::1", PASSWORD).await.status, 200);
    }

    async fn without_a_trusted_proxy_no_one_can_choose_their_network(app) {
        app.user("ada").await;
        for number in 0..5 {
            assert_eq!(log_in_from(&app, &format!("198.51.100.{number}"), WRONG).await.error(), INVALID);
        }
        assert_eq!(log_in_from(&app, "198.51.100.99", PASSWORD).await.error(), LOCKED);
    }

    async fn the_form_and_rest_have_one_counter(app) {
        app.user("ada").await;
        fail(&app, "ada@example.com", 3).await;
        let browser = app.browser();
        for _ in 0..2 {
            assert_eq!(browser.sign_in("ada@example.com", WRONG).await.header("location"), "/login");
        }
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), LOCKED);
        assert_eq!(browser.sign_in("ada@example.com", PASSWORD).await.header("location"), "/login");
        assert_eq!(browser.cookie("claviger-access"), None);
    }

    async fn a_restart_lifts_no_lock(app) {
        app.user("ada").await;
        fail(&app, "ada@example.com", 5).await;
        let app = app.restart(&[]).await;
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.error(), LOCKED);
    }

    async fn of_a_hundred_wrong_passwords_at_once_five_are_checked(app) {
        app.user("ada").await;
        // The hashing queue has room for all of them.
        let app = app.restart(&[("passwords.max_parallel", "4")]).await;
        let answers = race(100, |_| {
            let app = app.clone();
            async move { app.log_in("ada@example.com", WRONG).await.error() }
        })
        .await;
        let count = |error: &str| answers.iter().filter(|answer| *answer == error).count();
        assert_eq!((count(INVALID), count(LOCKED)), (5, 95), "{answers:?}");
    }

    async fn with_a_full_queue_no_more_than_five_of_a_hundred_are_checked_either(app) {
        app.user("ada").await;
        let answers = race(100, |_| {
            let app = app.clone();
            async move { app.log_in("ada@example.com", WRONG).await.error() }
        })
        .await;
        let count = |error: &str| answers.iter().filter(|answer| *answer == error).count();
        assert!(count(INVALID) <= 5, "{answers:?}");
        assert_eq!(count(INVALID) + count(LOCKED) + count("Service busy"), 100, "{answers:?}");
    }

    async fn many_right_passwords_at_once_lock_no_one_out(app) {
        app.user("ada").await;
        let answers = race(20, |_| {
            let app = app.clone();
            async move { app.log_in("ada@example.com", PASSWORD).await.status }
        })
        .await;
        assert_eq!(answers, [200; 20]);
        assert_eq!(app.count("SELECT count(*) FROM attempts WHERE failures > 0").await, 0);
    }
}
