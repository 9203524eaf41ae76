//! `GET /users/export`: users as CSV and JSON Lines.

use super::users::{admin, status_and_code};
use crate::on_both_databases;
use claviger::{model::DisplayName, server::domain::UserChange};
use serde_json::{Value, json};

const EXPORT: &str = "/api/v1/users/export";
const HEAD: &str =
    "id,email,emailVerified,username,name,status,bannedUntil,banReason,roles,locked,createdAt,updatedAt,lastSignInAt";

on_both_databases! {
    async fn an_export_has_every_user_who_matches_in_both_formats(app) {
        let eve = admin(&app).await;
        let ada = app.user("ada").await;
        app.change(ada.id, UserChange::Ban { until: None, reason: Some("two\tlines".into()) }).await;
        // More than are read at once.
        app.run_sql(
            "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1234)
             INSERT INTO users (id, email, email_normalized, name, name_normalized, created_at, updated_at)
             SELECT '02000000000000000000' || CAST(100000 + n AS TEXT), 'u' || n || '@example.org', 'u' || n || '@example.org', 'U', 'u', 1000, 1000
             FROM numbers;
             UPDATE counters SET value = 1234 WHERE name = 'users_without_words'",
        )
        .await;
        app.db.migrate().await.unwrap();
        let export = async |query: &str| app.get(&format!("{EXPORT}?{query}")).bearer(&eve).send().await;
        let csv = export("format=csv&search=example").await;
        assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(csv.header("content-disposition"), "attachment; filename=\"users-2027-01-15.csv\"");
        let lines: Vec<&str> = csv.text.split("\r\n").collect();
        assert_eq!((lines[0], lines.len(), lines.last()), (HEAD, 1 + 3 + 1234 + 1, Some(&"")));
        let line = lines.iter().find(|line| line.contains("ada@")).unwrap();
        assert!(line.starts_with(&format!("{},ada@example.com,true,ada,ada,banned,,two\tlines,user,false,", ada.id)), "{line}");
        let jsonl = export("format=jsonl&sort=email&status=active&created=%3E%3D2020-01-01").await;
        assert_eq!(jsonl.header("content-type"), "application/jsonl");
        let users: Vec<Value> = jsonl.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(users.iter().map(|user| user["username"].clone()).collect::<Vec<_>>(), [json!("eve"), json!("first")]);
        assert_eq!((&users[0]["roles"], &users[0]["links"]), (&json!(["admin", "user"]), &Value::Null));
        assert_eq!(export("format=jsonl&search=no-one").await.text, "");
        assert_eq!(export("format=csv&search=no-one").await.text, format!("{HEAD}\r\n"));
        let sql = "SELECT count(*) FROM audit WHERE action = 'user.exported' AND actor_id IS NOT NULL";
        assert_eq!(app.count(sql).await, 4);
        // They have no password, which no user may lack.
        app.run_sql("DELETE FROM users WHERE email LIKE '%example.org'").await;
    }

    async fn a_cell_that_would_be_a_formula_is_text(app) {
        let eve = admin(&app).await;
        for (number, (name, cell)) in [
            ("=HYPERLINK(\"http://evil.example\")", "\"'=HYPERLINK(\"\"http://evil.example\"\")\""),
            ("+49 30 1234", "'+49 30 1234"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\"><img src=x onerror=alert(1)>", "\"\"\"><img src=x onerror=alert(1)>\""),
            ("Ada, Countess", "\"Ada, Countess\""),
            ("עדה לאבלייס", "עדה לאבלייס"),
        ]
        .into_iter()
        .enumerate()
        {
            let user = app.user(&format!("u{number}")).await;
            app.change(user.id, UserChange::Name(DisplayName::parse(name).unwrap())).await;
            let csv = app.get(&format!("{EXPORT}?format=csv&search=u{number}%40example.com")).bearer(&eve).send().await;
            assert!(csv.text.contains(&format!(",u{number},{cell},active,")), "{name}: {}", csv.text);
        }
    }

    async fn the_event_of_an_export_says_which_users_it_had(app) {
        let eve = admin(&app).await;
        let query = "format=csv&search=Ada&status=active&locked=false&created=%3E=2026-01-01";
        app.get(&format!("{EXPORT}?{query}")).bearer(&eve).send().await;
        let exports = app.get("/api/v1/audit-events?action=user.exported").bearer(&eve).send().await.json();
        let query = "search:ada status:active locked:false created:>=2026-01-01T00:00:00Z";
        assert_eq!(exports["data"][0]["details"], json!({ "format": "csv", "query": query }));
    }

    async fn a_wrong_query_is_refused_with_its_parameter(app) {
        let eve = admin(&app).await;
        for (query, field) in [("", "format"), ("format=xml", "format"), ("format=csv&limit=5", "limit"), ("format=csv&status=x", "status"), ("format=csv&format=csv", "format")] {
            let answer = app.get(&format!("{EXPORT}?{query}")).bearer(&eve).send().await;
            assert_eq!(status_and_code(&answer), (400, "invalid_input".to_owned()), "{query}");
            assert_eq!(answer.json()["details"][0]["field"], field, "{query}");
        }
    }

    async fn an_export_breaks_off_when_its_reader_loses_the_permission(app) {
        let eve = admin(&app).await;
        let response = app.get(&format!("{EXPORT}?format=csv")).bearer(&eve).raw().await;
        let user = app.services.users.find_by_any("eve").await.unwrap();
        app.admin("root").await;
        app.change(user.id, UserChange::Roles(vec!["user".into()])).await;
        assert!(axum::body::to_bytes(response.into_body(), usize::MAX).await.is_err());
    }
}
