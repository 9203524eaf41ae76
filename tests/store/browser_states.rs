//! The state of browsers that are not signed in.

use super::MINUTE;
use crate::{app::BEGIN, on_both_databases};
use futures::{StreamExt, stream};

on_both_databases! {
    async fn a_state_is_stored_replaced_expired_and_deleted(app) {
        let put = |content: &str| app.db.put_browser_state("id".into(), content.into(), BEGIN + MINUTE);
        put("one").await.unwrap();
        put("two").await.unwrap();
        let find = |now| app.db.find_browser_state("id", now);
        assert_eq!(find(BEGIN).await.unwrap().as_deref(), Some("two"));
        assert_eq!(find(BEGIN + MINUTE).await.unwrap(), None);
        app.db.delete_browser_state("id".into()).await.unwrap();
        assert_eq!(find(BEGIN).await.unwrap(), None);
        put("three").await.unwrap();
        app.services.retention.sweep_at(BEGIN + MINUTE).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM browser_states").await, 0);
    }

    async fn the_number_of_states_is_limited_and_those_that_expire_first_are_deleted(app) {
        let puts = (0..10_010_u32).map(|number| {
            app.db.put_browser_state(format!("id {number}"), "typed".into(), BEGIN + MINUTE * (1 + number))
        });
        for put in stream::iter(puts).buffer_unordered(64).collect::<Vec<_>>().await {
            put.unwrap();
        }
        app.db.trim_browser_states().await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM browser_states").await, 10_000);
        assert_eq!(app.db.find_browser_state("id 9", BEGIN).await.unwrap(), None);
        assert!(app.db.find_browser_state("id 10", BEGIN).await.unwrap().is_some());
    }
}
