//! Jobs that change many users.

use super::{event, started};
use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
};
use claviger::{
    model::{BulkAction, BulkFailure, Network, User, UserId},
    server::{
        domain::{AuditAction, BulkJob, BulkProgress, JobWork, UserChange},
        randomness::Randomness,
        store::{BulkStep, NewBulkJob, StoreError, UserUpdate},
    },
};
use std::time::Duration;

/// Returns a job of this user for these users.
async fn new_job(app: &TestApp, maker: &User, users: Vec<UserId>) -> NewBulkJob {
    let job = BulkJob {
        id: Randomness::system().job_id(BEGIN),
        work: JobWork::Users(BulkAction::Ban { until: None, reason: Some("spam".into()) }),
        maker: maker.id,
        session: started(app, maker).await,
        network: Network::local(),
        agent: "test".into(),
        request_id: "test".into(),
        created_at: BEGIN,
    };
    NewBulkJob { job, users, event: event(AuditAction::BulkStarted, None) }
}

fn ban(user: UserId) -> BulkStep {
    let change = UserChange::Ban { until: None, reason: None };
    let event = event(AuditAction::UserBanned, Some(user));
    BulkStep::Change(UserUpdate { id: user, change, expected: None, notice: None, event })
}

async fn progress(app: &TestApp, job: &BulkJob) -> BulkProgress {
    app.db.find_bulk_job(job.id).await.unwrap().unwrap().1
}

on_both_databases! {
    async fn a_job_has_each_user_once_and_its_maker_last_and_is_the_only_one_of_its_maker(app) {
        let (eve, ada) = (app.admin("eve").await, app.user("ada").await);
        let new = new_job(&app, &eve, vec![eve.id, ada.id, eve.id]).await;
        let job = new.job.clone();
        app.db.insert_bulk_job(new).await.unwrap();
        assert_eq!(progress(&app, &job).await.total, 2);
        assert_eq!(app.db.next_bulk_job().await.unwrap().unwrap().0.work, job.work);
        assert_eq!(app.db.waiting_bulk_targets(&job, 10).await.unwrap(), [ada.id], "the maker comes last");
        let second = app.db.insert_bulk_job(new_job(&app, &eve, vec![ada.id]).await).await;
        assert!(matches!(second, Err(StoreError::Taken)), "{second:?}");
        app.db.insert_bulk_job(new_job(&app, &ada, vec![ada.id]).await).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 2);
    }

    async fn a_big_job_waits_until_all_of_its_users_were_added_in_pieces(app) {
        let eve = app.admin("eve").await;
        let users: Vec<UserId> = (0..1200).map(|_| Randomness::system().user_id(BEGIN)).collect();
        let new = new_job(&app, &eve, users).await;
        let job = new.job.clone();
        app.db.insert_bulk_job(new).await.unwrap();
        let added = || app.count("SELECT count(*) FROM bulk_targets");
        assert_eq!((progress(&app, &job).await.total, added().await), (1200, 0));
        let first = app.db.next_bulk_selection().await.unwrap().unwrap();
        assert!(app.db.add_bulk_targets(&first).await.unwrap());
        assert!(!app.db.add_bulk_targets(&first).await.unwrap(), "another node was first");
        assert_eq!(added().await, 500);
        assert!(app.db.next_bulk_job().await.unwrap().is_none(), "it has not all of them");
        for rest in [700, 200] {
            let next = app.db.next_bulk_selection().await.unwrap().unwrap();
            assert_eq!(next.rest.len(), rest);
            assert!(app.db.add_bulk_targets(&next).await.unwrap());
        }
        assert!(app.db.next_bulk_selection().await.unwrap().is_none());
        assert_eq!(added().await, 1200);
        assert_eq!(app.db.next_bulk_job().await.unwrap().unwrap().0.id, job.id);
    }

    async fn a_cancelled_job_changes_no_one_any_more(app) {
        let (eve, ada, bob) = (app.admin("eve").await, app.user("ada").await, app.user("bob").await);
        let new = new_job(&app, &eve, vec![ada.id, bob.id]).await;
        let job = new.job.clone();
        app.db.insert_bulk_job(new).await.unwrap();
        app.db.do_bulk_step(job.clone(), ada.id, ban(ada.id), Duration::ZERO, BEGIN).await.unwrap();
        app.db.cancel_bulk_job(job.id, event(AuditAction::BulkCancelled, None)).await.unwrap();
        app.db.do_bulk_step(job.clone(), bob.id, ban(bob.id), Duration::ZERO, BEGIN).await.unwrap();
        app.db.fail_bulk_target(job.id, bob.id, BulkFailure::Failed, BEGIN).await.unwrap();
        assert!(!app.find(bob.id).await.is_banned(BEGIN));
        let after = progress(&app, &job).await;
        assert_eq!((after.total, after.succeeded, after.failed, after.is_cancelled), (2, 1, 1, true));
        let failures = app.db.bulk_failures(job.id, None, 10).await.unwrap();
        assert_eq!((failures.len(), failures[0].id, failures[0].failure), (1, bob.id, BulkFailure::Cancelled));
        let again = app.db.cancel_bulk_job(job.id, event(AuditAction::BulkCancelled, None)).await;
        assert!(matches!(again, Err(StoreError::Changed)), "{again:?}");
        let cancelled = "SELECT count(*) FROM audit WHERE action = 'user.bulk_cancelled' AND details LIKE '%\"succeeded\":1,\"total\":2%'";
        assert_eq!(app.count(cancelled).await, 1);
    }

    async fn a_user_is_taken_off_the_job_with_the_change_and_only_once(app) {
        let (eve, ada) = (app.admin("eve").await, app.user("ada").await);
        let new = new_job(&app, &eve, vec![ada.id, eve.id, ada.id]).await;
        let job = new.job.clone();
        app.db.insert_bulk_job(new).await.unwrap();
        for _ in 0..2 {
            app.db.do_bulk_step(job.clone(), ada.id, ban(ada.id), Duration::ZERO, BEGIN).await.unwrap();
        }
        assert_eq!(app.find(ada.id).await.token_version, 1, "banned once");
        let refused = app.db.do_bulk_step(job.clone(), eve.id, ban(eve.id), Duration::ZERO, BEGIN).await;
        assert!(matches!(refused, Err(StoreError::Forbidden)));
        assert_eq!(app.db.waiting_bulk_targets(&job, 10).await.unwrap(), [eve.id], "it still waits");
        let before = progress(&app, &job).await;
        assert_eq!((before.total, before.succeeded, before.failed, before.finished_at), (2, 1, 0, None));
        for _ in 0..2 {
            app.db.fail_bulk_target(job.id, eve.id, BulkFailure::LastAdministrator, BEGIN).await.unwrap();
        }
        let after = progress(&app, &job).await;
        assert_eq!((after.succeeded, after.failed, after.finished_at), (1, 1, Some(BEGIN)));
        assert!(app.db.next_bulk_job().await.unwrap().is_none());
        let failures = app.db.bulk_failures(job.id, None, 10).await.unwrap();
        assert_eq!((failures.len(), failures[0].failure), (1, BulkFailure::LastAdministrator));
        assert_eq!(failures[0].email.as_deref(), Some("eve@example.com"));
        assert!(app.db.bulk_failures(job.id, Some(eve.id), 10).await.unwrap().is_empty());
    }
}
