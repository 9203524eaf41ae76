//! Code splitting for the browser.

/// Declares a function whose code may be split into a file that is fetched at the first call:
/// `chunk!(file: fn …)`. Callers await it. Its error type must implement `From` for
/// [`SplitLoaderError`](leptos::wasm_split::SplitLoaderError), which means that the file did not arrive.
///
/// Only the release build splits, with both the feature `split` and cargo-leptos's `--split`. Neither works
/// alone: code that is declared for splitting but not split has imports that no browser can resolve. All other
/// builds get plain functions.
macro_rules! chunk {
    ($file:ident: fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $answer:ty $body:block) => {
        #[cfg(feature = "split")]
        #[leptos::wasm_split::wasm_split($file, wasm_split_path = leptos::wasm_split, fallible)]
        fn $name($($argument: $type),*) -> $answer $body

        #[cfg(not(feature = "split"))]
        async fn $name($($argument: $type),*) -> $answer $body
    };
}

pub(super) use chunk;
