//! Code that only some pages need.

/// Declares a function whose code may be a file of its own, fetched at the first call: `chunk!(file: fn …)`. Callers
/// await it. Its error is made from a [`SplitLoaderError`](leptos::wasm_split::SplitLoaderError), which says that the
/// file did not arrive.
///
/// Only the release build splits, by the feature `split` and cargo-leptos's `--split`, which belong together: code
/// that was written to be split and is not has imports that no browser finds. Any other build has plain functions.
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
