//! What the overview of the administration counts.

use crate::{app::BEGIN, on_both_databases};

on_both_databases! {
    async fn few_users_are_counted_exactly_and_many_every_minute(app) {
        app.run_sql("DELETE FROM users").await;
        app.user("ada").await;
        app.db.recount_users().await.unwrap();
        let users = async || app.db.count_site(BEGIN).await.unwrap().users;
        app.user("bob").await;
        assert_eq!(users().await, 2);
        app.run_sql("UPDATE counters SET value = 1000000 WHERE name = 'users'").await;
        assert_eq!(users().await, 1_000_000, "as counted last");
        app.db.recount_users().await.unwrap();
        assert_eq!(users().await, 2);
    }
}
