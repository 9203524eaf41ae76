//! Without a mail server, emails are saved as files.

use super::{GROUPED, TOKEN, deliver_due, state, write_to};
use crate::{app::mail_file, on_both_databases};
use claviger::model::MailState;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

on_both_databases! {
    async fn a_mail_becomes_a_file_that_a_mail_program_can_read(app) {
        let id = write_to(&app, "ada").await;
        deliver_due(&app).await;
        assert_eq!(state(&app, id).await, MailState::Sent);
        let folder = app.data_dir().join("outbox");
        let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(files, [folder.join(format!("2027-01-15T080000Z-{id}.eml"))]);
        assert_eq!((mode(&folder), mode(&files[0])), (0o700, 0o600));
        let mail = mail_file(&files[0]);
        assert_eq!(mail["to"], "ada@example.com");
        assert_eq!(mail["subject"], "48291375 is your code for 127.0.0.1");
        assert_eq!(mail["from"], "\"127.0.0.1\" <no-reply@localhost>");
        let source = fs::read_to_string(&files[0]).unwrap();
        assert!(source.contains(&format!("https://auth.example.com/verify-email?token={TOKEN}\r\n")), "{source}");
        assert!(source.contains("Content-Transfer-Encoding: 7bit") && !source.contains("quoted-printable"), "{source}");
        assert!(mail["text"].as_str().unwrap().contains(TOKEN) && mail["html"].as_str().unwrap().contains(GROUPED));
    }

    async fn files_are_deleted_with_their_mails_and_other_files_stay(app) {
        let app = app.restart(&[("mail.retention", "3d")]).await;
        let folder = app.data_dir().join("outbox");
        let old = write_to(&app, "ada").await;
        deliver_due(&app).await;
        fs::write(folder.join(format!(".2027-01-15T080000Z-{old}.eml.part")), "broken off").unwrap();
        for name in ["notes.eml", "1999-01-01.eml", "keep.txt"] {
            fs::write(folder.join(name), "not ours").unwrap();
        }
        app.pass(24 * 3600);
        write_to(&app, "bob").await;
        deliver_due(&app).await;
        let count = || fs::read_dir(&folder).unwrap().count();
        app.pass(2 * 24 * 3600);
        app.services.retention.sweep().await.unwrap();
        assert_eq!(count(), 6);
        app.pass(1);
        app.services.retention.sweep().await.unwrap();
        assert_eq!(count(), 4, "the younger mail and what is not ours");
        assert!(app.services.mail.show(old, true).await.unwrap().is_none());
    }

    async fn a_folder_that_cannot_be_written_to_loses_no_mail(app) {
        let folder = app.data_dir();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("outbox"), "in the way").unwrap();
        let id = write_to(&app, "ada").await;
        deliver_due(&app).await;
        assert_eq!(state(&app, id).await, MailState::Waiting);
        fs::remove_file(folder.join("outbox")).unwrap();
        app.pass(30);
        deliver_due(&app).await;
        assert_eq!(state(&app, id).await, MailState::Sent);
    }
}
