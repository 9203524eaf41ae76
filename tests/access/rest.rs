//! `rest.md`: every REST route as each caller.

use super::{
    callers::{self, Caller, Cast},
    table::{self, Line},
};
use crate::{
    app::{TestResponse, pictures::picture},
    on_both_databases,
};
use claviger::{
    model::{Access, Permission},
    server::http::{self, Route},
};
use image::ImageFormat;
use serde_json::Value;
use strum::VariantArray;

const TABLE: &str = "rest.md";
/// The input of a line that sends a picture, and of one that sends a file.
const PICTURE: &str = "a picture";
const FILE: &str = "a file of users";

fn name_of(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// Returns the status, with the code of the error where another than the usual one is meant.
async fn answer_to(line: &Line, cast: &Cast) -> String {
    let operation = cast.fill_in(&line.operation).await;
    let (method, path) = operation.split_once(' ').unwrap();
    let mut asking = cast.app.request(method, path);
    if line.input == PICTURE {
        asking = asking.header("content-type", "image/png").body(picture(ImageFormat::Png, 8, 8));
    } else if line.input == FILE {
        asking = asking.header("content-type", "text/csv").body("email\nada@example.org\n");
    } else if !line.input.is_empty() {
        let input = cast.fill_in(&line.input).await;
        asking = asking.json(&serde_json::from_str::<Value>(&input).unwrap_or_else(|_| panic!("not JSON: {input}")));
    }
    if let Some(token) = cast.bearer().await {
        asking = asking.bearer(&token);
    }
    let response = asking.raw().await;
    let status = response.status().as_u16();
    // Streams end only with the server.
    if status < 400 {
        return status.to_string();
    }
    let error = TestResponse::read(response).await.json();
    match (status, error["code"].as_str().unwrap_or_default()) {
        (401, "authentication_required") | (403, "forbidden") | (404, "not_found") => status.to_string(),
        (_, code) => format!("{status} {code}"),
    }
}

on_both_databases! {
    async fn every_route_answers_each_caller_as_the_table_says(app) {
        table::assert_answers(&app, TABLE, answer_to).await;
    }

    async fn every_route_answers_a_key_with_these_scopes_like_a_user_with_these_permissions(app) {
        callers::set_up(&app).await;
        for line in table::read(TABLE).iter().filter(|line| !line.permissions.is_empty()) {
            let lacking = Permission::VARIANTS.iter().copied();
            for (caller, expected) in line.tries() {
                let scopes: Vec<Permission> = match caller {
                    Caller::Allowed => line.permissions.clone(),
                    Caller::Lacking(lacked) => lacking.clone().filter(|scope| *scope != lacked).collect(),
                    _ => continue,
                };
                let cast = Cast::new(&app, Caller::Admin, &[]).await.with_key(&scopes).await;
                let answer = answer_to(line, &cast).await;
                assert_eq!(answer, expected, "{} {} with {scopes:?}", line.operation, line.input);
            }
        }
    }

    async fn a_key_with_every_scope_does_nothing_with_its_owners_own_account_but_read_the_profile(app) {
        callers::set_up(&app).await;
        for line in table::read(TABLE).iter().filter(|line| line.permissions.is_empty()) {
            // Routes for anyone take no credential, and a job is read by who may do what it does.
            let is_for_anyone = line.tries().any(|(caller, expected)| caller == Caller::Anonymous && expected != "401");
            if is_for_anyone || line.operation.contains("/jobs/") {
                continue;
            }
            let cast = Cast::new(&app, Caller::Admin, &[]).await.with_key(Permission::VARIANTS).await;
            let answer = answer_to(line, &cast).await;
            let expected = match line.operation.as_str() {
                "GET /api/user/profile" | "GET /api/v1/users/me" | "POST /api/v1/tokens/inspect" => "200",
                // There is none.
                "GET /api/v1/users/me/picture" => "404",
                _ => "403",
            };
            assert_eq!(answer, expected, "{} {}", line.operation, line.input);
        }
    }
}

#[test]
fn the_table_has_every_route_and_no_other() {
    table::assert_complete(&table::read(TABLE), http::rest_routes().iter().map(name_of));
}

#[test]
fn the_table_names_the_permission_that_each_route_declares() {
    let lines = table::read(TABLE);
    for route in http::rest_routes() {
        let Access::Allowed(needed) = route.access else { continue };
        let of_route = lines.iter().filter(|line| line.plain_operation() == table::plain(&name_of(&route)));
        for line in of_route {
            assert!(line.permissions.contains(&needed), "{} {}", line.operation, line.input);
        }
    }
}
