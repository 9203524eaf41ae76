//! A response with its whole body.

use axum::response::Response;
use http::HeaderMap;
use serde_json::Value;

/// A received response.
#[derive(Debug, Clone)]
pub struct TestResponse {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as text, as far as it is.
    pub text: String,
}

impl TestResponse {
    pub async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8_lossy(&body).into_owned(),
            bytes: body.into(),
        }
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {} {}", self.status, self.text))
    }

    /// Returns the value of a header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Returns the `error` of an error response.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_default().to_owned()
    }

    /// Returns every `Set-Cookie` value.
    pub fn set_cookies(&self) -> Vec<String> {
        self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    /// Returns whether the response deletes the access cookie.
    pub fn clears_cookies(&self) -> bool {
        self.set_cookies().iter().any(|cookie| cookie.contains("claviger-access=;"))
    }

    /// Returns the status, the contract's headers and the body for snapshots, with everything that changes
    /// each time masked.
    pub fn snapshot(&self) -> String {
        let mut lines = vec![self.status.to_string()];
        for name in ["location", "content-type", "www-authenticate", "retry-after", "allow", "cache-control"] {
            if let Some(value) = self.headers.get(name) {
                lines.push(format!("{name}: {}", value.to_str().unwrap()));
            }
        }
        if !self.text.is_empty() {
            let mut body = self.json();
            mask(&mut body);
            lines.push(serde_json::to_string_pretty(&body).unwrap());
        }
        lines.join("\n")
    }
}

/// Masks strings that differ each time; that they are strings stays visible.
fn mask(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let is_opaque = matches!(key.as_str(), "requestId" | "token" | "refreshToken" | "id");
                match value {
                    Value::String(text) if is_opaque && !text.is_empty() => *value = "<opaque>".into(),
                    _ => mask(value),
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(mask),
        _ => {}
    }
}
