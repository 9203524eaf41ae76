//! Requests with an idempotency key: repeated within 24 hours, they get the first answer again, without a second effect.

use super::{Core, ServiceError, audit::hexadecimal, tokens::Sealed};
use crate::server::store::RequestRecord;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{sync::Arc, time::Duration};

/// How long an answer is kept.
pub const ANSWERS: Duration = Duration::from_hours(24);

/// Answers repeated requests.
#[derive(Clone)]
pub struct RepetitionService {
    core: Arc<Core>,
}

/// A response as it is kept, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What to do with a request.
#[derive(Debug)]
pub enum Repetition {
    /// It is the first: run it with this record.
    First(FirstRequest),
    /// It was answered before.
    Answered(Answer),
    /// The key belongs to a request with another body.
    OtherBody,
    /// The first one is not answered yet, or was cut off.
    Unanswered,
}

/// The first request with its key. Its first write records it.
#[derive(Debug)]
pub struct FirstRequest(Arc<RequestRecord>);

impl FirstRequest {
    /// Runs the request.
    pub async fn run<F: Future>(&self, request: F) -> F::Output {
        Arc::clone(&self.0).around(request).await
    }

    /// Returns whether it has written anything.
    pub fn has_effect(&self) -> bool {
        self.0.is_written()
    }

    /// Returns whether the same request was recorded meanwhile, so that nothing of this one was kept.
    pub fn came_second(&self) -> bool {
        self.0.is_refused()
    }
}

impl RepetitionService {
    pub(super) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// Looks up a request by its caller, route and key.
    pub async fn find(&self, [caller, route, key]: [&str; 3], body: &[u8]) -> Result<Repetition, ServiceError> {
        // Lengths keep the parts apart.
        let digest = digest(format!("{} {} {caller}{route}{key}", caller.len(), route.len()).as_bytes());
        self.of(RequestRecord::new(digest, self::digest(body), self.core.now(), self.core.now() - ANSWERS)).await
    }

    /// Looks up a request again that came second.
    pub async fn find_again(&self, FirstRequest(record): &FirstRequest) -> Result<Repetition, ServiceError> {
        let RequestRecord { digest, body, at, outdated, .. } = &**record;
        self.of(RequestRecord::new(digest.clone(), body.clone(), *at, *outdated)).await
    }

    async fn of(&self, record: RequestRecord) -> Result<Repetition, ServiceError> {
        let found = self.core.db.find_request(&record.digest, record.outdated).await?;
        let Some(first) = found else { return Ok(Repetition::First(FirstRequest(Arc::new(record)))) };
        if first.body != record.body {
            return Ok(Repetition::OtherBody);
        }
        let opened = first.answer.and_then(|sealed| self.core.keys.open(Sealed::Answer, &record.digest, &sealed));
        let answer = opened.and_then(|content| serde_json::from_slice(&content).ok());
        Ok(answer.map_or(Repetition::Unanswered, Repetition::Answered))
    }

    /// Keeps the answer of a request that had an effect.
    pub async fn keep(&self, FirstRequest(record): &FirstRequest, answer: &Answer) -> Result<(), ServiceError> {
        let content = serde_json::to_vec(answer).unwrap_or_default();
        let sealed = self.core.keys.seal(Sealed::Answer, &record.digest, &content, &self.core.randomness);
        Ok(self.core.db.keep_answer(record.digest.clone(), sealed).await?)
    }

    /// Forgets a request that was refused, so that it can be corrected.
    pub async fn forget(&self, FirstRequest(record): &FirstRequest) -> Result<(), ServiceError> {
        Ok(self.core.db.forget_request(record.digest.clone()).await?)
    }
}

fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}
