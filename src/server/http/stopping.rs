//! That the server is about to stop, for those who still answer.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether a stop has begun: others should be asked from now on, though this server still answers.
#[derive(Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
