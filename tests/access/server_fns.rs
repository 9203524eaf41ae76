//! `server_fns.md`: every server function as each caller, called as an island does.

use super::{
    callers::Cast,
    table::{self, Line},
};
use crate::{app::TestResponse, on_both_databases, pages::server_functions};
use serde_json::Value;

const TABLE: &str = "server_fns.md";

/// Returns the fields of a form. A list is sent as one field per element.
fn fields_of(input: &str) -> Vec<(String, String)> {
    let input: Value = serde_json::from_str(input).unwrap_or_else(|_| panic!("not JSON: {input}"));
    let fields = input.as_object().unwrap().iter().flat_map(|(name, value)| match value {
        Value::Array(all) => {
            let element = |value: &Value| (format!("{name}[]"), value.as_str().unwrap().to_owned());
            all.iter().map(element).collect()
        }
        value => vec![(name.clone(), value.as_str().unwrap().to_owned())],
    });
    fields.collect()
}

/// Returns the status, or what the result of a form says.
fn answer_of(response: &TestResponse) -> String {
    if response.status != 200 {
        return response.status.to_string();
    }
    let result = response.json();
    let done = &result["Done"];
    if result.get("Refused").is_some() {
        "rejected".to_owned()
    } else if done["to"].as_str().is_some_and(|to| to.starts_with("/confirm")) {
        "confirm".to_owned()
    } else if result["verdict"] == "OtherUsers" {
        "other user's".to_owned()
    } else if done["notice"] == "That session had already ended." {
        "gone".to_owned()
    } else {
        "200".to_owned()
    }
}

async fn answer_to(line: &Line, cast: &Cast) -> String {
    let input = if line.input.is_empty() { "{}".to_owned() } else { cast.fill_in(&line.input).await };
    let fields = fields_of(&input);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    answer_of(&cast.browser().await.call(&line.operation, &fields).await)
}

on_both_databases! {
    async fn every_server_function_answers_each_caller_as_the_table_says(app) {
        Box::pin(table::assert_answers(&app, TABLE, answer_to)).await;
    }
}

#[test]
fn the_table_has_every_server_function_and_no_other() {
    table::assert_complete(&table::read(TABLE), server_functions().into_iter().map(str::to_owned));
}
