//! Divides the queue fairly: a network that floods it leaves places to others.

use super::Busy;
use crate::model::Network;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The places of a queue, and how many each network holds. Cheap to clone.
#[derive(Clone)]
pub(super) struct Shares {
    places: usize,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Default)]
struct Taken {
    total: usize,
    by_network: HashMap<String, usize>,
}

/// One place, from its reservation until the work is done. Freed on drop.
pub(super) struct Share {
    taken: Arc<Mutex<Taken>>,
    network: String,
}

impl Shares {
    pub(super) fn of(places: usize) -> Self {
        Self { places, taken: Arc::default() }
    }

    /// Takes a place for an IPv4 address or an IPv6 /48, if it holds fewer than are free (dynamic thresholds,
    /// Choudhury and Hahne 1998). One network gets at most half of all places, two a third each, and so on,
    /// so that a place is left for the next one.
    pub(super) fn take(&self, network: &Network) -> Result<Share, Busy> {
        let network = network.of_subscriber();
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let free = self.places - taken.total;
        let own = taken.by_network.get(&network).copied().unwrap_or(0);
        if own >= free {
            return Err(Busy);
        }
        taken.total += 1;
        taken.by_network.insert(network.clone(), own + 1);
        Ok(Share { taken: Arc::clone(&self.taken), network })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.total -= 1;
        if let Some(own) = taken.by_network.get_mut(&self.network) {
            *own -= 1;
            if *own == 0 {
                taken.by_network.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flood(shares: &Shares, address: &str) -> Vec<Share> {
        let network = Network::of(address.parse().expect("an address"));
        std::iter::from_fn(|| shares.take(&network).ok()).collect()
    }

    #[test]
    fn a_flood_takes_half_of_the_places_and_leaves_room_for_every_other_network() {
        let shares = Shares::of(64);
        let first = flood(&shares, "2001:db8:1:2::3");
        assert_eq!(first.len(), 32);
        assert!(flood(&shares, "2001:db8:1:ffff::3").is_empty(), "the same /48");
        let second = flood(&shares, "198.51.100.7");
        assert_eq!(second.len(), 16);
        let honest: Vec<_> = (0..16).map(|number| shares.take(&Network::of([203, 0, 113, number].into()))).collect();
        assert!(honest.iter().all(Result::is_ok), "as long as there are places at all");
        drop((first, second, honest));
        assert_eq!(flood(&shares, "2001:db8:2::").len(), 32, "what was given back can be taken again");
    }
}
