//! The mails that wait or went out, opened.

use super::TestApp;

/// A mail as its reader has it.
#[derive(Debug, Clone)]
pub struct Mail {
    pub template: String,
    pub text: String,
}

impl TestApp {
    /// The newest mail to this address.
    pub async fn mail_to(&self, address: &str) -> Mail {
        self.mails_to(address).await.into_iter().next().unwrap_or_else(|| panic!("no mail to {address}"))
    }

    async fn mails_to(&self, address: &str) -> Vec<Mail> {
        let rows = self.services.mail.list(None, None, 1000).await.unwrap();
        let mut mails = Vec::new();
        for row in rows.into_iter().filter(|row| row.recipient == address) {
            let preview = self.services.mail.show(row.id).await.unwrap().unwrap();
            mails.push(Mail { template: row.template, text: preview.content.unwrap().text });
        }
        mails
    }

    /// What kinds of mail went to this address, newest first.
    pub async fn templates_to(&self, address: &str) -> Vec<String> {
        self.mails_to(address).await.into_iter().map(|mail| mail.template).collect()
    }
}

impl TestApp {
    /// The text of the newest mail to this address.
    pub async fn last_mail(&self, address: &str) -> Option<String> {
        self.mails_to(address).await.into_iter().next().map(|mail| mail.text)
    }

    /// The newest mail's link to this page: path and query.
    pub async fn last_link(&self, address: &str, page: &str) -> String {
        let mail = self.mail_to(address).await;
        let begin = format!("http://127.0.0.1:3000{page}?");
        let link = mail.text.split_whitespace().find(|word| word.starts_with(&begin));
        link.unwrap_or_else(|| panic!("no link to {page}")).strip_prefix("http://127.0.0.1:3000").unwrap().to_owned()
    }

    /// The newest mail's code.
    pub async fn last_code(&self, address: &str) -> String {
        self.mail_to(address).await.code()
    }
}

/// The token of a link.
pub fn token_of(link: &str) -> String {
    link.split_once('=').unwrap().1.to_owned()
}

impl Mail {
    /// The token of the link in it.
    pub fn token(&self) -> String {
        let (_, rest) = ["?token=", "?invitation="]
            .iter()
            .find_map(|mark| self.text.split_once(mark))
            .unwrap_or_else(|| panic!("no link in {}", self.text));
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
    }

    /// The code in it.
    pub fn code(&self) -> String {
        let digits = |word: &&str| word.len() == 8 && word.chars().all(|c| c.is_ascii_digit());
        let words: Vec<&str> = self.text.split(|c: char| !c.is_ascii_digit()).filter(digits).collect();
        (*words.first().unwrap_or_else(|| panic!("no code in {}", self.text))).to_owned()
    }
}
