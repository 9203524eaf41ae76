//! A browser without scripts: keeps cookies, posts forms, and does not follow redirects on its own.

use super::{TestApp, TestResponse};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// A browser. Clones share their cookies, as tabs do.
#[derive(Clone)]
pub struct Browser {
    app: TestApp,
    jar: Arc<Mutex<BTreeMap<String, String>>>,
}

impl Browser {
    pub fn new(app: TestApp) -> Self {
        Self { app, jar: Arc::default() }
    }

    /// Returns another browser with a copy of the cookies: a thief's, or one that missed the responses since.
    pub fn copy(&self) -> Self {
        Self { app: self.app.clone(), jar: Arc::new(Mutex::new(self.jar.lock().unwrap().clone())) }
    }

    /// Returns the same browser, talking to another server process.
    pub fn on(&self, app: &TestApp) -> Self {
        Self { app: app.clone(), jar: Arc::clone(&self.jar) }
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.lock().unwrap().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    pub fn drop_cookie(&self, name: &str) {
        self.jar.lock().unwrap().remove(name);
    }

    pub async fn get(&self, path: &str) -> TestResponse {
        let asking = self
            .app
            .get(path)
            .header("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
            .cookies(&self.header());
        self.keep(asking.send().await)
    }

    /// Posts a form from one of our own pages.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> TestResponse {
        let asking = self.app.post(path).form(fields).same_origin().cookies(&self.header());
        self.keep(asking.send().await)
    }

    /// Calls a server function as an island does.
    pub async fn call(&self, path: &str, fields: &[(&str, &str)]) -> TestResponse {
        let asking = self.app.post(path).header("accept", "application/json").same_origin().cookies(&self.header());
        let asking = asking.header("content-type", "application/x-www-form-urlencoded");
        self.keep(asking.body(serde_urlencoded::to_string(fields).unwrap()).send().await)
    }

    /// Calls REST by script from one of our own pages.
    pub async fn rest(&self, method: &str, path: &str) -> TestResponse {
        let asking = self.app.request(method, path).same_origin().cookies(&self.header());
        self.keep(asking.send().await)
    }

    pub async fn sign_in(&self, identifier: &str, password: &str) -> TestResponse {
        self.post("/fn/sign_in", &[("identifier", identifier), ("password", password), ("next", "")]).await
    }

    pub async fn sign_out(&self) -> TestResponse {
        self.post("/logout", &[]).await
    }

    /// Returns the `Cookie` header.
    pub fn header(&self) -> String {
        let jar = self.jar.lock().unwrap();
        jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Keeps the cookies of a response, as if this browser had sent the request.
    pub fn keep(&self, answer: TestResponse) -> TestResponse {
        let mut jar = self.jar.lock().unwrap();
        for cookie in answer.set_cookies() {
            let (pair, attributes) = cookie.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        drop(jar);
        answer
    }
}
