//! Access: every route enforces what it declares.

use crate::{
    app::{TestApp, TestResponse},
    on_both_databases,
};
use claviger::{
    model::{Access, Permission},
    server::http::{self, Route},
};
use serde_json::{Value, json};
use strum::VariantArray;

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
    async fn without_credentials_only_routes_for_anyone_respond(app) {
        for route in http::rest_routes() {
            let answer = send(&app, &route, &[]).await;
            let what = format!("{} {}", route.method, route.path);
            if route.access == Access::Anyone {
                assert!(![401, 403].contains(&answer.status), "{what}: {}", answer.text);
            } else {
                assert_eq!(code(&answer), (401, "authentication_required".to_owned()), "{what}");
            }
        }
    }

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

    async fn a_permission_opens_its_routes_and_no_others(app) {
        app.admin("eve").await;
        let (eve, _) = app.tokens("eve").await;
        // The stream never ends; it has tests of its own.
        let routes = http::rest_routes().into_iter().filter(|route| !route.path.ends_with("/stream"));
        let routes: Vec<_> = routes.collect();
        for permission in Permission::VARIANTS {
            let name = permission.to_string().replace(':', "-");
            let role = json!({ "name": name, "permissions": [permission.to_string()] });
            assert_eq!(app.post("/api/v1/roles").bearer(&eve).json(&role).send().await.status, 201);
            app.user_with(&name, &[&name], true).await;
            let authorization = format!("Bearer {}", app.tokens(&name).await.0);
            for route in &routes {
                let Access::Allowed(needed) = route.access else { continue };
                let answer = send(&app, route, &[("authorization", &authorization)]).await;
                let is_forbidden = code(&answer) == (403, "forbidden".to_owned());
                assert_eq!(is_forbidden, needed != *permission, "{permission}: {} {}", route.method, route.path);
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
