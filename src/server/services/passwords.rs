//! Passwords are hashed on a few threads of their own, each with memory it keeps, behind a bounded
//! queue: a flood of sign-ins costs neither memory nor other people's time.

use crate::{
    model::Password,
    server::{randomness::Randomness, settings},
};
use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};
use subtle::ConstantTimeEq;
use tokio::sync::{mpsc, oneshot};

/// How many tries may wait for each thread: about a second's work.
const WAITING_PER_THREAD: usize = 32;
const OUTPUT_BYTES: usize = 32;

/// Too many hashes wait: try again in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Service busy")]
pub struct Busy;

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    queue: mpsc::Sender<Job>,
    params: Params,
    min_length: usize,
    randomness: Randomness,
    /// What the password of a user who does not exist is checked against.
    decoy: Arc<str>,
}

/// A place in the queue, taken before anything is counted or looked up.
pub struct Place<'a> {
    permit: mpsc::Permit<'a, Job>,
    decoy: Arc<str>,
}

enum Job {
    Hash { password: Password, salt: [u8; 16], params: Params, reply: oneshot::Sender<Option<String>> },
    Verify { password: Password, hash: Arc<str>, reply: oneshot::Sender<bool> },
}

impl Passwords {
    /// Starts the threads.
    pub fn start(settings: &settings::Passwords, randomness: Randomness) -> Result<Self, super::ServiceError> {
        let params = Params::new(settings.memory_kib, settings.iterations, settings.lanes, Some(OUTPUT_BYTES))
            .map_err(|_| {
                super::ServiceError::Settings("passwords.memory_kib, iterations and lanes do not go together")
            })?;
        let (queue, jobs) = mpsc::channel(settings.max_parallel * WAITING_PER_THREAD);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..settings.max_parallel {
            let jobs = Arc::clone(&jobs);
            let thread = thread::Builder::new().name(format!("hash-{number}")).spawn(move || work(&jobs));
            thread
                .map_err(|_| super::ServiceError::Settings("passwords.max_parallel is more threads than can be had"))?;
        }
        let decoy =
            phc(&params, &randomness.bytes::<16>(), &randomness.bytes::<OUTPUT_BYTES>()).unwrap_or_default().into();
        Ok(Self { queue, params, min_length: settings.min_length, randomness, decoy })
    }

    /// The fewest characters that a chosen password has.
    pub fn min_length(&self) -> usize {
        self.min_length
    }

    /// Takes a place in the queue, or says at once that there is none.
    pub fn reserve(&self) -> Result<Place<'_>, Busy> {
        let permit = self.queue.try_reserve().map_err(|_| Busy)?;
        Ok(Place { permit, decoy: Arc::clone(&self.decoy) })
    }

    /// The PHC string of a password, with a new salt and today's parameters.
    pub async fn hash(&self, password: Password) -> Result<String, Busy> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Hash { password, salt: self.randomness.bytes(), params: self.params.clone(), reply };
        self.queue.try_send(job).map_err(|_| Busy)?;
        answer.await.ok().flatten().ok_or(Busy)
    }

    /// Whether a hash was made with less work than today's parameters ask for.
    pub fn is_outdated(&self, hash: &str) -> bool {
        let made_with = PasswordHash::new(hash).ok().and_then(|hash| Params::try_from(&hash).ok());
        made_with.is_none_or(|params| {
            params.m_cost() < self.params.m_cost()
                || params.t_cost() < self.params.t_cost()
                || params.p_cost() < self.params.p_cost()
        })
    }
}

impl Place<'_> {
    /// Whether the password is the one that was hashed. Without a hash, no: after the same work.
    pub async fn verify(self, password: Password, hash: Option<String>) -> Result<bool, Busy> {
        let (reply, answer) = oneshot::channel();
        let is_known = hash.is_some();
        let hash = hash.map_or(self.decoy, Arc::from);
        self.permit.send(Job::Verify { password, hash, reply });
        Ok(answer.await.map_err(|_| Busy)? && is_known)
    }
}

/// One thread's life. Its memory is taken at the first hash and kept.
fn work(jobs: &Mutex<mpsc::Receiver<Job>>) {
    let mut memory: Vec<Block> = Vec::new();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        match job {
            None => return,
            // A caller who has left needs no answer.
            Some(Job::Hash { reply, .. }) if reply.is_closed() => {}
            Some(Job::Verify { reply, .. }) if reply.is_closed() => {}
            Some(Job::Hash { password, salt, params, reply }) => {
                let output = digest(&password, &salt, &params, Algorithm::Argon2id, &mut memory);
                let _ = reply.send(output.and_then(|output| phc(&params, &salt, &output)));
            }
            Some(Job::Verify { password, hash, reply }) => {
                let _ = reply.send(verify(&password, &hash, &mut memory).unwrap_or(false));
            }
        }
    }
}

fn verify(password: &Password, hash: &str, memory: &mut Vec<Block>) -> Option<bool> {
    let hash = PasswordHash::new(hash).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
    let output = digest(password, hash.salt?.as_ref(), &params, algorithm, memory)?;
    Some(output.ct_eq(hash.hash?.as_bytes()).into())
}

fn digest(
    password: &Password,
    salt: &[u8],
    params: &Params,
    algorithm: Algorithm,
    memory: &mut Vec<Block>,
) -> Option<[u8; OUTPUT_BYTES]> {
    memory.resize(memory.len().max(params.block_count()), Block::new());
    let mut output = [0; OUTPUT_BYTES];
    let argon2 = Argon2::new(algorithm, Version::V0x13, params.clone());
    argon2.hash_password_into_with_memory(password.expose_bytes(), salt, &mut output, memory.as_mut_slice()).ok()?;
    Some(output)
}

fn phc(params: &Params, salt: &[u8], output: &[u8]) -> Option<String> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(Output::new(output).ok()?),
    };
    Some(hash.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(memory_kib: u32) -> Passwords {
        let settings = settings::Passwords { min_length: 8, memory_kib, iterations: 1, lanes: 1, max_parallel: 2 };
        Passwords::start(&settings, Randomness::seeded(1)).expect("starts")
    }

    fn password(text: &str) -> Password {
        Password::attempt(text).expect("short enough")
    }

    async fn check(passwords: &Passwords, text: &str, hash: Option<&str>) -> Result<bool, Busy> {
        passwords.reserve()?.verify(password(text), hash.map(str::to_owned)).await
    }

    #[tokio::test]
    async fn a_password_is_checked_whole_and_exactly() {
        let passwords = passwords(64);
        let long = format!("{}X", "a".repeat(72));
        let hash = passwords.hash(password(&long)).await.expect("hashes");
        assert!(hash.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{hash}");
        assert_eq!(check(&passwords, &long, Some(&hash)).await, Ok(true));
        for wrong in [
            format!("{}Y", "a".repeat(72)),
            long.to_lowercase(),
            long[..72].to_owned(),
            format!("{long} "),
            String::new(),
        ] {
            assert_eq!(check(&passwords, &wrong, Some(&hash)).await, Ok(false));
        }
    }

    #[tokio::test]
    async fn the_same_password_never_has_the_same_hash() {
        let passwords = passwords(64);
        let (one, two) =
            (passwords.hash(password("correct horse")).await, passwords.hash(password("correct horse")).await);
        assert_ne!(one, two);
    }

    #[tokio::test]
    async fn no_password_is_right_for_a_user_who_is_not_there() {
        let passwords = passwords(64);
        assert_eq!(check(&passwords, "anything", None).await, Ok(false));
        assert_eq!(check(&passwords, "anything", Some("$argon2id$damaged")).await, Ok(false));
    }

    #[tokio::test]
    async fn hashes_of_other_parameters_are_checked_and_known_as_outdated() {
        let old = passwords(64).hash(password("correct horse")).await.expect("hashes");
        let raised = passwords(256);
        assert_eq!(check(&raised, "correct horse", Some(&old)).await, Ok(true));
        assert!(raised.is_outdated(&old));
        let new = raised.hash(password("correct horse")).await.expect("hashes");
        assert!(!raised.is_outdated(&new));
        assert_eq!(check(&passwords(64), "correct horse", Some(&new)).await, Ok(true), "memory grows when it must");
        assert!(!passwords(64).is_outdated(&new), "a better hash is not made worse");
    }

    #[tokio::test]
    async fn past_the_queue_the_answer_is_busy_at_once() {
        let passwords = passwords(64);
        let places: Vec<_> = std::iter::from_fn(|| passwords.reserve().ok()).take(1000).collect();
        assert_eq!(places.len(), 2 * WAITING_PER_THREAD);
        assert!(passwords.reserve().is_err());
    }
}
