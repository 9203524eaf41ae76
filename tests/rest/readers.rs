//! The routes that read JSON, from the table of routes.

use claviger::server::http;

/// Routes with these methods that read no JSON: they have no body, or a file.
const OTHERS: &[&str] = &[
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/logout-all",
    "PUT /api/v1/users/me/picture",
    "POST /api/v1/users/import",
];

/// One of the fields of each body that has no `name`.
const FIELDS: &[(&str, &str)] = &[
    ("/auth/login", "email"),
    ("/auth/refresh", "refreshToken"),
    ("/auth/verify-email", "token"),
    ("/auth/resend-verification", "email"),
    ("/auth/forgot-password", "email"),
    ("/auth/reset-password", "token"),
    ("/auth/confirm", "password"),
    ("/users/me/password", "newPassword"),
    ("/users/me/email", "email"),
    ("/tokens/inspect", "token"),
    ("/users/bulk", "action"),
    ("/users/{id}/ban", "reason"),
    ("/roles/{name}", "description"),
    ("/invitations", "email"),
];

/// Routes whose whole body can be left out.
const OPTIONAL: &[&str] = &["/ban", "/unban", "/unlock", "/verify", "/send-reset"];

/// A route that reads JSON.
pub struct Reader {
    pub method: &'static str,
    pub path: String,
    /// A field that is a text.
    pub field: &'static str,
    /// Whether the body can be left out.
    pub is_optional: bool,
}

/// Returns every route that reads JSON. A new one is one of them at once.
pub fn readers() -> Vec<Reader> {
    let mut readers = Vec::new();
    for route in http::rest_routes() {
        let method = match route.method.as_str() {
            "POST" => "POST",
            "PUT" => "PUT",
            "PATCH" => "PATCH",
            _ => continue,
        };
        if !OTHERS.contains(&format!("{method} {}", route.path).as_str()) {
            let field = FIELDS.iter().find(|(end, _)| route.path.ends_with(end)).map_or("name", |(_, field)| *field);
            let is_optional = OPTIONAL.iter().any(|end| route.path.ends_with(end));
            readers.push(Reader { method, path: filled(route.path), field, is_optional });
        }
    }
    readers
}

/// Returns an address of a route.
pub fn filled(path: &str) -> String {
    path.replace("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV").replace("{name}", "support")
}
