//! A temporary PostgreSQL cluster for the tests, removed when they are over.

use std::env;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};

use crate::machine;
use crate::process::{Output, output_of, run};
use crate::tools;

/// The only cluster of this process, kept in a static so that the signal handler finds it.
static CLUSTER: Mutex<Option<Cluster>> = Mutex::new(None);

/// Stops the cluster when it is dropped.
pub struct StopsAtEnd;

impl Drop for StopsAtEnd {
    fn drop(&mut self) {
        stop();
    }
}

#[derive(Clone)]
struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    /// The user to run as if we are root: PostgreSQL refuses to run as root.
    user: Option<&'static str>,
}

/// Returns the URL of the cluster, and starts it if needed. Its output goes to `log`.
pub fn url(log: &Path) -> Result<String> {
    let started = cluster().clone();
    let cluster = match started {
        Some(cluster) => cluster,
        None => start(log).inspect_err(|_| stop())?,
    };
    Ok(format!("postgres://claviger@127.0.0.1:{}/postgres", cluster.port))
}

/// Stops the cluster and removes its folder, if there is one.
pub fn stop() {
    // The lock is held to the end: a second caller must not continue before the cluster is gone.
    let mut known = cluster();
    let Some(cluster) = known.take() else {
        return;
    };
    // Nothing depends on the cluster's data, and no one could act on a failure.
    let mut end = cluster.program("pg_ctl");
    end.args(["stop", "-m", "immediate", "-w", "-t", "10"]);
    let _ = end.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let _ = fs::remove_dir_all(&cluster.folder);
}

fn start(log: &Path) -> Result<Cluster> {
    let cluster = Cluster::found()?;
    // Registered before anything runs in it: a signal may arrive at any time.
    *self::cluster() = Some(cluster.clone());
    if let Some(user) = cluster.user {
        output_of(Command::new("chown").arg(user).arg(&cluster.folder))?;
    }
    let mut create = cluster.program("initdb");
    create.args(["--locale=C", "--encoding=UTF8", "--auth=trust", "--username=claviger", "--no-sync"]);
    run(&mut create, Output::Log(log))?;
    cluster.configure()?;
    let mut begin = cluster.program("pg_ctl");
    begin.args(["start", "-w", "-t", "60", "-l"]).arg(cluster.server_log());
    run(&mut begin, Output::Log(log)).with_context(|| fs::read_to_string(cluster.server_log()).unwrap_or_default())?;
    Ok(cluster)
}

impl Cluster {
    /// Creates a new, empty folder for a cluster.
    fn found() -> Result<Self> {
        let programs = tools::postgres()?;
        let port = free_port()?;
        let user = machine::is_root().then(ordinary_user);
        // Root's temporary folder may be closed to other users.
        let base = match user {
            Some(_) => PathBuf::from("/tmp"),
            None => env::temp_dir(),
        };
        let folder = base.join(format!("claviger-postgres-{}", process::id()));
        DirBuilder::new().mode(0o700).create(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Self { folder, programs, port, user })
    }

    /// Returns a command for one of PostgreSQL's programs, set up for this cluster.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.env("PGDATA", self.folder.join("cluster")).current_dir(&self.folder);
        command
    }

    fn configure(&self) -> Result<()> {
        let settings = format!(
            "\nlisten_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = '{}'\n\
             max_connections = 300\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n",
            self.port,
            self.folder.display(),
        );
        let mut file = OpenOptions::new().append(true).open(self.folder.join("cluster/postgresql.conf"))?;
        file.write_all(settings.as_bytes()).context("cannot write postgresql.conf")
    }

    fn server_log(&self) -> PathBuf {
        self.folder.join("server.log")
    }
}

/// Debian's package creates the user `postgres`; every system has `nobody`.
fn ordinary_user() -> &'static str {
    if output_of(Command::new("id").args(["-u", "postgres"])).is_ok() { "postgres" } else { "nobody" }
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no port is free on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

fn cluster() -> MutexGuard<'static, Option<Cluster>> {
    CLUSTER.lock().unwrap_or_else(PoisonError::into_inner)
}
