//! The user's own account: profile, email, password, deletion.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::model::{FormName, FormState};
use serde_json::json;

const NEW: &str = "another horse, another battery";
const WRONG: &str = "wrong horse battery";
const A_WHILE: u64 = 10 * 60;
const MAILS: &str = "SELECT count(*) FROM outbox";

async fn change_password(browser: &Browser, current: &str, new: &str) -> TestResponse {
    browser.post("/fn/change_password", &[("current_password", current), ("new_password", new)]).await
}

/// Changes the password by REST, with the cookies of that browser.
async fn change_by_rest(app: &TestApp, browser: &Browser, current: &str) -> TestResponse {
    let asking = app.post("/api/v1/users/me/password").same_origin().cookies(&browser.header());
    asking.json(&json!({ "currentPassword": current, "newPassword": NEW })).send().await
}

async fn refused(app: &TestApp, browser: &Browser, name: FormName) -> FormState {
    flash_of(app, browser).await.state_of(name)
}

/// Returns the code mailed to the new address.
async fn code(app: &TestApp) -> String {
    app.last_code("Lovelace@example.org").await
}

fn fields(state: &FormState) -> Vec<(&str, &str)> {
    state.errors.fields.iter().map(|error| (error.field.as_str(), error.message.as_str())).collect()
}

async fn notice(app: &TestApp, browser: &Browser) -> String {
    flash_of(app, browser).await.notice.unwrap_or_default()
}

on_both_databases! {
    async fn a_name_is_changed_by_its_form(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        assert_leads_to(&browser.post("/fn/rename", &[("name", " Ada Lovelace ")]).await, "/account", "a name");
        assert_eq!(notice(&app, &browser).await, "Name saved.");
        assert_leads_to(&browser.post("/fn/rename", &[("name", "a\0b")]).await, "/account", "no name");
        let state = refused(&app, &browser, FormName::Profile).await;
        assert_eq!((fields(&state)[0].0, state.kept("name").as_deref()), ("name", Some("a\0b")));
        assert_eq!(browser.rest("GET", "/api/user/profile").await.json()["name"], "Ada Lovelace");
    }

    async fn the_page_shows_the_users_name_and_the_links_they_may_follow(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (ada, eve) = (app.signed_in("ada").await, app.signed_in("eve").await);
        for page in ["/dashboard", "/account"] {
            let (ada, eve) = (ada.get(page).await.text, eve.get(page).await.text);
            assert!(ada.contains(r#"class="who">ada<"#) && eve.contains(r#"class="who">eve<"#), "{page}");
            for way in ["/admin/mail", "/admin/invitations"] {
                let link = format!("href=\"{way}\"");
                assert!(!ada.contains(&link) && eve.contains(&link), "{page} {way}");
            }
        }
    }

    async fn a_new_password_ends_every_other_session_and_keeps_this_one(app) {
        app.user("ada").await;
        let (here, there) = (app.signed_in("ada").await, app.signed_in("ada").await);
        let (token, _) = app.tokens("ada").await;
        let thief = here.copy();
        let answer = change_password(&here, PASSWORD, NEW).await;
        assert_leads_to(&answer, "/account", "changed");
        let set: Vec<String> = answer.set_cookies();
        for name in ["claviger-access=ey", "claviger-refresh=", "claviger-device="] {
            assert!(set.iter().any(|cookie| cookie.starts_with(name)), "{name}: {set:?}");
        }
        assert_eq!(notice(&app, &here).await, "Password changed. You’ve been signed out everywhere else.");
        assert_eq!(here.get("/account").await.status, 200);
        for other in [there, thief] {
            assert_leads_to(&other.get("/account").await, "/login?next=%2Faccount&ended=1", "elsewhere");
        }
        assert_eq!(app.profile(&token).await.error(), "Token revoked");
        assert_leads_to(&app.browser().sign_in("ada", NEW).await, "/dashboard", "the new one");
        assert_leads_to(&app.browser().sign_in("ada", PASSWORD).await, "/login", "the old one");
    }

    async fn a_wrong_or_unsuitable_password_changes_nothing_and_is_not_kept(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for (current, new, field, why) in [
            ("", NEW, "current_password", "Enter your current password."),
            (WRONG, NEW, "current_password", "Incorrect password."),
            (PASSWORD, "short", "new_password", "Use at least 8 characters."),
        ] {
            let answer = change_password(&browser, current, new).await;
            assert_leads_to(&answer, "/account", why);
            assert!(answer.set_cookies().iter().all(|cookie| !cookie.starts_with("claviger-access")), "{why}");
            let state = refused(&app, &browser, FormName::NewPassword).await;
            assert_eq!((fields(&state), state.kept.len()), (vec![(field, why)], 0));
            let page = browser.get("/account").await.text;
            assert!(page.contains(why) && !page.contains(NEW) && !page.contains(WRONG), "{why}");
        }
        assert_leads_to(&app.browser().sign_in("ada", PASSWORD).await, "/dashboard", "the old one");
    }

    async fn guesses_by_the_form_lock_the_rest_too(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for _ in 0..5 {
            change_password(&browser, WRONG, NEW).await;
        }
        let answer = change_by_rest(&app, &browser, PASSWORD).await;
        assert_eq!((answer.status, answer.error().as_str()), (403, "Account locked"));
        change_password(&browser, PASSWORD, NEW).await;
        let said = refused(&app, &browser, FormName::NewPassword).await.errors.message.unwrap();
        assert!(said.starts_with("Too many failed attempts. Try again in 15 minutes"), "{said}");
    }

    async fn guesses_by_rest_lock_the_form_too(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for _ in 0..5 {
            assert_eq!(change_by_rest(&app, &browser, WRONG).await.status, 400);
        }
        change_password(&browser, PASSWORD, NEW).await;
        let said = refused(&app, &browser, FormName::NewPassword).await.errors.message.unwrap();
        assert!(said.starts_with("Too many failed attempts."), "{said}");
    }

    async fn a_new_address_is_confirmed_by_mail_and_nothing_changes_before(app) {
        app.user("ada").await;
        app.user("eve").await;
        let browser = app.signed_in("ada").await;
        let before = app.count(MAILS).await;
        for (number, email) in [(1, "lovelace@example.org"), (2, "eve@example.com")] {
            assert_leads_to(&browser.post("/fn/change_email", &[("email", email)]).await, "/account", email);
            let said = notice(&app, &browser).await;
            assert_eq!(said, format!("We sent a verification email to {email}."), "{email}");
            assert_eq!(app.count(MAILS).await, before + 2 * number, "one there, one to the old: {email}");
        }
        assert_eq!(browser.rest("GET", "/api/user/profile").await.json()["email"], "ada@example.com");
    }

    async fn the_code_in_the_mail_completes_the_change_of_address(app) {
        app.user("ada").await;
        let (browser, other) = (app.signed_in("ada").await, app.signed_in("ada").await);
        browser.post("/fn/change_email", &[("email", "Lovelace@example.org")]).await;
        let code = code(&app).await;
        let wrong = if code == "00000000" { "00000001" } else { "00000000" };
        assert_leads_to(&browser.post("/fn/confirm_new_email", &[("code", wrong)]).await, "/account", "wrong");
        let state = refused(&app, &browser, FormName::EmailCode).await;
        assert_eq!((fields(&state)[0].0, state.kept("code").as_deref()), ("code", Some(wrong)));
        let spaced = format!(" {} {}", &code[..4], &code[4..]);
        assert_leads_to(&browser.post("/fn/confirm_new_email", &[("code", &spaced)]).await, "/account", "right");
        assert_eq!(notice(&app, &browser).await, "Your email address is now Lovelace@example.org.");
        assert!(browser.get("/account").await.text.contains("Lovelace@example.org"));
        assert_eq!(other.get("/account").await.status, 200, "no session ends");
        assert_leads_to(&app.browser().sign_in("lovelace@example.org", PASSWORD).await, "/dashboard", "the new one");
        assert_leads_to(&app.browser().sign_in("ada@example.com", PASSWORD).await, "/login", "the old one");
    }

    async fn an_invalid_address_is_kept_next_to_its_error(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        assert_leads_to(&browser.post("/fn/change_email", &[("email", "lovelace@")]).await, "/account", "refused");
        let state = refused(&app, &browser, FormName::NewEmail).await;
        assert_eq!(fields(&state), [("email", "Enter a valid email address, like ada@example.com.")]);
        assert_eq!(state.kept("email").as_deref(), Some("lovelace@"));
        let page = browser.get("/account").await.text;
        assert!(page.contains(r#"value="lovelace@""#) && page.contains(r#"aria-invalid="true""#));
        for code in ["", "12345678"] {
            assert_leads_to(&browser.post("/fn/confirm_new_email", &[("code", code)]).await, "/account", code);
            assert_eq!(fields(&refused(&app, &browser, FormName::EmailCode).await)[0].0, "code");
        }
    }

    async fn deleting_the_account_signs_out_everywhere(app) {
        app.user("ada").await;
        let (here, there) = (app.signed_in("ada").await, app.signed_in("ada").await);
        let (token, _) = app.tokens("ada").await;
        let unsure = here.post("/fn/delete_account", &[]).await;
        assert_leads_to(&unsure, "/account", "not sure");
        assert_eq!(fields(&refused(&app, &here, FormName::DeleteAccount).await), [("sure", "Check the box to confirm.")]);
        let answer = here.post("/fn/delete_account", &[("sure", "yes")]).await;
        assert_leads_to(&answer, "/login", "deleted");
        assert!(answer.clears_cookies());
        assert_eq!(notice(&app, &here).await, "Account deleted.");
        assert!(here.get("/login").await.text.contains("Account deleted."));
        assert_leads_to(&there.get("/account").await, "/login?next=%2Faccount&ended=1", "there");
        assert_eq!(app.profile(&token).await.error(), "Token revoked");
        assert_leads_to(&app.browser().sign_in("ada", PASSWORD).await, "/login", "anonymous");
        assert_eq!(app.count(crate::app::USERS).await, 0);
    }

    async fn the_last_administrator_cannot_be_deleted(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        assert_leads_to(&browser.post("/fn/delete_account", &[("sure", "yes")]).await, "/account", "the last");
        let said = refused(&app, &browser, FormName::DeleteAccount).await.errors.message.unwrap();
        assert!(said.starts_with("You’re the last administrator"), "{said}");
        assert_eq!(browser.get("/account").await.status, 200);
        app.admin("eve").await;
        assert_leads_to(&browser.post("/fn/delete_account", &[("sure", "yes")]).await, "/login", "one of two");
    }

    async fn an_island_gets_the_same_errors_and_redirects_as_the_form(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let answer = browser.call("/fn/change_email", &[("email", "x")]).await;
        assert_eq!(answer.json()["Refused"]["fields"][0]["field"], "email");
        app.pass(A_WHILE);
        for (path, fields) in [
            ("/fn/change_email", [("email", "lovelace@example.org")]),
            ("/fn/delete_account", [("sure", "yes")]),
        ] {
            let answer = browser.call(path, &fields).await;
            assert_eq!(answer.json()["Done"]["to"], "/confirm?next=%2Faccount", "{path}");
        }
        assert_eq!(browser.get("/account").await.status, 200);
    }
}
