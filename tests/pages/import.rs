//! Imports of uploaded files, as administrators make them in a browser without scripts.

use super::{assert_leads_to, flash_of, users::view_page};
use crate::{
    app::{Browser, PASSWORD, TestApp, TestResponse},
    on_both_databases,
};
use claviger::model::{FormName, Permission};
use std::time::Duration;

const PAGE: &str = "/admin/users/import";
const UPLOAD: &str = "/admin/users/import/file";
const START: &str = "/fn/import_users";
const BCRYPT: &str = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";

async fn upload(app: &TestApp, browser: &Browser, name: &str, file: &[u8]) -> TestResponse {
    let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), file, b"\r\n--b--\r\n"].concat();
    let asking = app.post(UPLOAD).same_origin().cookies(&browser.header()).header("accept", "text/html");
    browser.keep(asking.header("content-type", "multipart/form-data; boundary=b").body(body).send().await)
}

async fn work_off(app: &TestApp) {
    while app.db.next_bulk_job().await.unwrap().is_some() {
        app.services.bulk.work().await.unwrap();
    }
}

/// Uploads a file that is accepted and checks it. Returns the address of the job.
async fn checked(app: &TestApp, browser: &Browser, name: &str, file: &str) -> String {
    let answer = upload(app, browser, name, file.as_bytes()).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let job = answer.header("location").to_owned();
    assert!(job.starts_with("/admin/jobs/"), "{job}");
    work_off(app).await;
    job
}

async fn start(browser: &Browser, job: &str) -> TestResponse {
    browser.post(START, &[("id", job.rsplit('/').next().unwrap())]).await
}

const USERS: &str = "SELECT count(*) FROM users WHERE email LIKE '%@example.org'";

on_both_databases! {
    async fn a_file_is_checked_and_then_imported_without_its_bad_lines(app) {
        app.admin("eve").await;
        app.user("ada").await;
        let eve = app.signed_in("eve").await;
        assert!(view_page(&eve, "/admin/users").await.contains(PAGE) && view_page(&eve, PAGE).await.contains("at most 5 MiB"));
        let file = format!(
            "\u{FEFF}email,name,roles,passwordHash,verified\r\njoan@example.org,<b>Joan</b>,user;auditor,{BCRYPT},true\r\n\
             ada@example.com,,,,\r\nnonsense,,,,\r\nbob@example.org,,,,\r\nBOB@example.org,,,,\r\ncid@example.org,,boss,,\r\n"
        );
        let answer = upload(&app, &eve, "users.CSV", file.as_bytes()).await;
        let job = answer.header("location").to_owned();
        let waiting = eve.get(&job).await;
        assert_eq!(waiting.header("refresh"), "2");
        assert!(waiting.text.contains("Nothing is created yet."), "{}", waiting.text);
        work_off(&app).await;
        let page = view_page(&eve, &job).await;
        assert!(page.contains("2 users can be imported, 4 lines have errors and would be left out."), "{page}");
        for sentence in ["Line 3</td>", "email already in use", "Line 4</td>", "not an email address", "same email as line 5", "unknown role"] {
            assert!(page.contains(sentence), "{sentence}: {page}");
        }
        assert!(page.contains("Import 2 users") && page.contains("Checked"), "{page}");
        assert_eq!(app.count(USERS).await, 0, "nothing yet");
        assert_leads_to(&start(&eve, &job).await, &job, "the import");
        assert_leads_to(&start(&eve, &job).await, &job, "a second click");
        work_off(&app).await;
        let page = view_page(&eve, &job).await;
        assert!(page.contains("2 users imported, 4 lines left out.") && page.contains("Lines not imported"), "{page}");
        assert_leads_to(&start(&eve, &job).await, &job, "a late click");
        work_off(&app).await;
        assert_eq!(app.count(USERS).await, 2);
        let created = "SELECT count(*) FROM audit WHERE action = 'user.created' AND actor_kind = 'user'";
        assert_eq!(app.count(created).await, 2, "by the administrator");
        assert_eq!(app.count("SELECT count(*) FROM audit WHERE action = 'user.bulk_started'").await, 2);
        assert!(!page.contains(BCRYPT) && !view_page(&eve, "/admin/users?search=joan").await.contains("<b>Joan"));
    }

    async fn the_form_says_what_is_wrong_with_a_file(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let utf16: Vec<u8> = "\u{FEFF}email\nada@example.org\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (name, file, sentence) in [
            ("", Vec::new(), "Choose a file."),
            ("users.xlsx", b"x".to_vec(), "Use a file whose name ends in .csv, .jsonl or .ndjson."),
            ("users.csv", Vec::new(), "There are no users in this file."),
            ("users.csv", b"email,name\r\n\r\n".to_vec(), "There are no users in this file."),
            ("users.csv", b"mail;name\na@example.org;A\n".to_vec(), "This file can’t be read: unknown column; allowed: email"),
            ("users.csv", utf16, "This file can’t be read: header row: not UTF-8"),
            ("users.jsonl", vec![b' '; (5 << 20) + 1], "Use a file of at most 5 MiB."),
        ] {
            assert_leads_to(&upload(&app, &eve, name, &file).await, PAGE, sentence);
            let error = flash_of(&app, &eve).await.state_of(FormName::Import).errors.fields[0].message.clone();
            assert!(error.starts_with(sentence), "{error}");
            assert!(view_page(&eve, PAGE).await.contains("aria-invalid=\"true\""), "{sentence}");
        }
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 0);
    }

    async fn odd_lines_are_reported_by_their_numbers(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let file = format!("{{\"email\": \"{}\"}}\n\n{{\"email\": \"a@example.org\"}}\r\nnonsense\n", "x".repeat(100_000));
        let job = checked(&app, &eve, "users.ndjson", &file).await;
        let page = view_page(&eve, &job).await;
        assert!(page.contains("Line 1</td><td class=\"why\">line too long") && page.contains("Line 4</td>"), "{page}");
        let job = checked(&app, &eve, "users.jsonl", "nonsense").await;
        let page = view_page(&eve, &job).await;
        assert!(page.contains("There is nothing to import.") && !page.contains(START), "{page}");
    }

    async fn no_one_imports_a_role_with_permissions_that_they_lack(app) {
        app.user_with_permissions("helper", &[Permission::UsersRead, Permission::UsersWrite]).await;
        app.user_with_permissions("reader", &[Permission::UsersRead]).await;
        let (helper, reader) = (app.signed_in("helper").await, app.signed_in("reader").await);
        assert_eq!((upload(&app, &reader, "a.csv", b"").await.status, reader.get(PAGE).await.status), (403, 403));
        let file = "email,roles\nroot@example.org,admin\nada@example.org,user\n";
        let job = checked(&app, &helper, "users.csv", file).await;
        let page = view_page(&helper, &job).await;
        assert!(page.contains("role admin: it has a permission that you don"), "{page}");
        start(&helper, &job).await;
        work_off(&app).await;
        assert_eq!(app.count(USERS).await, 1);
        assert_eq!(app.count("SELECT count(*) FROM user_roles WHERE role = 'admin'").await, 0);
    }

    async fn an_import_goes_on_after_a_restart_and_creates_no_one_twice(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let rows: Vec<String> = (0..60).map(|number| format!("u{number:02}@example.org")).collect();
        let job = checked(&app, &eve, "users.csv", &format!("email\n{}", rows.join("\n"))).await;
        app.user("u07").await;
        start(&eve, &job).await;
        let services = app.services.clone();
        let work = tokio::spawn(async move { services.bulk.work().await });
        while app.count(USERS).await == 0 {
            tokio::task::yield_now().await;
        }
        work.abort();
        let (again, other) = (app.restart(&[]).await, app.restart(&[]).await);
        tokio::join!(work_off(&again), work_off(&other));
        assert_eq!(app.count(USERS).await, 60);
        assert!(view_page(&eve, &job).await.contains("60 users imported."));
    }

    async fn who_was_banned_meanwhile_imports_no_more(app) {
        let eve_user = app.admin("eve").await;
        app.admin("root").await;
        let eve = app.signed_in("eve").await;
        let job = checked(&app, &eve, "users.csv", "email\nada@example.org\n").await;
        start(&eve, &job).await;
        app.change(eve_user.id, claviger::server::domain::UserChange::Ban { until: None, reason: None }).await;
        work_off(&app).await;
        assert_eq!(app.count(USERS).await, 0);
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs WHERE is_refused").await, 1);
    }

    async fn a_file_is_kept_for_an_hour_and_only_its_owner_imports_it(app) {
        app.admin("eve").await;
        app.admin("root").await;
        let (eve, root) = (app.signed_in("eve").await, app.signed_in("root").await);
        let job = checked(&app, &eve, "users.csv", "email\nada@example.org\n").await;
        assert_eq!(root.get(&job).await.status, 404);
        assert_eq!(root.call(START, &[("id", job.rsplit('/').next().unwrap())]).await.status, 404);
        app.services.retention.sweep_at(app.clock.now() + Duration::from_hours(2)).await.unwrap();
        assert_eq!(app.count("SELECT count(*) FROM import_files").await, 0);
        assert!(view_page(&eve, &job).await.contains("The file is no longer kept."));
        assert_leads_to(&start(&eve, &job).await, &job, "too late");
        let error = flash_of(&app, &eve).await.state_of(FormName::Import).errors.message;
        assert_eq!(error.as_deref(), Some("The file is no longer kept. Upload it again."));
        assert_eq!(app.log_in("ada@example.org", PASSWORD).await.status, 400);
    }

    async fn a_stopped_import_reports_that_its_lines_were_left_out(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let id = |job: &str| job.rsplit('/').next().unwrap().to_owned();
        let first = upload(&app, &eve, "users.csv", b"email\nada@example.org\n").await.header("location").to_owned();
        let second = upload(&app, &eve, "users.csv", b"email\nada@example.org\n").await;
        assert_leads_to(&second, PAGE, "one at a time");
        assert!(view_page(&eve, PAGE).await.contains("One of your jobs is not finished."));
        eve.post("/fn/stop_job", &[("id", &id(&first))]).await;
        assert_leads_to(&start(&eve, &first).await, &first, "it was not checked");
        work_off(&app).await;
        let job = checked(&app, &eve, "users.csv", "email\nada@example.org\nbob@example.org\n").await;
        start(&eve, &job).await;
        eve.post("/fn/stop_job", &[("id", &id(&job))]).await;
        work_off(&app).await;
        let page = view_page(&eve, &job).await;
        assert!(page.contains("Stopped") && page.contains("lines that it had not reached were not imported"), "{page}");
        assert!(page.contains("0 users imported, 2 lines left out."), "{page}");
        assert_eq!(app.count(USERS).await, 0);
    }

    async fn only_the_sites_own_form_uploads_and_only_for_a_user(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let asking = app.post(UPLOAD).header("sec-fetch-site", "cross-site").cookies(&eve.header());
        assert_eq!(asking.header("content-type", "multipart/form-data; boundary=b").body(b"".to_vec()).send().await.status, 403);
        let stranger = upload(&app, &app.browser(), "a.csv", b"").await;
        assert_leads_to(&stranger, "/login?next=%2Fadmin%2Fusers%2Fimport", "a stranger");
        assert_eq!(eve.post(UPLOAD, &[("file", "x")]).await.status, 415);
        assert_eq!(app.count("SELECT count(*) FROM import_files").await, 0);
    }
}
