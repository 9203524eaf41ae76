//! Access, whatever else comes with a request. Who may call which route is in `tests/access/rest.md`.

use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use claviger::{
    model::Access,
    server::http::{self, Route},
};
use serde_json::Value;

/// Sends a request without a body to a route; its id names nothing.
async fn send(app: &TestApp, route: &Route, headers: &[(&str, &str)]) -> TestResponse {
    let path = route.path.replace("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV").replace("{name}", "support");
    let mut asking = app.request(route.method.as_str(), &path);
    for (name, value) in headers {
        asking = asking.header(name, value);
    }
    asking.send().await
}

fn code(answer: &TestResponse) -> (u16, String) {
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    (answer.status, body["code"].as_str().unwrap_or_default().to_owned())
}

on_both_databases! {
    async fn a_route_is_forbidden_without_its_permission_whatever_else_is_wrong(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let routes = http::rest_routes().into_iter().filter(|route| matches!(route.access, Access::Allowed(_)));
        for route in routes {
            for path in [route.path.to_owned(), route.path.replace("{id}", "x"), format!("{}?limit=x", route.path)] {
                let answer = app.request(route.method.as_str(), &path).bearer(&token).send().await;
                assert_eq!(code(&answer), (403, "forbidden".to_owned()), "{} {path}", route.method);
            }
        }
    }

    async fn routes_for_anyone_read_and_set_no_cookies(app) {
        for route in http::rest_routes().into_iter().filter(|route| route.access == Access::Anyone) {
            let cookies = "claviger-access=x; claviger-refresh=x";
            let answer = send(&app, &route, &[("cookie", cookies), ("sec-fetch-site", "cross-site")]).await;
            assert!(![401, 403].contains(&answer.status), "{}: {}", route.path, answer.text);
            assert!(answer.set_cookies().is_empty(), "{}", route.path);
        }
    }

    async fn a_change_by_cookies_needs_our_own_origin_on_every_route(app) {
        app.user("ada").await;
        let browser = app.signed_in("ada").await;
        let changes = http::rest_routes().into_iter().filter(|route| !route.method.is_safe());
        for route in changes.filter(|route| route.access != Access::Anyone) {
            let answer = send(&app, &route, &[("cookie", &browser.header()), ("sec-fetch-site", "cross-site")]).await;
            assert_eq!(code(&answer), (403, "other_origin".to_owned()), "{} {}", route.method, route.path);
        }
    }
}
