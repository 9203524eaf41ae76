//! `GET /jobs`: the jobs of all administrators.

use super::{
    bulk::{done, ids},
    users::admin,
};
use crate::on_both_databases;
use serde_json::json;

on_both_databases! {
    async fn a_reset_is_mailed_to_each_user_of_a_job(app) {
        let eve = admin(&app).await;
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        let job = done(&app, &eve, &json!({ "action": "sendReset", "ids": ids(&[&ada, &bob]) })).await;
        assert_eq!([&job["total"], &job["succeeded"], &job["failed"]], [2, 2, 0]);
        for name in ["ada", "bob"] {
            assert_eq!(app.templates_to(&format!("{name}@example.com")).await, ["reset_password"]);
        }
    }

    async fn the_jobs_of_all_are_listed_newest_first(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        app.admin("root").await;
        let root = app.tokens("root").await.0;
        let first = done(&app, &eve, &json!({ "action": "ban", "ids": ids(&[&ada]) })).await;
        app.pass(1);
        let second = done(&app, &root, &json!({ "action": "unban", "ids": ids(&[&ada]) })).await;
        let list = app.get("/api/v1/jobs?limit=1").bearer(&eve).send().await.json();
        assert_eq!((&list["pagination"]["total"], list["data"].as_array().unwrap().len()), (&json!(2), 1));
        let line = &list["data"][0];
        assert_eq!([&line["id"], &line["action"], &line["state"]], [&second["id"], &json!("unban"), &json!("done")]);
        assert_eq!((&line["startedBy"]["name"], &line["links"]), (&json!("root"), &json!({})), "not their own");
        let next = app.get(list["links"]["next"].as_str().unwrap()).bearer(&eve).send().await.json();
        let line = &next["data"][0];
        assert_eq!([&line["id"], &line["succeeded"]], [&first["id"], &json!(1)]);
        assert_eq!(line["links"]["self"], first["links"]["self"]);
        let prev = app.get(next["links"]["prev"].as_str().unwrap()).bearer(&eve).send().await.json();
        assert_eq!(prev["data"][0]["id"], second["id"]);
        let ada = app.tokens("ada").await.0;
        assert_eq!(app.get("/api/v1/jobs").bearer(&ada).send().await.status, 403);
        assert_eq!(app.get("/api/v1/jobs?cursor=x").bearer(&eve).send().await.status, 400);
    }
}
