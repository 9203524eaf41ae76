//! What can go wrong with a store, by kind: never by the name of a constraint or a library's text.

/// Why an operation was not done. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Something that must be unique is there already.
    #[error("already there")]
    Taken,
    /// What was to be changed is not there, or not as it was thought to be.
    #[error("not there")]
    Missing,
    /// A rule of the store forbids it, such as the last administrator's.
    #[error("not allowed")]
    Forbidden,
    /// Somebody else holds the database, or it is not reachable: try again later.
    #[error("the database did not answer in time")]
    Unavailable(#[source] Option<sqlx::Error>),
    /// Anything else.
    #[error("the database failed")]
    Failed(#[source] sqlx::Error),
    /// The operation itself panicked.
    #[error("the operation broke off")]
    BrokenOff,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(cause) if cause.is_unique_violation() => Self::Taken,
            sqlx::Error::Database(cause) if cause.is_foreign_key_violation() => Self::Missing,
            sqlx::Error::Database(cause) if is_busy(cause.code().as_deref()) => Self::Unavailable(Some(error)),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => {
                Self::Unavailable(Some(error))
            }
            _ => Self::Failed(error),
        }
    }
}

/// SQLite's BUSY (5) and LOCKED (6) with their extended codes, FULL (13) and PostgreSQL's classes
/// 53 (insufficient resources), 55P03 (lock not available), 55000 (not accepting connections), 57P0x (shutting
/// down), 40 (serialization).
fn is_busy(code: Option<&str>) -> bool {
    let Some(code) = code else { return false };
    let sqlite = code.parse::<u32>().is_ok_and(|code| code < 10_000 && matches!(code & 0xff, 5 | 6 | 13));
    sqlite || code.len() == 5 && ["53", "55P03", "55000", "57P0", "40"].iter().any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::is_busy;

    #[test]
    fn a_held_database_is_told_from_a_broken_one() {
        for code in ["5", "6", "261", "517", "13", "40001", "57P01", "53300", "55000"] {
            assert!(is_busy(Some(code)), "{code}");
        }
        for code in ["1", "19", "2067", "23505", "42601"] {
            assert!(!is_busy(Some(code)), "{code}");
        }
        assert!(!is_busy(None));
    }
}
