//! The requests that many tests send.

use super::{Browser, PASSWORD, TestApp, TestResponse, claims_of, test_request::TestRequest};
use claviger::model::SessionId;

impl TestApp {
    /// Builds a request without credentials.
    pub fn get(&self, path: &str) -> TestRequest {
        TestRequest::new(self.router.clone(), "GET", path)
    }

    pub fn post(&self, path: &str) -> TestRequest {
        TestRequest::new(self.router.clone(), "POST", path)
    }

    pub fn patch(&self, path: &str) -> TestRequest {
        TestRequest::new(self.router.clone(), "PATCH", path)
    }

    pub fn delete(&self, path: &str) -> TestRequest {
        TestRequest::new(self.router.clone(), "DELETE", path)
    }

    pub fn request(&self, method: &str, path: &str) -> TestRequest {
        TestRequest::new(self.router.clone(), method, path)
    }

    /// Returns a browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self.clone())
    }

    /// Returns a browser in which `name` is signed in.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let browser = self.browser();
        let answer = browser.sign_in(name, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        assert_eq!(answer.header("location"), "/dashboard");
        browser
    }

    /// Sends `POST /api/auth/login`.
    pub async fn log_in(&self, email: &str, password: &str) -> TestResponse {
        let body = serde_json::json!({ "email": email, "password": password });
        self.post("/api/auth/login").json(&body).send().await
    }

    /// Returns the access and refresh token of a new `api` session of `<name>@example.com`.
    pub async fn tokens(&self, name: &str) -> (String, String) {
        let answer = self.log_in(&format!("{name}@example.com"), PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        (
            answer.json()["token"].as_str().unwrap().to_owned(),
            answer.json()["refreshToken"].as_str().unwrap().to_owned(),
        )
    }

    /// Sends `POST /api/v1/auth/refresh`.
    pub async fn refresh(&self, token: &str) -> TestResponse {
        self.post("/api/v1/auth/refresh").json(&serde_json::json!({ "refreshToken": token })).send().await
    }

    /// Sends `GET /api/user/profile` with a bearer token.
    pub async fn profile(&self, token: &str) -> TestResponse {
        self.get("/api/user/profile").bearer(token).send().await
    }

    /// Returns the session of an access token, read from its payload.
    pub fn session_of(token: &str) -> SessionId {
        claims_of(token)["sid"].as_str().unwrap().parse().unwrap()
    }
}
