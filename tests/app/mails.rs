//! What people find in their mails.

use super::TestApp;

impl TestApp {
    /// The text of the newest mail to this address.
    pub async fn last_mail(&self, address: &str) -> Option<String> {
        let sql = "SELECT recipient || ' ' || sealed_body FROM outbox ORDER BY created_at DESC, id DESC";
        let all = self.database.texts(sql).await;
        all.into_iter().find_map(|mail| mail.strip_prefix(&format!("{address} ")).map(str::to_owned))
    }

    /// The newest mail's link to this page: path and query.
    pub async fn last_link(&self, address: &str, page: &str) -> String {
        let mail = self.last_mail(address).await.unwrap_or_else(|| panic!("no mail to {address}"));
        let begin = format!("http://127.0.0.1:3000{page}?");
        let link = words_of(&mail).find(|word| word.starts_with(&begin));
        link.unwrap_or_else(|| panic!("no link to {page}")).strip_prefix("http://127.0.0.1:3000").unwrap().to_owned()
    }

    /// The newest mail's code.
    pub async fn last_code(&self, address: &str) -> String {
        let mail = self.last_mail(address).await.unwrap_or_else(|| panic!("no mail to {address}"));
        let digits = |word: &&str| word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_digit());
        words_of(&mail).find(digits).expect("a code").to_owned()
    }
}

fn words_of(mail: &str) -> impl Iterator<Item = &str> {
    mail.split(|c: char| c.is_whitespace() || "\"<>{},".contains(c))
}

/// The token of a link.
pub fn token_of(link: &str) -> String {
    link.split_once('=').unwrap().1.to_owned()
}
