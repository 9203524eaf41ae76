//! Connections over a real socket.

use super::server::{Home, Server};
use crate::app::Database;
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.url.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    stream
}

/// Sends these bytes and returns everything received until the connection is closed.
fn ask(server: &Server, request: &[u8]) -> String {
    let mut stream = connect(server);
    // The server may have responded and closed before it has read everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_request_is_refused_with_the_status_that_says_why() {
    let home = Home::new(Database::sqlite());
    let server = home.serve();
    let close = "connection: close\r\n";
    let chunked = format!("POST /api/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{close}");
    for (request, expected) in [
        (format!("GET /health HTTP/1.1\r\nhost: evil.example\r\n{close}\r\n"), "200"),
        ("GET /health HTTP/1.0\r\n\r\n".to_owned(), "200"),
        (format!("GET /health HTTP/1.1\r\n{close}\r\n"), "400"),
        (format!("GET /health HTTP/1.1\r\nhost: a\r\nhost: a\r\n{close}\r\n"), "400"),
        (format!("GET /health HTTP/1.1\r\nhost: a b\r\n{close}\r\n"), "400"),
        (format!("GET /health HTTP/1.1\r\nhost:\r\n{close}\r\n"), "400"),
        (format!("GET http://x/health HTTP/1.1\r\n{close}\r\n"), "400"),
        (format!("{chunked}transfer-encoding: chunked\r\n\r\nZZ\r\n{{}}\r\n0\r\n\r\n"), "400"),
        (format!("{chunked}transfer-encoding: chunked\r\n\r\n2\r\n{{}}XX0\r\n\r\n"), "400"),
        (format!("{chunked}content-length: x\r\n\r\n{{}}"), "400"),
        (format!("GET /health HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n{close}\r\n", "a".repeat(65 * 1024)), "431"),
        (format!("GET /health HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n{close}\r\n", "a".repeat(300 * 1024)), "431"),
        (format!("GET /health HTTP/1.1\r\nhost: x\r\nx-a: {}\r\n{close}\r\n", "a".repeat(60 * 1024)), "200"),
    ] {
        let answer = ask(&server, request.as_bytes());
        assert_eq!(status(&answer), expected, "{request:.200}: {answer}");
    }
    let answer = ask(&server, format!("{chunked}transfer-encoding: chunked\r\n\r\nZZ\r\n").as_bytes());
    assert!(answer.contains("\"code\":\"bad_request\"") && answer.contains("x-request-id: "), "{answer}");
    drop(server);
    home.clean().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_leave_files_for_the_database_and_excess_ones_get_a_503() {
    for database in [Database::sqlite(), Database::postgres().await] {
        let home = Home::new(database);
        home.make_user("ada");
        let server = home.serve_with_open_files(120);
        let early = reqwest::Client::new();
        let forgotten = serde_json::json!({ "email": "ada@example.com" });
        assert_eq!(server.post(&early, "/api/v1/auth/forgot-password", None, &forgotten).await, Some(202));
        let mut idle: Vec<TcpStream> = (0..120).map(|_| connect(&server)).collect();
        let mut last = String::new();
        idle.last_mut().unwrap().read_to_string(&mut last).unwrap();
        assert_eq!(status(&last), "503", "{last}");
        assert!(last.contains("retry-after: 1") && last.contains("\"code\":\"service_busy\""), "{last}");
        for path in ["/api/v1/auth/forgot-password", "/api/v1/auth/resend-verification"] {
            let status = server.post(&early, path, None, &forgotten).await;
            assert_eq!(status, Some(202), "{path}: an earlier connection still works");
        }
        drop(idle);
        let late = reqwest::Client::new();
        let credentials = serde_json::json!({ "email": "ada@example.com", "password": crate::app::PASSWORD });
        // Until the server notices the closed connections, it responds before reading the request, or closes.
        while server.post(&late, "/api/auth/login", None, &credentials).await != Some(200) {
            tokio::task::yield_now().await;
        }
        drop(server);
        home.clean().await;
    }
}
