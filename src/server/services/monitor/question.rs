//! Finds out, before sessions end, which and how many they are, and whether they include the caller's.

use super::{Ending, MonitorService};
use crate::{
    model::{EndScope, MonitorView, MonitoredSession, SessionId, SessionState, UserId},
    server::services::{ServiceError, session_view},
};

impl Ending {
    /// Parses what a form asks for; `None` if the id is invalid. `own` is the caller's session.
    pub fn asked(scope: EndScope, id: &str, own: SessionId) -> Option<Self> {
        match scope {
            EndScope::Session => id.parse().ok().map(Self::One),
            EndScope::User => id.parse().ok().map(Self::OfUser),
            EndScope::Others => Some(Self::AllBut(own)),
            EndScope::All => Some(Self::All),
        }
    }

    /// Returns whether this session of this user is among them.
    pub fn includes(self, session: SessionId, user: UserId) -> bool {
        match self {
            Self::One(id) => id == session,
            Self::OfUser(id) => id == user,
            Self::AllBut(spared) => spared != session,
            Self::All => true,
        }
    }
}

impl MonitorService {
    /// Returns how many sessions would end now, and one of them if they are all of one user; `None` if there
    /// is no such session or user.
    pub async fn to_end(&self, which: Ending) -> Result<Option<(i64, Option<MonitoredSession>)>, ServiceError> {
        let (db, now) = (&self.core.db, self.core.now());
        Ok(match which {
            Ending::One(id) => self.find(id).await?.map(|found| {
                let session = session_view::session(found.session, now);
                let is_alive = !matches!(session.state, SessionState::Ended(_));
                (i64::from(is_alive), Some(session))
            }),
            Ending::OfUser(user) if db.find_user(user).await?.is_none() => None,
            Ending::OfUser(user) => {
                let part = self.view(&MonitorView::of_user(&user.to_string())).await?;
                Some((part.total, part.sessions.into_iter().next()))
            }
            Ending::AllBut(_) => Some((db.count_live_sessions(now).await? - 1, None)),
            Ending::All => Some((db.count_live_sessions(now).await?, None)),
        })
    }
}
