//! Inviting people to create an account.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::{
    model::{FormName, FormState},
    server::domain::UserChange,
};

const PAGE: &str = "/admin/invitations";
const LIVE: &str = "SELECT count(*) FROM one_time_secrets WHERE purpose = 'invite' AND used_at IS NULL";

async fn invite(browser: &Browser, email: &str) {
    assert_leads_to(&browser.post("/fn/invite", &[("email", email)]).await, PAGE, email);
}

async fn refused(app: &TestApp, browser: &Browser) -> FormState {
    flash_of(app, browser).await.state_of(FormName::Invite)
}

/// Returns the ids that the page offers to revoke.
async fn ids(browser: &Browser) -> Vec<String> {
    let page = browser.get(PAGE).await.text;
    let begins = page.split(r#"name="id" value=""#).skip(1);
    begins.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

on_both_databases! {
    async fn only_those_who_may_change_users_see_invitations_and_invite(app) {
        app.user("ada").await;
        app.admin("eve").await;
        let (anonymous, ada, eve) = (app.browser(), app.signed_in("ada").await, app.signed_in("eve").await);
        assert_leads_to(&anonymous.get(PAGE).await, "/login?next=%2Fadmin%2Finvitations", "anonymous");
        let answer = ada.get(PAGE).await;
        assert!(answer.status == 403 && answer.text.contains("You don’t have access to this page"), "{}", answer.text);
        assert_eq!(eve.get(PAGE).await.status, 200);
        for path in ["/fn/invitations", "/fn/invite", "/fn/revoke_invitation"] {
            let fields = [("email", "grace@example.org"), ("id", "x")];
            let answer = ada.call(path, &fields).await;
            assert_eq!((answer.status, answer.json()), (403, "forbidden".into()), "{path}");
            let answer = ada.post(path, &fields).await;
            assert!(answer.status == 403 && answer.text.contains("You don’t have access to this page"), "{path}");
        }
        assert_eq!(app.count(LIVE).await, 0);
        let id = app.services.users.find_by_any("eve").await.unwrap().id;
        app.admin("grace").await;
        app.change(id, UserChange::Roles(vec!["user".into()])).await;
        assert_eq!(eve.get(PAGE).await.status, 403, "roles that were removed");
    }

    async fn an_invited_person_gets_a_mail_and_appears_in_the_list(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        let page = browser.get(PAGE).await.text;
        assert!(page.contains("Registration is open") && page.contains("No pending invitations."), "{page}");
        let before = app.count("SELECT count(*) FROM outbox").await;
        invite(&browser, " Grace@Example.org ").await;
        assert_eq!(flash_of(&app, &browser).await.notice.as_deref(), Some("Invitation sent to Grace@Example.org."));
        assert_eq!(app.count("SELECT count(*) FROM outbox").await, before + 1);
        assert!(browser.get(PAGE).await.text.contains("Grace@Example.org"));
        invite(&browser, "grace@example.org").await;
        assert_eq!(ids(&browser).await.len(), 1, "one address has one invitation");
        app.pass(7 * 24 * 3600);
        let browser = app.signed_in("ada").await;
        assert!(browser.get(PAGE).await.text.contains("No pending invitations."), "expired after seven days");
    }

    async fn an_invalid_or_registered_address_is_refused_next_to_the_field(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        for (email, why) in [
            ("grace", "Enter a valid email address, like ada@example.com."),
            ("", "Enter a valid email address, like ada@example.com."),
            ("ada@example.com", "An account with this email address already exists."),
        ] {
            invite(&browser, email).await;
            let state = refused(&app, &browser).await;
            assert_eq!((state.errors.fields[0].message.as_str(), state.kept("email").as_deref()), (why, Some(email)));
        }
        assert_eq!(app.count(LIVE).await, 0);
    }

    async fn a_revoked_invitation_no_longer_works(app) {
        app.admin("ada").await;
        let browser = app.signed_in("ada").await;
        invite(&browser, "grace@example.org").await;
        invite(&browser, "joan@example.org").await;
        let open = ids(&browser).await;
        for notice in ["Invitation revoked.", "That invitation was no longer pending."] {
            assert_leads_to(&browser.post("/fn/revoke_invitation", &[("id", &open[1])]).await, PAGE, notice);
            assert_eq!(flash_of(&app, &browser).await.notice.as_deref(), Some(notice));
        }
        assert_eq!(ids(&browser).await, open[..1], "the other is still open");
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.invitation_revoked'").await, 1);
        assert_eq!(browser.post("/fn/revoke_invitation", &[("id", "x")]).await.status, 404);
    }
}
