//! `POST /users/{id}/send-reset`: administrators mail a link that sets a new password.

use super::{
    recovery::reset,
    users::{admin, path, status_and_code},
};
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::model::{Permission, User};

async fn send(app: &TestApp, token: &str, user: &User) -> TestResponse {
    app.post(&format!("{}/send-reset", path(user))).bearer(token).send().await
}

on_both_databases! {
    async fn an_administrator_sends_a_reset_and_nothing_changes_until_it_is_used(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        let bearer = app.tokens("ada").await.0;
        let links = app.get(&path(&ada)).bearer(&eve).send().await.json()["links"].clone();
        assert_eq!(links["sendReset"]["href"], format!("{}/send-reset", path(&ada)));
        let sent = send(&app, &eve, &ada).await;
        assert_eq!((sent.status, &sent.json()["message"]), (202, &"Password reset email sent to ada@example.com.".into()));
        assert_eq!(app.profile(&bearer).await.status, 200);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
        let sql = "SELECT count(*) FROM audit WHERE action = 'password.reset_requested' AND actor_kind = 'user' AND actor_id <> subject_id";
        assert_eq!(app.count(sql).await, 1, "by the administrator");
        assert_eq!(reset(&app, &app.mail_to("ada@example.com").await.token()).await.status, 200);
        assert_eq!(app.profile(&bearer).await.status, 401);
    }

    async fn a_second_click_within_a_minute_sends_no_second_mail(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        send(&app, &eve, &ada).await;
        let token = app.mail_to("ada@example.com").await.token();
        app.pass(59);
        let again = send(&app, &eve, &ada).await;
        assert_eq!(again.status, 202);
        assert_eq!(again.json()["message"], "A password reset email was sent less than a minute ago.");
        assert_eq!(app.templates_to("ada@example.com").await, ["reset_password"]);
        app.pass(2);
        send(&app, &eve, &ada).await;
        assert_eq!(app.templates_to("ada@example.com").await.len(), 2);
        assert_eq!(reset(&app, &token).await.status, 400, "the newest link works");
    }

    async fn the_budget_of_strangers_does_not_limit_administrators(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        for _ in 0..8 {
            send(&app, &eve, &ada).await;
            app.pass(61);
        }
        assert_eq!(app.templates_to("ada@example.com").await.len(), 8);
    }

    async fn where_the_address_is_unverified_the_old_password_dies_and_the_link_verifies(app) {
        let eve = admin(&app).await;
        let ada = app.user_with("ada", &["user"], false).await;
        assert_eq!(send(&app, &eve, &ada).await.status, 202);
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 400);
        assert_eq!(send(&app, &eve, &ada).await.json()["message"], "A password reset email was sent less than a minute ago.");
        assert_eq!(reset(&app, &app.mail_to("ada@example.com").await.token()).await.status, 200);
        assert!(app.find(ada.id).await.email_verified_at.is_some());
    }

    async fn who_lacks_a_permission_of_a_user_sends_them_none(app) {
        let root = app.admin("root").await;
        let ada = app.user("ada").await;
        app.user_with_permissions("helper", &[Permission::UsersRead, Permission::UsersWrite]).await;
        app.user_with_permissions("reader", &[Permission::UsersRead]).await;
        let (helper, reader) = (app.tokens("helper").await.0, app.tokens("reader").await.0);
        assert_eq!(status_and_code(&send(&app, &helper, &root).await), (403, "forbidden".to_owned()));
        assert_eq!(status_and_code(&send(&app, &reader, &ada).await), (403, "forbidden".to_owned()));
        assert_eq!(send(&app, &helper, &ada).await.status, 202);
        assert!(app.templates_to("root@example.com").await.is_empty());
        let gone = app.post("/api/v1/users/01ARZ3NDEKTSV4RRFFQ69G5FAV/send-reset").bearer(&helper).send().await;
        assert_eq!(gone.status, 404);
    }
}
