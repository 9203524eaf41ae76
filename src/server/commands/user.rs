//! `claviger user …`.

use super::{
    Failure,
    import::{self, UserFile},
    open::{self, Need},
};
use crate::{
    model::{DisplayName, Email, Password, Timestamp, USER, User, Username},
    server::{
        domain::{Actor, UserChange},
        services::{Caller, NewAccount, Services},
        settings::Settings,
    },
};
use clap::{Args, Subcommand};
use std::io::Read;

/// Create, show and change users. WHO is an id, an email address or a username.
#[derive(Subcommand)]
pub enum UserCommand {
    /// Create a user; prints the new id
    Create(Create),
    /// Create a user for each line of a file, or none if a line is refused
    Import {
        /// CSV (.csv) or JSON Lines (.jsonl, .ndjson) with the fields email, username, name, roles, verified,
        /// passwordHash, createdAt
        file: UserFile,
        /// Only report which lines would be refused, and why
        #[arg(long)]
        dry_run: bool,
    },
    /// List all users
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one user
    Show { who: String },
    /// Ban a user; ends every session
    Ban {
        who: String,
        /// End of the ban (RFC 3339, like 2027-01-31T00:00:00Z) [default: permanent]
        #[arg(long)]
        until: Option<Timestamp>,
        /// Reason for the audit log
        #[arg(long)]
        reason: Option<String>,
    },
    /// Lift a ban
    Unban { who: String },
    /// Remove the lock set by failed sign-ins
    Unlock { who: String },
    /// Mark the email address as confirmed
    Verify { who: String },
    /// Replace the roles of a user
    SetRole {
        who: String,
        #[arg(required = true)]
        roles: Vec<String>,
    },
    /// Set a new password; ends every session
    SetPassword {
        who: String,
        #[command(flatten)]
        password: FromStdin,
    },
    /// Delete a user permanently
    Delete { who: String },
}

impl UserCommand {
    /// The first users of an installation may be created before the server has ever run.
    fn need(&self) -> Need {
        match self {
            Self::Create(_) | Self::Import { .. } => Need::First,
            _ => Need::Existing,
        }
    }
}

#[derive(Args)]
pub struct Create {
    #[arg(long)]
    email: String,
    #[arg(long)]
    username: Option<String>,
    /// The display name [default: the username, or the part of the address before the @]
    #[arg(long)]
    name: Option<String>,
    /// A role; may be repeated [default: user]
    #[arg(long)]
    role: Vec<String>,
    /// Mark the email address as confirmed
    #[arg(long)]
    verified: bool,
    #[command(flatten)]
    password: FromStdin,
}

#[derive(Args)]
pub struct FromStdin {
    /// Read the password from standard input; one final newline is dropped
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Runs the command as actor `cli` of the audit log. A running server sees the change within a second.
pub async fn run(command: UserCommand, settings: &Settings) -> Result<(), Failure> {
    let services = open::services(settings, command.need()).await?;
    let done = act(command, &services).await;
    services.close(super::CLOSING).await;
    done
}

async fn act(command: UserCommand, services: &Services) -> Result<(), Failure> {
    match command {
        UserCommand::Create(create) => make(create, services).await,
        UserCommand::Import { file, dry_run: true } => import::dry_run(&file, services).await,
        UserCommand::Import { file, dry_run: false } => import::run(&file, services).await,
        UserCommand::List { json } => list(json, services).await,
        UserCommand::Show { who } => {
            show(&services.users.find_by_any(&who).await?, services);
            Ok(())
        }
        UserCommand::Ban { until: Some(until), .. } if until <= services.clock.now() => {
            Err(Failure("--until lies in the past: nobody would be kept out".to_owned()))
        }
        UserCommand::Ban { who, until, reason } => {
            change(services, &who, UserChange::Ban { until, reason }, "is banned").await
        }
        UserCommand::Unban { who } => change(services, &who, UserChange::Unban, "may sign in again").await,
        UserCommand::Verify { who } => {
            change(services, &who, UserChange::Verified, "has a confirmed email address").await
        }
        UserCommand::SetRole { who, roles } => {
            change(services, &who, UserChange::Roles(roles), "has the new roles").await
        }
        UserCommand::Delete { who } => change(services, &who, UserChange::Delete, "is deleted").await,
        UserCommand::Unlock { who } => {
            let user = services.users.find_by_any(&who).await?;
            let opened = services.users.unlock(&user, Actor::Cli, &Caller::command_line()).await?;
            println!("{}", if opened == 0 { "There was no lock.".to_owned() } else { format!("Opened: {opened}.") });
            Ok(())
        }
        UserCommand::SetPassword { who, .. } => {
            let user = services.users.find_by_any(&who).await?;
            let username = user.username.as_ref().map_or("", Username::as_str);
            let password = read_password(services, &[username, user.email.as_str(), user.name.as_str()])?;
            services.users.set_password(user.id, password, Actor::Cli, &Caller::command_line()).await?;
            println!("{} has the new password; every session has ended.", user.email.as_str());
            Ok(())
        }
    }
}

async fn make(create: Create, services: &Services) -> Result<(), Failure> {
    let names = [create.username.as_ref(), Some(&create.email), create.name.as_ref()];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    let account = NewAccount {
        email: Email::parse(&create.email).map_err(|_| Failure("--email is not an email address".to_owned()))?,
        is_verified: create.verified,
        username: create
            .username
            .as_deref()
            .map(Username::parse)
            .transpose()
            .map_err(|error| Failure(format!("--username: {error}")))?,
        name: create
            .name
            .as_deref()
            .map(DisplayName::parse)
            .transpose()
            .map_err(|error| Failure(format!("--name: {error}")))?,
        roles: if create.role.is_empty() { vec![USER.to_owned()] } else { create.role },
        password: read_password(services, &names)?,
    };
    let id = services.users.create(account, Actor::Cli, &Caller::command_line()).await?;
    println!("{id}");
    Ok(())
}

async fn change(services: &Services, who: &str, change: UserChange, now: &str) -> Result<(), Failure> {
    let user = services.users.find_by_any(who).await?;
    services.users.change(user.id, change, Actor::Cli, &Caller::command_line()).await?;
    println!("{} {now}.", user.email.as_str());
    Ok(())
}

async fn list(json: bool, services: &Services) -> Result<(), Failure> {
    let mut after = None;
    let mut all = Vec::new();
    loop {
        let page = services.users.list(after, 500).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        if json {
            all.extend(page.iter().map(|user| as_json(user, services)));
        } else {
            for user in &page {
                show_line(user, services);
            }
        }
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else if after.is_none() {
        println!("There are no users yet.");
    }
    Ok(())
}

/// Returns the status that counts now: an expired ban counts as active.
fn status(user: &User, services: &Services) -> &'static str {
    if user.is_banned(services.clock.now()) { "banned" } else { "active" }
}

fn show_line(user: &User, services: &Services) {
    let name = user.username.as_ref().map_or("-", Username::as_str);
    let status = if user.email_verified_at.is_none() { "unverified" } else { status(user, services) };
    println!("{}  {}  {name}  {status}  {}", user.id, user.email.as_str(), user.roles.join(","));
}

fn show(user: &User, services: &Services) {
    let moment = |at: Option<Timestamp>| at.map_or_else(|| "no".to_owned(), |at| at.to_string());
    println!("id        {}", user.id);
    println!("email     {}", user.email.as_str());
    println!("verified  {}", moment(user.email_verified_at));
    println!("username  {}", user.username.as_ref().map_or("-", Username::as_str));
    println!("name      {}", user.name.as_str());
    println!("roles     {}", user.roles.join(", "));
    println!("status    {}", status(user, services));
    if user.banned_until.is_some() {
        println!("until     {}", moment(user.banned_until));
    }
    if let Some(reason) = &user.ban_reason {
        println!("reason    {reason}");
    }
    println!("created   {}", user.created_at);
    println!("updated   {}", user.updated_at);
}

fn as_json(user: &User, services: &Services) -> serde_json::Value {
    serde_json::json!({
        "id": user.id.to_string(),
        "email": user.email.as_str(),
        "emailVerified": user.email_verified_at.is_some(),
        "username": user.username.as_ref().map(Username::as_str),
        "name": user.name.as_str(),
        "roles": user.roles,
        "status": status(user, services),
        "bannedUntil": user.banned_until.map(|at| at.to_string()),
        "createdAt": user.created_at.to_string(),
        "updatedAt": user.updated_at.to_string(),
    })
}

fn read_password(services: &Services, names: &[&str]) -> Result<Password, Failure> {
    let mut text = String::new();
    // More than the longest password, so that a longer one is recognised as too long.
    std::io::stdin().take(4096).read_to_string(&mut text)?;
    let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
    Ok(Password::choose(text, services.passwords.min_length(), names)?)
}
