//! Builds requests step by step.

use super::{Stream, TestResponse};
use axum::{Router, body::Body};
use futures::{StreamExt, stream};
use http::{HeaderName, HeaderValue, Request, Version};
use serde::Serialize;
use std::{convert::Infallible, future::ready};
use tokio::sync::oneshot;
use tower::ServiceExt;

/// A request to be sent.
#[must_use]
pub struct TestRequest {
    router: Router,
    request: Request<Body>,
}

impl TestRequest {
    pub fn new(router: Router, method: &str, path: &str) -> Self {
        let request =
            Request::builder().method(method).uri(path).header("host", "127.0.0.1:3000").body(Body::empty()).unwrap();
        Self { router, request }
    }

    pub fn header(self, name: &str, value: &str) -> Self {
        self.header_bytes(name, value.as_bytes())
    }

    pub fn header_bytes(mut self, name: &str, value: &[u8]) -> Self {
        let name: HeaderName = name.parse().unwrap();
        let value = HeaderValue::from_bytes(value).unwrap();
        if name == "host" {
            self.request.headers_mut().insert(name, value);
        } else {
            self.request.headers_mut().append(name, value);
        }
        self
    }

    /// Sets exactly these `Host` headers, and this version of HTTP.
    pub fn hosts(mut self, version: Version, hosts: &[&str]) -> Self {
        *self.request.version_mut() = version;
        self.request.headers_mut().remove("host");
        for host in hosts {
            self.request.headers_mut().append("host", HeaderValue::from_str(host).unwrap());
        }
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Marks the request as browsers mark those from our own pages.
    pub fn same_origin(self) -> Self {
        self.header("sec-fetch-site", "same-origin")
    }

    pub fn cookies(self, cookies: &str) -> Self {
        if cookies.is_empty() { self } else { self.header("cookie", cookies) }
    }

    pub fn json(self, body: &impl Serialize) -> Self {
        self.header("content-type", "application/json").body(serde_json::to_vec(body).unwrap())
    }

    /// Sets a form body, as a browser posts it without scripts.
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        self.header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .body(serde_urlencoded::to_string(fields).unwrap())
    }

    pub fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    /// Opens an event stream.
    pub async fn open(self) -> Stream {
        Stream::open(self.router, self.request).await
    }

    /// Sends half of the body, runs `meanwhile` once the server waits for more, and sends the rest.
    pub async fn send_around(mut self, body: String, meanwhile: impl Future<Output = ()>) -> TestResponse {
        let (first, rest) = body.split_at(body.len() / 2);
        let (first, rest) = (first.to_owned(), rest.to_owned());
        let (reached, is_reached) = oneshot::channel::<()>();
        let (go_on, is_let_go) = oneshot::channel::<()>();
        let first = stream::once(ready(Ok::<_, Infallible>(first)));
        let rest = stream::once(async move {
            let _ = reached.send(());
            let _ = is_let_go.await;
            Ok(rest)
        });
        *self.request.body_mut() = Body::from_stream(first.chain(rest));
        let answer = tokio::spawn(self.send());
        // An error means that the request was refused before its body was read.
        let _ = is_reached.await;
        meanwhile.await;
        let _ = go_on.send(());
        answer.await.unwrap()
    }

    /// Returns the response before its body is read.
    pub async fn raw(self) -> axum::response::Response {
        self.router.oneshot(self.request).await.unwrap()
    }

    pub async fn send(self) -> TestResponse {
        TestResponse::read(self.raw().await).await
    }
}
