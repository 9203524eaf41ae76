//! Queued and sent mails, unsealed.

use super::TestApp;
use claviger::server::{services::Links, store::Proof};

/// A mail as its recipient sees it.
#[derive(Debug, Clone)]
pub struct Mail {
    pub template: String,
    pub text: String,
}

impl TestApp {
    /// Returns the newest mail to this address.
    pub async fn mail_to(&self, address: &str) -> Mail {
        self.mails_to(address).await.into_iter().next().unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// Returns the mails to this address, newest first. Among mails of the same millisecond, the one whose
    /// link works is the newest.
    pub async fn mails_to(&self, address: &str) -> Vec<Mail> {
        let rows = self.services.mail.list(None, None, 1000).await.unwrap();
        let mut mails = Vec::new();
        for row in rows.into_iter().filter(|row| row.recipient == address) {
            let preview = self.services.mail.show(row.id, true).await.unwrap().unwrap();
            let mail = Mail { template: row.kind.unwrap().to_string(), text: preview.content.unwrap().text };
            let digest = mail.find_token().map(|token| digest_of(&token)).unwrap_or_default();
            let is_live = self.db.find_live_secret(&digest, self.clock.now()).await.unwrap().is_some();
            mails.push((row.created_at, is_live, mail));
        }
        mails.sort_by_key(|(at, is_live, _)| std::cmp::Reverse((*at, *is_live)));
        mails.into_iter().map(|(.., mail)| mail).collect()
    }

    /// Returns the templates of the mails to this address, newest first.
    pub async fn templates_to(&self, address: &str) -> Vec<String> {
        self.mails_to(address).await.into_iter().map(|mail| mail.template).collect()
    }
}

impl TestApp {
    /// Returns the text of the newest mail to this address.
    pub async fn last_mail(&self, address: &str) -> Option<String> {
        self.mails_to(address).await.into_iter().next().map(|mail| mail.text)
    }

    /// Returns the path and query of the newest mail's link to this page.
    pub async fn last_link(&self, address: &str, page: &str) -> String {
        let mail = self.mail_to(address).await;
        let begin = format!("http://127.0.0.1:3000{page}?");
        let link = mail.text.split_whitespace().find(|word| word.starts_with(&begin));
        link.unwrap_or_else(|| panic!("no link to {page}")).strip_prefix("http://127.0.0.1:3000").unwrap().to_owned()
    }

    /// Returns the newest mail's code.
    pub async fn last_code(&self, address: &str) -> String {
        self.mail_to(address).await.code()
    }
}

fn digest_of(token: &str) -> String {
    let Proof::Token(digest) = Links::token(token) else { unreachable!() };
    digest
}

/// Returns the token of a link.
pub fn token_of(link: &str) -> String {
    link.split_once('=').unwrap().1.to_owned()
}

impl Mail {
    /// Returns the token of the link in the mail.
    pub fn token(&self) -> String {
        self.find_token().unwrap_or_else(|| panic!("no link in {}", self.text))
    }

    /// Returns the token of the link in the mail, if there is one.
    pub fn find_token(&self) -> Option<String> {
        let (_, rest) = ["?token=", "?invitation="].iter().find_map(|mark| self.text.split_once(mark))?;
        Some(rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect())
    }

    /// Returns the code in the mail.
    pub fn code(&self) -> String {
        let after = self.text.split_once("enter this code: ").map(|(_, after)| after);
        let code = after.and_then(|after| after.lines().next());
        code.unwrap_or_else(|| panic!("no code in {}", self.text)).replace(' ', "")
    }
}
