//! The text of all mails.

use super::{MailTemplate, Site, site::in_a_sentence};

/// The text of one mail, in reading order.
pub(super) struct Text {
    pub subject: String,
    pub heading: String,
    /// The first one is also what lists of mails show.
    pub paragraphs: Vec<String>,
    pub button: Option<Action>,
    /// Can be typed instead of following the link.
    pub code: Option<String>,
    /// How long the link and the code work.
    pub life: Option<&'static str>,
    /// An alternative link, below the button.
    pub other: Option<Action>,
    /// Why the recipient gets this mail, and what to do if it was not their request.
    pub reason: String,
}

/// A link and its label.
pub(super) struct Action {
    pub label: &'static str,
    pub link: String,
}

const NOT_YOU: &str = "If this wasn't you, change your password now. This signs out all devices.";
const CHANGE_PASSWORD: &str = "Change password";
const ONE_HOUR: &str = "This link expires in 1 hour.";
const ONE_DAY: &str = "This link expires in 24 hours.";

/// Returns the text of a mail from `site`.
pub(super) fn text(mail: &MailTemplate, site: &Site) -> Text {
    match mail {
        MailTemplate::VerifyEmail { link, code } => verify_email(site, link, code),
        MailTemplate::AlreadyRegistered { sign_in, forgot_password } => {
            already_registered(site, sign_in, forgot_password)
        }
        MailTemplate::FinishRegistration { link } => finish_registration(site, link),
        MailTemplate::ResetPassword { link } => reset_password(site, link),
        MailTemplate::Locked { link } => locked(site, link),
        MailTemplate::Unlocked => unlocked(site),
        MailTemplate::ConfirmNewEmail { link, code } => confirm_new_email(site, link, code),
        MailTemplate::EmailChangeRequested { link, forgot_password } => {
            email_change_requested(site, link, forgot_password)
        }
        MailTemplate::EmailChanged => email_changed(site),
        MailTemplate::PasswordChanged { network, forgot_password } => password_changed(site, network, forgot_password),
        MailTemplate::NewDevice { device, network, at, not_me } => {
            let place = format!("{device}, {network}, on {}", at.in_words());
            new_device(site, &place, not_me)
        }
        MailTemplate::AccountSecured { link, forgot_password } => account_secured(site, link, forgot_password),
        MailTemplate::TokenReused { network, forgot_password } => token_reused(site, network, forgot_password),
        MailTemplate::Invitation { link, inviter } => invitation(site, link, inviter.as_deref()),
        MailTemplate::ApiKeyCreated { name, network, keys } => api_key_created(site, name, network, keys),
        MailTemplate::ApiKeyExpires { name, at, keys } => api_key_expires(site, name, &at.in_words(), keys),
        MailTemplate::AuditCheckpoint { line } => audit_checkpoint(site, line),
    }
}

fn verify_email(Site { name, .. }: &Site, link: &str, code: &str) -> Text {
    let lead = format!("Verify your email to finish creating your account at {name}.");
    let mail = Text::new("Verify your email address", [lead], entered(name));
    Text { subject: code_subject(code, name), code: Some(grouped(code)), ..mail }
        .with_button("Verify email", link)
        .that_expires(ONE_DAY)
}

fn already_registered(Site { name, .. }: &Site, sign_in: &str, forgot_password: &str) -> Text {
    let lead = format!(
        "Someone tried to create an account at {name} with your email, but you already have one. Nothing was changed."
    );
    Text::new("You already have an account", [lead], entered(name))
        .with_button("Sign in", sign_in)
        .with_other("Forgot your password? Reset it:", forgot_password)
}

fn finish_registration(Site { name, .. }: &Site, link: &str) -> Text {
    let paragraphs = [
        format!(
            "Someone tried to create an account at {name} with your email. This address has an unverified account."
        ),
        "If it's yours, choose a password to verify it.".to_owned(),
    ];
    Text::new("Finish creating your account", paragraphs, entered(name))
        .with_button("Choose password", link)
        .that_expires(ONE_HOUR)
}

fn reset_password(Site { name, .. }: &Site, link: &str) -> Text {
    let paragraphs = [
        format!("Someone requested a password reset for your account at {name}."),
        "Resetting signs you out on all devices.".to_owned(),
    ];
    Text::new("Reset your password", paragraphs, entered(name))
        .with_button("Reset password", link)
        .that_expires(ONE_HOUR)
}

fn locked(Site { name, .. }: &Site, link: &str) -> Text {
    let paragraphs = [
        format!("We locked sign-in to your account at {name} after too many failed attempts."),
        "If it was you, unlock it now.".to_owned(),
    ];
    let reason = format!(
        "{} If it wasn't you, you don't need to do anything: no one got in. Devices you've used before can still sign in.",
        owned(name)
    );
    Text::new("Your account is locked", paragraphs, reason)
        .with_button("Unlock account", link)
        .that_expires("This link expires in 2 days.")
}

fn unlocked(Site { name, .. }: &Site) -> Text {
    let lead = format!("Your account at {name} is unlocked. You can sign in as usual.");
    let reason = format!("{} If you didn't unlock it, someone else may have access to your email.", owned(name));
    Text::new("Your account is unlocked", [lead], reason)
}

fn confirm_new_email(Site { name, .. }: &Site, link: &str, code: &str) -> Text {
    let lead = format!("Verify this address to use it for your account at {name}.");
    let mail = Text::new("Verify your new email address", [lead], entered(name));
    Text { subject: code_subject(code, name), code: Some(grouped(code)), ..mail }
        .with_button("Verify email", link)
        .that_expires(ONE_DAY)
}

fn email_change_requested(Site { name, .. }: &Site, link: &str, forgot_password: &str) -> Text {
    let paragraphs = [
        format!(
            "Someone who is signed in to your account at {name} asked to change its email address. The change takes effect when the new address is verified."
        ),
        "If it was you, you don't need to do anything. If it wasn't, cancel the change now.".to_owned(),
    ];
    Text::new("Your email address is about to change", paragraphs, owned(name))
        .with_button("Cancel the change", link)
        .that_expires(ONE_DAY)
        .with_other("Then change your password, which signs out all devices:", forgot_password)
}

fn email_changed(Site { name, .. }: &Site) -> Text {
    let lead = format!("The email address of your account at {name} was changed. We'll use the new one from now on.");
    let reason = format!(
        "You're receiving this because this was the email address of your account at {name}. If you didn't change \
         it, contact your administrator."
    );
    Text::new("Your email address was changed", [lead], reason)
}

fn password_changed(Site { name, .. }: &Site, network: &str, forgot_password: &str) -> Text {
    let paragraphs = [
        format!("Your password for {name} was changed (from {network}). All other devices were signed out."),
        NOT_YOU.to_owned(),
    ];
    Text::new("Your password was changed", paragraphs, owned(name)).with_button(CHANGE_PASSWORD, forgot_password)
}

fn new_device(Site { name, .. }: &Site, place: &str, not_me: &str) -> Text {
    let paragraphs = [
        format!("New sign-in from {place}."),
        "We haven't seen this device before. If it was you, you don't need to do anything.".to_owned(),
        "If it wasn't you, secure your account now: all devices are signed out, and you choose a new password."
            .to_owned(),
    ];
    let heading = format!("New sign-in to {name}");
    Text::new(&heading, paragraphs, owned(name))
        .with_button("This wasn't me", not_me)
        .that_expires("This link expires in 7 days.")
}

fn account_secured(Site { name, .. }: &Site, link: &str, forgot_password: &str) -> Text {
    let paragraphs = [
        format!(
            "You reported a sign-in to your account at {name} that wasn't you. Choose a new password to sign in again."
        ),
        "All devices are signed out, and the old password no longer works. The email address can't be changed for \
         24 hours."
            .to_owned(),
        "If you use the old password elsewhere, change it there, too.".to_owned(),
    ];
    Text::new("Your account is secured", paragraphs, owned(name))
        .with_button("Choose password", link)
        .that_expires(ONE_HOUR)
        .with_other("Has the link expired? Request a new one:", forgot_password)
}

fn token_reused(Site { name, .. }: &Site, network: &str, forgot_password: &str) -> Text {
    let paragraphs = [
        format!(
            "A session token of your account at {name} was used twice, which can mean that it was copied (from {network}). \
             We ended that session only."
        ),
        "This can also happen when a browser is restored from a backup.".to_owned(),
        NOT_YOU.to_owned(),
    ];
    Text::new("We ended one of your sessions", paragraphs, owned(name)).with_button(CHANGE_PASSWORD, forgot_password)
}

fn invitation(Site { name, .. }: &Site, link: &str, inviter: Option<&str>) -> Text {
    let (heading, lead) = match inviter.map(in_a_sentence) {
        Some(inviter) => (
            format!("{inviter} invited you to {name}"),
            format!("{inviter} invited you to create an account at {name}."),
        ),
        None => (format!("You're invited to {name}"), format!("You're invited to create an account at {name}.")),
    };
    let reason = format!(
        "You're receiving this because an administrator of {name} entered your email. If you don't want an account, \
         you can ignore this email."
    );
    Text::new(&heading, [lead], reason)
        .with_button("Accept invitation", link)
        .that_expires("This invitation expires in 7 days.")
}

fn api_key_created(Site { name: site, .. }: &Site, name: &str, network: &str, keys: &str) -> Text {
    let paragraphs = [
        format!(
            "The API key \"{}\" was created for your account at {site} (from {network}). Anyone who has it can use the \
             permissions that you gave it.",
            in_a_sentence(name)
        ),
        "If this wasn't you, revoke the key and change your password.".to_owned(),
    ];
    Text::new("An API key was created", paragraphs, owned(site)).with_button("Show API keys", keys)
}

fn api_key_expires(Site { name: site, .. }: &Site, name: &str, at: &str, keys: &str) -> Text {
    let name = in_a_sentence(name);
    let paragraphs = [
        format!("Your API key \"{name}\" at {site} expires on {at}. Programs that use it will then be refused."),
        "If you still need it, create another key and replace it there.".to_owned(),
    ];
    Text::new("An API key expires soon", paragraphs, owned(site)).with_button("Show API keys", keys)
}

fn audit_checkpoint(Site { name, .. }: &Site, line: &str) -> Text {
    let paragraphs = [
        format!("This line proves how far the audit log of {name} went. Keep it outside the server."),
        line.to_owned(),
        "To compare the log with it, save lines like this in a file and run: claviger audit verify --checkpoints FILE \
         --public-key KEY"
            .to_owned(),
    ];
    let reason = format!("You're receiving this because {name} is set to send its audit checkpoints to this address.");
    Text::new("Audit checkpoint", paragraphs, reason)
}

fn entered(site: &str) -> String {
    format!(
        "You're receiving this because someone entered your email at {site}. If it wasn't you, you can ignore this \
         email."
    )
}

fn owned(site: &str) -> String {
    format!("You're receiving this because you have an account at {site}.")
}

fn code_subject(code: &str, site: &str) -> String {
    format!("{code} is your code for {site}")
}

/// Writes the digits of a code in two groups.
pub(super) fn grouped(code: &str) -> String {
    let (first, second) = code.split_at_checked(code.len() / 2).unwrap_or((code, ""));
    format!("{first} {second}")
}

impl Text {
    fn new<const N: usize>(heading: &str, paragraphs: [String; N], reason: String) -> Self {
        Self {
            subject: heading.to_owned(),
            heading: heading.to_owned(),
            paragraphs: paragraphs.into(),
            button: None,
            code: None,
            life: None,
            other: None,
            reason,
        }
    }

    fn with_button(self, label: &'static str, link: &str) -> Self {
        Self { button: Some(Action { label, link: link.to_owned() }), ..self }
    }

    fn with_other(self, label: &'static str, link: &str) -> Self {
        Self { other: Some(Action { label, link: link.to_owned() }), ..self }
    }

    fn that_expires(self, life: &'static str) -> Self {
        Self { life: Some(life), ..self }
    }
}
