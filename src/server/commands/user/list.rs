//! Prints users: all of them as a table, one in detail, or as JSON.

use crate::{
    model::{Timestamp, User, Username},
    server::{
        commands::{Failure, print},
        services::Services,
    },
};
use unicode_width::UnicodeWidthStr;

/// How many users are read per query.
const PIECE: i64 = 500;
/// Longer cells push the rest of their own line to the right, and no other line.
const WIDEST: usize = 40;
const HEADER: [&str; 6] = ["ID", "EMAIL", "USERNAME", "STATUS", "ROLES", "NAME"];

/// Prints all users, oldest first.
pub async fn list(is_json: bool, services: &Services) -> Result<(), Failure> {
    let mut users = Vec::new();
    loop {
        let page = services.users.list(users.last().map(|user: &User| user.id), PIECE).await?;
        if page.is_empty() {
            break;
        }
        users.extend(page);
    }
    if is_json {
        let all: Vec<_> = users.iter().map(|user| as_json(user, services)).collect();
        return print(&serde_json::to_string_pretty(&all)?);
    }
    if users.is_empty() {
        return print(
            "No users yet. Create one with `claviger user create`, or open the link that `claviger setup-link` prints.",
        );
    }
    let locked = services.users.locked(&users).await?;
    let mut rows = vec![HEADER.map(str::to_owned)];
    rows.extend(users.iter().zip(locked).map(|(user, is_locked)| {
        let username = user.username.as_ref().map_or("-", Username::as_str);
        let cells = [&user.id.to_string(), user.email.as_str(), username, state(user, is_locked, services)];
        let [id, email, username, state] = cells.map(str::to_owned);
        let roles = user.roles_at(services.clock.now()).join(",");
        [id, email, username, state, roles, user.name.as_str().to_owned()]
    }));
    print(&table(&rows))
}

/// Prints one user.
pub async fn show(user: &User, services: &Services) -> Result<(), Failure> {
    let is_locked = services.users.locked(std::slice::from_ref(user)).await?.contains(&true);
    let moment = |at: Option<Timestamp>| at.map_or_else(|| "no".to_owned(), |at| at.to_string());
    let mut lines = vec![
        ("id", user.id.to_string()),
        ("email", user.email.as_str().to_owned()),
        ("verified", moment(user.email_verified_at)),
        ("username", user.username.as_ref().map_or("-", Username::as_str).to_owned()),
        ("name", user.name.as_str().to_owned()),
        ("roles", user.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
        ("status", state(user, is_locked, services).to_owned()),
    ];
    lines.extend(user.banned_until.map(|at| ("until", at.to_string())));
    lines.extend(user.ban_reason.clone().map(|reason| ("reason", reason)));
    lines.extend([("created", user.created_at.to_string()), ("updated", user.updated_at.to_string())]);
    print(&lines.iter().map(|(name, value)| format!("{name:<10}{value}")).collect::<Vec<_>>().join("\n"))
}

/// Returns what most limits the user: the ban, then the lock, then the unverified address.
fn state(user: &User, is_locked: bool, services: &Services) -> &'static str {
    match ban(user, services) {
        "active" if is_locked => "locked",
        "active" if user.email_verified_at.is_none() => "unverified",
        ban => ban,
    }
}

/// Returns the status that counts now: an expired ban counts as active.
fn ban(user: &User, services: &Services) -> &'static str {
    if user.is_banned(services.clock.now()) { "banned" } else { "active" }
}

/// Aligns the columns by what a terminal shows, not by characters.
fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = if cell.width() > WIDEST { *width } else { cell.width().max(*width) };
        }
    }
    let line = |row: &[String; N]| {
        let pad = |cell: &String, width: usize| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())));
        let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| pad(cell, width)).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn as_json(user: &User, services: &Services) -> serde_json::Value {
    serde_json::json!({
        "id": user.id.to_string(),
        "email": user.email.as_str(),
        "emailVerified": user.email_verified_at.is_some(),
        "username": user.username.as_ref().map(Username::as_str),
        "name": user.name.as_str(),
        "roles": user.roles_at(services.clock.now()),
        "status": ban(user, services),
        "bannedUntil": user.banned_until.map(|at| at.to_string()),
        "createdAt": user.created_at.to_string(),
        "updatedAt": user.updated_at.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::table;

    #[test]
    fn columns_are_aligned_by_width_and_one_long_cell_moves_only_its_own_line() {
        let rows = [["A", "B", "C"], ["世界", "b", "c"], ["é", &"x".repeat(60), "c"], ["", "bb", ""]];
        let lines = ["A     B   C", "世界  b   c", &format!("é     {}  c", "x".repeat(60)), "      bb"];
        assert_eq!(table(&rows.map(|row| row.map(str::to_owned))), lines.join("\n"));
    }
}
