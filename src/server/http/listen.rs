//! Accepts connections, with a header time-out and a shutdown that lets requests finish.

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

/// How long a client may take to send its headers.
const HEADERS: Duration = Duration::from_secs(10);
/// How many bytes hyper reads in search of the end of the headers. Headers between `HEADER_BYTES` and this
/// get our own error response; beyond it, hyper responds 431 with an empty body.
const BUFFER_BYTES: usize = 2 * HEADER_BYTES;
/// How many file handles are kept for the database, mail and other files a request opens, if there are as many.
const RESERVED_FILES: u64 = 128;
/// How long a rejected client may take to read the response.
const TURNED_AWAY: Duration = Duration::from_secs(1);
/// How long sent data may stay unacknowledged by the client.
#[cfg(target_os = "linux")]
const UNREAD: Duration = Duration::from_mins(1);
/// How long clients may take to finish, counted from the stop. The whole shutdown is promised within 10 s,
/// and some writes follow this.
const FAREWELL: Duration = Duration::from_millis(7500);
/// How long idle connections stay open for a request that may already be on its way.
const LINGER: Duration = Duration::from_secs(1);
/// After this long without a new connection, no handshake is pending.
const QUIET: Duration = Duration::from_millis(200);
/// How long to wait for pending handshakes at most.
const DRAINING: Duration = Duration::from_secs(2);

/// Accepts connections and serves requests on them.
struct Host {
    server: auto::Builder<TokioExecutor>,
    router: Router,
    readiness: Readiness,
    graceful: GracefulShutdown,
    places: Arc<Semaphore>,
    /// Held by each connection, so that `serve` notices when all are closed.
    open: mpsc::Sender<()>,
}

/// Serves until `stop` completes, then accepts nothing more and lets in-flight requests finish. Returns when
/// the stop began.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    readiness: Readiness,
    stop: impl Future<Output = ()>,
) -> Instant {
    // HTTP/1 only: detecting HTTP/2 has no time-out, so silent connections would stay open for good. A proxy
    // in front speaks HTTP/2 to browsers.
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
    // No connection is reset: new ones are not let in, and those already established are served.
    stop_accepting(&listener);
    let _ = timeout(DRAINING, host.accept_the_rest(&listener)).await;
    drop(listener);
    if timeout_at(stopped + FAREWELL, host.see_off(all_gone)).await.is_err() {
        tracing::warn!("timed out waiting for requests");
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
            // Clients that disconnect in the middle are normal.
            let _ = connection.await;
            drop((open, place));
        });
    }

    /// Closes idle connections, but not at once: hyper would also close one accepted a moment ago.
    async fn see_off(self, mut all_gone: mpsc::Receiver<()>) {
        drop(self.open);
        if timeout(LINGER, all_gone.recv()).await.is_err() {
            self.graceful.shutdown().await;
        }
    }
}

/// Drops new SYNs, and lets handshakes that have begun finish. Otherwise the kernel would complete
/// connections that no one accepts, and reset them when the listener closes. A client whose SYN is dropped
/// retries, and is then refused.
#[cfg(target_os = "linux")]
fn stop_accepting(listener: &TcpListener) {
    use socket2::SockFilter;
    // Offset of the flags byte in the TCP header, and the SYN bit in it.
    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;
    // Berkeley packet filter: load that byte; is it a SYN?; if so, drop the packet; if not, keep all of it.
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

/// On other systems, a connection that arrives at the last moment is reset.
#[cfg(not(target_os = "linux"))]
fn stop_accepting(_: &TcpListener) {}

/// Sets the socket options. Responses are small and complete, so Nagle's delay gains nothing. On Linux, a client that
/// does not read its response is disconnected after a while, so that it does not hold resources for good.
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

/// Returns how many connections may be open at once, so that file handles are always left to serve them.
fn places() -> usize {
    let (files, _) = rlimit::Resource::NOFILE.get().unwrap_or((1024, 1024));
    let places = files - RESERVED_FILES.min(files / 2);
    usize::try_from(places).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS)
}

/// Responds 503 without reading a request, because the connection limit is reached.
async fn turn_away(mut stream: TcpStream) {
    let id = URL_SAFE_NO_PAD.encode(Randomness::system().bytes::<12>());
    let body = format!(r#"{{"error":"Service busy","code":"service_busy","requestId":"{id}"}}"#);
    let answer = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\ncontent-length: {}\r\nretry-after: 1\r\n\
         x-request-id: {id}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let farewell = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await?;
        // Closing a socket with unread data resets it, and the response would be lost.
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
    };
    let _ = tokio::time::timeout(TURNED_AWAY, farewell).await;
}

/// Pauses after a failed accept. Most likely no file handle is left: retrying at once would only burn CPU.
async fn wait_out(error: &io::Error) {
    tracing::warn!(%error, "can't accept a connection");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
