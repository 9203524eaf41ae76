//! The words that users are found by.

use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
};
use claviger::{
    model::{DisplayName, Email, UserId, UserSort, Username},
    server::{
        domain::{ProfileChange, UserChange, UserFilter},
        store::UsersFrom,
    },
};

/// Returns the first ten users with a role whom a search finds, and how many it finds.
async fn matching(app: &TestApp, search: &str, role: &str) -> (Vec<UserId>, i64) {
    let filter = UserFilter { search: search.to_owned(), role: Some(role.to_owned()), ..UserFilter::default() };
    let from = UsersFrom { sort: UserSort::default(), after: None, skipped: 0, limit: 10 };
    let (users, count) = app.db.page_of_matching_users(&filter, &from, i64::MAX, BEGIN).await.unwrap();
    (users.iter().map(|user| user.id).collect(), count)
}

async fn found(app: &TestApp, search: &str) -> Vec<UserId> {
    matching(app, search, "user").await.0
}

on_both_databases! {
    async fn a_user_is_found_by_the_beginning_of_each_word_of_their_names(app) {
        let ada = app.user("ada_lovelace").await;
        app.change(ada.id, UserChange::Name(DisplayName::parse("Ada King-Noël").unwrap())).await;
        let bob = app.user("bob").await;
        assert_eq!(found(&app, "bob example.com").await, [bob.id]);
        for search in ["ada", "love", "kin", "noël", "k ad", "ada_l", "ada_lovelace@", "ada_lovelace@example.com", &ada.id.to_string()] {
            assert_eq!(found(&app, search).await, [ada.id], "{search}");
        }
        for search in ["da", "ing", "lovelace@", "ada bob", "%", "_", "\"", "noe"] {
            assert_eq!(found(&app, search).await, [], "{search}");
        }
    }

    async fn a_user_is_found_by_the_names_of_now_and_not_by_those_of_before(app) {
        let ada = app.user("ada").await;
        let [name, username, email] = ["Countess", "byron", "augusta@example.org"];
        app.change(ada.id, UserChange::Name(DisplayName::parse(name).unwrap())).await;
        let profile = ProfileChange { username: Some(Some(Username::parse(username).unwrap())), ..ProfileChange::default() };
        app.change(ada.id, UserChange::Profile(profile)).await;
        app.change(ada.id, UserChange::Email(Email::parse(email).unwrap())).await;
        for search in [name.to_lowercase().as_str(), username, email] {
            assert_eq!(found(&app, search).await, [ada.id], "{search}");
        }
        assert_eq!(found(&app, "ada").await, []);
        app.change(ada.id, UserChange::Delete).await;
        assert_eq!(app.count("SELECT count(*) FROM user_words WHERE user_id NOT IN (SELECT id FROM users)").await, 0);
    }

    async fn users_from_before_there_were_words_are_given_theirs(app) {
        let users = [app.user("ada").await, app.user("bob").await];
        let before = app.count("SELECT count(*) FROM user_words").await;
        app.run_sql("DELETE FROM user_words").await;
        app.run_sql("UPDATE counters SET value = 2 WHERE name = 'users_without_words'").await;
        for _ in 0..2 {
            app.db.migrate().await.unwrap();
            assert_eq!(app.count("SELECT count(*) FROM user_words").await, before);
            assert_eq!(app.count("SELECT value FROM counters WHERE name = 'users_without_words'").await, 0);
        }
        assert_eq!(found(&app, "bob").await, [users[1].id]);
    }

    async fn large_groups_are_searched_as_small_ones_are(app) {
        let ada = app.user("ada").await;
        app.run_sql(
            "INSERT INTO users (id, email, email_normalized, name, name_normalized, created_at, updated_at)
             WITH RECURSIVE n(i) AS (SELECT 10000 UNION ALL SELECT i + 1 FROM n WHERE i < 15004)
             SELECT '010000000000000000000' || CAST(i AS TEXT), 'many' || i || '@example.com',
                    'many' || i || '@example.com', 'Many', 'many', 0, 0
             FROM n;
             INSERT INTO user_roles (user_id, role)
             SELECT id, 'user' FROM users WHERE name = 'Many';
             INSERT INTO passwords (user_id, hash, changed_at)
             SELECT id, 'none', 0 FROM users WHERE name = 'Many';
             UPDATE counters SET value = 5005 WHERE name = 'users_without_words'",
        )
        .await;
        app.db.migrate().await.unwrap();
        for (search, count) in [("many", 5005), ("many12345", 1), ("many example", 5005), ("many ada", 0)] {
            assert_eq!(matching(&app, search, "user").await.1, count, "{search}");
        }
        assert_eq!(matching(&app, "ada", "user").await, (vec![ada.id], 1));
        assert_eq!(matching(&app, "many", "admin").await, (vec![], 0));
    }
}
