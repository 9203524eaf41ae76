//! Carries out the commands about users.

use super::{
    arguments::{Create, UserCommand},
    list,
};
use crate::{
    model::{DisplayName, Email, RoleGrant, Timestamp, USER, User, Username},
    server::{
        commands::{CLOSING, Failure, import, open},
        domain::{Actor, UserChange},
        services::{Caller, NamesInUse, NewAccount, Services, UserError},
        settings::Settings,
    },
};
use std::io::{self, IsTerminal};

/// Runs the command as actor `cli` of the audit log. A running server sees the change within a second.
pub async fn run(command: UserCommand, settings: &Settings) -> Result<(), Failure> {
    let services = open::services(settings, command.need()).await?;
    let done = act(command, &services).await;
    services.close(CLOSING).await;
    done
}

async fn act(command: UserCommand, services: &Services) -> Result<(), Failure> {
    match command {
        UserCommand::Create(create) => make(create, services).await,
        UserCommand::Import { file, dry_run: true } => import::dry_run(&file, services).await,
        UserCommand::Import { file, dry_run: false } => import::run(&file, services).await,
        UserCommand::List { json } => list::list(json, services).await,
        UserCommand::Show(user) => list::show(&find(services, &user.who).await?, services).await,
        UserCommand::Ban { user, until, reason } => ban(services, &user.who, until, reason).await,
        UserCommand::Unban(user) => change(services, &user.who, UserChange::Unban, "Unbanned").await,
        UserCommand::Unlock(user) => unlock(services, &user.who).await,
        UserCommand::Verify(user) => change(services, &user.who, UserChange::Verified, "Verified").await,
        UserCommand::SetRole { user, roles } => set_roles(services, &user.who, roles).await,
        UserCommand::Delete { user, yes } => delete(services, &user.who, yes).await,
        UserCommand::SetPassword { user, password } => {
            let user = find(services, &user.who).await?;
            let username = user.username.as_ref().map_or("", Username::as_str);
            let password = password.read(services, &[username, user.email.as_str(), user.name.as_str()])?;
            services.users.set_password(user.id, password, Actor::Cli, &Caller::command_line()).await?;
            println!("Password of {} changed; all sessions ended.", user.email.as_str());
            Ok(())
        }
    }
}

async fn find(services: &Services, who: &str) -> Result<User, Failure> {
    services.users.find_by_any(who).await.map_err(|error| match error {
        UserError::Missing => Failure(format!("no user {who:?}: `claviger user list` shows all users")),
        other => other.into(),
    })
}

async fn make(create: Create, services: &Services) -> Result<(), Failure> {
    let names = [create.username.as_ref(), Some(&create.email), create.name.as_ref()];
    let names: Vec<&str> = names.into_iter().flatten().map(String::as_str).collect();
    let of_option =
        |name: &str, error: &dyn std::error::Error| Failure(format!("{name}: {}", Failure::of_form(&error)));
    let email = Email::parse(&create.email);
    let username = create.username.as_deref().map(Username::parse).transpose();
    let name = create.name.as_deref().map(DisplayName::parse).transpose();
    let account = NewAccount {
        email: email.map_err(|_| Failure(format!("--email: not an email address: {:?}", create.email)))?,
        is_verified: create.verified,
        username: username.map_err(|error| of_option("--username", &error))?,
        name: name.map_err(|error| of_option("--name", &error))?,
        roles: if create.role.is_empty() { vec![USER.to_owned()] } else { create.role },
        password: Some(create.password.read(services, &names)?),
    };
    let (email, username) = (account.email.clone(), account.username.clone());
    let id = match services.users.create(account, Actor::Cli, &Caller::command_line()).await {
        Err(UserError::Taken(names)) => return Err(taken(names, &email, username.as_ref())),
        other => other?,
    };
    println!("{id}");
    Ok(())
}

/// Returns which of the two is taken. Only the command line may say so: it reveals who has an account.
fn taken(names: NamesInUse, email: &Email, username: Option<&Username>) -> Failure {
    match username {
        Some(username) if !names.email => Failure(format!("username already in use: {}", username.as_str())),
        _ => Failure(format!("email already in use: {}", email.as_str())),
    }
}

async fn ban(services: &Services, who: &str, until: Option<Timestamp>, reason: Option<String>) -> Result<(), Failure> {
    if until.is_some_and(|until| until <= services.clock.now()) {
        return Err(Failure("--until must be in the future".to_owned()));
    }
    let end = until.map_or_else(String::new, |until| format!(" until {until}"));
    change_as(services, who, UserChange::Ban { until, reason }, |email| format!("Banned {email}{end}.")).await
}

async fn set_roles(services: &Services, who: &str, roles: Vec<String>) -> Result<(), Failure> {
    let list = roles.join(", ");
    let roles = roles.into_iter().map(RoleGrant::from).collect();
    change_as(services, who, UserChange::Roles(roles), |email| format!("Roles of {email} set to {list}.")).await
}

async fn unlock(services: &Services, who: &str) -> Result<(), Failure> {
    let user = find(services, who).await?;
    let unlocked = services.users.unlock(&user, Actor::Cli, &Caller::command_line()).await?;
    let email = user.email.as_str();
    println!("{}", if unlocked == 0 { format!("{email} is not locked.") } else { format!("Unlocked {email}.") });
    Ok(())
}

/// Asks on a terminal before it deletes.
async fn delete(services: &Services, who: &str, is_confirmed: bool) -> Result<(), Failure> {
    let user = find(services, who).await?;
    let is_asked = !is_confirmed && io::stdin().is_terminal() && io::stderr().is_terminal();
    if is_asked {
        let question = format!("Permanently delete {}?", user.email.as_str());
        let answer = dialoguer::Confirm::new().with_prompt(question).default(false).interact();
        if !answer.map_err(|error| Failure(format!("can't read the answer: {error}; use --yes")))? {
            return Err(Failure("nothing deleted".to_owned()));
        }
    }
    change(services, &user.id.to_string(), UserChange::Delete, "Deleted").await
}

async fn change(services: &Services, who: &str, change: UserChange, done: &str) -> Result<(), Failure> {
    change_as(services, who, change, |email| format!("{done} {email}.")).await
}

async fn change_as(
    services: &Services,
    who: &str,
    change: UserChange,
    sentence: impl FnOnce(&str) -> String,
) -> Result<(), Failure> {
    let user = find(services, who).await?;
    services.users.change(user.id, change, Actor::Cli, &Caller::command_line()).await?;
    println!("{}", sentence(user.email.as_str()));
    Ok(())
}
