//! Benchmarks. Run all with `cargo bench --features ssr`, or one with `-- sign_in`, `-- monitor` or
//! `-- administration`.

mod administration;
mod monitor;
mod server;
mod sign_in;

#[tokio::main]
async fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_asked = |name: &str| asked.is_empty() || asked.iter().any(|word| word == name);
    if is_asked("sign_in") {
        sign_in::measure().await;
    }
    if is_asked("monitor") {
        monitor::measure().await;
    }
    if is_asked("administration") {
        administration::measure().await;
    }
}
