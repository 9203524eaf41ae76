//! `POST /users/import`: a file of users.

use super::{
    bulk::{job, work_off},
    users::{admin, status_and_code},
};
use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use claviger::model::Permission;
use serde_json::json;

const IMPORT: &str = "/api/v1/users/import";
const USERS: &str = "SELECT count(*) FROM users WHERE email LIKE '%@example.org'";
const CSV: &str = "email,roles\nada@example.org,user\nnonsense,\nbob@example.org,\n";

async fn send(app: &TestApp, token: &str, query: &str, kind: &str, file: impl Into<Vec<u8>>) -> TestResponse {
    let asking = app.post(&format!("{IMPORT}{query}")).bearer(token).header("content-type", kind);
    asking.body(file.into()).send().await
}

on_both_databases! {
    async fn a_dry_run_reports_and_creates_no_one_and_an_import_leaves_out_what_is_wrong(app) {
        let eve = admin(&app).await;
        for (query, kind, file, users) in [
            ("?dryRun=true", "text/csv", CSV.to_owned(), 0),
            ("?dryRun=false", "text/csv; charset=utf-8", CSV.to_owned(), 2),
            ("", "application/x-ndjson", "{\"email\": \"cid@example.org\"}\nnonsense\n{\"email\": \"ada@example.org\"}\n".to_owned(), 3),
        ] {
            let answer = send(&app, &eve, query, kind, file).await;
            assert_eq!(answer.status, 202, "{query}: {}", answer.text);
            let location = answer.header("location").to_owned();
            assert_eq!((&answer.json()["total"], &answer.json()["state"]), (&json!(3), &json!("queued")));
            assert_eq!(status_and_code(&send(&app, &eve, query, kind, "email\n x@example.org\n").await), (409, "conflict".to_owned()));
            work_off(&app).await;
            let after = job(&app, &eve, &location).await;
            let (good, bad) = if users == 3 { (1, 2) } else { (2, 1) };
            assert_eq!([&after["state"], &after["succeeded"], &after["failed"]], [&json!("done"), &json!(good), &json!(bad)], "{after}");
            assert_eq!(after["report"][0]["line"], if users == 3 { 2 } else { 3 }, "{after}");
            assert_eq!(app.count(USERS).await, users, "{query}");
            app.pass(1);
        }
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.created' AND actor_kind = 'user'").await, 3);
        let list = app.get("/api/v1/jobs").bearer(&eve).send().await.json();
        assert_eq!([&list["data"][0]["action"], &list["data"][2]["action"]], [&json!("import"), &json!("checkImport")]);
    }

    async fn a_file_that_can_not_be_read_is_refused(app) {
        let eve = admin(&app).await;
        for (query, kind, file, status, code) in [
            ("", "application/json", CSV.as_bytes().to_vec(), 415, "unsupported_media_type"),
            ("", "text/csv; charset=utf-16", CSV.as_bytes().to_vec(), 415, "unsupported_media_type"),
            ("", "text/csv", vec![b'x'; (5 << 20) + 1], 413, "body_too_large"),
            ("", "text/csv", Vec::new(), 400, "invalid_file"),
            ("", "text/csv", b"mail\nada@example.org\n".to_vec(), 400, "invalid_file"),
            ("?dryRun=yes", "text/csv", CSV.as_bytes().to_vec(), 400, "invalid_input"),
            ("?dryrun=true", "text/csv", CSV.as_bytes().to_vec(), 400, "invalid_input"),
        ] {
            let answer = send(&app, &eve, query, kind, file).await;
            assert_eq!(status_and_code(&answer), (status, code.to_owned()), "{query} {kind}: {}", answer.text);
        }
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 0);
    }

    async fn no_one_imports_a_role_with_permissions_that_they_lack(app) {
        app.user_with_permissions("helper", &[Permission::UsersRead, Permission::UsersWrite]).await;
        let helper = app.tokens("helper").await.0;
        let answer = send(&app, &helper, "", "text/csv", "email,roles\nroot@example.org,admin\nada@example.org,user\n").await;
        work_off(&app).await;
        let after = job(&app, &helper, answer.header("location")).await;
        assert_eq!([&after["succeeded"], &after["failed"]], [&json!(1), &json!(1)], "{after}");
        assert_eq!(app.count("SELECT count(*) FROM user_roles WHERE role = 'admin'").await, 0);
    }
}
