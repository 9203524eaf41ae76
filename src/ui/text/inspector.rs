//! Text of the token inspector.

use crate::model::{EndReason, TokenFlaw};

pub const INSPECTOR: &str = "Token inspector";
pub const SHORT_INSPECTOR: &str = "Inspector";

pub const OWN: &str = "Your access token";
pub const OWN_LEAD: &str =
    "The one in this browser's cookie, without its signature: whoever has the whole token is you.";
pub const LEFT: &str = "left";
pub const OVER: &str = "Its time is over. The next page you open brings a new one.";

pub const ANOTHER: &str = "Another token";
pub const ANOTHER_LEAD: &str =
    "With scripts it is read in this browser while you type, and leaves it only when you ask the server.";
pub const TOKEN: &str = "Token";
pub const TOKEN_HINT: &str = "A JWT: three parts with dots between them. It is not kept.";
pub const ASK: &str = "Ask the server";
pub const FOUND: &str = "What the token says";

pub const HEADER: &str = "Header";
pub const CLAIMS: &str = "Claims";
pub const ENDED: &str = "Its session was ended";
pub const ENDED_BY: &str = "by";

pub const PROGRAMS: &str = "In a program";
pub const PROGRAMS_LEAD: &str = "Tokens are signed with HS256, whose secret never leaves this server: a program that \
     wants to know whether one is good asks it. For tokens of others the asker's role needs sessions:read.";
pub const COPY: &str = "Copy";
pub const COPIED: &str = "Copied";
pub const NOT_COPIED: &str = "The browser did not allow it";

pub const UNPROVEN: &str = "Not proven";
pub const UNPROVEN_WHY: &str = "Nothing is wrong with it that can be seen here. Whether its signature is right and its session alive, only the \
     server can tell.";
pub const GOOD: &str = "Good";
pub const GOOD_WHY: &str = "This server accepts it.";
pub const SOMEBODY_ELSES: &str = "Somebody else's";
pub const SOMEBODY_ELSES_WHY: &str =
    "It is genuine. Whether it is still good is told to its owner, and to roles that may read sessions.";

/// Describes a flaw in a word and a sentence.
pub fn flaw(flaw: TokenFlaw) -> (&'static str, &'static str) {
    match flaw {
        TokenFlaw::Malformed => (
            "Not a token",
            "A JWT has three parts with dots between them, in base64url without padding. Is it whole, and nothing beside it?",
        ),
        TokenFlaw::WrongAlgorithm => ("Not ours", "It says that it is signed in another way than HS256."),
        TokenFlaw::WrongType => ("Not an access token", "Its type is not at+jwt: it is for something else."),
        TokenFlaw::WrongHeader => {
            ("Not ours", "Its header names no key, or declares something critical that Claviger does not know.")
        }
        TokenFlaw::BadSignature => (
            "Bad signature",
            "No key of this server has signed it, or it was changed since. Nothing in it can be trusted.",
        ),
        TokenFlaw::WrongIssuer => ("Of another server", "Its issuer is not the address of this one."),
        TokenFlaw::WrongAudience => ("For somebody else", "Its audience is not claviger."),
        TokenFlaw::WrongClaims => ("Not ours", "A claim is missing, or is not what Claviger writes there."),
        TokenFlaw::NotYetValid => ("Not valid yet", "It is from a time that is still to come. Is a clock wrong?"),
        TokenFlaw::Expired => ("Expired", "Its time is over."),
        TokenFlaw::Revoked => ("Revoked", "Its session has ended."),
        TokenFlaw::Replayed => ("Replayed", "Its session has ended: a refresh token was used twice."),
        TokenFlaw::Stale => {
            ("Stale", "The user's roles or password changed after it was made. Renewing its session gives a good one.")
        }
        TokenFlaw::UnknownSession => {
            ("Unknown session", "It is genuine, but its session is forgotten, or its user is gone.")
        }
    }
}

/// Explains why a session ended.
pub fn end_reason(reason: EndReason) -> &'static str {
    match reason {
        EndReason::SignedOut => "It was signed out.",
        EndReason::Revoked => "That was done from another session.",
        EndReason::Idle => "It was not renewed in time.",
        EndReason::Expired => "Its life was over.",
        EndReason::Replayed => "A refresh token came back after its successor was used: somebody had a copy.",
        EndReason::UnknownGeneration => {
            "A refresh token came from after the backup that this server was restored from."
        }
        EndReason::PasswordChanged => "The password was changed.",
        EndReason::Banned => "The user was banned.",
        EndReason::Surplus => "The user had too many sessions, and this one was used longest ago.",
    }
}

/// Returns the meaning of a header field or claim.
pub fn meaning(name: &str) -> Option<&'static str> {
    Some(match name {
        "alg" => "How it is signed",
        "typ" => "What it is: an access token (RFC 9068)",
        "kid" => "The id of the key that signed it",
        "iss" => "Who issued it",
        "aud" => "Whom it is for",
        "sub" => "The user's id",
        "sid" => "The session's id",
        "gen" => "How often the session had been renewed",
        "ver" => "The version of the user's rights: it rises when roles or password change",
        "jti" => "The token's own id",
        "roles" => "The user's roles",
        "iat" => "When it was issued",
        "nbf" => "From when on it is good",
        "exp" => "When it ends",
        _ => return None,
    })
}

pub const UNKNOWN_FIELD: &str = "Not one of Claviger's";

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
  const answer = await fetch("ADDRESS", {
    method: "POST",
    headers: {
      "Authorization": `Bearer ${process.env.CLAVIGER_TOKEN}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ token }),
  });
  if (!answer.ok) throw new Error(`Claviger answered ${answer.status}`);
  return answer.json(); // { active, reason, header, claims, session }
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
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)  # active, reason, header, claims, session"#;
