//! A network between a server and PostgreSQL that can freeze: nothing is lost, nothing arrives, and neither
//! side notices.

use super::server::Home;
use crate::app::Database;
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp},
    sync::watch,
};

pub struct Network {
    /// The same home, reached through this network.
    pub home: Home,
    /// How many connections have been opened.
    count: watch::Sender<u64>,
    /// Connections with a lower number are frozen.
    frozen: watch::Sender<u64>,
}

impl Network {
    pub async fn to(home: &Home) -> Self {
        let Database::Postgres { url, name, server } = &*home.database else { panic!("PostgreSQL only") };
        let target = url.rsplit_once('@').unwrap().1.split_once('/').unwrap().0.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = url.replace(&target, &listener.local_addr().unwrap().to_string());
        let database = Database::Postgres { url, name: name.clone(), server: server.clone() };
        let home = Home { folder: home.folder.clone(), database: Arc::new(database) };
        let network = Self { home, count: watch::channel(0).0, frozen: watch::channel(0).0 };
        tokio::spawn(carry(listener, target, network.count.clone(), network.frozen.clone()));
        network
    }

    /// Freezes every connection, including future ones.
    pub fn freeze(&self) {
        self.frozen.send_replace(u64::MAX);
    }

    /// Freezes the open connections; future ones work.
    pub fn freeze_open(&self) {
        self.frozen.send_replace(*self.count.borrow());
    }

    /// Lets all traffic continue.
    pub fn thaw(&self) {
        self.frozen.send_replace(0);
    }
}

async fn carry(listener: TcpListener, target: String, count: watch::Sender<u64>, frozen: watch::Sender<u64>) {
    while let Ok((near, _)) = listener.accept().await {
        let far = TcpStream::connect(&target).await.unwrap();
        let number = *count.borrow();
        count.send_replace(number + 1);
        let ((near_read, near_write), (far_read, far_write)) = (near.into_split(), far.into_split());
        tokio::spawn(pump(near_read, far_write, number, frozen.subscribe()));
        tokio::spawn(pump(far_read, near_write, number, frozen.subscribe()));
    }
}

async fn pump(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    number: u64,
    mut frozen: watch::Receiver<u64>,
) {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes).await.unwrap_or(0);
        // Not even a close gets through. An error means that the test is over and no one can thaw the network.
        if frozen.wait_for(|frozen| *frozen <= number).await.is_err() {
            return;
        }
        if count == 0 || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
