//! Room for pictures that are received: few of one user, so that slow uploads of one leave room to others.

use super::PictureError;
use crate::model::UserId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How many pictures are received at a time: each is in memory as a whole.
const ALL: usize = 32;
/// How many of them may be one user's.
const OF_ONE: usize = 2;

/// The room for all pictures. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Rooms(Arc<Mutex<HashMap<UserId, usize>>>);

/// Room for one picture while it is received and drawn.
pub struct Room {
    rooms: Rooms,
    user: UserId,
}

impl Rooms {
    /// Reserves room for a picture of this user. Fails with `TooMany` if the user has enough already, with `Busy` if all
    /// users have.
    pub(super) fn reserve(&self, user: UserId) -> Result<Room, PictureError> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&user).copied().unwrap_or(0);
        if own >= OF_ONE {
            return Err(PictureError::TooMany);
        }
        if taken.values().sum::<usize>() >= ALL {
            return Err(PictureError::Busy);
        }
        taken.insert(user, own + 1);
        Ok(Room { rooms: self.clone(), user })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut taken = self.rooms.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get(&self.user) {
            Some(own) if *own > 1 => {
                let own = own - 1;
                taken.insert(self.user, own);
            }
            _ => {
                taken.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::Timestamp, server::randomness::Randomness};

    fn user() -> UserId {
        Randomness::system().user_id(Timestamp(0))
    }

    #[test]
    fn a_user_has_two_places_and_all_users_have_a_limit() {
        let (rooms, ada) = (Rooms::default(), user());
        let (first, second) = (rooms.reserve(ada), rooms.reserve(ada));
        assert!(first.is_ok() && second.is_ok());
        assert!(matches!(rooms.reserve(ada), Err(PictureError::TooMany)));
        let others: Vec<_> = (2..ALL).map(|_| rooms.reserve(user())).collect();
        assert!(others.iter().all(Result::is_ok));
        assert!(matches!(rooms.reserve(user()), Err(PictureError::Busy)));
        drop(first);
        assert!(rooms.reserve(ada).is_ok());
        drop((second, others));
        assert!(rooms.0.lock().expect("no panic").is_empty(), "nothing is kept of those who are done");
    }
}
