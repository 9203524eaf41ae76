//! `POST /auth/logout` and `POST /auth/logout-all`.

use crate::{app::TestApp, on_both_databases};

const HERE: &str = "/api/v1/auth/logout";
const EVERYWHERE: &str = "/api/v1/auth/logout-all";

const CLEARED: [&str; 2] = [
    "claviger-access=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
    "claviger-refresh=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
];

async fn live_sessions(app: &TestApp) -> i64 {
    app.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await
}

on_both_databases! {
    async fn a_bearer_token_signs_out_its_own_session_and_gets_no_cookie(app) {
        app.user("ada").await;
        let (token, refresh) = app.tokens("ada").await;
        let (other, _) = app.tokens("ada").await;
        let answer = app.post(HERE).bearer(&token).send().await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        assert!(answer.set_cookies().is_empty());
        assert_eq!(app.profile(&token).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert_eq!(app.profile(&other).await.status, 200);
        assert_eq!(app.post(HERE).bearer(&token).send().await.error(), "Token revoked");
    }

    async fn a_browser_is_signed_out_by_its_cookies(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let before = browser.copy();
        let answer = browser.rest("POST", HERE).await;
        assert_eq!((answer.status, answer.set_cookies()), (204, CLEARED.map(str::to_owned).to_vec()));
        browser.drop_cookie("claviger-device");
        assert_eq!(browser.header(), "");
        assert_eq!(before.rest("GET", "/api/user/profile").await.error(), "Token revoked");
        assert_eq!(live_sessions(&app).await, 0);
    }

    async fn a_browser_with_an_expired_access_token_is_still_signed_out(app) {
        for path in [HERE, EVERYWHERE] {
            app.user(&format!("ada{}", path.len())).await;
            let browser = app.signed_in(&format!("ada{}", path.len())).await;
            app.pass(15 * 60);
            let answer = browser.rest("POST", path).await;
            assert_eq!((answer.status, answer.set_cookies()), (204, CLEARED.map(str::to_owned).to_vec()));
            assert_eq!(live_sessions(&app).await, 0);
        }
    }

    async fn signing_out_everywhere_ends_every_session_of_this_user_and_no_other(app) {
        app.user("ada").await;
        app.user("bob").await;
        let browser = app.signed_in("ada").await;
        let (token, refresh) = app.tokens("ada").await;
        let (bobs, _) = app.tokens("bob").await;
        let answer = app.post(EVERYWHERE).bearer(&token).send().await;
        assert_eq!((answer.status, answer.set_cookies().len()), (204, 0));
        assert_eq!(app.profile(&token).await.error(), "Token revoked");
        assert_eq!(app.refresh(&refresh).await.error(), "Token revoked");
        assert_eq!(browser.rest("GET", "/api/user/profile").await.error(), "Token revoked");
        assert_eq!(app.profile(&bobs).await.status, 200);
        assert_eq!(live_sessions(&app).await, 1);
    }

    async fn signing_out_everywhere_by_cookies_clears_them(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        app.tokens("ada").await;
        let answer = browser.rest("POST", EVERYWHERE).await;
        assert_eq!((answer.status, answer.set_cookies()), (204, CLEARED.map(str::to_owned).to_vec()));
        assert_eq!(live_sessions(&app).await, 0);
    }

    async fn a_new_sign_in_after_signing_out_everywhere_works(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        app.post(EVERYWHERE).bearer(&token).send().await;
        let (token, _) = app.tokens("ada").await;
        assert_eq!(app.profile(&token).await.status, 200);
    }

    async fn no_one_is_signed_out_without_a_valid_token(app) {
        app.user("ada").await;
        app.tokens("ada").await;
        for path in [HERE, EVERYWHERE] {
            assert_eq!(app.post(path).send().await.error(), "Authentication required");
            assert_eq!(app.post(path).bearer("x").send().await.error(), "Invalid token");
        }
        assert_eq!(live_sessions(&app).await, 1);
    }
}
