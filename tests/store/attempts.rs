//! Failed sign-ins.

use super::{MINUTE, event};
use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
    races::race,
};
use claviger::{
    model::Timestamp,
    server::{
        domain::AuditAction,
        store::{CountedTry, Forgiven, LockRule, Scope},
    },
};
use std::time::Duration;

const RULE: LockRule = LockRule {
    max_failures: 5,
    duration: Duration::from_mins(15),
    max_everywhere: 50,
    window: Duration::from_hours(24),
};

fn network(name: &str) -> Scope {
    Scope::Network(name.into())
}

fn forgiven(scope: Scope) -> Forgiven {
    Forgiven { name: "name".into(), scope, rule: RULE }
}

async fn count(app: &TestApp, scope: &str, now: Timestamp) -> CountedTry {
    app.db.count_try("name".into(), network(scope), None, RULE, now).await.unwrap()
}

on_both_databases! {
    async fn five_attempts_are_admitted_and_the_sixth_is_locked_for_fifteen_minutes(app) {
        for number in 1..=5 {
            assert_eq!(count(&app, "net", BEGIN).await, CountedTry::Admitted { locks: number == 5 });
        }
        let until = BEGIN + RULE.duration;
        for at in [BEGIN, BEGIN + MINUTE, until - Duration::from_millis(1)] {
            assert_eq!(count(&app, "net", at).await, CountedTry::Locked { until }, "attempts while locked extend nothing");
        }
        assert_eq!(count(&app, "net", until).await, CountedTry::Admitted { locks: false });
        assert_eq!(count(&app, "other net", BEGIN).await, CountedTry::Admitted { locks: false });
    }

    async fn failures_are_forgotten_some_time_after_the_last(app) {
        for number in 0..4 {
            count(&app, "net", BEGIN + MINUTE * number).await;
        }
        let late = BEGIN + MINUTE * 3 + RULE.duration;
        for number in 1..=5 {
            assert_eq!(count(&app, "net", late).await, CountedTry::Admitted { locks: number == 5 });
        }
    }

    async fn attempts_can_be_uncounted_one_by_one_or_all_at_once(app) {
        for _ in 0..5 {
            count(&app, "net", BEGIN).await;
        }
        app.db.uncount_try("name".into(), network("net"), RULE).await.unwrap();
        assert_eq!(count(&app, "net", BEGIN).await, CountedTry::Admitted { locks: true });
        app.db.forgive_tries(forgiven(network("net")), event(AuditAction::SignInFailed, None)).await.unwrap();
        assert_eq!(count(&app, "net", BEGIN).await, CountedTry::Admitted { locks: false });
    }

    async fn a_lock_is_deleted_only_long_after_its_end(app) {
        let rule = LockRule { max_failures: 1, duration: Duration::from_hours(72), ..RULE };
        app.db.count_try("name".into(), network("net"), None, rule, BEGIN).await.unwrap();
        app.services.retention.sweep_at(BEGIN + Duration::from_hours(71)).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM attempts").await, 1);
        app.services.retention.sweep_at(BEGIN + Duration::from_hours(96)).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM attempts").await, 0);
    }

    async fn fifty_failures_from_everywhere_lock_the_name_for_all_but_known_devices(app) {
        let device = || Scope::Device("known".into());
        for number in 1..=50 {
            let counted = count(&app, &format!("net {number}"), BEGIN + MINUTE * number).await;
            assert_eq!(counted, CountedTry::Admitted { locks: number == 50 }, "{number}");
        }
        let (began, later) = (BEGIN + MINUTE, BEGIN + MINUTE * 51);
        let until = began + RULE.window;
        assert_eq!(count(&app, "fresh net", later).await, CountedTry::Locked { until });
        let known = app.db.count_try("name".into(), device(), None, RULE, later).await.unwrap();
        assert_eq!(known, CountedTry::Admitted { locks: false });
        app.db.forgive_tries(forgiven(device()), event(AuditAction::SignInFailed, None)).await.unwrap();
        assert_eq!(count(&app, "fresh net", later).await, CountedTry::Locked { until }, "still fifty");
        assert_eq!(count(&app, "fresh net", until).await, CountedTry::Admitted { locks: false });
    }

    async fn an_attempt_from_a_locked_network_counts_nowhere(app) {
        for _ in 0..500 {
            count(&app, "net", BEGIN).await;
        }
        let everywhere = "SELECT failures FROM attempts WHERE scope = 'everywhere'";
        assert_eq!(app.count(everywhere).await, 5);
    }

    async fn an_unlock_lifts_the_locks_of_a_name_in_every_scope(app) {
        for scope in ["net", "other"] {
            for _ in 0..5 {
                count(&app, scope, BEGIN).await;
            }
        }
        assert_eq!(app.db.open_locks(vec!["name".into(), "unknown".into()], None, event(AuditAction::LockOpened, None)).await.unwrap(), 2);
        assert_eq!(count(&app, "net", BEGIN).await, CountedTry::Admitted { locks: false });
    }

    async fn a_hundred_concurrent_attempts_are_counted_correctly(app) {
        for round in 0..5_u32 {
            let now = BEGIN + RULE.duration * round;
            let tries = race(100, |_| {
                let app = app.clone();
                async move { count(&app, "net", now).await }
            })
            .await;
            let admitted = tries.iter().filter(|counted| matches!(counted, CountedTry::Admitted { .. })).count();
            assert_eq!(admitted, 5, "round {round}");
        }
    }
}
