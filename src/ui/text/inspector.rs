//! Text of the token inspector.

use crate::model::{EndReason, TokenFlaw};

pub const INSPECTOR: &str = "Token inspector";
pub const SHORT_INSPECTOR: &str = "Inspector";

pub const OWN: &str = "Your access token";
pub const OWN_LEAD: &str =
    "The token in this browser’s cookie. The signature is hidden, because anyone with the full token can act as you.";
pub const LEFT: &str = "left";
pub const OVER: &str = "Expired. You’ll get a new one with the next page you open.";

pub const ANOTHER: &str = "Inspect a token";
pub const ANOTHER_LEAD: &str =
    "Decoded in your browser as you paste. It is only sent when you click “Validate on server”.";
pub const TOKEN: &str = "Token";
pub const TOKEN_HINT: &str = "Paste a JWT (header.payload.signature). It is not stored.";
pub const ASK: &str = "Validate on server";
pub const FOUND: &str = "Decoded token";

pub const HEADER: &str = "Header";
pub const CLAIMS: &str = "Claims";
pub const ENDED: &str = "Session ended";
pub const ENDED_BY: &str = "by";

pub const PROGRAMS: &str = "From your code";
pub const PROGRAMS_LEAD: &str = "Tokens are signed with HS256 and can only be verified by this server, so call its introspection endpoint. \
     Checking other users’ tokens requires the sessions:read permission.";
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub const NOT_COPIED: &str = "Couldn’t copy";

pub const UNPROVEN: &str = "Not verified";
pub const UNPROVEN_WHY: &str = "Looks well-formed. Only the server can check the signature and the session.";
pub const GOOD: &str = "Valid";
pub const GOOD_WHY: &str = "The server accepts this token.";
pub const OTHER_USERS: &str = "Another user’s token";
pub const OTHER_USERS_WHY: &str = "It is authentic. You don’t have permission to see whether it is still valid.";

/// Describes a flaw in a word and a sentence.
pub fn flaw(flaw: TokenFlaw) -> (&'static str, &'static str) {
    match flaw {
        TokenFlaw::Malformed => {
            ("Not a JWT", "A JWT has three base64url parts separated by dots. Check that you pasted all of it.")
        }
        TokenFlaw::WrongAlgorithm => ("Wrong algorithm", "Not signed with HS256."),
        TokenFlaw::WrongType => ("Not an access token", "Its “typ” is not “at+jwt”."),
        TokenFlaw::WrongHeader => ("Invalid header", "Unknown key, or an unsupported “crit” header."),
        TokenFlaw::BadSignature => (
            "Invalid signature",
            "The signature doesn’t match. The token was not issued by this server, or was modified.",
        ),
        TokenFlaw::WrongIssuer => ("Wrong issuer", "Its “iss” is not the URL of this server."),
        TokenFlaw::WrongAudience => ("Wrong audience", "Its “aud” is not “claviger”."),
        TokenFlaw::WrongClaims => ("Invalid claims", "A claim is missing, or has an unexpected value."),
        TokenFlaw::NotYetValid => ("Not valid yet", "Its “nbf” or “iat” is in the future. Check the clocks."),
        TokenFlaw::Expired => ("Expired", "The token has expired."),
        TokenFlaw::Revoked => ("Revoked", "The session has ended."),
        TokenFlaw::Replayed => ("Refresh token reused", "The session has ended."),
        TokenFlaw::Stale => {
            ("Outdated", "Roles or password changed since it was issued. Refresh the session to get a new one.")
        }
        TokenFlaw::UnknownSession => ("Unknown session", "It is authentic, but its session or user no longer exists."),
    }
}

/// Explains why a session ended.
pub fn end_reason(reason: EndReason) -> &'static str {
    match reason {
        EndReason::SignedOut => "The user signed out.",
        EndReason::Revoked => "It was revoked from another session.",
        EndReason::Idle => "It was inactive for too long.",
        EndReason::Expired => "It reached its maximum lifetime.",
        EndReason::Replayed => "A refresh token was reused, which can mean that it was copied.",
        EndReason::UnknownGeneration => "A refresh token was newer than the backup this server was restored from.",
        EndReason::PasswordChanged => "The password was changed.",
        EndReason::Banned => "The user was suspended.",
        EndReason::Surplus => "The user had too many sessions, and this one was the least recently used.",
    }
}

/// Returns the meaning of a header field or claim.
pub fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "alg" => "Signature algorithm",
        "typ" => "Token type: access token (RFC 9068)",
        "kid" => "Key ID",
        "iss" => "Issuer",
        "aud" => "Audience",
        "sub" => "User ID",
        "sid" => "Session ID",
        "gen" => "Refresh count",
        "ver" => "Permission version, incremented when roles or password change",
        "jti" => "Token ID",
        "roles" => "Roles of the user",
        "iat" => "Issued at",
        "nbf" => "Not valid before",
        "exp" => "Expires",
        _ => return None,
    })
}

pub const EXPIRED: &str = "The token expired";
pub const UNKNOWN_FIELD: &str = "Custom claim";

/// Returns example programs that inspect a token, each with the name of its language.
pub fn snippets(server: &str) -> [(&'static str, String); 3] {
    let address = format!("{server}/api/v1/tokens/inspect");
    [("Shell", SHELL), ("JavaScript", JAVASCRIPT), ("Python", PYTHON)]
        .map(|(language, program)| (language, program.replace("ADDRESS", &address)))
}

const SHELL: &str = r#"curl --silent --show-error "ADDRESS" \
  --header "Authorization: Bearer $CLAVIGER_TOKEN" \
  --header "Content-Type: application/json" \
  --data "{\"token\": \"$TOKEN\"}""#;

const JAVASCRIPT: &str = r#"async function inspect(token) {
  const response = await fetch("ADDRESS", {
    method: "POST",
    headers: {
      "Authorization": `Bearer ${process.env.CLAVIGER_TOKEN}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ token }),
  });
  if (!response.ok) throw new Error(`Claviger returned ${response.status}`);
  return response.json(); // { active, reason, header, claims, session }
}"#;

const PYTHON: &str = r#"import json, os, urllib.request

def inspect(token):
    request = urllib.request.Request(
        "ADDRESS",
        data=json.dumps({"token": token}).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['CLAVIGER_TOKEN']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)  # active, reason, header, claims, session"#;
