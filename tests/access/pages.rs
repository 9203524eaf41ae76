//! `pages.md`: every page, and the routes of pages that are not server functions, as each caller.

use super::{
    callers::Cast,
    table::{self, Line},
};
use crate::on_both_databases;
use claviger::model::{Access, Page};

const TABLE: &str = "pages.md";

/// Returns the status, and where a redirect leads if that is not the sign-in page.
async fn answer_to(line: &Line, cast: &Cast) -> String {
    let operation = cast.fill_in(&line.operation).await;
    let (method, path) = operation.split_once(' ').unwrap();
    let browser = cast.browser().await;
    let response = if method == "GET" { browser.get(path).await } else { browser.post(path, &[]).await };
    let to = response.header("location").split('?').next().unwrap_or_default();
    match (response.status, to) {
        (303, "/login") => "sign in".to_owned(),
        (303, to) => to.to_owned(),
        (status, _) => status.to_string(),
    }
}

on_both_databases! {
    async fn every_page_answers_each_caller_as_the_table_says(app) {
        Box::pin(table::assert_answers(&app, TABLE, answer_to)).await;
    }
}

#[test]
fn the_table_has_every_page_and_no_other() {
    let pages = Page::ALL.iter().map(|page| format!("GET {}", page.path()));
    let forms = [Page::PICTURE_FORM, Page::IMPORT_FORM].map(|path| format!("POST {path}"));
    let others = forms.into_iter().chain([format!("GET {}", Page::OWN_DATA)]);
    table::assert_complete(&table::read(TABLE), pages.chain(others));
}

#[test]
fn the_table_names_the_permission_that_each_page_declares() {
    let lines = table::read(TABLE);
    for page in Page::ALL {
        let Access::Allowed(needed) = page.access() else { continue };
        let operation = table::plain(&format!("GET {}", page.path()));
        for line in lines.iter().filter(|line| line.plain_operation() == operation) {
            assert!(line.permissions.contains(&needed), "{}", line.operation);
        }
    }
}
