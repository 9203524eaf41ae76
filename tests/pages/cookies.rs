//! The cookies in a request: of several with one name, the valid one counts, and foreign cookies do not hide ours.

use super::assert_leads_to;
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};

const ACCESS: &str = "claviger-access";
const REFRESH: &str = "claviger-refresh";
/// Lifetime of an access token in a cookie, in seconds.
const QUARTER: u64 = 15 * 60;

/// Requests the dashboard with exactly these bytes as `Cookie` headers.
async fn dashboard(app: &TestApp, headers: &[&[u8]]) -> TestResponse {
    let asking = app.get("/dashboard").header("accept", "text/html");
    headers.iter().fold(asking, |asking, header| asking.header_bytes("cookie", header)).send().await
}

fn pair(browser: &Browser, name: &str) -> String {
    format!("{name}={}", browser.cookie(name).unwrap())
}

fn both_orders<'a>(one: &'a str, other: &'a str) -> [String; 2] {
    [format!("{one}; {other}"), format!("{other};{one}")]
}

on_both_databases! {
    async fn cookies_of_other_programs_do_not_hide_ours(app) {
        app.user("ada").await;
        let ours = app.signed_in("ada").await.header();
        for theirs in [&b"stadt=K\xf6ln"[..], "stadt=Köln".as_bytes(), b"\xff\xfe", b"a=\"b;c\"", b"=x", b"==;;a", b"a=b c"] {
            let (before, after) = ([theirs, b"; ", ours.as_bytes()].concat(), [ours.as_bytes(), b"; ", theirs].concat());
            for headers in [&[&before[..]][..], &[&after[..]], &[theirs, ours.as_bytes()], &[ours.as_bytes(), theirs]] {
                assert_eq!(dashboard(&app, headers).await.status, 200, "{headers:?}");
            }
        }
    }

    async fn a_message_is_shown_whatever_other_cookies_are_sent(app) {
        for (n, theirs) in ["stadt=Köln", "claviger-flow=x", "claviger-flow=AAAAAAAAAAAAAAAAAAAAAA"].iter().enumerate() {
            for ours_is_first in [true, false] {
                let browser = app.browser();
                browser.sign_in(&format!("nobody-{n}-{ours_is_first}"), "wrong").await;
                let [ours_then_theirs, theirs_then_ours] = both_orders(&browser.header(), theirs);
                let cookies = if ours_is_first { ours_then_theirs } else { theirs_then_ours };
                let page = app.get("/login").cookies(&cookies).send().await;
                assert!(page.text.contains("Incorrect email, username or password."), "{cookies}: {}", page.text);
            }
        }
    }

    async fn of_two_access_tokens_the_valid_one_counts(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let good = browser.header();
        for bad in ["claviger-access=x", "claviger-access=Köln"] {
            for both in both_orders(bad, &good) {
                assert_eq!(app.get("/dashboard").cookies(&both).send().await.status, 200, "{both}");
                let rest = app.get("/api/user/profile").same_origin().cookies(&both).send().await;
                assert_eq!(rest.status, 200, "{both}");
            }
        }
        app.pass(QUARTER);
        let refreshed = app.get("/dashboard").cookies(&format!("claviger-access=x; {good}")).send().await;
        assert_eq!((refreshed.status, refreshed.set_cookies().len()), (200, 2));
    }

    async fn of_two_refresh_tokens_the_valid_one_counts(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let gone = app.signed_in("ada").await;
        let ended = pair(&gone, REFRESH);
        gone.sign_out().await;
        browser.drop_cookie(ACCESS);
        for bad in ["claviger-refresh=x", &ended] {
            for both in both_orders(bad, &browser.header()) {
                let page = app.get("/dashboard").cookies(&both).send().await;
                assert_eq!((page.status, page.set_cookies().len()), (200, 2), "{both}");
            }
        }
        let page = app.get("/dashboard").cookies(&both_orders("claviger-refresh=x", &ended)[0]).send().await;
        assert_leads_to(&page, "/login?next=%2Fdashboard&ended=1", "none is valid");
        assert!(page.clears_cookies());
    }

    async fn an_older_refresh_token_next_to_the_newest_is_not_reuse(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let first = pair(&browser, REFRESH);
        for _ in 0..2 {
            app.pass(QUARTER);
            browser.get("/dashboard").await;
        }
        app.pass(QUARTER);
        browser.drop_cookie(ACCESS);
        for both in both_orders(&first, &browser.header()) {
            assert_eq!(app.get("/dashboard").cookies(&both).send().await.status, 200, "{both}");
        }
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 1);
    }

    async fn an_access_token_is_refreshed_by_the_refresh_token_of_its_own_session(app) {
        app.user("ada").await;
        app.user("bob").await;
        let (ada, bob) = (app.signed_in("ada").await, app.signed_in("bob").await);
        app.pass(QUARTER / 2 + 1);
        let cookies = format!("{}; {}", pair(&bob, REFRESH), ada.header());
        let refreshed = app.post("/fn/refresh").form(&[]).same_origin().cookies(&cookies).send().await;
        let access = refreshed.set_cookies().into_iter().find(|cookie| cookie.starts_with(ACCESS)).unwrap();
        let profile = app.get("/api/user/profile").cookies(&access).send().await;
        assert_eq!(profile.json()["email"], "ada@example.com");
    }

    async fn of_two_devices_the_known_one_counts(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let known = pair(&browser, "claviger-device");
        let mails = app.mails_to("ada@example.com").await.len();
        let other = format!("claviger-device={}", "A".repeat(43));
        for both in both_orders(&other, &known) {
            let form = [("identifier", "ada"), ("password", PASSWORD), ("next", "")];
            let answer = app.post("/fn/sign_in").form(&form).same_origin().cookies(&both).send().await;
            assert!(answer.set_cookies().iter().any(|cookie| cookie.starts_with(&known)), "{both}");
        }
        assert_eq!(app.mails_to("ada@example.com").await.len(), mails, "no one is notified of a new device");
    }

    async fn a_browser_that_blocks_cookies_sees_an_explanation(app) {
        app.user("ada").await;
        let browser = app.browser();
        let signed_in = browser.sign_in("ada", PASSWORD).await;
        assert_leads_to(&signed_in, "/dashboard", "the form");
        let asking = |path: &str, cookies: &str| app.get(path).cookies(cookies).header("accept", "text/html");
        let from = |path: &str| format!("http://127.0.0.1:3000{path}");
        for page in ["/login", "/login?next=%2Fdashboard"] {
            let led = asking("/dashboard", "").header("referer", &from(page)).send().await;
            assert_leads_to(&led, "/login?next=%2Fdashboard&cookies=blocked", page);
        }
        let page = asking("/login?next=%2Fdashboard&cookies=blocked", "").send().await;
        assert!(page.text.contains("<title>Error: Sign in"), "{}", page.text);
        assert!(page.text.contains("Your browser blocks cookies, so you can’t stay signed in."), "{}", page.text);
        let device = pair(&browser, "claviger-device");
        for (cookies, referer) in [
            ("", ""),
            ("", "http://127.0.0.1:3000/account"),
            ("", "http://evil.example/login"),
            ("", "http://127.0.0.1:3000.evil.example/login"),
            (device.as_str(), "http://127.0.0.1:3000/login"),
        ] {
            let led = asking("/dashboard", cookies).header("referer", referer).send().await;
            assert_leads_to(&led, "/login?next=%2Fdashboard", referer);
        }
    }

    async fn after_a_wrong_password_a_browser_that_keeps_no_cookies_reads_why_no_error_shows(app) {
        app.user("ada").await;
        let form = [("identifier", "ada"), ("password", "incorrect horse"), ("next", "/account")];
        let post = app.post("/fn/sign_in").form(&form).same_origin().header("accept", "text/html");
        let refused = post.header("referer", "http://127.0.0.1:3000/login?next=%2Faccount").send().await;
        let way_back = refused.header("location").to_owned();
        assert_eq!(way_back, "/login?next=%2Faccount");
        let asking = |path: &str| app.get(path).header("accept", "text/html");
        let from_sign_in = |path: &str| asking(path).header("referer", "http://127.0.0.1:3000/login?next=%2Faccount");
        let probed = from_sign_in(&way_back).send().await;
        assert_leads_to(&probed, "/login?next=%2Faccount&cookies=blocked", "the way back");
        let page = from_sign_in("/login?next=%2Faccount&cookies=blocked").send().await;
        assert!(page.text.contains("Your browser blocks cookies, so you can’t stay signed in."), "{}", page.text);

        let probe = probed.set_cookies().remove(0);
        let kept = from_sign_in("/login?next=%2Faccount&cookies=blocked").cookies(&probe).send().await;
        assert_leads_to(&kept, "/login?next=%2Faccount", "a browser that keeps the probe");
        let reloaded = from_sign_in("/login?next=%2Faccount").cookies(&probe).send().await;
        assert_eq!(reloaded.status, 200);
        assert!(!reloaded.text.contains("blocks cookies"), "{}", reloaded.text);
        assert_eq!(asking("/login").send().await.status, 200, "a visitor from another site is not probed");
    }
}
