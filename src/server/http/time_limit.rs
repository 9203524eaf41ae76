//! Limits how long a request may take until its response begins. What follows, the body of an event stream or an
//! export, takes as long as the client reads it.

use super::{origin, problem::Problem};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{panic::resume_unwind, time::Duration};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

/// Responds 503 to a request that takes too long, and leaves nothing half-done: a request that only reads is dropped; of
/// any other only the response is given up. The operation goes on to its end, which the time limits of the store and of
/// the queue for hashes bound, as if the response had been lost on its way. A client that is gone stops both, except for
/// what is already handed to the store.
pub async fn layer(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    if origin::is_safe(request.method()) {
        return timeout(limit, next.run(request)).await.unwrap_or_else(|_| Problem::Unavailable.into_response());
    }
    let mut running = AbortOnDropHandle::new(tokio::spawn(next.run(request)));
    match timeout(limit, &mut running).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) if error.is_panic() => resume_unwind(error.into_panic()),
        Ok(Err(_)) => Problem::Unavailable.into_response(),
        Err(_) => {
            running.detach();
            Problem::Unavailable.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::any};
    use std::future::pending;
    use tokio::sync::{Semaphore, mpsc};
    use tower::ServiceExt;

    const SHORT: Duration = Duration::from_millis(1);

    async fn send(router: Router, limit: Duration, method: &str) -> Response {
        let router = router.layer(middleware::from_fn_with_state(limit, layer));
        let request = Request::builder().method(method).uri("/").body(Body::empty()).expect("request");
        router.oneshot(request).await.expect("response")
    }

    #[tokio::test]
    async fn a_request_that_takes_too_long_is_unavailable() {
        for method in ["GET", "HEAD", "POST", "PATCH", "DELETE"] {
            let response = send(Router::new().route("/", any(pending::<()>)), SHORT, method).await;
            assert_eq!(response.status(), 503, "{method}");
            assert_eq!(response.headers()["retry-after"], "1", "{method}");
            assert_eq!(response.extensions().get(), Some(&Problem::Unavailable), "{method}");
        }
    }

    #[tokio::test]
    async fn a_change_goes_on_without_its_response_and_a_read_does_not() {
        static GATE: Semaphore = Semaphore::const_new(0);
        let (done, mut is_done) = mpsc::unbounded_channel();
        let handler = move |request: Request| async move {
            // Dropped with the future: the receiver then knows that it never ends.
            let done = done;
            let _permit = GATE.acquire().await;
            let _ = done.send(request.method().clone());
        };
        let router = Router::new().route("/", any(handler));
        for method in ["POST", "GET"] {
            assert_eq!(send(router.clone(), SHORT, method).await.status(), 503, "{method}");
        }
        drop(router);
        GATE.add_permits(2);
        assert_eq!(is_done.recv().await, Some(axum::http::Method::POST));
        assert_eq!(is_done.recv().await, None);
    }

    #[tokio::test]
    async fn a_client_that_leaves_stops_a_change() {
        let (begun, mut has_begun) = mpsc::unbounded_channel();
        let handler = move || async move {
            let _ = begun.send(());
            pending::<()>().await;
            drop(begun);
        };
        let request = send(Router::new().route("/", any(handler)), Duration::MAX, "POST");
        let leaving = async {
            has_begun.recv().await.expect("begun");
        };
        tokio::select! {
            _ = request => unreachable!("it never ends"),
            () = leaving => {}
        }
        assert_eq!(has_begun.recv().await, None, "the handler was dropped");
    }

    async fn broken() {
        panic!("a bug");
    }

    #[tokio::test]
    #[should_panic(expected = "a bug")]
    async fn a_panic_is_passed_on() {
        send(Router::new().route("/", any(broken)), Duration::MAX, "POST").await;
    }
}
