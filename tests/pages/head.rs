//! The head of each page: what search engines, link previews and the browser's own bars show.

use crate::on_both_databases;

on_both_databases! {
    async fn public_pages_describe_themselves_and_others_do_not(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        for path in ["/login", "/register", "/forgot-password"] {
            let page = app.browser().get(path).await.text;
            assert_eq!(page.matches("<meta name=\"description\" content=\"").count(), 1, "{path}: {page}");
        }
        assert!(!browser.get("/dashboard").await.text.contains("name=\"description\""));
        assert!(!app.browser().get("/nothing").await.text.contains("name=\"description\""));
    }

    async fn the_browser_gets_both_colours_and_may_load_the_manifest(app) {
        app.user("ada").await;
        let answer = app.browser().get("/login").await;
        for scheme in ["light", "dark"] {
            assert!(answer.text.contains(&format!("media=\"(prefers-color-scheme: {scheme})\"")), "{}", answer.text);
        }
        assert!(answer.text.contains("<link rel=\"manifest\" href=\"/site.webmanifest\""), "{}", answer.text);
        assert!(answer.header("content-security-policy").contains("manifest-src 'self'"));
    }
}

#[test]
fn the_manifest_names_icons_that_exist_in_their_type() {
    let public = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("public");
    let manifest = std::fs::read(public.join("site.webmanifest")).unwrap();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
    let icons = manifest["icons"].as_array().unwrap();
    assert!(!icons.is_empty());
    for icon in icons {
        let (path, kind) = (icon["src"].as_str().unwrap(), icon["type"].as_str().unwrap());
        assert!(public.join(path.trim_start_matches('/')).is_file(), "{path}");
        let ending = path.rsplit('.').next().unwrap();
        assert!(matches!((kind, ending), ("image/svg+xml", "svg") | ("image/png", "png")), "{path} is no {kind}");
    }
}
