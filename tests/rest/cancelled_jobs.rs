//! `DELETE /jobs/{id}`, and that a user has one job at a time.

use super::{
    bulk::{ids, job, order, started, work_off},
    users::{admin, status_and_code},
};
use crate::{
    app::{BEGIN, rounds},
    on_both_databases,
};
use claviger::{
    model::{Permission, UserId},
    server::randomness::Randomness,
};
use serde_json::{Value, json};

/// Returns the ids of so many users who do not exist.
fn strangers(count: usize) -> Vec<String> {
    (0..count).map(|_| Randomness::system().user_id(BEGIN).to_string()).collect()
}

on_both_databases! {
    async fn a_user_has_one_unfinished_job_at_a_time(app) {
        let eve = admin(&app).await;
        app.admin("root").await;
        let root = app.tokens("root").await.0;
        let ada = app.user("ada").await;
        let body = json!({ "action": "verify", "ids": ids(&[&ada]) });
        started(&app, &eve, &body).await;
        let second = order(&app, &eve, &body).await;
        assert_eq!(status_and_code(&second), (409, "conflict".to_owned()));
        assert_eq!(second.json()["error"], "One of your jobs is not finished");
        started(&app, &root, &body).await;
        work_off(&app).await;
        started(&app, &eve, &body).await;
        // Of many requests at once, one is accepted.
        work_off(&app).await;
        let all = futures::future::join_all((0..8).map(|_| order(&app, &eve, &body))).await;
        assert_eq!(all.iter().filter(|answer| answer.status == 202).count(), 1);
    }

    async fn a_job_that_is_cancelled_while_it_runs_changes_no_one_after_that(app) {
        let eve = admin(&app).await;
        let mut users = Vec::new();
        for number in 0..40 {
            users.push(app.user(&format!("u{number}")).await.id.to_string());
        }
        for _ in 0..rounds(3, 50) {
            let location = started(&app, &eve, &json!({ "action": "ban", "ids": users })).await;
            let before = job(&app, &eve, &location).await;
            assert_eq!(before["links"]["cancel"], json!({ "href": location, "method": "DELETE" }));
            let services = app.services.clone();
            let work = tokio::spawn(async move { services.bulk.work().await });
            while job(&app, &eve, &location).await["succeeded"] == 0 {
                tokio::task::yield_now().await;
            }
            let answer = app.request("DELETE", &location).bearer(&eve).send().await;
            work.await.unwrap().unwrap();
            work_off(&app).await;
            let after = job(&app, &eve, &location).await;
            let (done, failed) = (after["succeeded"].as_i64().unwrap(), after["failed"].as_i64().unwrap());
            assert_eq!(app.count("SELECT count(*) FROM users WHERE status = 'banned'").await, done);
            assert_eq!(done + failed, 40, "{after}");
            if answer.status == 204 {
                assert_eq!((&after["state"], after["report"].as_array().unwrap().len()), (&json!("failed"), usize::try_from(failed).unwrap()));
                assert!(after["report"].as_array().unwrap().iter().all(|line| line["error"] == "Cancelled"), "{after}");
            } else {
                assert_eq!((answer.status, &after["state"]), (409, &json!("done")), "it was done first");
            }
            assert_eq!(after["links"].get("cancel"), None);
            assert_eq!(app.request("DELETE", &location).bearer(&eve).send().await.status, 409);
            app.run_sql("UPDATE users SET status = 'active' WHERE status = 'banned'").await;
        }
    }

    async fn a_big_job_is_prepared_after_a_crash_and_a_cancelled_one_reports_all_of_its_users(app) {
        let eve = admin(&app).await;
        let location = started(&app, &eve, &json!({ "action": "ban", "ids": strangers(1100) })).await;
        assert_eq!(job(&app, &eve, &location).await["total"], 1100);
        let first = app.db.next_bulk_selection().await.unwrap().unwrap();
        app.db.add_bulk_targets(&first).await.unwrap();
        // Nothing in memory is left.
        let again = app.restart(&[]).await;
        assert_eq!(again.request("DELETE", &location).bearer(&eve).send().await.status, 204);
        again.services.bulk.work().await.unwrap();
        let after = job(&again, &eve, &location).await;
        assert_eq!([&after["succeeded"], &after["failed"]], [&json!(0), &json!(1100)]);
        assert_eq!(after["report"].as_array().unwrap().len(), 1100);
        let location = started(&app, &eve, &json!({ "action": "ban", "ids": strangers(600) })).await;
        let first = app.db.next_bulk_selection().await.unwrap().unwrap();
        app.db.add_bulk_targets(&first).await.unwrap();
        let (one, two) = (app.restart(&[]).await, app.restart(&[]).await);
        let finish = async |app: &crate::app::TestApp| {
            while job(app, &eve, &location).await["finishedAt"] == Value::Null {
                app.services.bulk.work().await.unwrap();
            }
        };
        tokio::join!(finish(&one), finish(&two));
        let after = job(&one, &eve, &location).await;
        assert_eq!((&after["failed"], &after["report"][0]["error"]), (&json!(600), &json!("Not found")));
    }

    async fn a_job_is_cancelled_by_its_maker_or_by_who_may_do_what_it_does(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        for (name, permissions, status) in [
            ("helper", vec![Permission::UsersRead, Permission::UsersWrite], 404),
            ("giver", vec![Permission::UsersRead, Permission::RolesWrite], 204),
        ] {
            app.pass(1);
            app.user_with_permissions(name, &permissions).await;
            let token = app.tokens(name).await.0;
            let body = json!({ "action": "setRoles", "ids": ids(&[&ada]), "roles": ["user"] });
            let location = started(&app, &eve, &body).await;
            let list = app.get("/api/v1/jobs").bearer(&token).send().await.json();
            let offered = list["data"][0]["links"].get("cancel").is_some();
            assert_eq!((offered, list["data"][0]["links"].get("self")), (status == 204, None), "{name}: {list}");
            assert_eq!(app.request("DELETE", &location).bearer(&token).send().await.status, status, "{name}");
            work_off(&app).await;
        }
        let no_one: UserId = strangers(1)[0].parse().unwrap();
        for odd in [no_one.to_string(), "x".to_owned()] {
            let path = format!("/api/v1/jobs/{odd}");
            assert_eq!(app.request("DELETE", &path).bearer(&eve).send().await.status, 404, "{odd}");
        }
        let events = app.count("SELECT count(*) FROM audit WHERE action = 'user.bulk_cancelled'").await;
        assert_eq!(events, 1);
    }
}
