//! The store's invariants, checked after every test.

use super::Database;

const NEVER: &[(&str, &str)] = &[
    ("a session of a missing user", "SELECT count(*) FROM sessions WHERE user_id NOT IN (SELECT id FROM users)"),
    ("a sliding life beyond the absolute one", "SELECT count(*) FROM sessions WHERE idle_until > ends_at"),
    ("an access token beyond its session", "SELECT count(*) FROM sessions WHERE access_until > ends_at"),
    ("a used generation that was never issued", "SELECT count(*) FROM sessions WHERE used_generation > generation"),
    ("an end without a reason", "SELECT count(*) FROM sessions WHERE (ended_at IS NULL) <> (end_reason IS NULL)"),
    (
        "a session ended before its tokens expired that no node rejects",
        "SELECT count(*) FROM sessions
         WHERE ended_at IS NOT NULL AND end_reason NOT IN ('idle', 'expired') AND access_until > ended_at
           AND id NOT IN (SELECT id FROM revocations WHERE kind = 'session')",
    ),
    (
        "a live session of a banned user",
        "SELECT count(*) FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE users.status = 'banned' AND users.banned_until IS NULL AND sessions.ended_at IS NULL",
    ),
    (
        "a refresh of a generation that was never reached",
        "SELECT count(*) FROM renewals JOIN sessions ON sessions.id = renewals.session_id
         WHERE renewals.generation > sessions.generation",
    ),
    (
        "a user without a password or another way in, whom no administrator created so",
        "SELECT count(*) FROM users
         WHERE id NOT IN (SELECT user_id FROM passwords) AND id NOT IN (SELECT user_id FROM identities)
           AND id NOT IN (SELECT subject_id FROM audit WHERE action = 'user.created')",
    ),
    (
        "a job whose counts are not those of its users",
        "SELECT count(*) FROM bulk_jobs
         WHERE action NOT LIKE '%\"import\"%' AND id NOT IN (SELECT job_id FROM bulk_selections)
           AND (total <> succeeded + (SELECT count(*) FROM bulk_targets WHERE job_id = id)
                OR failed <> (
                  SELECT count(*) FROM bulk_targets
                  WHERE job_id = id AND (error IS NOT NULL OR cancelled_at IS NOT NULL)))
            OR action LIKE '%\"import\"%' AND cancelled_at IS NULL
               AND failed <> (SELECT count(*) FROM import_errors WHERE job_id = id)
            OR (finished_at IS NULL) <> (succeeded + failed < total)",
    ),
    ("a user whom no search finds", "SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM user_words)"),
    ("an audit event of an unknown kind", "SELECT count(*) FROM audit WHERE action = ''"),
];

pub async fn check(database: &Database) {
    for (what, sql) in NEVER {
        assert_eq!(database.count(*sql).await, 0, "the store holds {what}");
    }
}
