//! Rate limits: budgets per network for requests that guess secrets or send mail, and per user, API key or network
//! for all others. They live in this node's memory only.

use crate::{
    model::{Network, SessionId, UserId},
    server::{
        clock::Clock,
        settings::{self, Rate},
    },
};
use governor::{
    Quota, RateLimiter, middleware::StateInformationMiddleware, nanos::Nanos, state::keyed::DashMapStateStore,
};
use std::{hash::Hash, num::NonZeroU32, sync::Arc, time::Duration};

/// How many addresses' worth of mail one network may request.
const ADDRESSES: u32 = 20;
/// Rounds times up to a second.
const ALMOST_A_SECOND: Duration = Duration::from_millis(999);

/// Budgets of one kind, by its name.
struct Budgets<K: Hash + Eq + Clone> {
    name: &'static str,
    limiter: RateLimiter<K, DashMapStateStore<K>, Clock, StateInformationMiddleware>,
}

/// The budgets of recent callers; `None` if limits are disabled. Cheap to clone.
#[derive(Clone)]
pub struct RateLimits {
    inner: Option<Arc<Inner>>,
}

struct Inner {
    sign_in: ByNetwork,
    mail: ByNetwork,
    pictures: Budgets<UserId>,
    users: Budgets<UserId>,
    api_keys: Budgets<SessionId>,
    networks: ByNetwork,
}

/// How many single-network budgets an IPv6 /56 and a /48 get. Their holder has any number of networks, but
/// other people may share the prefix.
const WIDER: [u32; 2] = [4, 16];

/// Budgets per network and per surrounding IPv6 prefix.
struct ByNetwork {
    own: Budgets<Network>,
    wider: [Budgets<String>; 2],
}

/// The state of a budget after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BudgetState {
    /// What it limits.
    pub name: &'static str,
    /// How many requests a full budget allows at once.
    pub limit: u32,
    /// Seconds in which an empty budget fills up.
    pub window: u64,
    /// How many requests are left now.
    pub remaining: u32,
    /// Seconds until the budget is full again, without further requests.
    pub whole_in: u64,
    /// When that is, in seconds of Unix time, rounded up.
    pub whole_at: i64,
    /// Seconds until the next request is allowed, at least 1; `None` if this one was allowed.
    pub retry_after: Option<u64>,
}

impl RateLimits {
    pub(super) fn new(settings: &settings::Limits, clock: &Clock) -> Self {
        let inner = settings.enabled.then(|| {
            Arc::new(Inner {
                sign_in: ByNetwork::new("sign-in", settings.sign_in, clock),
                mail: ByNetwork::new("mail", of_network(settings.mail), clock),
                pictures: Budgets::new("picture", settings.sign_in, clock),
                users: Budgets::new("user", settings.api, clock),
                api_keys: Budgets::new("key", settings.api, clock),
                networks: ByNetwork::new("network", settings.api, clock),
            })
        });
        Self { inner }
    }

    /// Counts a request that guesses a secret or can send mail, by network.
    pub fn sign_in(&self, network: &Network) -> Option<BudgetState> {
        self.inner.as_ref().map(|all| all.sign_in.count(network))
    }

    /// Counts a request that can send mail, whether or not it does. A network gets a larger budget than an
    /// address.
    pub fn mail(&self, network: &Network) -> Option<BudgetState> {
        self.inner.as_ref().map(|all| all.mail.count(network))
    }

    /// Counts a change of a signed-in user's picture, which is drawn and recorded in the audit log. A user gets as many as
    /// a network gets guesses.
    pub fn picture(&self, user: UserId) -> Option<BudgetState> {
        self.inner.as_ref().map(|all| all.pictures.count(&user))
    }

    /// Counts any other request of a signed-in user, across all sessions.
    pub fn user(&self, user: UserId) -> Option<BudgetState> {
        self.inner.as_ref().map(|all| all.users.count(&user))
    }

    /// Counts any other request with an API key.
    pub fn api_key(&self, key: SessionId) -> Option<BudgetState> {
        self.inner.as_ref().map(|all| all.api_keys.count(&key))
    }

    /// Counts any other request without a signed-in user, by network.
    pub fn network(&self, network: &Network) -> Option<BudgetState> {
        self.inner.as_ref().map(|all| all.networks.count(network))
    }

    /// Drops full budgets: they equal new ones.
    pub fn forget(&self) {
        if let Some(all) = &self.inner {
            all.sign_in.forget();
            all.mail.forget();
            all.pictures.forget();
            all.users.forget();
            all.api_keys.forget();
            all.networks.forget();
        }
    }

    /// Returns how many budgets are in memory.
    pub fn remembered(&self) -> usize {
        let users = |all: &Inner| all.pictures.len() + all.users.len() + all.api_keys.len();
        self.inner.as_ref().map_or(0, |all| all.sign_in.len() + all.mail.len() + users(all) + all.networks.len())
    }
}

impl ByNetwork {
    fn new(name: &'static str, rate: Rate, clock: &Clock) -> Self {
        let times = |times| Rate { count: rate.count.saturating_mul(times), ..rate };
        let wider = WIDER.map(|wider| Budgets::new(name, times(wider), clock));
        Self { own: Budgets::new(name, rate, clock), wider }
    }

    /// Counts the narrowest network first, so that one that is over its budget does not use up its
    /// neighbours' share.
    fn count(&self, network: &Network) -> BudgetState {
        let own = self.own.count(network);
        if own.retry_after.is_some() {
            return own;
        }
        let around = network.wider().into_iter().flatten().zip(&self.wider);
        let mut budgets = around.map(|(prefix, budgets)| budgets.count(&prefix));
        budgets.find(|budget| budget.retry_after.is_some()).unwrap_or(own)
    }

    fn forget(&self) {
        self.own.forget();
        self.wider.iter().for_each(Budgets::forget);
    }

    fn len(&self) -> usize {
        self.own.len() + self.wider.iter().map(Budgets::len).sum::<usize>()
    }
}

/// Returns the mail rate of a network, which many people with different addresses share.
fn of_network(of_address: Rate) -> Rate {
    Rate { count: of_address.count.saturating_mul(ADDRESSES), ..of_address }
}

impl<K: Hash + Eq + Clone> Budgets<K> {
    fn new(name: &'static str, rate: Rate, clock: &Clock) -> Self {
        let count = NonZeroU32::new(rate.count).unwrap_or(NonZeroU32::MIN);
        // A shorter interval than a nanosecond amounts to no limit.
        let quota = Quota::with_period(rate.per / count.get()).unwrap_or(Quota::per_second(count));
        let limiter = RateLimiter::new(quota.allow_burst(count), DashMapStateStore::default(), clock.clone());
        Self { name, limiter }
    }

    fn count(&self, key: &K) -> BudgetState {
        let clock = self.limiter.clock();
        let (quota, remaining, whole_in, wait) = match self.limiter.check_key(key) {
            Ok(state) => {
                let (quota, remaining) = (state.quota(), state.remaining_burst_capacity());
                (quota, remaining, quota.replenish_interval() * (quota.burst_size().get() - remaining), None)
            }
            Err(refused) => {
                let (quota, wait) = (refused.quota(), refused.wait_time_from(clock.elapsed().into()));
                (quota, 0, wait + quota.replenish_interval() * (quota.burst_size().get() - 1), Some(wait))
            }
        };
        BudgetState {
            name: self.name,
            limit: quota.burst_size().get(),
            window: whole_seconds(quota.burst_size_replenished_in()),
            remaining,
            whole_in: whole_seconds(whole_in),
            whole_at: (clock.now() + whole_in + ALMOST_A_SECOND).seconds(),
            retry_after: wait.map(|wait| whole_seconds(wait).max(1)),
        }
    }

    fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.limiter.len()
    }
}

/// Rounds up, so that a client that waits this long has waited long enough.
fn whole_seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

/// Budgets use the steady clock. If the wall clock were set back, it would refuse everyone for that long.
impl governor::clock::Clock for Clock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.elapsed().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use std::net::{IpAddr, Ipv4Addr};

    fn limits(sign_in: &str) -> (RateLimits, Clock) {
        let rate = |text| Rate::parse(text).expect("rate");
        let settings =
            settings::Limits { enabled: true, sign_in: rate(sign_in), mail: rate("5/1h"), api: rate("600/1m") };
        let clock = Clock::standing_at(Timestamp(1_800_000_000_000));
        (RateLimits::new(&settings, &clock), clock)
    }

    fn network(number: u32) -> Network {
        Network::of(IpAddr::V4(Ipv4Addr::from(number)))
    }

    #[test]
    fn a_budget_is_used_up_and_comes_back_evenly() {
        let (limits, clock) = limits("3/1m");
        let ask = || limits.sign_in(&network(1)).expect("a budget");
        let good = |remaining, whole_in: u32| BudgetState {
            name: "sign-in",
            limit: 3,
            window: 60,
            remaining,
            whole_in: whole_in.into(),
            whole_at: 1_800_000_000 + i64::from(whole_in),
            retry_after: None,
        };
        assert_eq!([ask(), ask(), ask()], [good(2, 20), good(1, 40), good(0, 60)]);
        let refused = BudgetState { retry_after: Some(20), ..good(0, 60) };
        assert_eq!([ask(), ask()], [refused; 2], "what is refused costs nothing");
        clock.advance(Duration::from_millis(19_001));
        assert_eq!(ask().retry_after, Some(1));
        clock.advance(Duration::from_secs(1));
        assert_eq!(ask(), BudgetState { whole_at: 1_800_000_081, ..good(0, 60) });
        clock.advance(Duration::from_mins(1));
        assert_eq!(ask(), BudgetState { whole_at: 1_800_000_101, ..good(2, 20) });
    }

    #[test]
    fn the_finest_and_the_coarsest_rate_work() {
        let (limits, clock) = limits("4294967295/1s");
        assert_eq!(limits.sign_in(&network(1)).map(|budget| budget.retry_after), Some(None));
        drop((limits, clock));
        let (limits, clock) = self::limits("1/366d");
        let ask = || limits.sign_in(&network(1)).and_then(|budget| budget.retry_after);
        assert_eq!([ask(), ask()], [None, Some(366 * 86_400)]);
        clock.advance(Duration::from_hours(366 * 24));
        assert_eq!(ask(), None);
    }

    #[test]
    fn a_flood_of_networks_does_not_stay_in_memory() {
        let (limits, clock) = limits("20/1m");
        for number in 0..100_000 {
            limits.network(&network(number));
            limits.sign_in(&network(number));
        }
        limits.sign_in(&network(7));
        limits.sign_in(&network(7));
        assert_eq!(limits.remembered(), 200_000);
        clock.advance(Duration::from_secs(6));
        limits.forget();
        assert_eq!(limits.remembered(), 1, "all but the one that is not whole");
        assert_eq!(limits.sign_in(&network(7)).map(|budget| budget.remaining), Some(18));
        clock.advance(Duration::from_mins(1));
        limits.forget();
        assert_eq!(limits.remembered(), 0);
    }
}
