//! Checkpoints of the audit log are sent to an address outside the server.

use crate::{
    app::{Mail, TestApp},
    on_both_databases,
};
use claviger::server::services::{Checkpoint, verify_audit};

const VAULT: &str = "vault@example.net";

async fn sent(app: &TestApp) -> Vec<Mail> {
    app.services.audit.seal().await.unwrap();
    app.services.audit.send_checkpoint(&app.services.mail).await.unwrap();
    app.mails_to(VAULT).await
}

on_both_databases! {
    async fn a_checkpoint_is_sent_when_something_was_sealed_since_the_last_one(app) {
        app.user("ada").await;
        assert!(sent(&app).await.is_empty(), "without an address");
        let app = app.restart(&[("audit.checkpoints_to", VAULT)]).await;
        assert_eq!(sent(&app).await.len(), 1);
        let mails = sent(&app).await;
        assert_eq!(mails.len(), 1, "nothing is new");
        let line = mails[0].text.lines().find(|line| line.starts_with('{')).unwrap();
        let checkpoint: Checkpoint = serde_json::from_str(line).unwrap();
        let keys = app.services.keys.audit_keys();
        assert_eq!(verify_audit(&app.db, &keys, std::slice::from_ref(&checkpoint)).await.unwrap().fault, None);
        app.run_sql("UPDATE audit_head SET sequence = 0, hash = ''; DELETE FROM audit").await;
        assert!(verify_audit(&app.db, &keys, &[checkpoint]).await.unwrap().fault.is_some());
    }

    async fn each_new_event_is_in_the_next_checkpoint(app) {
        let app = app.restart(&[("audit.checkpoints_to", VAULT)]).await;
        app.user("ada").await;
        assert_eq!(sent(&app).await.len(), 1);
        app.user("eve").await;
        assert_eq!(sent(&app).await.len(), 2);
    }
}
