//! The list of what is left to set up, which the dashboard shows to administrators.

use super::{Core, ServiceError, tokens::Claims};
use crate::{
    model::{ADMIN, SetUpList, UserId},
    server::settings::{self, PublicUrl},
};
use std::sync::Arc;

/// Reads the list and remembers who has dismissed it.
#[derive(Clone)]
pub struct SetUpListService {
    core: Arc<Core>,
    public_url: PublicUrl,
}

impl SetUpListService {
    pub(super) fn new(core: Arc<Core>, settings: &settings::Server) -> Self {
        Self { core, public_url: settings.public_url.clone() }
    }

    /// Returns the list for an administrator; `None` for anyone else, and once it is done or dismissed.
    pub async fn of(&self, claims: &Claims) -> Result<Option<SetUpList>, ServiceError> {
        let is_for_them = claims.roles.iter().any(|role| role == ADMIN);
        if !is_for_them || self.core.db.is_set_up_list_dismissed(claims.user).await? {
            return Ok(None);
        }
        let list = SetUpList {
            has_mail_server: !self.core.mail.writes_files(),
            public_url: self.public_url.origin().to_owned(),
            is_public: !self.public_url.is_loopback(),
            has_others: self.core.db.has_others().await?,
        };
        Ok(Some(list).filter(|list| !list.is_done()))
    }

    /// Dismisses the list for this user.
    pub async fn dismiss(&self, user: UserId) -> Result<(), ServiceError> {
        Ok(self.core.db.dismiss_set_up_list(user, self.core.now()).await?)
    }
}
