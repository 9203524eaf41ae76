//! The profile picture on the pages.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, TestApp, TestResponse, pictures::picture},
    on_both_databases,
    rest::picture::form,
};
use claviger::model::FormName;
use image::ImageFormat;

const UPLOAD: &str = "/account/picture";

async fn upload(app: &TestApp, browser: &Browser, file: &[u8]) -> TestResponse {
    let (kind, body) = form(file);
    let asking = app.post(UPLOAD).same_origin().cookies(&browser.header()).header("accept", "text/html");
    browser.keep(asking.header("content-type", &kind).body(body).send().await)
}

async fn refusal(app: &TestApp, browser: &Browser) -> String {
    flash_of(app, browser).await.state_of(FormName::Picture).errors.fields[0].message.clone()
}

on_both_databases! {
    async fn a_picture_is_uploaded_shown_and_removed_without_scripts(app) {
        let ada = app.user("ada").await;
        app.admin("eve").await;
        let (browser, admin) = (app.signed_in("ada").await, app.signed_in("eve").await);
        let page = browser.get("/account").await.text;
        assert!(page.contains("enctype=\"multipart/form-data\"") && !page.contains("class=\"portrait\""));
        assert!(!page.contains("Remove picture"), "there is nothing to remove");
        assert_leads_to(&upload(&app, &browser, &picture(ImageFormat::Png, 40, 30)).await, "/account", "an upload");
        assert_eq!(flash_of(&app, &browser).await.notice.as_deref(), Some("Picture saved."));
        let shown = format!("<img src=\"{}\" alt=\"\"", app.find(ada.id).await.picture_address().unwrap());
        let page = browser.get("/account").await.text;
        assert_eq!(page.matches(&shown).count(), 2, "in the header and on the page");
        assert!(admin.get(&format!("/admin/users/{}", ada.id)).await.text.contains(&shown));
        assert_leads_to(&browser.post("/fn/remove_picture", &[]).await, "/account", "a removal");
        assert_eq!(flash_of(&app, &browser).await.notice.as_deref(), Some("Picture removed."));
        assert!(!browser.get("/dashboard").await.text.contains("class=\"portrait\""));
    }

    async fn the_form_says_what_is_wrong_with_a_file(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let large = [picture(ImageFormat::Png, 9, 9), vec![0; 3 * 1024 * 1024]].concat();
        for (file, sentence) in [
            (Vec::new(), "Choose a picture."),
            (b"<svg/>".to_vec(), "Use a JPEG, PNG or WebP picture."),
            (large, "Use a picture of at most 2 MiB."),
            (picture(ImageFormat::Png, 4097, 1), "Use a picture of at most 4096 × 4096 pixels."),
            (picture(ImageFormat::Png, 90, 90)[..50].to_vec(), "This picture is damaged."),
        ] {
            assert_leads_to(&upload(&app, &browser, &file).await, "/account", sentence);
            assert_eq!(refusal(&app, &browser).await, sentence);
            let page = browser.get("/account").await.text;
            assert!(page.contains("aria-invalid=\"true\"") && page.contains(sentence), "{sentence}");
        }
    }

    async fn only_the_sites_own_form_uploads_and_only_for_a_user(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let (kind, body) = form(&picture(ImageFormat::Png, 40, 30));
        let asking = app.post(UPLOAD).header("sec-fetch-site", "cross-site").cookies(&browser.header());
        assert_eq!(asking.header("content-type", &kind).body(body).send().await.status, 403);
        assert_leads_to(&upload(&app, &app.browser(), b"").await, "/login?next=%2Faccount", "a stranger");
        assert_eq!(browser.post(UPLOAD, &[("picture", "x")]).await.status, 415);
        assert_eq!(app.count("SELECT count(*) FROM pictures").await, 0);
    }
}
