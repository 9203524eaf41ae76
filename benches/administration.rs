//! Benchmarks what administrators read, with a million users and as many audit events: on SQLite, and on the PostgreSQL
//! server at `CLAVIGER_TEST_POSTGRES`, if that is set.

use super::server::median;
use claviger::{
    model::{ADMIN, Status, Timestamp, UserSort, UserSortKey},
    server::{
        domain::{AuditFilter, UserFilter},
        store::{Db, EventsFrom, TimeLimits, UsersFrom},
    },
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{
    env,
    time::{Duration, Instant},
};

const USERS: i64 = 1_000_000;
const TRIES: usize = 7;
const MINUTE: i64 = 60_000;
/// How many rows a page reads, and how far it counts.
const ROWS: i64 = 51;
const COUNTED: i64 = 10_001;

/// Fills a database of each kind and reads from it.
pub async fn measure() {
    let folder = env::temp_dir().join(format!("claviger-users-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("claviger.db");
    let db = Db::open_sqlite(&file).await.expect("the file");
    db.migrate().await.expect("a schema");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("the file");
    for sql in FILL {
        // The type's own name, because SQLite makes numbers of what is cast to a type that it does not know.
        let sql = AssertSqlSafe(sql.replace("BYTEA", "BLOB"));
        sqlx::query(sql).bind(USERS).bind(now().0).execute(&mut connection).await.expect("rows");
    }
    println!("SQLite");
    read(&db).await;
    db.close().await;
    std::fs::remove_dir_all(&folder).expect("no folder");
    let server = env::vars().find(|(name, _)| name == "CLAVIGER_TEST_POSTGRES");
    let Some((_, server)) = server else {
        return println!("PostgreSQL: CLAVIGER_TEST_POSTGRES is not set");
    };
    println!("PostgreSQL");
    on_postgres(&server).await;
}

async fn on_postgres(server: &str) {
    let name = format!("claviger_users_{}", std::process::id());
    let mut connection = PgConnection::connect(server).await.expect("the server");
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.expect("a database");
    let url = format!("{}/{name}", server.rsplit_once('/').expect("a database in the URL").0);
    let [lock, statement, idle_transaction] = [60; 3].map(Duration::from_secs);
    let db = Db::open_postgres(&url, TimeLimits { lock, statement, idle_transaction }).await.expect("the database");
    db.migrate().await.expect("a schema");
    let mut filling = PgConnection::connect(&url).await.expect("the database");
    for sql in FILL {
        sqlx::query(*sql).bind(USERS).bind(now().0).execute(&mut filling).await.expect("rows");
    }
    sqlx::raw_sql("VACUUM ANALYZE").execute(&mut filling).await.expect("statistics");
    read(&db).await;
    db.close().await;
    filling.close().await.expect("closed");
    sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name}"))).execute(&mut connection).await.expect("no database");
}

/// A year after the first user.
fn now() -> Timestamp {
    Timestamp(1_700_000_000_000 + USERS * MINUTE)
}

/// Users, one a minute: 3 % unverified, 1 % banned, 1 % auditors, ten administrators, 60 % signed in at least once, 5 %
/// signed in now. Their words are those that the server would write. An audit event for each.
const FILL: &[&str] = &[
    "INSERT INTO users (id, email, email_normalized, email_verified_at, username, username_normalized, name,
       name_normalized, status, last_sign_in_at, created_at, updated_at)
     WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1),
     named AS (
       SELECT i, 'user' || (i * 7919 % 1000003) || '@example' || (i % 1000) || '.com' AS email,
              'nick' || (i * 104729 % 1000003) AS username, 'First' || (i % 5003) || ' Last' || (i % 20011) AS name
       FROM n
     )
     SELECT '02000000' || CAST(100000000000000000 + i AS TEXT), email, email,
            CASE WHEN i % 33 > 0 THEN 1700000000000 + i * 60000 END, username, username, name, lower(name),
            CASE WHEN i % 100 = 0 THEN 'banned' ELSE 'active' END,
            CASE WHEN i % 7 < 4 THEN $2 - (i * 7919 % 1000003) * 60000 END, 1700000000000 + i * 60000, 0
     FROM named",
    "INSERT INTO user_words (user_id, word)
     SELECT id, CAST(email_normalized AS BYTEA) FROM users WHERE $1 + $2 > 0
     UNION SELECT id, CAST('example' || (CAST(substr(id, 10) AS BIGINT) % 1000) AS BYTEA) FROM users
     UNION SELECT id, CAST('com' AS BYTEA) FROM users
     UNION SELECT id, CAST(username_normalized AS BYTEA) FROM users
     UNION SELECT id, CAST('user' || (CAST(substr(id, 10) AS BIGINT) * 7919 % 1000003) AS BYTEA) FROM users
     UNION SELECT id, CAST('first' || (CAST(substr(id, 10) AS BIGINT) % 5003) AS BYTEA) FROM users
     UNION SELECT id, CAST('last' || (CAST(substr(id, 10) AS BIGINT) % 20011) AS BYTEA) FROM users",
    "INSERT INTO user_roles (user_id, role) SELECT id, 'user' FROM users WHERE $1 + $2 > 0",
    "INSERT INTO user_roles (user_id, role) SELECT id, 'auditor' FROM users WHERE id LIKE '%99' AND $1 + $2 > 0",
    "INSERT INTO user_roles (user_id, role) SELECT id, 'admin' FROM users WHERE id LIKE '%99999' AND $1 + $2 > 0",
    "INSERT INTO sessions (id, user_id, kind, created_at, authenticated_at, methods, network, agent, device,
       last_seen_at, idle_until, ends_at, access_until)
     SELECT '01' || substr(id, 3), id, 'browser', $2, $2, 'password', '198.51.100.7', 'curl/8.5.0', 'curl/8.5.0', $2,
            $2 + $1, $2 + $1, $2
     FROM users WHERE CAST(substr(id, 10) AS BIGINT) % 20 = 0",
    "INSERT INTO attempts (name, scope, failures, locked_until, last_at, user_id)
     SELECT 'name of ' || id, 'all', 5, $2 + 60000, $2, id FROM users WHERE id LIKE '%999' AND $1 > 0",
    "INSERT INTO audit (id, at, action, actor_kind, actor_id, subject_id, network, agent, request_id, details)
     SELECT '03' || substr(id, 3), $2 - (CAST(substr(id, 10) AS BIGINT) % $1) * 60000,
            CASE WHEN CAST(substr(id, 10) AS BIGINT) % 10 < 7 THEN 'sign_in.succeeded'
                 WHEN CAST(substr(id, 10) AS BIGINT) % 10 < 8 THEN 'sign_in.failed' ELSE 'session.ended' END,
            'user', id, id, '198.51.100.0/24', 'curl/8.5.0', '0123456789abcdef', '{}'
     FROM users",
];

async fn read(db: &Db) {
    let all = UserFilter::default();
    let newest = UserSort { key: UserSortKey::CreatedAt, is_descending: true };
    let by_email = UserSort { key: UserSortKey::Email, is_descending: false };
    let last_seen = UserSort { key: UserSortKey::LastSignInAt, is_descending: true };
    let search = |text: &str| UserFilter { search: text.to_owned(), ..all.clone() };
    let role = |name: &str| UserFilter { role: Some(name.to_owned()), ..all.clone() };
    let unverified = UserFilter { is_verified: Some(false), ..all.clone() };
    let banned = UserFilter { status: Some(Status::Banned), ..all.clone() };
    let locked = UserFilter { is_locked: Some(true), ..all.clone() };
    let signed_in = UserFilter { is_signed_in: Some(true), ..all.clone() };
    for (name, filter, sort) in [
        ("the first page", all.clone(), newest),
        ("the last page", all.clone(), UserSort { is_descending: false, ..newest }),
        ("a search for one address", search("user123456@example"), newest),
        ("a search for a rare word", search("last123"), newest),
        ("a search for two words", search("first77 last7"), by_email),
        ("a search for a common word", search("first"), newest),
        ("suspended, by email", banned.clone(), by_email),
        ("suspended, by last sign-in", banned, last_seen),
        ("unverified, by last sign-in", unverified, last_seen),
        ("locked, by email", locked, by_email),
        ("signed in, by email", signed_in, by_email),
        ("administrators, by email", role(ADMIN), by_email),
        ("auditors, by last sign-in", role("auditor"), last_seen),
        ("everyone's role, by email", role("user"), by_email),
    ] {
        let from = UsersFrom { sort, after: None, skipped: 0, limit: ROWS };
        time(name, 50, async || {
            let page = db.page_of_matching_users(&filter, &from, COUNTED, now()).await;
            assert!(!page.expect("a page").0.is_empty(), "{name}");
        })
        .await;
    }
    let newest = EventsFrom { is_descending: true, after: None, skipped: 0, limit: ROWS };
    time("the log's first page", 50, async || {
        let filter = AuditFilter::default();
        let counted = db.count_audit_events(&filter, None, COUNTED);
        tokio::try_join!(db.list_audit_events(&filter, None, newest), counted).expect("a page");
    })
    .await;
    db.recount_users().await.expect("a count");
    time("the overview", 100, async || {
        let month = now() - Duration::from_hours(30 * 24);
        tokio::try_join!(db.count_site(now()), db.count_sign_ins(month), db.size()).expect("counts");
    })
    .await;
}

/// Prints the median time of several runs, after one that fills the caches.
async fn time(name: &str, at_most: u32, run: impl AsyncFn()) {
    run().await;
    let mut times = Vec::new();
    for _ in 0..TRIES {
        let began = Instant::now();
        run().await;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    println!("  {name:<28} {:8.1} ms (at most {at_most})", median(times));
}
