//! The columns that each administrator hides in the list of users.

use super::{
    Db, StoreError,
    db::{execute, on_db},
};
use crate::model::{UserColumn, UserId};

impl Db {
    /// Returns the columns that this user hides. Unknown ones, of a newer version, are left out.
    pub async fn hidden_columns(&self, user: UserId) -> Result<Vec<UserColumn>, StoreError> {
        let sql = "SELECT hidden_columns FROM users WHERE id = $1";
        let row: Option<Option<String>> = on_db!(self, |conn| sqlx::query_scalar(sql).bind(user).fetch_optional(conn))?;
        let joined = row.flatten().unwrap_or_default();
        Ok(joined.split(' ').filter_map(|name| name.parse().ok()).collect())
    }

    /// Saves the columns that this user hides.
    pub async fn hide_columns(&self, user: UserId, columns: Vec<UserColumn>) -> Result<(), StoreError> {
        let joined = columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        self.write(move |tx| {
            Box::pin(async move {
                let sql = "UPDATE users SET hidden_columns = $2 WHERE id = $1";
                execute!(tx, sql, user, joined.as_str()).map(drop)
            })
        })
        .await
    }
}
