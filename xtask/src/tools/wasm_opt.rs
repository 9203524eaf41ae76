//! wasm-opt, which shrinks the WebAssembly.

use std::env::consts::{ARCH, OS};

use super::tool::Tool;
use super::version::Wanted;
use super::way::{Lock, Way};

/// The version to install.
pub const VERSION: &str = "132";

/// The oldest that supports all WebAssembly features Rust emits.
const OLDEST: u32 = 108;

/// Describes the tool and how to install it.
pub fn tool() -> Tool {
    let npm = Way::Npm { package: "binaryen", version: format!("{VERSION}.0.0"), program: "wasm-opt" };
    // Older than the others, but cargo alone can build it.
    let build =
        Way::Cargo { package: "wasm-opt", version: "0.116.1".into(), lock: Lock::None, duration: "about 6 minutes" };
    Tool {
        name: "wasm-opt",
        purpose: "makes the site small",
        wanted: Wanted::AtLeast(OLDEST),
        version: VERSION.into(),
        ways: prebuilt().into_iter().chain([npm, build]).collect(),
        by_hand: format!(
            "npm install --global binaryen@{VERSION}.0.0 (or apt-get install -y binaryen, or brew install binaryen)"
        ),
    }
}

fn prebuilt() -> Option<Way> {
    let platform = match (OS, ARCH) {
        ("linux", "x86_64") => "x86_64-linux",
        ("linux", "aarch64") => "aarch64-linux",
        ("macos", "x86_64") => "x86_64-macos",
        ("macos", "aarch64") => "arm64-macos",
        _ => return None,
    };
    let url = format!(
        "https://github.com/WebAssembly/binaryen/releases/download/version_{VERSION}/binaryen-version_{VERSION}-{platform}.tar.gz"
    );
    // The whole archive, because the program needs its `lib` folder on macOS.
    Some(Way::Download { url, into: "" })
}
