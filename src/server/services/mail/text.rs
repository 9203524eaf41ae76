//! The text of all mails.

use super::MailTemplate;

/// The text of one mail, in reading order.
pub(super) struct Text<'a> {
    pub subject: &'static str,
    pub paragraphs: Vec<String>,
    pub button: Option<Action<'a>>,
    /// Can be typed instead of following the link.
    pub code: Option<&'a str>,
    /// An alternative link, below the button.
    pub other: Option<Action<'a>>,
    /// Why the recipient got this mail, and what to do if it was not their request.
    pub closing: &'static str,
}

/// A link and its label.
pub(super) struct Action<'a> {
    pub label: &'static str,
    pub link: &'a str,
}

const ASKED: &str = "You got this mail because someone entered your address on our site. If it wasn't you, \
    ignore this mail: nothing changes by itself.";
const NOT_YOU: &str = "You got this mail because this is the address of your account. If this wasn't you, choose a \
    new password now: that signs every device out.";

/// Returns the text of a mail.
pub(super) fn text(mail: &MailTemplate) -> Text<'_> {
    match mail {
        MailTemplate::VerifyEmail { link, code } => verify_email(link, code),
        MailTemplate::AlreadyRegistered { sign_in, forgot_password } => already_registered(sign_in, forgot_password),
        MailTemplate::FinishRegistration { link } => finish_registration(link),
        MailTemplate::ResetPassword { link } => reset_password(link),
        MailTemplate::Locked { link } => locked(link),
        MailTemplate::Unlocked => unlocked(),
        MailTemplate::ConfirmNewEmail { link, code } => confirm_new_email(link, code),
        MailTemplate::EmailChangeRequested { link, forgot_password } => email_change_requested(link, forgot_password),
        MailTemplate::EmailChanged => email_changed(),
        MailTemplate::PasswordChanged { network, forgot_password } => password_changed(network, forgot_password),
        MailTemplate::NewDevice { device, network, forgot_password } => new_device(device, network, forgot_password),
        MailTemplate::TokenReused { network, forgot_password } => token_reused(network, forgot_password),
        MailTemplate::Invitation { link } => invitation(link),
    }
}

fn verify_email<'a>(link: &'a str, code: &'a str) -> Text<'a> {
    let paragraphs = ["Confirm that this is your address, and your account is ready.", "The link works for 24 hours."];
    let mail = plain("Confirm your email address", &paragraphs, ASKED);
    Text { code: Some(code), ..mail.with_button("Confirm address", link) }
}

fn already_registered<'a>(sign_in: &'a str, forgot_password: &'a str) -> Text<'a> {
    let paragraphs = [
        "Someone tried to make an account with this address. It has an account already, and nothing was changed.",
        "If it was you, sign in as usual.",
    ];
    let other = Action { label: "If you forgot your password, choose a new one here:", link: forgot_password };
    let closing = "You got this mail because someone entered your address on our site. If it wasn't you, there is \
        nothing to do.";
    let mail = plain("You already have an account", &paragraphs, closing);
    Text { other: Some(other), ..mail.with_button("Sign in", sign_in) }
}

fn finish_registration(link: &str) -> Text<'_> {
    let paragraphs = [
        "Someone tried to make an account with this address. It has an account already, but nobody has confirmed \
         the address yet.",
        "If it is yours, choose a password for it. This confirms the address too.",
        "The link works for 1 hour.",
    ];
    plain("Finish your registration", &paragraphs, ASKED).with_button("Choose a password", link)
}

fn reset_password(link: &str) -> Text<'_> {
    let paragraphs = [
        "Someone asked for a new password for the account with this address.",
        "When you choose one, every device is signed out.",
        "The link works for 1 hour.",
    ];
    plain("Choose a new password", &paragraphs, ASKED).with_button("Choose a password", link)
}

fn locked(link: &str) -> Text<'_> {
    let paragraphs = [
        "There were too many wrong passwords for your account, so sign-in is locked for a while.",
        "If it was you, you can open the lock now.",
        "The link works for 2 days.",
    ];
    let closing = "You got this mail because this is the address of your account. If it wasn't you, there is \
        nothing to do: nobody got in, and the devices that you use can still sign in.";
    plain("Sign-in to your account is locked", &paragraphs, closing).with_button("Open the lock", link)
}

fn unlocked() -> Text<'static> {
    let paragraphs = ["The lock on your account is open again. You can sign in as usual."];
    let closing = "You got this mail because this is the address of your account. If you did not open the lock, \
        someone else may read your mail.";
    plain("Sign-in to your account is open again", &paragraphs, closing)
}

fn confirm_new_email<'a>(link: &'a str, code: &'a str) -> Text<'a> {
    let paragraphs =
        ["An account is to move to this address. Confirm it to finish the change.", "The link works for 24 hours."];
    let mail = plain("Confirm your new email address", &paragraphs, ASKED);
    Text { code: Some(code), ..mail.with_button("Confirm address", link) }
}

fn email_change_requested<'a>(link: &'a str, forgot_password: &'a str) -> Text<'a> {
    let paragraphs = [
        "Someone who is signed in to your account asked to move it to another email address. It moves as soon as that \
         address is confirmed.",
        "If it was you, there is nothing to do here. If it wasn't, stop it now.",
        "The link works for 24 hours.",
    ];
    let other = Action { label: "Then choose a new password, which signs out every device:", link: forgot_password };
    let closing = "You got this mail because this is the address of your account.";
    let mail = plain("Someone asked to change your email address", &paragraphs, closing);
    Text { other: Some(other), ..mail.with_button("Stop the change", link) }
}

fn email_changed() -> Text<'static> {
    let paragraphs = ["Your account has another email address now. Mails about it go there from now on."];
    let closing = "You got this mail because this was the address of your account. If it wasn't you, tell the \
        people who run this site.";
    plain("Your email address was changed", &paragraphs, closing)
}

fn password_changed<'a>(network: &str, forgot_password: &'a str) -> Text<'a> {
    let from = format!("The password of your account was changed, from the network {network}.");
    let paragraphs = [from.as_str(), "Every other device was signed out."];
    plain("Your password was changed", &paragraphs, NOT_YOU).with_button("Choose a new password", forgot_password)
}

fn new_device<'a>(device: &str, network: &str, forgot_password: &'a str) -> Text<'a> {
    let from = format!("Device: {device}. Network: {network}.");
    let paragraphs = ["Someone signed in to your account with a device that we have not seen before.", from.as_str()];
    plain("New sign-in to your account", &paragraphs, NOT_YOU).with_button("Choose a new password", forgot_password)
}

fn token_reused<'a>(network: &str, forgot_password: &'a str) -> Text<'a> {
    let from = format!("A copy of one of your sign-ins was used, from the network {network}.");
    let paragraphs = [
        from.as_str(),
        "We ended that sign-in and no other. This can also happen when a browser is restored from a backup.",
    ];
    plain("We ended one of your sign-ins", &paragraphs, NOT_YOU).with_button("Choose a new password", forgot_password)
}

fn invitation(link: &str) -> Text<'_> {
    let paragraphs = ["You are invited to make an account.", "The link works for 7 days."];
    let closing = "You got this mail because an administrator of this site entered your address. If you don't want \
        an account, ignore this mail.";
    plain("Your invitation", &paragraphs, closing).with_button("Make your account", link)
}

fn plain(subject: &'static str, paragraphs: &[&str], closing: &'static str) -> Text<'static> {
    let paragraphs = paragraphs.iter().map(|text| (*text).to_owned()).collect();
    Text { subject, paragraphs, button: None, code: None, other: None, closing }
}

impl Text<'_> {
    fn with_button<'a>(self, label: &'static str, link: &'a str) -> Text<'a>
    where
        Self: 'a,
    {
        Text { button: Some(Action { label, link }), ..self }
    }
}
