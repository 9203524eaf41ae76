//! Jobs that change many users.

use super::{event, started};
use crate::{
    app::{BEGIN, TestApp},
    on_both_databases,
};
use claviger::{
    model::{BulkAction, BulkFailure, Network, User, UserId},
    server::{
        domain::{AuditAction, BulkJob, BulkProgress, BulkTargets, JobWork, UserChange, UserFilter},
        randomness::Randomness,
        store::{BulkStep, NewBulkJob, StoreError, UserUpdate},
    },
};
use std::time::Duration;

/// Returns a job of this user for these targets.
async fn new_job(app: &TestApp, maker: &User, targets: BulkTargets) -> NewBulkJob {
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
    NewBulkJob { job, targets, at_most: 3, but: None, event: event(AuditAction::BulkStarted, None) }
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
    async fn a_job_for_too_many_users_or_for_one_it_may_not_have_is_not_kept(app) {
        let eve = app.admin("eve").await;
        for name in ["ada", "bob"] {
            app.user(name).await;
        }
        let everyone = || BulkTargets::Matching(UserFilter::default());
        let refused = app.db.insert_bulk_job(new_job(&app, &eve, everyone()).await).await;
        assert!(matches!(refused, Err(StoreError::Changed)), "{refused:?}");
        let but = NewBulkJob { at_most: 4, but: Some(eve.id), ..new_job(&app, &eve, everyone()).await };
        assert!(matches!(app.db.insert_bulk_job(but).await, Err(StoreError::Forbidden)));
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 0);
        assert_eq!(app.count("SELECT count(*) FROM bulk_targets").await, 0);
        let all = NewBulkJob { at_most: 4, ..new_job(&app, &eve, everyone()).await };
        let job = all.job.clone();
        app.db.insert_bulk_job(all).await.unwrap();
        assert_eq!(progress(&app, &job).await.total, 4);
        assert_eq!(app.db.next_bulk_job().await.unwrap().unwrap().0.work, job.work);
        let waiting = app.db.waiting_bulk_targets(&job, 10).await.unwrap();
        assert!(waiting.len() == 3 && !waiting.contains(&eve.id), "the maker comes last: {waiting:?}");
    }

    async fn a_user_is_taken_off_the_job_with_the_change_and_only_once(app) {
        let (eve, ada) = (app.admin("eve").await, app.user("ada").await);
        let new = new_job(&app, &eve, BulkTargets::These(vec![ada.id, eve.id, ada.id])).await;
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
