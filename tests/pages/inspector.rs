//! The token inspector page.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, TestApp, claims_of},
    on_both_databases,
};
use claviger::model::{EndReason, EndedBy, Inspected, TokenFlaw, Verdict};

fn access_token(browser: &Browser) -> String {
    browser.cookie("claviger-access").unwrap()
}

async fn verdict(app: &TestApp, browser: &Browser, token: &str) -> Verdict {
    assert_leads_to(&browser.post("/fn/inspect_token", &[("token", token)]).await, "/inspector#another", "inspected");
    flash_of(app, browser).await.inspected.unwrap().verdict
}

fn assert_without_tokens(text: &str, tokens: &[&String]) {
    for token in tokens {
        for part in token.split('.').filter(|part| part.len() > 8) {
            assert!(!text.contains(part), "{part} stands in the page");
        }
    }
}

on_both_databases! {
    async fn the_current_token_is_shown_by_its_claims_and_never_itself(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let page = browser.get("/inspector").await;
        let own = access_token(&browser);
        let claims = claims_of(&own);
        for name in ["iss", "sub", "sid", "jti"] {
            assert!(page.text.contains(claims[name].as_str().unwrap()), "{name}");
        }
        assert_without_tokens(&page.text, &[&own, &browser.cookie("claviger-refresh").unwrap()]);
        assert_without_tokens(&browser.call("/fn/inspector", &[]).await.text, &[&own]);
        assert_eq!(page.header("cache-control"), "no-store");
    }

    async fn the_token_shown_is_the_one_that_this_request_refreshed(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let before = access_token(&browser);
        app.pass(15 * 60);
        let page = browser.get("/inspector").await.text;
        let after = access_token(&browser);
        assert_ne!(before, after);
        assert!(page.contains(claims_of(&after)["jti"].as_str().unwrap()));
        assert!(!page.contains(claims_of(&before)["jti"].as_str().unwrap()));
        assert_without_tokens(&page, &[&before, &after]);
    }

    async fn a_pasted_token_is_inspected_once_and_stored_nowhere(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let (token, _) = app.tokens("ada").await;
        let answer = browser.post("/fn/inspect_token", &[("token", &format!(" {token}\r\n"))]).await;
        assert_leads_to(&answer, "/inspector#another", "inspected");
        assert_without_tokens(&format!("{:?}{}", answer.headers, answer.text), &[&token]);
        let Inspected { verdict, claims, .. } = flash_of(&app, &browser).await.inspected.unwrap();
        let jti = claims.unwrap().into_iter().find(|claim| claim.name == "jti").unwrap().value;
        assert_eq!((verdict, jti), (Verdict::Good, claims_of(&token)["jti"].as_str().unwrap().to_owned()));
        let page = browser.get("/inspector").await.text;
        let jti = claims_of(&token)["jti"].as_str().unwrap().to_owned();
        assert!(page.contains(&jti));
        assert_without_tokens(&page, &[&token]);
        assert_without_tokens(&app.dump().await, &[&token]);
        assert!(!browser.get("/inspector").await.text.contains(&jti), "said once");
    }

    async fn every_verdict_is_shown(app) {
        app.user("ada").await;
        app.user("bob").await;
        let browser = app.signed_in("ada").await;
        let (token, _) = app.tokens("ada").await;
        let (bobs, _) = app.tokens("bob").await;
        for (text, expected) in [
            ("", Verdict::Flawed(TokenFlaw::Malformed)),
            ("a.b.c", Verdict::Flawed(TokenFlaw::Malformed)),
            (&format!("{}AAAA", &token[..token.len() - 4]), Verdict::Flawed(TokenFlaw::BadSignature)),
            (&bobs, Verdict::OtherUsers),
        ] {
            assert_eq!(verdict(&app, &browser, text).await, expected);
            assert_eq!(browser.get("/inspector").await.status, 200);
        }
        app.post("/api/v1/auth/logout").bearer(&token).send().await;
        let Verdict::Ended(end) = verdict(&app, &browser, &token).await else { panic!("ended") };
        assert!(matches!(end.by, EndedBy::User(_)));
        assert_eq!((end.reason, end.at), (EndReason::SignedOut, app.clock.now()));
        assert!(browser.get("/inspector").await.text.contains("The user signed out."));
    }

    async fn an_island_gets_the_same_response_and_leaves_no_state(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let (token, _) = app.tokens("ada").await;
        let answer = browser.call("/fn/inspect_token", &[("token", &token)]).await;
        let inspected: Inspected = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(inspected.verdict, Verdict::Good);
        assert_without_tokens(&answer.text, &[&token]);
        assert_eq!(browser.cookie("claviger-flow"), None);
    }

    async fn no_token_is_inspected_without_a_sign_in(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let answer = app.browser().post("/fn/inspect_token", &[("token", &token)]).await;
        assert_leads_to(&answer, "/login?next=%2Fdashboard", "anonymous");
    }
}
