//! The words that users are found by. They follow from the users, and change with them.

use super::{
    Db, StoreError,
    db::{Tx, execute, on_db, on_tx},
};
use crate::{model::UserId, server::domain::words_of};
use sqlx::QueryBuilder;

/// How many users without words are given theirs in one transaction.
const TOGETHER: i64 = 500;

impl Db {
    /// Gives users from before there were words their words.
    pub(super) async fn fill_user_words(&self) -> Result<(), StoreError> {
        let sql = "SELECT value FROM counters WHERE name = 'users_without_words'";
        let waiting: i64 = on_db!(self, |conn| sqlx::query_scalar(sql).fetch_one(conn))?;
        let mut after = (waiting > 0).then(String::new);
        while let Some(place) = after {
            let sql = "SELECT id FROM users WHERE id > $1 ORDER BY id LIMIT $2";
            let ids: Vec<UserId> =
                on_db!(self, |conn| sqlx::query_scalar(sql).bind(place).bind(TOGETHER).fetch_all(conn))?;
            after = ids.last().map(ToString::to_string);
            self.write(move |tx| Box::pin(async move { replace_all(tx, ids).await })).await?;
        }
        Ok(())
    }
}

/// Replaces the words of these users. Without any, none are left without words.
async fn replace_all(tx: &mut Tx, ids: Vec<UserId>) -> Result<(), StoreError> {
    if ids.is_empty() {
        return execute!(tx, "UPDATE counters SET value = 0 WHERE name = 'users_without_words'").map(drop);
    }
    for id in ids {
        replace(tx, id).await?;
    }
    Ok(())
}

/// Replaces the words of a user by those of the current names.
pub(super) async fn replace(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    let sql = "SELECT email_normalized, username_normalized, name_normalized FROM users WHERE id = $1";
    let names: Option<(String, Option<String>, String)> =
        on_tx!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))?;
    let Some((email, username, name)) = names else { return Ok(()) };
    execute!(tx, "DELETE FROM user_words WHERE user_id = $1", id)?;
    let words = words_of(&email, username.as_deref(), &name);
    on_tx!(tx, |conn| {
        let mut query = QueryBuilder::new("INSERT INTO user_words (user_id, word) ");
        query.push_values(words, |mut row, word| {
            row.push_bind(id).push_bind(word.into_bytes());
        });
        async move { query.build().execute(conn).await.map(drop) }
    })
}
