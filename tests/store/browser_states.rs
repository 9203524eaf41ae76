//! The state of browsers that are not signed in.

use super::MINUTE;
use crate::{app::BEGIN, on_both_databases};

on_both_databases! {
    async fn a_state_is_kept_replaced_over_and_forgotten(app) {
        let put = |content: &str| app.db.put_browser_state("id".into(), content.into(), BEGIN + MINUTE);
        put("one").await.unwrap();
        put("two").await.unwrap();
        let find = |now| app.db.find_browser_state("id", now);
        assert_eq!(find(BEGIN).await.unwrap().as_deref(), Some("two"));
        assert_eq!(find(BEGIN + MINUTE).await.unwrap(), None);
        app.db.delete_browser_state("id".into()).await.unwrap();
        assert_eq!(find(BEGIN).await.unwrap(), None);
        put("three").await.unwrap();
        app.db.sweep(BEGIN + MINUTE).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM browser_states").await, 0);
    }
}
