//! Listening: connections with a header time-out, and an end that lets requests finish.

use super::{caller::Peer, message::HEADER_BYTES};
use crate::server::randomness::Randomness;
use axum::{Router, body::Body, extract::Request};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
    sync::Semaphore,
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
/// How long requests in flight may take to finish.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves until `stop` is done; then accepts nothing more and lets requests in flight finish.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) {
    // HTTP/1 alone: finding out whether a connection speaks HTTP/2 has no time-out, so silent ones
    // would stay for good. A proxy in front speaks HTTP/2 to browsers.
    let mut server = auto::Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(BUFFER_BYTES);
    let places = Arc::new(Semaphore::new(places()));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
                    tokio::spawn(turn_away(stream));
                    continue;
                };
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
                    drop(place);
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
