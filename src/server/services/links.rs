//! Creates single-use links and codes for mails and set-up.

use super::{lockout, tokens::Keyring};
use crate::{
    model::{Email, Page, Timestamp, User, UserId, pasted},
    server::{
        domain::SecretPurpose,
        randomness::Randomness,
        store::{NewNotMeLink, NewSecret, NewStop, Proof},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long a link that sets a password works. OWASP ASVS 6.5.1: the more a link grants, the shorter its
/// life.
pub(super) const PASSWORD_LIFE: Duration = Duration::from_hours(1);
/// How long a link that reports a sign-in works.
const NOT_ME_LIFE: Duration = Duration::from_hours(7 * 24);
/// The epoch of an account's first password.
pub(super) const FIRST_EPOCH: i64 = 1;

/// Builds links on the public URL and digests for their tokens and codes.
#[derive(Clone)]
pub struct Links {
    public_url: String,
    keys: Keyring,
    randomness: Randomness,
}

/// A link to mail or print. Its URL is a secret.
pub struct Link {
    pub url: String,
    /// Eight digits that can be typed instead.
    pub code: String,
    pub secret: NewSecret,
}

impl Links {
    /// Builds every link on `public_url`, never on a request's Host header.
    pub fn new(public_url: String, keys: Keyring, randomness: Randomness) -> Self {
        Self { public_url, keys, randomness }
    }

    /// Returns the URL of a page.
    pub fn page(&self, page: Page) -> String {
        self.url(page.path())
    }

    /// Creates a link bound to the user's current address and password.
    pub fn for_user(&self, purpose: SecretPurpose, user: &User, epoch: i64, now: Timestamp) -> Link {
        self.bound(purpose, user.id, &user.email, epoch, now)
    }

    /// Creates a link bound to an address and a password epoch. The user may be new or unknown.
    pub fn bound(&self, purpose: SecretPurpose, user: UserId, email: &Email, epoch: i64, now: Timestamp) -> Link {
        let mut link = self.make(purpose, &user.to_string(), now);
        email.normalized().clone_into(&mut link.secret.address);
        link.secret.epoch = epoch;
        link
    }

    /// Creates a link that stops pending email changes of this user, and the record of it. It lives as long
    /// as any pending change.
    pub fn stop_email_change(&self, user: &User, now: Timestamp) -> (String, NewStop) {
        let token = URL_SAFE_NO_PAD.encode(self.randomness.bytes::<32>());
        let stop = NewStop {
            user: user.id,
            digest: digest(&token),
            address: user.email.normalized().to_owned(),
            expires_at: now + life(SecretPurpose::ChangeEmail),
        };
        (self.url(&Page::StopEmailChange.with([("token", &token)])), stop)
    }

    /// Creates a link by which this user reports a sign-in, and the record of it.
    pub fn not_me(&self, user: &User, now: Timestamp) -> (String, NewNotMeLink) {
        let token = URL_SAFE_NO_PAD.encode(self.randomness.bytes::<32>());
        let link = NewNotMeLink {
            digest: digest(&token),
            address: user.email.normalized().to_owned(),
            expires_at: now + NOT_ME_LIFE,
        };
        (self.url(&Page::NotMe.with([("token", &token)])), link)
    }

    /// Creates a link to register an account with this address.
    pub fn invitation(&self, email: &Email, now: Timestamp) -> Link {
        let mut link = self.make(SecretPurpose::Invite, email.normalized(), now);
        link.secret.about_address = Some(email.as_str().to_owned());
        link
    }

    /// Creates a link to create the first administrator.
    pub fn set_up(&self, now: Timestamp) -> Link {
        self.make(SecretPurpose::SetUp, "installation", now)
    }

    /// Returns the proof that a link's token gives. A token of 256 random bits needs no slow hash.
    pub fn token(token: &str) -> Proof {
        Proof::Token(digest(token))
    }

    /// Returns the proof that a typed code gives for this subject. Spaces and dashes are ignored.
    pub fn code(&self, purpose: SecretPurpose, subject: &str, code: &str) -> Proof {
        let digits = pasted::code(code);
        Proof::Code { subject: subject.to_owned(), digest: self.keys.code_digest(purpose, subject, &digits) }
    }

    fn make(&self, purpose: SecretPurpose, subject: &str, now: Timestamp) -> Link {
        let token = URL_SAFE_NO_PAD.encode(self.randomness.bytes::<32>());
        let code = self.digits();
        let secret = NewSecret {
            id: self.randomness.secret_id(now),
            purpose,
            subject: subject.to_owned(),
            digest: digest(&token),
            code_digest: has_code(purpose).then(|| self.keys.code_digest(purpose, subject, &code)),
            address: String::new(),
            epoch: 0,
            about_address: None,
            session: None,
            expires_at: now + life(purpose),
        };
        Link { url: self.url(&page(purpose).with([(parameter(purpose), &token)])), code, secret }
    }

    fn url(&self, address: &str) -> String {
        format!("{}{address}", self.public_url)
    }

    fn digits(&self) -> String {
        // 128 bits modulo 10^8: no code is likelier than another by more than 10^-30.
        format!("{:08}", u128::from_be_bytes(self.randomness.bytes()) % 100_000_000)
    }
}

/// Returns the digest of a secret that was given out: a link's token, or an API key.
pub(super) fn digest(token: &str) -> String {
    // The token may have been pasted.
    URL_SAFE_NO_PAD.encode(Sha256::digest(pasted::token(token).as_bytes()))
}

fn page(purpose: SecretPurpose) -> Page {
    match purpose {
        SecretPurpose::SetUp => Page::SetUp,
        SecretPurpose::Invite => Page::Register,
        SecretPurpose::VerifyEmail | SecretPurpose::ChangeEmail => Page::VerifyEmail,
        SecretPurpose::ResetPassword => Page::ResetPassword,
        SecretPurpose::Unlock => Page::Unlock,
    }
}

fn parameter(purpose: SecretPurpose) -> &'static str {
    match purpose {
        SecretPurpose::Invite => "invitation",
        _ => "token",
    }
}

fn has_code(purpose: SecretPurpose) -> bool {
    matches!(purpose, SecretPurpose::VerifyEmail | SecretPurpose::ChangeEmail)
}

fn life(purpose: SecretPurpose) -> Duration {
    match purpose {
        SecretPurpose::ResetPassword => PASSWORD_LIFE,
        SecretPurpose::SetUp | SecretPurpose::VerifyEmail | SecretPurpose::ChangeEmail => Duration::from_hours(24),
        // A link mailed within the last day outlives every lock that begins now.
        SecretPurpose::Unlock => lockout::WINDOW * 2,
        SecretPurpose::Invite => Duration::from_hours(7 * 24),
    }
}
