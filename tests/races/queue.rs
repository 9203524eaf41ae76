//! The password hashing queue under a flood.

use crate::{
    app::{PASSWORD, TestApp},
    on_both_databases,
    rest::WRONG,
};
use serde_json::json;

/// Returns the status of a sign-in from this address.
async fn sign_in(app: TestApp, address: String, name: String, password: &str) -> u16 {
    let body = json!({ "email": format!("{name}@example.com"), "password": password });
    app.post("/api/auth/login").header("x-forwarded-for", &address).json(&body).send().await.status
}

on_both_databases! {
    async fn a_flood_from_one_ipv6_48_leaves_room_for_every_honest_sign_in(app) {
        for number in 0..26 {
            app.user(&format!("person{number}")).await;
        }
        let settings = [
            ("server.trusted_proxies", "127.0.0.1/32"),
            ("passwords.memory_kib", "1024"),
            ("passwords.max_parallel", "1"),
        ];
        let app = app.restart(&settings).await;
        let try_by = |number: usize| {
            let (address, name) = (format!("2001:db8:1:{number:x}::1"), format!("nobody{number}"));
            tokio::spawn(sign_in(app.clone(), address, name, WRONG))
        };
        let flood: Vec<_> = (0..200).map(try_by).collect();
        while flood.iter().filter(|attempt| attempt.is_finished()).count() < 100 {
            tokio::task::yield_now().await;
        }
        let honest: Vec<_> = (0..26)
            .map(|number| {
                let (address, name) = (format!("198.51.100.{number}"), format!("person{number}"));
                tokio::spawn(sign_in(app.clone(), address, name, PASSWORD))
            })
            .collect();
        for attempt in honest {
            assert_eq!(attempt.await.unwrap(), 200);
        }
        let mut busy = 0;
        for attempt in flood {
            busy += usize::from(attempt.await.unwrap() == 503);
        }
        assert!(busy > 50, "{busy} were too many");
        app.db.close().await;
    }
}
