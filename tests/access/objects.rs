//! The objects that a line of a table names, such as `{session}`. They belong to the owner.

use super::callers::{Cast, create_key, create_role};
use crate::app::{PASSWORD, TestApp, pictures::picture};
use claviger::{
    model::{USER, User},
    server::domain::UserChange,
};
use image::ImageFormat;
use serde_json::json;

impl Cast {
    /// Replaces the names of objects in a text by their ids, and creates those objects.
    pub async fn fill_in(&self, text: &str) -> String {
        let mut text = text.to_owned();
        while let Some(name) = named(&text) {
            let id = self.object(&name).await;
            text = text.replace(&format!("{{{name}}}"), &id);
        }
        text
    }

    async fn object(&self, name: &str) -> String {
        match name {
            "user" => self.owner.id.to_string(),
            "email" => self.owner.email.as_str().to_owned(),
            "new" => format!("new{}", self.number),
            "password" => PASSWORD.to_owned(),
            "administrator email" => format!("boss{}@example.com", self.number),
            "administrator" => self.app.admin(&format!("boss{}", self.number)).await.id.to_string(),
            "user with picture" => self.user_with_picture().await,
            "session" => TestApp::session_of(&self.token().await).to_string(),
            "token" => self.token().await,
            "key" => create_key(&self.app, &self.token().await, &[]).await.1,
            "role" => {
                let name = format!("role{}", self.number);
                create_role(&self.app, &name, Vec::new()).await;
                name
            }
            "job" => self.job_of(&self.owner).await,
            "own job" => self.job_of(self.caller.as_ref().unwrap_or(&self.owner)).await,
            "event" => {
                let root = self.app.tokens("root").await.0;
                let events = self.app.get("/api/v1/audit-events?limit=1").bearer(&root).send().await;
                events.json()["data"][0]["id"].as_str().unwrap().to_owned()
            }
            "invitation" => {
                self.invite().await;
                let (open, _) = self.app.services.registration.open_invitations().await.unwrap();
                open[0].id.clone()
            }
            "mail" => {
                self.invite().await;
                self.app.services.mail.deliver_due().await.unwrap();
                self.app.services.mail.list(None, None, 1).await.unwrap()[0].id.to_string()
            }
            other => panic!("no object is called {other}"),
        }
    }

    async fn token(&self) -> String {
        self.app.tokens(self.owner.username.as_ref().unwrap().as_str()).await.0
    }

    async fn invite(&self) {
        let body = json!({ "email": format!("invited{}@example.com", self.number) });
        let root = self.app.tokens("root").await.0;
        let answer = self.app.post("/api/v1/invitations").bearer(&root).json(&body).send().await;
        assert!(answer.status < 300, "{}", answer.text);
    }

    /// Only administrators start jobs: for a moment, this user is one.
    async fn job_of(&self, user: &User) -> String {
        let roles = user.roles.clone();
        let user = self.app.change(user.id, UserChange::Roles(vec!["admin".into(), USER.into()])).await;
        let token = self.app.tokens(user.username.as_ref().unwrap().as_str()).await.0;
        let body = json!({ "action": "verify", "ids": [self.owner.id.to_string()] });
        let job = self.app.post("/api/v1/users/bulk").bearer(&token).json(&body).send().await;
        self.app.change(user.id, UserChange::Roles(roles)).await;
        job.json()["id"].as_str().unwrap().to_owned()
    }

    async fn user_with_picture(&self) -> String {
        let (token, picture) = (self.token().await, picture(ImageFormat::Png, 8, 8));
        let sending = self.app.request("PUT", "/api/v1/users/me/picture").bearer(&token);
        assert_eq!(sending.header("content-type", "image/png").body(picture).send().await.status, 204);
        self.owner.id.to_string()
    }
}

/// Returns the first name between braces. JSON has braces too, but a quote or a space follows them.
fn named(text: &str) -> Option<String> {
    let mut all = text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
    all.find(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == ' ')).map(str::to_owned)
}
