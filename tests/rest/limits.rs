//! Rate limits: a budget of sign-in attempts per network, and one for everything else per user.

use super::WRONG;
use crate::{
    app::{PASSWORD, PATIENCE, TestApp, TestResponse},
    on_both_databases,
};
use claviger::server::http::{self, Budget};
use serde_json::json;

const HERE: &str = "198.51.100.7";
const TOO_MANY: &str = "Too many requests";

/// Attempts to sign in as `name` from this address.
async fn try_from(app: &TestApp, address: &str, name: &str, password: &str) -> TestResponse {
    let body = json!({ "email": format!("{name}@example.com"), "password": password });
    app.post("/api/auth/login").header("x-forwarded-for", address).json(&body).send().await
}

async fn refresh_from(app: &TestApp, address: &str, token: &str) -> TestResponse {
    let asking = app.post("/api/v1/auth/refresh").header("x-forwarded-for", address);
    asking.json(&json!({ "refreshToken": token })).send().await
}

/// Uses up a network's sign-in budget, on a route that hashes nothing.
async fn use_up(app: &TestApp, address: &str) {
    for _ in 0..20 {
        assert_ne!(refresh_from(app, address, "x").await.status, 429);
    }
}

/// Returns the three rate limit headers of a response.
fn budget_of(answer: &TestResponse) -> [&str; 3] {
    ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"].map(|name| answer.header(name))
}

fn assert_too_many(answer: &TestResponse, retry_after: &str) {
    assert_eq!((answer.status, answer.header("retry-after")), (429, retry_after), "{}", answer.text);
    let body = answer.json();
    assert_eq!((body["error"].as_str(), body["code"].as_str()), (Some(TOO_MANY), Some("too_many_requests")));
}

on_both_databases! {
    async fn the_twenty_first_sign_in_of_a_network_is_too_many_and_other_networks_are_unaffected(app) {
        app.user("ada").await;
        let app = app.limited(&[]).await;
        for left in (0..20).rev() {
            let answer = try_from(&app, HERE, "ada", PASSWORD).await;
            assert_eq!((answer.status, budget_of(&answer)[1]), (200, left.to_string().as_str()));
        }
        let answer = try_from(&app, HERE, "ada", PASSWORD).await;
        assert_too_many(&answer, "3");
        assert_eq!(budget_of(&answer), ["20", "0", "1800000060"]);
        let answer = try_from(&app, "198.51.100.8", "ada", PASSWORD).await;
        assert_eq!((answer.status, budget_of(&answer)), (200, ["20", "19", "1800000003"]));
        assert_eq!(answer.header("ratelimit-policy"), "\"sign-in\";q=20;w=60");
        assert_eq!(answer.header("ratelimit"), "\"sign-in\";r=19;t=3");
    }

    async fn a_network_can_request_mails_for_twenty_addresses_and_still_do_everything_else(app) {
        app.user("ada").await;
        let app = app.limited(&[("limits.sign_in", "1000/1m"), ("limits.mail", "1/1h")]).await;
        let ask = |address: &'static str, number: usize| {
            let route = ["forgot-password", "resend-verification"][number % 2];
            let asking = app.post(&format!("/api/v1/auth/{route}")).header("x-forwarded-for", address);
            asking.json(&json!({ "email": format!("user{number}@example.com") })).send()
        };
        for number in 0..20 {
            assert_eq!(ask(HERE, number).await.status, 202, "{number}");
        }
        assert_too_many(&ask(HERE, 21).await, "180");
        let body = json!({ "email": "new@example.com", "password": PASSWORD });
        let answer = app.post("/api/v1/auth/register").header("x-forwarded-for", HERE).json(&body).send().await;
        assert_too_many(&answer, "180");
        assert_eq!(try_from(&app, HERE, "ada", PASSWORD).await.status, 200);
        assert_eq!(ask("198.51.100.8", 0).await.status, 202);
        app.pass(180);
        assert_eq!(ask(HERE, 22).await.status, 202);
    }

    async fn one_attempt_for_each_of_many_names_is_too_many(app) {
        let app = app.limited(&[]).await;
        for number in 1..=200 {
            let status = try_from(&app, HERE, &format!("person{number}"), WRONG).await.status;
            assert_eq!(status, if number <= 20 { 400 } else { 429 }, "name {number}");
        }
        assert_eq!(app.count("SELECT count(*) FROM attempts WHERE scope <> 'everywhere'").await, 20, "what is too many reaches no hash");
    }

    async fn all_guessing_routes_share_one_budget(app) {
        let app = app.limited(&[]).await;
        use_up(&app, HERE).await;
        for path in ["/api/auth/login", "/api/v1/auth/login"] {
            // The body is not even read: it is not JSON.
            let answer = app.post(path).header("x-forwarded-for", HERE).body("x").send().await;
            assert_too_many(&answer, "3");
        }
        assert_too_many(&refresh_from(&app, HERE, "x").await, "3");
        let page = app.get("/login").header("x-forwarded-for", HERE).send().await;
        assert_eq!((page.status, budget_of(&page)), (200, ["600", "599", "1800000001"]), "looking at a form guesses nothing");
    }

    async fn every_route_counts_against_the_budget_that_it_declares(app) {
        let app = app.limited(&[("limits.sign_in", "1000/1m"), ("limits.mail", "1/1h")]).await;
        let routes = http::rest_routes();
        for route in &routes {
            let path = route.path.replace("{id}", "x");
            let answer = app.request(route.method.as_str(), &path).header("x-forwarded-for", HERE).send().await;
            // A stranger changes no picture.
            let is_general = matches!(route.budget, Budget::General | Budget::Picture);
            let limit = if is_general { "600" } else { "1000" };
            assert_eq!(budget_of(&answer)[0], limit, "{} {path}", route.method);
        }
        let mails = routes.iter().filter(|route| route.budget == Budget::GuessAndMail).count();
        let ask = || app.post("/api/v1/auth/forgot-password").header("x-forwarded-for", HERE).send();
        for number in mails..20 {
            assert_eq!(ask().await.status, 415, "{number}");
        }
        assert_too_many(&ask().await, "180");
    }

    async fn an_ipv6_network_is_one_caller(app) {
        let app = app.limited(&[]).await;
        for host in 1..=20 {
            assert_eq!(refresh_from(&app, &format!("2001:db8:0:1::{host}"), "x").await.status, 401);
        }
        assert_too_many(&try_from(&app, "2001:db8:0:1:ffff::1", "ada", PASSWORD).await, "3");
        assert_eq!(try_from(&app, "2001:db8:0:2::1", "ada", WRONG).await.status, 400);
    }

    async fn many_networks_of_one_ipv6_prefix_are_one_caller_after_a_while(app) {
        let app = app.limited(&[]).await;
        let address = |prefix: u16, network: u16| format!("2001:db8:0:{:x}::1", prefix << 8 | network);
        for prefix in 0..4 {
            for network in 0..4 {
                use_up(&app, &address(prefix, network)).await;
            }
            let answer = try_from(&app, &address(prefix, 4), "ada", PASSWORD).await;
            assert_eq!((answer.status, budget_of(&answer)[0]), (429, "80"), "the /56 {prefix}");
        }
        let answer = try_from(&app, &address(4, 0), "ada", PASSWORD).await;
        assert_eq!((answer.status, budget_of(&answer)[0]), (429, "320"), "the /48");
        assert_eq!(try_from(&app, "2001:db8:1::1", "ada", WRONG).await.status, 400, "another /48");
        assert_eq!(try_from(&app, HERE, "ada", WRONG).await.status, 400);
    }

    async fn a_network_beyond_its_budget_costs_its_neighbours_nothing(app) {
        let app = app.limited(&[]).await;
        for _ in 0..200 {
            refresh_from(&app, "2001:db8::1", "x").await;
        }
        for network in 1..4 {
            use_up(&app, &format!("2001:db8:0:{network}::1")).await;
        }
    }

    async fn without_a_trusted_proxy_no_one_can_choose_their_network(app) {
        let app = app.restart(&[("limits.enabled", "true")]).await;
        for number in 1..=20 {
            assert_eq!(refresh_from(&app, &format!("198.51.100.{number}"), "x").await.status, 401);
        }
        assert_too_many(&try_from(&app, "198.51.100.99", "ada", PASSWORD).await, "3");
    }

    async fn the_budget_comes_back_as_time_passes(app) {
        app.user("ada").await;
        let app = app.limited(&[]).await;
        use_up(&app, HERE).await;
        app.pass(2);
        assert_too_many(&try_from(&app, HERE, "ada", PASSWORD).await, "1");
        app.pass(1);
        assert_eq!(try_from(&app, HERE, "ada", PASSWORD).await.status, 200);
        assert_too_many(&try_from(&app, HERE, "ada", PASSWORD).await, "3");
        app.pass(60);
        assert_eq!(budget_of(&try_from(&app, HERE, "ada", PASSWORD).await), ["20", "19", "1800000066"]);
    }

    async fn valid_refreshes_succeed_where_refused_ones_are_too_many(app) {
        app.user("ada").await;
        let (access, mut token) = app.tokens("ada").await;
        let (over, ended) = app.tokens("ada").await;
        app.post("/api/v1/auth/logout").bearer(&over).send().await;
        let app = app.limited(&[("limits.api", "30/1m")]).await;
        for number in 1..=25 {
            let refused = refresh_from(&app, HERE, if number % 2 == 0 { "x" } else { &ended }).await;
            assert_eq!(refused.status, if number <= 20 { 401 } else { 429 }, "refused {number}");
            assert_eq!(budget_of(&refused)[0], "20");
            let good = refresh_from(&app, HERE, &token).await;
            let left = (30 - number).to_string();
            assert_eq!((good.status, budget_of(&good)[..2].to_vec()), (200, vec!["30", &left]), "good {number}");
            good.json()["refreshToken"].as_str().unwrap().clone_into(&mut token);
        }
        for _ in 26..=30 {
            assert_eq!(app.profile(&access).await.status, 200);
        }
        let answer = refresh_from(&app, HERE, &token).await;
        assert_too_many(&answer, "2");
        app.pass(2);
        assert_eq!(refresh_from(&app, HERE, &token).await.status, 200, "the token still works");
    }

    async fn every_refused_refresh_counts_whatever_the_reason(app) {
        let app = app.limited(&[]).await;
        for number in 1..=21 {
            let answer = app.post("/api/v1/auth/refresh").header("x-forwarded-for", HERE).body("x").send().await;
            assert_eq!(answer.status, if number <= 20 { 415 } else { 429 }, "{number}");
        }
    }

    async fn all_sessions_of_a_user_share_one_budget(app) {
        app.user("ada").await;
        app.user("grace").await;
        let (desk, _) = app.tokens("ada").await;
        let (phone, refresh) = app.tokens("ada").await;
        let (other, _) = app.tokens("grace").await;
        let app = app.limited(&[("limits.api", "10/1m")]).await;
        for left in (0..10).rev() {
            assert_eq!(budget_of(&app.profile(&desk).await)[1], left.to_string());
        }
        for path in ["/api/user/profile", "/api/v1/sessions", "/api/v1/nothing"] {
            assert_too_many(&app.get(path).bearer(&desk).send().await, "6");
        }
        assert_too_many(&app.profile(&phone).await, "6");
        assert_too_many(&app.refresh(&refresh).await, "6");
        assert_eq!(budget_of(&app.profile(&other).await), ["10", "9", "1800000006"]);
        let invalid = app.profile("x").await;
        assert_eq!((invalid.status, budget_of(&invalid)), (401, ["10", "9", "1800000006"]), "of the network");
        for _ in 0..9 {
            app.get("/api/user/profile").send().await;
        }
        assert_too_many(&app.profile("x").await, "6");
        assert_eq!(app.profile(&other).await.status, 200, "a signed-in user is not limited by their network");
    }

    async fn files_and_health_checks_cost_nothing(app) {
        let app = app.limited(&[("limits.api", "1/1h"), ("limits.sign_in", "1/1h")]).await;
        assert_eq!(app.profile("x").await.status, 401);
        assert_too_many(&app.profile("x").await, "3600");
        for path in ["/health", "/ready", "/favicon.svg", "/start.js", "/pkg/claviger.css", "/nothing"] {
            let answer = app.get(path).send().await;
            assert_ne!(answer.status, 429, "{path}");
            assert_eq!(budget_of(&answer), [""; 3], "{path}");
        }
    }

    async fn disabled_limits_send_no_headers_and_leave_the_lockout_in_force(app) {
        app.user("ada").await;
        let app = app.restart(&[("limits.sign_in", "1/1h"), ("limits.api", "1/1h")]).await;
        let (access, token) = app.tokens("ada").await;
        for answer in [
            app.profile(&access).await,
            app.profile("x").await,
            app.refresh(&token).await,
            app.refresh("x").await,
            app.get("/login").send().await,
        ] {
            assert_ne!(answer.status, 429);
            assert_eq!(budget_of(&answer), [""; 3]);
        }
        for _ in 0..5 {
            assert_eq!(app.log_in("ada@example.com", WRONG).await.status, 400);
        }
        assert_eq!(app.log_in("ada@example.com", WRONG).await.error(), "Account locked");
    }

    async fn callers_whose_budget_is_full_again_are_forgotten(app) {
        let app = app.limited(&[]).await;
        for number in 0..50 {
            refresh_from(&app, &format!("198.51.100.{number}"), "x").await;
        }
        assert_eq!(app.services.limits.remembered(), 50);
        app.pass(60);
        app.services.start_jobs();
        let is_forgotten = async {
            while app.services.limits.remembered() > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, is_forgotten).await.unwrap();
        app.services.stop_jobs().await;
    }
}
