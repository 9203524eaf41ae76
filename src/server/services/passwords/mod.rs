//! Hashes passwords on a few dedicated threads behind a bounded queue, so that a flood of sign-ins costs
//! neither memory nor other users' time.

mod argon2id;
mod foreign;
mod shares;
mod stored;
mod threads;

use crate::{
    model::{Network, Password},
    server::{randomness::Randomness, settings},
};
use argon2::Params;
use shares::Share;
use std::sync::Arc;
use stored::StoredHash;
pub use stored::{BadHash, ImportedHash, Verdict};
use threads::{Job, Threads};
use tokio::sync::{mpsc, oneshot};

/// The queue is full. The caller can try again in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Service busy")]
pub struct Busy;

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct PasswordService {
    threads: Threads,
    params: Params,
    min_length: usize,
    randomness: Randomness,
    /// The hash that the password of an unknown user is checked against.
    decoy: Arc<StoredHash>,
}

/// A reserved place in the queue, taken before anything is counted or looked up.
pub struct Place<'a> {
    permit: mpsc::Permit<'a, Job>,
    share: Share,
    passwords: &'a PasswordService,
}

impl PasswordService {
    /// Starts the threads. Fails if the settings are unusable.
    pub fn start(settings: &settings::Passwords, randomness: Randomness) -> Result<Self, super::ServiceError> {
        let unfit = super::ServiceError::Settings;
        let params =
            Params::new(settings.memory_kib, settings.iterations, settings.lanes, Some(argon2id::OUTPUT_BYTES))
                .map_err(|_| unfit("passwords.memory_kib, iterations and lanes can't be combined"))?;
        let threads = Threads::start(settings.max_parallel, &params)
            .map_err(|_| unfit("passwords.max_parallel is more threads than this machine allows"))?;
        let decoy =
            argon2id::phc(&params, &randomness.bytes::<16>(), &randomness.bytes::<{ argon2id::OUTPUT_BYTES }>());
        let decoy = StoredHash::parse(&decoy.unwrap_or_default())
            .map_err(|_| unfit("passwords.memory_kib and iterations are too expensive together"))?;
        Ok(Self { threads, params, min_length: settings.min_length, randomness, decoy: Arc::new(decoy) })
    }

    /// Returns the minimum length of a new password, in characters.
    pub fn min_length(&self) -> usize {
        self.min_length
    }

    /// Reserves a place in the queue. Fails at once if there is none for this network.
    pub fn reserve(&self, network: &Network) -> Result<Place<'_>, Busy> {
        let share = self.threads.shares.take(network)?;
        let permit = self.threads.usual.try_reserve().map_err(|_| Busy)?;
        Ok(Place { permit, share, passwords: self })
    }

    /// Returns the PHC string of a password, with a new salt and the current parameters.
    pub async fn hash(&self, password: Password, network: &Network) -> Result<String, Busy> {
        let (reply, answer) = oneshot::channel();
        let share = self.threads.shares.take(network)?;
        let job = Job::Hash { password, salt: self.randomness.bytes(), share, reply };
        self.threads.usual.try_send(job).map_err(|_| Busy)?;
        answer.await.ok().flatten().ok_or(Busy)
    }

    /// Returns whether checking this hash takes at least the work of a hash with the current parameters.
    pub fn is_usual(&self, hash: &str) -> bool {
        matches!(StoredHash::parse(hash), Ok(StoredHash::Argon2(hash)) if !hash.is_weaker_than(&self.params))
    }

    /// Checks a costly hash on its own threads. The caller has given up its place in the usual queue.
    async fn check_apart(&self, password: Password, text: &str, hash: StoredHash) -> Result<Verdict, Busy> {
        let turn = Some(self.threads.take_turn(text)?);
        let (reply, answer) = oneshot::channel();
        let job = Job::Check { password, hash: Arc::new(hash), turn, share: None, reply };
        self.threads.costly.try_send(job).map_err(|_| Busy)?;
        answer.await.ok().flatten().ok_or(Busy)
    }
}

impl Place<'_> {
    /// Verifies a password. Without a usable hash it does the same work and never succeeds.
    pub async fn verify(self, password: Password, hash: Option<&str>) -> Result<Verdict, Busy> {
        let Some(text) = hash else {
            let decoy = Arc::clone(&self.passwords.decoy);
            return self.check(password, decoy).await.map(|_| Verdict::Wrong);
        };
        match StoredHash::parse(text) {
            Ok(hash) if hash.is_costly(&self.passwords.params) => {
                let passwords = self.passwords;
                drop(self);
                passwords.check_apart(password, text, hash).await
            }
            Ok(hash) => self.check(password, Arc::new(hash)).await,
            Err(why) => {
                let decoy = Arc::clone(&self.passwords.decoy);
                self.check(password, decoy).await.map(|_| Verdict::Unusable(why))
            }
        }
    }

    async fn check(self, password: Password, hash: Arc<StoredHash>) -> Result<Verdict, Busy> {
        let (reply, answer) = oneshot::channel();
        self.permit.send(Job::Check { password, hash, turn: None, share: Some(self.share), reply });
        answer.await.ok().flatten().ok_or(Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(memory_kib: u32) -> PasswordService {
        let settings = settings::Passwords { min_length: 8, memory_kib, iterations: 1, lanes: 1, max_parallel: 2 };
        PasswordService::start(&settings, Randomness::seeded(1)).expect("starts")
    }

    fn password(text: &str) -> Password {
        Password::attempt(text).expect("short enough")
    }

    const RIGHT: Result<Verdict, Busy> = Ok(Verdict::Right { is_outdated: false });
    const OUTDATED: Result<Verdict, Busy> = Ok(Verdict::Right { is_outdated: true });
    const WRONG: Result<Verdict, Busy> = Ok(Verdict::Wrong);

    async fn check(passwords: &PasswordService, text: &str, hash: Option<&str>) -> Result<Verdict, Busy> {
        passwords.reserve(&Network::local())?.verify(password(text), hash).await
    }

    #[tokio::test]
    async fn a_password_is_checked_in_full_and_exactly() {
        let passwords = passwords(64);
        let long = format!("{}X", "a".repeat(72));
        let hash = passwords.hash(password(&long), &Network::local()).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert_eq!(check(&passwords, &long, Some(&hash)).await, RIGHT);
        for wrong in [
            format!("{}Y", "a".repeat(72)),
            long.to_lowercase(),
            long[..72].to_owned(),
            format!("{long} "),
            String::new(),
        ] {
            assert_eq!(check(&passwords, &wrong, Some(&hash)).await, WRONG);
        }
    }

    #[tokio::test]
    async fn the_same_password_never_has_the_same_hash() {
        let passwords = passwords(64);
        let (one, two) = (
            passwords.hash(password("correct horse"), &Network::local()).await,
            passwords.hash(password("correct horse"), &Network::local()).await,
        );
        assert_ne!(one, two);
    }

    #[tokio::test]
    async fn no_password_is_right_for_an_unknown_user() {
        let passwords = passwords(64);
        assert_eq!(check(&passwords, "anything", None).await, WRONG);
        let damaged = check(&passwords, "anything", Some("$argon2id$damaged")).await;
        assert_eq!(damaged, Ok(Verdict::Unusable(BadHash::Damaged)));
    }

    #[tokio::test]
    async fn a_hash_with_other_parameters_is_checked_and_outdated() {
        let old = passwords(64).hash(password("correct horse"), &Network::local()).await.expect("hashes");
        let raised = passwords(256);
        assert_eq!(check(&raised, "correct horse", Some(&old)).await, OUTDATED);
        let new = raised.hash(password("correct horse"), &Network::local()).await.expect("hashes");
        assert_eq!(check(&raised, "correct horse", Some(&new)).await, RIGHT);
        let lowered = check(&passwords(64), "correct horse", Some(&new)).await;
        assert_eq!(lowered, RIGHT, "memory grows when it must, and a better hash is not made worse");
    }

    #[tokio::test]
    async fn a_hash_of_another_family_is_checked_and_outdated() {
        let passwords = passwords(64);
        let bcrypt = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";
        assert_eq!(check(&passwords, "correct horse battery staple", Some(bcrypt)).await, OUTDATED);
        assert_eq!(check(&passwords, "correct horse", Some(bcrypt)).await, WRONG);
    }

    #[tokio::test]
    async fn a_stored_hash_that_would_cost_too_much_is_refused_after_the_usual_work() {
        let passwords = passwords(64);
        let argon2 = passwords.hash(password("correct horse"), &Network::local()).await.expect("hashes");
        let bcrypt = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";
        let scrypt = format!("$scrypt$ln=8,r=8,p=1$c2FsdFNBTFRzYWx0U0FMVA${}", "A".repeat(43));
        let pbkdf2 = format!("$pbkdf2-sha256$i=4294967295$c2FsdFNBTFRzYWx0U0FMVA${}", "A".repeat(43));
        let max = u32::MAX;
        for absurd in [
            argon2.replace("m=64", &format!("m={max}")),
            argon2.replace("m=64", "m=2097153"),
            argon2.replace("t=1", &format!("t={max}")),
            argon2.replace("m=64,t=1", "m=2097152,t=5"),
            bcrypt.replace("$04$", "$31$"),
            scrypt.replace("ln=8", "ln=63"),
            scrypt.replace("ln=8", &format!("ln={max}")),
            scrypt.replace("r=8", &format!("r={max}")),
            scrypt.replace("p=1", &format!("p={max}")),
            pbkdf2,
        ] {
            let verdict = check(&passwords, "correct horse", Some(&absurd)).await;
            assert_eq!(verdict, Ok(Verdict::Unusable(BadHash::TooCostly)), "{absurd}");
        }
        for absurd in [
            argon2.replace("p=1", "p=16777215"),
            argon2.replace("p=1", &format!("p={max}")),
            argon2.replace("$v=19", "$v=99"),
            argon2.replace("m=64", "m=0"),
            argon2[..argon2.len() - 20].to_owned() + &"A".repeat(2000),
            format!("$argon2id$v=19$m=64,t=1,p=1${}$AAAA", "A".repeat(4000)),
            scrypt.replace("r=8", "r=0"),
            bcrypt.replace("$04$", "$99$"),
        ] {
            let verdict = check(&passwords, "correct horse", Some(&absurd)).await;
            assert!(matches!(verdict, Ok(Verdict::Unusable(_))), "{absurd}: {verdict:?}");
        }
    }

    #[tokio::test]
    async fn costly_hashes_of_others_delay_no_one() {
        let settings = settings::Passwords { min_length: 8, memory_kib: 64, iterations: 1, lanes: 1, max_parallel: 1 };
        let passwords = PasswordService::start(&settings, Randomness::seeded(1)).expect("starts");
        let costly = "$2b$12$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";
        let guess = |text: &'static str| {
            let passwords = passwords.clone();
            tokio::spawn(async move { check(&passwords, "guess", Some(text)).await })
        };
        let guesses: Vec<_> = (0..20).map(|_| guess(costly)).collect();
        // Attempts beyond the few turns are refused before any is checked, and only for this hash.
        while guesses.iter().filter(|guess| guess.is_finished()).count() < 20 - threads::TRIES_PER_COSTLY_HASH {
            tokio::task::yield_now().await;
        }
        assert_eq!(check(&passwords, "guess", Some(costly)).await, Err(Busy));
        let other = guess("$2a$12$yweCiY.5RbfeoZuX5NcmiuJhIt4cWoDW1QcfTWzvFUjR75Txwit3a");
        for _ in 0..20 {
            let own = passwords.hash(password("correct horse"), &Network::local()).await.expect("hashes");
            assert_eq!(check(&passwords, "correct horse", Some(&own)).await, RIGHT);
            assert_eq!(check(&passwords, "anything", None).await, WRONG);
        }
        assert!(!other.is_finished(), "it waits for its turn");
        other.abort();
        let busy = guesses.iter().filter(|guess| guess.is_finished()).count();
        assert!(busy < 20, "the first ones are not even checked");
        guesses.iter().for_each(tokio::task::JoinHandle::abort);
    }

    #[tokio::test]
    async fn beyond_the_queue_the_response_is_busy_at_once() {
        let passwords = passwords(64);
        let places: Vec<_> = std::iter::from_fn(|| passwords.reserve(&Network::local()).ok()).take(1000).collect();
        assert_eq!(places.len(), threads::WAITING_PER_THREAD, "half of what two threads have");
        assert!(passwords.reserve(&Network::local()).is_err());
    }
}
