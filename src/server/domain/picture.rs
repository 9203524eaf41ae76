//! Profile pictures.

/// A profile picture as it is served.
#[derive(Debug, Clone)]
pub struct Picture {
    /// A digest of the content, for its address.
    pub version: String,
    /// A JPEG.
    pub content: Vec<u8>,
}
