//! Listening: connections with a header time-out, and an end that lets requests finish.

use super::caller::Peer;
use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use std::{io, time::Duration};
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// How long a client may take over its headers.
const HEADERS: Duration = Duration::from_secs(10);
/// How many bytes of headers are read.
const HEADER_BYTES: usize = 64 * 1024;
/// How long a client may leave unread what was sent.
#[cfg(target_os = "linux")]
const UNREAD: Duration = Duration::from_mins(1);
/// How long requests in flight may take to finish.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves until `stop` is done; then accepts nothing more and lets requests in flight finish.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    // HTTP/1 alone: finding out whether a connection speaks HTTP/2 has no time-out, so silent ones
    // would stay for good. A proxy in front speaks HTTP/2 to browsers.
    let mut server = auto::Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(HEADER_BYTES);
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let connection = server.serve_connection(TokioIo::new(prompt(stream)), {
                    let router = router.clone();
                    service_fn(move |request: hyper::Request<Incoming>| {
                        let mut request: Request = request.map(Body::new);
                        request.extensions_mut().insert(Peer(peer.ip()));
                        router.clone().oneshot(request)
                    })
                });
                let connection = graceful.watch(connection.into_owned());
                tokio::spawn(async move {
                    // Clients that leave in the middle are no news.
                    let _ = connection.await;
                });
            }
            Err(error) => wait_out(&error).await,
        }
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

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

/// Out of file handles, most likely: trying again at once would only burn.
async fn wait_out(error: &io::Error) {
    tracing::warn!(%error, "a connection was not accepted");
    tokio::time::sleep(Duration::from_millis(100)).await;
}
