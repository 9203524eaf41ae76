//! Name, logo, accent color and links of a site.

use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use std::fs;

const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

/// Restarts with everything that can be branded.
async fn branded(app: &TestApp) -> TestApp {
    let logo = app.data_dir().join("logo.svg");
    fs::create_dir_all(app.data_dir()).unwrap();
    fs::write(&logo, SVG).unwrap();
    let settings = [
        ("server.name", "<b>Müller</b> & \"Söhne\""),
        ("branding.logo", logo.to_str().unwrap()),
        ("branding.accent", "#0b3d91"),
        ("branding.links.terms", "https://example.com/terms?a=1&b=\"2\""),
        ("branding.links.support", "mailto:help@example.com"),
    ];
    app.restart(&settings).await
}

/// Returns a page of each kind: before sign-in, after it, and an error.
async fn pages(app: &TestApp) -> [TestResponse; 3] {
    let missing = app.get("/nothing").header("accept", "text/html").send().await;
    [app.browser().get("/login").await, app.signed_in("ada").await.get("/dashboard").await, missing]
}

/// Returns the address in the page that begins so.
fn address(page: &str, begin: &str) -> String {
    let (_, rest) = page.split_once(&format!("\"{begin}")).unwrap_or_else(|| panic!("no {begin} in {page}"));
    format!("{begin}{}", rest.split('"').next().unwrap())
}

on_both_databases! {
    async fn every_page_shows_name_logo_color_and_links_and_runs_none_of_them(app) {
        app.user("ada").await;
        let app = branded(&app).await;
        for page in pages(&app).await {
            let text = page.text;
            assert!(text.contains(" · &lt;b>Müller&lt;/b> &amp; \"Söhne\"</title>"), "{text}");
            assert!(text.contains("&lt;b&gt;Müller&lt;/b&gt; &amp; \"Söhne\"</bdi>"), "{text}");
            assert!(!text.contains("<b>"), "{text}");
            assert!(text.contains("href=\"https://example.com/terms?a=1&amp;b=%222%22\">Terms</a>"), "{text}");
            assert!(text.contains("href=\"mailto:help@example.com\">Support</a>") && !text.contains(">Privacy<"), "{text}");
            assert!(!text.contains("class=\"key\""), "{text}");
            let (logo, style) = (address(&text, "/branding/logo"), address(&text, "/branding/accent.css"));
            for (path, kind, content) in [(logo, "image/svg+xml", "<svg"), (style, "text/css; charset=utf-8", "--brass: #0b3d91;")] {
                let file = app.get(&path).send().await;
                assert_eq!((file.status, file.header("content-type")), (200, kind), "{path}");
                assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
                assert!(file.text.contains(content), "{}", file.text);
            }
        }
    }

    async fn a_logo_that_is_opened_as_a_page_runs_nothing_and_mail_programs_may_show_it(app) {
        let app = branded(&app).await;
        let logo = app.get("/branding/logo").send().await;
        assert_eq!((logo.status, logo.text.as_str()), (200, SVG));
        let policy = logo.header("content-security-policy");
        assert_eq!(logo.headers.get_all("content-security-policy").iter().count(), 1);
        assert!(policy.starts_with("default-src 'none';") && policy.contains("; sandbox;"), "{policy}");
        assert!(!policy.contains("script-src") && !policy.contains("allow-scripts"), "{policy}");
        assert_eq!(logo.header("x-content-type-options"), "nosniff");
        assert_eq!(logo.header("cross-origin-resource-policy"), "cross-origin");
        assert_eq!(logo.header("cache-control"), "no-cache", "without its version");
        assert_eq!(app.post("/branding/logo").send().await.status, 405);
    }

    async fn without_branding_a_site_has_the_name_of_its_host_and_the_key(app) {
        app.user("ada").await;
        for page in pages(&app).await {
            assert!(page.text.contains(" · 127.0.0.1</title>") && page.text.contains("class=\"key\""), "{}", page.text);
            for absent in ["/branding/", ">Terms<", ">Privacy<", ">Support<"] {
                assert!(!page.text.contains(absent), "{absent}: {}", page.text);
            }
        }
        for path in ["/branding/logo", "/branding/accent.css"] {
            assert_eq!(app.get(path).send().await.status, 404, "{path}");
        }
    }
}
