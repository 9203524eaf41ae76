//! Two nodes on one PostgreSQL, one of which freezes in the middle of its work.

use super::{
    network::Network,
    server::{Home, Server},
};
use crate::app::{Database, PASSWORD, is_soak, rounds};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// The promise: how long the healthy node may respond 503, and how long a stop may take.
const PROMISE: Duration = Duration::from_secs(10);
/// How long the test waits, on a machine ten times slower.
const PATIENCE: Duration = Duration::from_mins(1);
/// How many users each node serves at once. Each has an account, because stalled sign-in attempts count as failures.
const PEOPLE: usize = 30;
/// A cheap hash of `PASSWORD`.
const HASH: &str = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";
/// Counts stalled transactions that hold a lock on `counters`, which other writers wait for.
const STANDS_STILL: &str = "
    SELECT count(*)
    FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE datname = current_database() AND state = 'idle in transaction' AND relation = 'counters'::regclass
      AND state_change < clock_timestamp() - interval '300 milliseconds'";

/// What happens to the failing node.
#[derive(Clone, Copy)]
enum Fault {
    StandsStill,
    GoesSilent,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_that_freezes_in_a_transaction_delays_the_others_for_seconds_only() {
    assert_others_recover(Fault::StandsStill).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_node_whose_network_goes_silent_in_a_transaction_delays_the_others_for_seconds_only() {
    assert_others_recover(Fault::GoesSilent).await;
}

async fn assert_others_recover(fault: Fault) {
    let home = home_with_users().await;
    let network = Network::to(&home).await;
    let (mut worst_outage, mut worst_stop) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..rounds(1, 60) {
        let (well, ill) = (Arc::new(home.serve()), Arc::new(network.home.serve()));
        let loads = [Load::on(&well, 0), Load::on(&ill, PEOPLE)];
        let began = freeze_in_transaction(fault, &home, &network, &ill).await;
        worst_outage = worst_outage.max(wait_until_healthy(&home, &well, began).await);
        let [load, other_load] = loads;
        load.end().await;
        if let Fault::StandsStill = fault {
            ill.signal("CONT");
        }
        other_load.cut_off().await;
        // The silent node gets the signal while its network is frozen.
        for server in [well, ill] {
            let server = Arc::into_inner(server).expect("no longer used");
            worst_stop = worst_stop.max(assert_stops(server));
        }
        network.thaw();
    }
    println!("the healthy node was well after {worst_outage:?}, a stop took {worst_stop:?} at the worst");
    if is_soak() {
        assert!(worst_outage < PROMISE && worst_stop < PROMISE, "{worst_outage:?} {worst_stop:?}");
    }
    home.clean().await;
}

async fn home_with_users() -> Home {
    let home = Home::new(Database::postgres().await);
    let people = (0..2 * PEOPLE).map(|number| format!("person{number}"));
    let lines = people.chain(["ada", "eve"].map(str::to_owned)).map(|name| format!("{name}@example.com,true,{HASH}\n"));
    let file = format!("email,verified,passwordHash\n{}", lines.collect::<String>());
    std::fs::write(home.folder.join("people.csv"), file).unwrap();
    assert!(home.run(&["user", "import", "people.csv"]).status.success());
    home
}

/// Freezes `ill` inside a transaction that holds the revocation counter. Returns when.
async fn freeze_in_transaction(fault: Fault, home: &Home, network: &Network, ill: &Server) -> Instant {
    let Database::Postgres { url, .. } = &*home.database else { panic!("PostgreSQL only") };
    let mut outside = PgConnection::connect(url).await.unwrap();
    let (patience, client) = (Instant::now(), client());
    loop {
        let began = Instant::now();
        match fault {
            Fault::StandsStill => ill.signal("STOP"),
            Fault::GoesSilent => network.freeze(),
        }
        while began.elapsed() < Duration::from_millis(600) {
            let count: i64 = sqlx::query_scalar(STANDS_STILL).fetch_one(&mut outside).await.unwrap();
            if count > 0 {
                return began;
            }
        }
        // It was not inside one: try again.
        match fault {
            Fault::StandsStill => ill.signal("CONT"),
            Fault::GoesSilent => network.thaw(),
        }
        assert!(patience.elapsed() < 2 * PATIENCE, "it is never inside a transaction");
        // Wait until the node works again: then all other users are busy, too.
        while !visit(ill, &client, "ada").await {}
    }
}

/// Waits until everything works on the healthy node. Returns how long after `began` it last failed.
async fn wait_until_healthy(home: &Home, well: &Server, began: Instant) -> Duration {
    let client = client();
    let mut bad = began;
    let mut good = 0;
    while good < 5 {
        assert!(began.elapsed() < PATIENCE, "it does not recover");
        let banned = home.run(&["user", "ban", "eve@example.com"]).status.success();
        let unbanned = home.run(&["user", "unban", "eve@example.com"]).status.success();
        if banned && unbanned && visit(well, &client, "ada").await {
            good += 1;
        } else {
            (bad, good) = (Instant::now(), 0);
        }
    }
    bad - began
}

fn assert_stops(mut server: Server) -> Duration {
    let (code, took) = server.stop_in(PATIENCE);
    assert_eq!(code, Some(0));
    took
}

/// Users who sign in, use their session, refresh and sign out, again and again.
struct Load {
    ends: Arc<AtomicBool>,
    people: Vec<tokio::task::JoinHandle<()>>,
}

impl Load {
    fn on(server: &Arc<Server>, first: usize) -> Self {
        let ends = Arc::<AtomicBool>::default();
        let people = (first..first + PEOPLE).map(|number| {
            let (server, ends, client) = (Arc::clone(server), Arc::clone(&ends), client());
            tokio::spawn(async move {
                while !ends.load(Ordering::Relaxed) {
                    visit(&server, &client, &format!("person{number}")).await;
                }
            })
        });
        Self { people: people.collect(), ends }
    }

    /// Stops the load and waits for the response to every request.
    async fn end(self) {
        self.ends.store(true, Ordering::Relaxed);
        for person in self.people {
            person.await.unwrap();
        }
    }

    async fn cut_off(self) {
        for person in self.people {
            person.abort();
            let _ = person.await;
        }
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(PATIENCE).build().unwrap()
}

/// Returns whether all requests of one user succeeded. A failed one must be a 503 with `Retry-After`.
async fn visit(server: &Server, client: &reqwest::Client, name: &str) -> bool {
    let body = json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
    let Some(tokens) = answered(client.post(format!("{}/api/auth/login", server.url)).json(&body)).await else {
        return false;
    };
    let text = |key: &str| tokens[key].as_str().unwrap().to_owned();
    let refresh = json!({ "refreshToken": text("refreshToken") });
    let requests = [
        client.get(format!("{}/api/user/profile", server.url)),
        client.post(format!("{}/api/v1/auth/refresh", server.url)).json(&refresh),
        client.post(format!("{}/api/v1/auth/logout", server.url)),
    ];
    for request in requests {
        if answered(request.bearer_auth(text("token"))).await.is_none() {
            return false;
        }
    }
    true
}

async fn answered(request: reqwest::RequestBuilder) -> Option<Value> {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    if status == 503 {
        assert!(answer.headers().contains_key("retry-after"));
        return None;
    }
    assert!(matches!(status, 200 | 204), "{status}");
    Some(answer.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn connections_that_go_silent_are_replaced() {
    let home = home_with_users().await;
    let network = Network::to(&home).await;
    let server = Arc::new(network.home.serve());
    let load = Load::on(&server, 0);
    let client = client();
    for _ in 0..rounds(1, 60) {
        while !visit(&server, &client, "ada").await {}
        network.freeze_open();
        let began = Instant::now();
        let mut good = 0;
        while good < 5 {
            good = if visit(&server, &client, "ada").await { good + 1 } else { 0 };
            assert!(began.elapsed() < PATIENCE, "it does not recover");
        }
    }
    load.end().await;
    assert_eq!(Arc::into_inner(server).unwrap().stop_in(PATIENCE).0, Some(0));
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_hangs_is_503_everywhere_and_recovers() {
    let home = Home::new(Database::postgres().await);
    home.make_user("ada");
    let network = Network::to(&home).await;
    let server = network.home.serve();
    let client = client();
    assert!(visit(&server, &client, "ada").await);
    network.freeze();
    let ready = async || client.get(format!("{}/ready", server.url)).send().await.unwrap().status().as_u16();
    let began = Instant::now();
    while ready().await != 503 {
        assert!(began.elapsed() < PATIENCE, "no one notices");
    }
    assert!(!visit(&server, &client, "ada").await);
    network.thaw();
    let began = Instant::now();
    while ready().await == 503 || !visit(&server, &client, "ada").await {
        assert!(began.elapsed() < PATIENCE, "it does not recover");
    }
    drop(server);
    home.clean().await;
}
