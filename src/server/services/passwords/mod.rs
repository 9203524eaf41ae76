//! Passwords are hashed on a few threads of their own, each with memory it keeps, behind a bounded
//! queue: a flood of sign-ins costs neither memory nor other people's time.

mod argon2id;
mod foreign;

use crate::{
    model::Password,
    server::{randomness::Randomness, settings},
};
use argon2::{Block, Params};
use argon2id::Argon2Hash;
use foreign::ForeignHash;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    thread,
};
use tokio::sync::{mpsc, oneshot};

/// How many tries may wait for each thread: about a second's work.
const WAITING_PER_THREAD: usize = 32;
/// The most memory that a hash from elsewhere may take: what OWASP asks of scrypt.
const MAX_BYTES: u64 = 128 << 20;

/// The text of a hash from elsewhere that can be checked here, at a bearable cost.
#[derive(Clone)]
pub struct ImportedHash(String);

/// Why a hash from elsewhere is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHash {
    /// Of no family that is known here.
    #[error("it is no PHC or modular crypt string of Argon2, bcrypt, scrypt or PBKDF2")]
    Unknown,
    #[error("it is damaged or cut off")]
    Damaged,
    #[error(
        "checking it would cost too much: Argon2 and scrypt may take 128 MiB, bcrypt a cost of 15, PBKDF2 5,000,000 rounds"
    )]
    TooCostly,
}

impl ImportedHash {
    /// The longest text: several times what any family writes.
    const MAX_BYTES: usize = 512;

    /// A hash out of its text.
    pub fn parse(text: &str) -> Result<Self, BadHash> {
        if text.len() > Self::MAX_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadHash::Damaged);
        }
        if !text.starts_with("$argon2") {
            ForeignHash::parse(text)?;
        } else if Argon2Hash::parse(text).ok_or(BadHash::Damaged)?.is_too_costly() {
            return Err(BadHash::TooCostly);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text, for the store alone.
    pub fn into_text(self) -> String {
        self.0
    }
}

impl fmt::Debug for ImportedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

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
        let params =
            Params::new(settings.memory_kib, settings.iterations, settings.lanes, Some(argon2id::OUTPUT_BYTES))
                .map_err(|_| {
                    super::ServiceError::Settings("passwords.memory_kib, iterations and lanes do not go together")
                })?;
        let (queue, jobs) = mpsc::channel(settings.max_parallel * WAITING_PER_THREAD);
        let jobs = Arc::new(Mutex::new(jobs));
        let blocks = params.block_count();
        for number in 0..settings.max_parallel {
            let jobs = Arc::clone(&jobs);
            let thread = thread::Builder::new().name(format!("hash-{number}")).spawn(move || work(&jobs, blocks));
            thread
                .map_err(|_| super::ServiceError::Settings("passwords.max_parallel is more threads than can be had"))?;
        }
        let decoy =
            argon2id::phc(&params, &randomness.bytes::<16>(), &randomness.bytes::<{ argon2id::OUTPUT_BYTES }>());
        let decoy = decoy.unwrap_or_default().into();
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

    /// Whether a hash is no Argon2id, or was made with less work than today's parameters ask for.
    pub fn is_outdated(&self, hash: &str) -> bool {
        Argon2Hash::parse(hash).is_none_or(|hash| hash.is_weaker_than(&self.params))
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

/// One thread's life. Its memory, `blocks`, is taken at the first hash and kept; what a bigger hash
/// took beside it is given back.
fn work(jobs: &Mutex<mpsc::Receiver<Job>>, blocks: usize) {
    let mut memory: Vec<Block> = Vec::new();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        match job {
            None => return,
            // A caller who has left needs no answer.
            Some(Job::Hash { reply, .. }) if reply.is_closed() => {}
            Some(Job::Verify { reply, .. }) if reply.is_closed() => {}
            Some(Job::Hash { password, salt, params, reply }) => {
                let _ = reply.send(argon2id::make(&password, &salt, &params, &mut memory));
            }
            Some(Job::Verify { password, hash, reply }) => {
                let _ = reply.send(verify(&password, &hash, &mut memory).unwrap_or(false));
            }
        }
        memory.truncate(blocks);
        memory.shrink_to(blocks);
    }
}

fn verify(password: &Password, hash: &str, memory: &mut Vec<Block>) -> Option<bool> {
    match Argon2Hash::parse(hash) {
        Some(hash) => hash.matches(password, memory),
        None => Some(ForeignHash::parse(hash).ok()?.matches(password)),
    }
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
    async fn a_hash_of_another_family_is_checked_and_known_as_outdated() {
        let passwords = passwords(64);
        let bcrypt = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";
        assert_eq!(check(&passwords, "correct horse battery staple", Some(bcrypt)).await, Ok(true));
        assert_eq!(check(&passwords, "correct horse", Some(bcrypt)).await, Ok(false));
        assert!(passwords.is_outdated(bcrypt));
        let absurd = bcrypt.replace("$04$", "$31$");
        assert_eq!(check(&passwords, "correct horse battery staple", Some(&absurd)).await, Ok(false), "and at once");
    }

    #[test]
    fn a_hash_is_imported_if_it_can_be_checked_and_never_prints_itself() {
        let argon2 = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdFNBTFRzYWx0U0FMVA$o63P6A88MXxeWrh5uMxn7w";
        let bcrypt = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";
        for good in [argon2, bcrypt] {
            assert_eq!(ImportedHash::parse(good).map(ImportedHash::into_text), Ok(good.to_owned()));
            assert_eq!(format!("{:?}", ImportedHash::parse(good)), "Ok(***)");
        }
        for (bad, why) in [
            (argon2.replace("m=65536", "m=4194304"), BadHash::TooCostly),
            (argon2.replace("p=4", "p=0"), BadHash::Damaged),
            (format!("{bcrypt} "), BadHash::Damaged),
            (
                format!("$7$96..../....{}$fWFfCQh0Y7ciFXma4ODF9MizhuRQ.4yY9xQZUkTZTX4", "a".repeat(512)),
                BadHash::Damaged,
            ),
            ("5f4dcc3b5aa765d61d8327deb882cf99".to_owned(), BadHash::Unknown),
        ] {
            assert_eq!(ImportedHash::parse(&bad).err(), Some(why), "{bad}");
        }
    }

    #[tokio::test]
    async fn past_the_queue_the_answer_is_busy_at_once() {
        let passwords = passwords(64);
        let places: Vec<_> = std::iter::from_fn(|| passwords.reserve().ok()).take(1000).collect();
        assert_eq!(places.len(), 2 * WAITING_PER_THREAD);
        assert!(passwords.reserve().is_err());
    }
}
