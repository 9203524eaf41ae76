//! `POST /users/bulk` and `GET /jobs/{id}`: changes of many users.

use super::users::{admin, path, status_and_code};
use crate::{
    app::{PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::{
    model::{Permission, User},
    server::domain::{AuditAction, UserChange},
};
use serde_json::{Value, json};

const BULK: &str = "/api/v1/users/bulk";
const NO_ONE: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

pub async fn order(app: &TestApp, token: &str, body: &Value) -> TestResponse {
    app.post(BULK).bearer(token).json(body).send().await
}

/// Starts a job and returns its address.
pub async fn started(app: &TestApp, token: &str, body: &Value) -> String {
    let answer = order(app, token, body).await;
    assert_eq!(answer.status, 202, "{body}: {}", answer.text);
    let (location, job) = (answer.header("location").to_owned(), answer.json());
    assert_eq!(location, format!("/api/v1/jobs/{}", job["id"].as_str().unwrap()));
    assert_eq!(job["state"], if job["total"] == 0 { "done" } else { "queued" });
    location
}

pub async fn job(app: &TestApp, token: &str, location: &str) -> Value {
    let answer = app.get(location).bearer(token).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// Works until no job is left, as the background job does.
pub async fn work_off(app: &TestApp) {
    while app.db.next_bulk_job().await.unwrap().is_some() {
        app.services.bulk.work().await.unwrap();
    }
}

/// Does a job to its end and returns it.
pub async fn done(app: &TestApp, token: &str, body: &Value) -> Value {
    let location = started(app, token, body).await;
    work_off(app).await;
    job(app, token, &location).await
}

/// Returns the counts of a job: all, done, failed.
fn counts(job: &Value) -> [i64; 3] {
    ["total", "succeeded", "failed"].map(|name| job[name].as_i64().unwrap())
}

pub fn ids(users: &[&User]) -> Vec<String> {
    users.iter().map(|user| user.id.to_string()).collect()
}

async fn events(app: &TestApp, user: &User, action: AuditAction) -> usize {
    let events = app.db.latest_audit_of(user.id, 100).await.unwrap();
    events.iter().filter(|event| event.action == action.to_string()).count()
}

on_both_databases! {
    async fn each_action_does_what_the_same_action_on_one_user_does(app) {
        let eve = admin(&app).await;
        let (ada, bob) = (app.user("ada").await, app.user_with("bob", &["user"], false).await);
        let both = ids(&[&ada, &bob]);
        app.tokens("ada").await;
        let (until, reason) = ("2999-01-01T00:00:00Z", "spam");
        let banned = done(&app, &eve, &json!({ "action": "ban", "ids": both, "until": until, "reason": reason })).await;
        assert_eq!((counts(&banned), &banned["state"], &banned["report"]), ([2, 2, 0], &json!("done"), &json!([])));
        assert_eq!(banned["links"]["self"], format!("/api/v1/jobs/{}", banned["id"].as_str().unwrap()));
        assert!(banned["createdAt"].is_string() && banned["finishedAt"].is_string(), "{banned}");
        let shown = app.get(&path(&ada)).bearer(&eve).send().await.json();
        assert_eq!([&shown["status"], &shown["bannedUntil"], &shown["banReason"]], ["banned", until, reason]);
        assert_eq!(app.count("SELECT count(*) FROM sessions WHERE end_reason = 'banned'").await, 1);
        assert_eq!(counts(&done(&app, &eve, &json!({ "action": "unban", "ids": both })).await), [2, 2, 0]);
        assert_eq!(counts(&done(&app, &eve, &json!({ "action": "verify", "ids": both })).await), [2, 2, 0]);
        assert!(app.find(bob.id).await.email_verified_at.is_some());
        for _ in 0..5 {
            app.log_in("bob@example.com", "incorrect horse").await;
        }
        assert_eq!(app.log_in("bob@example.com", PASSWORD).await.status, 403);
        app.pass(1);
        assert_eq!(counts(&done(&app, &eve, &json!({ "action": "unlock", "ids": both })).await), [2, 2, 0]);
        assert_eq!(app.mail_to("bob@example.com").await.template, "unlocked");
        let token = app.tokens("bob").await.0;
        assert_eq!(counts(&done(&app, &eve, &json!({ "action": "signOut", "ids": both })).await), [2, 2, 0]);
        assert_eq!(app.profile(&token).await.status, 401);
        let roles = json!({ "action": "setRoles", "ids": both, "roles": ["user", "auditor"] });
        assert_eq!(counts(&done(&app, &eve, &roles).await), [2, 2, 0]);
        assert_eq!(app.find(ada.id).await.roles_at(app.clock.now()), ["auditor", "user"]);
        assert_eq!(counts(&done(&app, &eve, &json!({ "action": "delete", "ids": both })).await), [2, 2, 0]);
        assert!(app.services.users.find(ada.id).await.unwrap().is_none());
        for action in [AuditAction::UserBanned, AuditAction::UserUnbanned, AuditAction::SessionsEnded, AuditAction::RolesChanged, AuditAction::UserDeleted] {
            assert_eq!(events(&app, &ada, action).await, 1, "{action}");
        }
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.bulk_started' AND actor_id IS NOT NULL").await, 7);
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.banned' AND details LIKE '%\"banReason\":\"spam\"%'").await, 2);
    }

    async fn a_filter_means_those_who_match_when_the_job_is_accepted(app) {
        let eve = admin(&app).await;
        for name in ["spam1", "spam2", "ham"] {
            app.user(name).await;
        }
        let spam3 = app.user_with("spam3", &["user"], false).await;
        let location = started(&app, &eve, &json!({ "action": "ban", "filter": { "search": "SPAM", "verified": true } })).await;
        assert_eq!(counts(&job(&app, &eve, &location).await), [2, 0, 0]);
        app.change(spam3.id, UserChange::Verified).await;
        app.user("spam4").await;
        work_off(&app).await;
        assert_eq!(counts(&job(&app, &eve, &location).await), [2, 2, 0]);
        assert_eq!(app.count("SELECT count(*) FROM users WHERE status = 'banned'").await, 2);
        let none = done(&app, &eve, &json!({ "action": "ban", "filter": { "created": "<2001-01-01" } })).await;
        assert_eq!((counts(&none), &none["state"]), ([0, 0, 0], &json!("done")));
    }

    async fn who_can_not_be_changed_is_in_the_report_and_the_others_are_changed(app) {
        let eve = admin(&app).await;
        let (root, ada) = (app.admin("root").await, app.user("ada").await);
        let helper = [Permission::UsersRead, Permission::UsersWrite];
        app.user_with_permissions("helper", &helper).await;
        let token = app.tokens("helper").await.0;
        let mut all = ids(&[&root, &ada, &ada]);
        all.push(NO_ONE.to_owned());
        let job = done(&app, &token, &json!({ "action": "delete", "ids": all })).await;
        assert_eq!((counts(&job), &job["state"]), ([3, 1, 2], &json!("done")), "who is named twice is meant once");
        let report = json!([
            { "id": NO_ONE, "error": "Not found" },
            { "id": root.id.to_string(), "error": "The user has a permission that you don't have" },
        ]);
        assert_eq!(job["report"], report);
        app.change(root.id, UserChange::Delete).await;
        let job = done(&app, &eve, &json!({ "action": "ban", "filter": {} })).await;
        assert_eq!((counts(&job), &job["report"][0]["error"]), ([3, 2, 1], &json!("Can't remove the last administrator")));
    }

    async fn the_maker_comes_last_and_needs_a_fresh_sign_in_where_one_user_does(app) {
        app.admin("root").await;
        let eve = admin(&app).await;
        app.user("ada").await;
        let body = json!({ "action": "setRoles", "filter": { "search": "example.com" }, "roles": ["admin"] });
        let location = started(&app, &eve, &body).await;
        work_off(&app).await;
        // Their own change makes the token stale, and not the job.
        let eve = app.tokens("eve").await.0;
        assert_eq!(counts(&job(&app, &eve, &location).await), [4, 4, 0]);
        app.pass(11 * 60);
        for action in ["verify", "delete"] {
            let answer = order(&app, &eve, &json!({ "action": action, "filter": {} })).await;
            assert_eq!(status_and_code(&answer), (403, "fresh_sign_in_required".to_owned()), "{action}");
        }
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs WHERE finished_at IS NULL").await, 0, "nothing was kept");
        let answer = order(&app, &eve, &json!({ "action": "delete", "filter": { "search": "ada" } })).await;
        assert_eq!(answer.status, 202, "the maker is not among them");
    }

    async fn after_a_restart_the_rest_is_done_and_nothing_twice(app) {
        let eve = admin(&app).await;
        let mut users = Vec::new();
        for number in 0..30 {
            users.push(app.user(&format!("u{number}")).await);
        }
        let location = started(&app, &eve, &json!({ "action": "ban", "ids": users.iter().map(|user| user.id.to_string()).collect::<Vec<_>>() })).await;
        // Cut off in the middle of its work.
        let services = app.services.clone();
        let work = tokio::spawn(async move { services.bulk.work().await });
        while job(&app, &eve, &location).await["succeeded"] == 0 {
            tokio::task::yield_now().await;
        }
        work.abort();
        let again = app.restart(&[]).await;
        let other = app.restart(&[]).await;
        tokio::join!(work_off(&again), work_off(&other));
        assert_eq!(counts(&job(&again, &eve, &location).await), [30, 30, 0]);
        for user in &users {
            assert_eq!(events(&app, user, AuditAction::UserBanned).await, 1);
        }
    }

    async fn who_loses_the_permission_midway_does_no_more(app) {
        admin(&app).await;
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        let support = app.user_with_permissions("support", &[Permission::UsersRead, Permission::UsersWrite]).await;
        let token = app.tokens("support").await.0;
        let first = started(&app, &token, &json!({ "action": "ban", "ids": ids(&[&ada]) })).await;
        work_off(&app).await;
        let second = started(&app, &token, &json!({ "action": "ban", "ids": ids(&[&bob]) })).await;
        app.change(support.id, UserChange::Roles(vec!["user".into()])).await;
        work_off(&app).await;
        let token = app.tokens("support").await.0;
        assert_eq!(job(&app, &token, &first).await["state"], "done");
        let job = job(&app, &token, &second).await;
        assert_eq!((counts(&job), &job["state"]), ([1, 0, 1], &json!("failed")));
        assert_eq!(job["report"], json!([{ "id": bob.id.to_string(), "error": "You may no longer do this" }]));
        assert!(!app.find(bob.id).await.is_banned(app.clock.now()));
    }

    async fn a_job_outlives_the_sign_out_of_its_maker_but_not_the_revocation_of_their_session(app) {
        let eve = admin(&app).await;
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        let cid = app.user("cid").await;
        for (maker, user, is_revoked) in [("mia", &ada, false), ("max", &bob, true), ("moe", &cid, true)] {
            app.user_with(maker, &["admin"], true).await;
            let token = app.tokens(maker).await.0;
            started(&app, &token, &json!({ "action": "ban", "ids": ids(&[user]) })).await;
            let session = format!("/api/v1/admin/sessions/{}", TestApp::session_of(&token));
            let ending = match maker {
                "mia" => app.post("/api/v1/auth/logout").bearer(&token),
                "max" => app.request("DELETE", &session).bearer(&eve),
                // Who signs out everywhere may have lost a token to someone else.
                _ => app.post("/api/v1/auth/logout-all").bearer(&token),
            };
            assert_eq!(ending.send().await.status, 204);
            work_off(&app).await;
            assert_eq!(app.find(user.id).await.is_banned(app.clock.now()), !is_revoked, "{maker}");
        }
    }

    async fn only_its_maker_sees_a_job(app) {
        let eve = admin(&app).await;
        app.admin("root").await;
        let root = app.tokens("root").await.0;
        let location = started(&app, &eve, &json!({ "action": "ban", "filter": { "search": "no one" } })).await;
        assert_eq!(app.get(&location).bearer(&root).send().await.status, 404);
        for odd in [NO_ONE, "x"] {
            assert_eq!(app.get(&format!("/api/v1/jobs/{odd}")).bearer(&eve).send().await.status, 404, "{odd}");
        }
        let browser = app.signed_in("eve").await;
        assert_eq!(browser.get(&location).await.status, 200, "from another session of theirs");
    }

    async fn the_permission_is_that_of_the_action_on_one_user(app) {
        let ada = app.user("ada").await;
        app.user_with_permissions("writer", &[Permission::UsersWrite]).await;
        app.user_with_permissions("reader", &[Permission::UsersRead]).await;
        app.user_with_permissions("giver", &[Permission::UsersWrite, Permission::RolesWrite]).await;
        app.user_with_permissions("ender", &[Permission::UsersWrite, Permission::SessionsRevoke]).await;
        let of_ada = |action: &str| json!({ "action": action, "ids": ids(&[&ada]) });
        let roles = json!({ "action": "setRoles", "ids": ids(&[&ada]), "roles": ["user"] });
        let more = json!({ "action": "setRoles", "ids": ids(&[&ada]), "roles": ["admin"] });
        for (name, body, status) in [
            ("reader", of_ada("ban"), 403),
            ("writer", of_ada("ban"), 202),
            ("writer", of_ada("signOut"), 403),
            ("ender", of_ada("signOut"), 202),
            ("writer", roles.clone(), 403),
            ("giver", roles, 202),
            ("giver", more, 403),
            ("writer", json!({ "action": "ban", "filter": {} }), 403),
        ] {
            let token = app.tokens(name).await.0;
            assert_eq!(order(&app, &token, &body).await.status, status, "{name}: {body}");
        }
    }

    async fn a_wrong_order_is_refused_with_its_field(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        let one = ids(&[&ada]);
        for (body, field) in [
            (json!({ "action": "ban" }), "ids"),
            (json!({ "ids": one }), "action"),
            (json!({ "action": "ban", "ids": one, "filter": {} }), "filter"),
            (json!({ "action": "ban", "ids": [] }), "ids"),
            (json!({ "action": "ban", "ids": [NO_ONE, "x"] }), "ids"),
            (json!({ "action": "promote", "ids": one }), "action"),
            (json!({ "action": "setRoles", "ids": one }), "roles"),
            (json!({ "action": "setRoles", "ids": one, "roles": ["nonsense"] }), "roles"),
            (json!({ "action": "ban", "ids": one, "roles": ["user"] }), "roles"),
            (json!({ "action": "unban", "ids": one, "reason": "x" }), "reason"),
            (json!({ "action": "delete", "ids": one, "until": "2999-01-01T00:00:00Z" }), "until"),
            (json!({ "action": "ban", "ids": one, "until": "2001-01-01T00:00:00Z" }), "until"),
            (json!({ "action": "ban", "ids": one, "until": "soon" }), "until"),
            (json!({ "action": "ban", "filter": { "status": "x" } }), "status"),
            (json!({ "action": "ban", "filter": { "verified": "yes" } }), "verified"),
            (json!({ "action": "ban", "filter": { "created": "soon" } }), "created"),
            (json!({ "action": "ban", "filter": { "sort": "email" } }), "sort"),
            (json!({ "action": "ban", "filter": { "nonsense": 1 } }), "nonsense"),
            (json!({ "action": "ban", "ids": one, "nonsense": 1 }), "nonsense"),
        ] {
            let answer = order(&app, &eve, &body).await;
            assert_eq!((answer.status, &answer.json()["details"][0]["field"]), (400, &json!(field)), "{body}: {}", answer.text);
        }
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 0);
    }

    async fn a_finished_job_is_deleted_when_it_is_old(app) {
        let eve = admin(&app).await;
        done(&app, &eve, &json!({ "action": "ban", "ids": [NO_ONE] })).await;
        started(&app, &eve, &json!({ "action": "ban", "ids": [NO_ONE] })).await;
        let month = app.clock.now() + std::time::Duration::from_hours(31 * 24);
        app.services.retention.sweep_at(month).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 1, "the one that waits is kept");
        assert_eq!(app.count("SELECT count(*) FROM bulk_targets").await, 1);
    }
}
