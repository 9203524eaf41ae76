//! The hashing threads. Costly hashes have their own threads, so that the operating system shares the cores
//! between both kinds, and each costly hash gets only a few attempts at a time.

use super::{
    Busy, Verdict, argon2id,
    shares::{Share, Shares},
    stored::StoredHash,
};
use crate::model::Password;
use argon2::{Block, Params};
use std::{
    collections::HashMap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError},
    thread,
};
use tokio::sync::{mpsc, oneshot};

/// How many attempts may wait per thread, about a second of work. One network can take half of them.
pub(super) const WAITING_PER_THREAD: usize = 64;
/// The same for costly hashes, each of which takes seconds.
const COSTLY_PER_THREAD: usize = 16;
/// How many attempts against one costly hash may be waiting or running.
pub(super) const TRIES_PER_COSTLY_HASH: usize = 4;

/// A request to a hashing thread.
pub(super) enum Job {
    Hash {
        password: Password,
        salt: [u8; 16],
        share: Share,
        reply: oneshot::Sender<Option<String>>,
    },
    Check {
        password: Password,
        hash: Arc<StoredHash>,
        turn: Option<Turn>,
        share: Option<Share>,
        reply: oneshot::Sender<Option<Verdict>>,
    },
}

/// Two queues, each with its own threads.
#[derive(Clone)]
pub(super) struct Threads {
    pub(super) usual: mpsc::Sender<Job>,
    /// Shares of the usual queue.
    pub(super) shares: Shares,
    pub(super) costly: mpsc::Sender<Job>,
    turns: Arc<Mutex<HashMap<Box<str>, usize>>>,
}

/// One of the few attempts against a costly hash. Freed on drop.
pub(super) struct Turn {
    turns: Arc<Mutex<HashMap<Box<str>, usize>>>,
    hash: Box<str>,
}

impl Threads {
    /// Starts `parallel` threads, and half as many again for costly hashes.
    pub(super) fn start(parallel: usize, params: &Params) -> io::Result<Self> {
        let costly = (parallel / 2).max(1);
        Ok(Self {
            usual: start("hash", parallel, WAITING_PER_THREAD, params, params.block_count())?,
            shares: Shares::of(parallel * WAITING_PER_THREAD),
            // These keep no memory, because they are rarely used.
            costly: start("costly-hash", costly, COSTLY_PER_THREAD, params, 0)?,
            turns: Arc::default(),
        })
    }

    /// Takes one of the few turns of a costly hash.
    pub(super) fn take_turn(&self, hash: &str) -> Result<Turn, Busy> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let tries = turns.entry(hash.into()).or_default();
        if *tries >= TRIES_PER_COSTLY_HASH {
            return Err(Busy);
        }
        *tries += 1;
        Ok(Turn { turns: Arc::clone(&self.turns), hash: hash.into() })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = turns.get_mut(&self.hash) {
            *tries -= 1;
            if *tries == 0 {
                turns.remove(&self.hash);
            }
        }
    }
}

fn start(name: &str, threads: usize, waiting: usize, params: &Params, kept: usize) -> io::Result<mpsc::Sender<Job>> {
    let (queue, jobs) = mpsc::channel(threads * waiting);
    let jobs = Arc::new(Mutex::new(jobs));
    for number in 0..threads {
        let (jobs, params) = (Arc::clone(&jobs), params.clone());
        thread::Builder::new().name(format!("{name}-{number}")).spawn(move || work(&jobs, &params, kept))?;
    }
    Ok(queue)
}

fn run(job: Job, params: &Params, memory: &mut Vec<Block>) {
    match job {
        // A caller who has left needs no response.
        Job::Hash { reply, .. } if reply.is_closed() => {}
        Job::Check { reply, .. } if reply.is_closed() => {}
        Job::Hash { password, salt, share, reply } => {
            let hash = argon2id::make(&password, &salt, params, memory);
            drop(share);
            let _ = reply.send(hash);
        }
        Job::Check { password, hash, turn, share, reply } => {
            let verdict = hash.check(&password, params, memory);
            drop((turn, share));
            let _ = reply.send(verdict);
        }
    }
}

/// Runs one thread. It allocates at the first hash and keeps `kept` blocks; what a bigger hash needed beyond
/// that is freed.
fn work(jobs: &Mutex<mpsc::Receiver<Job>>, params: &Params, kept: usize) {
    let mut memory: Vec<Block> = Vec::new();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(job) = job else { return };
        // A panic drops `reply`, which the caller sees as busy. The thread continues with the next job.
        if catch_unwind(AssertUnwindSafe(|| run(job, params, &mut memory))).is_err() {
            tracing::error!("hashing panicked");
            memory = Vec::new();
        }
        memory.truncate(kept);
        memory.shrink_to(kept);
    }
}
