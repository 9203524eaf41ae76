//! Listening: connections with a header time-out, and an end that lets requests finish.

use super::{caller::Peer, message::HEADER_BYTES};
use crate::server::randomness::Randomness;
use crate::server::services::Readiness;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
    time::{Instant, timeout, timeout_at},
};
use tower::ServiceExt;

/// How long a client may take over its headers.
const HEADERS: Duration = Duration::from_secs(10);
/// How many bytes are read in search of the end of the headers. What lies between this and the bound of headers is
/// answered in the usual form; beyond it, hyper answers 431 with an empty body.
const BUFFER_BYTES: usize = 2 * HEADER_BYTES;
/// How many open files are kept for the database, mails and whatever else a request opens, if there are as many.
const RESERVED_FILES: u64 = 128;
/// How long a connection that is turned away has to read why.
const TURNED_AWAY: Duration = Duration::from_secs(1);
/// How long a client may leave unread what was sent.
#[cfg(target_os = "linux")]
const UNREAD: Duration = Duration::from_mins(1);
/// How long clients may take over what they have begun, from when no more connections are accepted. The stop as
/// a whole is promised within 10 s, and something is written down after this.
const FAREWELL: Duration = Duration::from_millis(7500);
/// How long connections that have nothing to answer stay open for the request that may be under way to us.
const LINGER: Duration = Duration::from_secs(1);
/// After how long without a new connection no handshake is under way any more, and for how long it is tried.
const QUIET: Duration = Duration::from_millis(200);
const DRAINING: Duration = Duration::from_secs(2);

/// Takes connections and answers what comes over them.
struct Host {
    server: auto::Builder<TokioExecutor>,
    router: Router,
    readiness: Readiness,
    graceful: GracefulShutdown,
    places: Arc<Semaphore>,
    /// Held by each connection, so that it is noticed when all are gone.
    open: mpsc::Sender<()>,
}

/// Serves until `stop` is done; then accepts nothing more and lets requests in flight finish. Answers when it
/// stopped accepting.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    readiness: Readiness,
    stop: impl Future<Output = ()>,
) -> Instant {
    // HTTP/1 alone: finding out whether a connection speaks HTTP/2 has no time-out, so silent ones
    // would stay for good. A proxy in front speaks HTTP/2 to browsers.
    let mut server = auto::Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(BUFFER_BYTES);
    let (open, all_gone) = mpsc::channel(1);
    let (graceful, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(places())));
    let host = Host { server, router, readiness, graceful, places, open };
    tokio::select! {
        () = host.accept_from(&listener) => {}
        () = stop => {}
    }
    let stopped = Instant::now();
    // None is reset: what comes from now on is not let in at all, and what has come is answered.
    close_the_door(&listener);
    let _ = timeout(DRAINING, host.accept_the_rest(&listener)).await;
    drop(listener);
    if timeout_at(stopped + FAREWELL, host.see_off(all_gone)).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    stopped
}

impl Host {
    async fn accept_from(&self, listener: &TcpListener) {
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) => wait_out(&error).await,
            }
        }
    }

    async fn accept_the_rest(&self, listener: &TcpListener) {
        while let Ok(accepted) = timeout(QUIET, listener.accept()).await {
            match accepted {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) => wait_out(&error).await,
            }
        }
    }

    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            tokio::spawn(turn_away(stream));
            return;
        };
        let (router, readiness, open) = (self.router.clone(), self.readiness.clone(), self.open.clone());
        let service = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(Peer(peer.ip()));
            let (answer, readiness) = (router.clone().oneshot(request), readiness.clone());
            async move {
                let mut answer = answer.await?;
                if readiness.is_stopping() {
                    answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                }
                Ok::<_, Infallible>(answer)
            }
        });
        let connection = self.server.serve_connection(TokioIo::new(prompt(stream)), service);
        let connection = self.graceful.watch(connection.into_owned());
        tokio::spawn(async move {
            // Clients that leave in the middle are no news.
            let _ = connection.await;
            drop((open, place));
        });
    }

    /// Closes what is idle, but not at once: hyper would also close what was accepted a moment ago.
    async fn see_off(self, mut all_gone: mpsc::Receiver<()>) {
        drop(self.open);
        if timeout(LINGER, all_gone.recv()).await.is_err() {
            self.graceful.shutdown().await;
        }
    }
}

/// Lets no new connection in, and those whose handshake has begun finish it: else the kernel makes connections
/// that nobody accepts, and resets them when the listener is closed. Who is not let in asks again, and is refused.
#[cfg(target_os = "linux")]
fn close_the_door(listener: &TcpListener) {
    use socket2::SockFilter;
    // The byte of flags in the TCP header, and SYN among them.
    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;
    // In Berkeley packet filter: load that byte; is it a SYN?; yes, drop it; no, keep all of it.
    let filter = [
        SockFilter::new(0x30, 0, 0, FLAGS),
        SockFilter::new(0x45, 0, 1, SYN),
        SockFilter::new(0x06, 0, 0, 0),
        SockFilter::new(0x06, 0, 0, u32::MAX),
    ];
    if let Err(error) = SockRef::from(listener).attach_filter(&filter) {
        tracing::debug!(%error, "SO_ATTACH_FILTER");
    }
}

/// Elsewhere a connection that comes in the last moment is reset.
#[cfg(not(target_os = "linux"))]
fn close_the_door(_: &TcpListener) {}

/// Answers are small and whole: nothing is won by waiting for more of them. And who reads nothing of what was
/// sent is gone after a while, so that nothing is kept for nobody.
fn prompt(stream: TcpStream) -> TcpStream {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    #[cfg(target_os = "linux")]
    if let Err(error) = SockRef::from(&stream).set_tcp_user_timeout(Some(UNREAD)) {
        tracing::debug!(%error, "TCP_USER_TIMEOUT");
    }
    stream
}

/// How many connections may be open at once, so that there are always files left to answer them with.
fn places() -> usize {
    let (files, _) = rlimit::Resource::NOFILE.get().unwrap_or((1024, 1024));
    let places = files - RESERVED_FILES.min(files / 2);
    usize::try_from(places).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)
}

/// Says at once, before anything is asked, that there is no place.
async fn turn_away(mut stream: TcpStream) {
    let id = URL_SAFE_NO_PAD.encode(Randomness::System.bytes::<12>());
    let body = format!(r#"{{"error":"Service busy","code":"service_busy","requestId":"{id}"}}"#);
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\nretry-after: 1\r\n\
         x-request-id: {id}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let farewell = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // A socket that is closed with something unread is reset, and the answer with it.
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
    };
    let _ = tokio::time::timeout(TURNED_AWAY, farewell).await;
}

/// Out of file handles, most likely: trying again at once would only burn.
async fn wait_out(error: &io::Error) {
    tracing::warn!(%error, "a connection was not accepted");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
