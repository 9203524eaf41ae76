//! `PUT /api/v1/users/me/picture`, and what users see of it.

use crate::{
    app::{
        TestApp, TestResponse,
        pictures::{GPS_DATE, animated_webp, jpeg_with_exif, picture, png_header, png_with_huge_chunk},
    },
    on_both_databases,
};
use claviger::{model::Permission, server::domain::UserChange};
use image::{DynamicImage, GenericImageView, ImageFormat};

const OWN: &str = "/api/v1/users/me/picture";
const PICTURES: &str = "SELECT count(*) FROM pictures";

async fn put(app: &TestApp, token: &str, kind: &str, body: impl Into<Vec<u8>>) -> TestResponse {
    app.request("PUT", OWN).bearer(token).header("content-type", kind).body(body.into()).send().await
}

/// Returns a form with this file in the field `picture`.
pub fn form(file: &[u8]) -> (String, Vec<u8>) {
    let head = "--limit\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nx\r\n--limit\r\n\
                Content-Disposition: form-data; name=\"picture\"; filename=\"me.png\"\r\nContent-Type: image/png\r\n\r\n";
    let body = [head.as_bytes(), file, b"\r\n--limit--\r\n"].concat();
    ("multipart/form-data; boundary=limit".to_owned(), body)
}

/// Returns what is stored, and asserts that it is a picture and nothing more.
async fn stored(app: &TestApp, token: &str) -> DynamicImage {
    let answer = app.get(OWN).bearer(token).send().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"), "{}", answer.text);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let bytes = &answer.bytes;
    assert!(bytes.starts_with(b"\xFF\xD8") && bytes.ends_with(b"\xFF\xD9"));
    assert!(!bytes.windows(2).any(|pair| pair == b"\xFF\xE1"), "metadata");
    image::load_from_memory(bytes).unwrap()
}

/// Returns whether the pixel at this place is more red than blue.
fn is_red(picture: &DynamicImage, x: u32, y: u32) -> bool {
    let [red, _, blue, _] = picture.get_pixel(x, y).0;
    red > blue
}

on_both_databases! {
    async fn slow_uploads_of_one_user_leave_room_to_others_and_each_user_has_a_budget(app) {
        for name in ["ada", "eve"] {
            app.user(name).await;
        }
        let (ada, eve) = (app.tokens("ada").await.0, app.tokens("eve").await.0);
        let small = || picture(ImageFormat::Png, 8, 8);
        let slow = || app.request("PUT", OWN).bearer(&eve).header("content-type", "image/png");
        let others = async {
            let third = put(&app, &eve, "image/png", small()).await;
            assert_eq!((third.status, third.header("retry-after")), (429, "1"), "{}", third.text);
            assert_eq!(put(&app, &ada, "image/png", small()).await.status, 204);
        };
        let second = async {
            assert_eq!(slow().send_around("nonsense".to_owned(), others).await.status, 415);
        };
        assert_eq!(slow().send_around("nonsense".to_owned(), Box::pin(second)).await.status, 415);
        assert_eq!(put(&app, &eve, "image/png", small()).await.status, 204, "afterwards");
        let app = app.limited(&[]).await;
        let mut last = 0;
        for _ in 0..21 {
            last = put(&app, &eve, "image/png", small()).await.status;
        }
        assert_eq!(last, 429);
        assert_eq!(app.request("DELETE", OWN).bearer(&eve).send().await.status, 429, "removals too");
        assert_eq!(put(&app, &ada, "image/png", small()).await.status, 204);
        assert_eq!(app.profile(&eve).await.status, 200, "nothing else");
        let mut form = app.signed_in("eve").await.post("/fn/remove_picture", &[]).await;
        assert_eq!(form.status, 429, "{}", form.text);
        app.pass(60);
        form = app.signed_in("eve").await.post("/fn/remove_picture", &[]).await;
        assert_eq!(form.status, 303, "{}", form.text);
    }

    async fn a_picture_of_each_kind_becomes_a_small_square(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        for (kind, format) in
            [("image/jpeg", ImageFormat::Jpeg), ("image/png", ImageFormat::Png), ("image/webp", ImageFormat::WebP)]
        {
            for (width, height, side) in [(600, 300, 256), (300, 500, 256), (40, 90, 40), (1, 1, 1)] {
                let answer = put(&app, &token, kind, picture(format, width, height)).await;
                assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{kind} {width} {height}");
                let drawn = stored(&app, &token).await;
                assert_eq!((drawn.width(), drawn.height()), (side, side), "{kind} {width} {height}");
            }
        }
        put(&app, &token, "image/png", picture(ImageFormat::Png, 600, 300)).await;
        let drawn = stored(&app, &token).await;
        assert!(is_red(&drawn, 20, 128) && !is_red(&drawn, 236, 128), "the centre was not kept");
    }

    async fn a_picture_may_come_in_a_form_or_without_a_type(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let (kind, body) = form(&picture(ImageFormat::Png, 20, 20));
        assert_eq!(put(&app, &token, &kind, body).await.status, 204);
        let bare = app.request("PUT", OWN).bearer(&token).body(picture(ImageFormat::Jpeg, 30, 30));
        assert_eq!(bare.send().await.status, 204);
        assert_eq!(stored(&app, &token).await.width(), 30);
        let (kind, body) = form(b"");
        assert_eq!(put(&app, &token, &kind, body).await.json()["code"], "invalid_picture");
        assert_eq!(put(&app, &token, "multipart/form-data; boundary=limit", "--limit--").await.status, 400);
        assert_eq!(put(&app, &token, "multipart/form-data", "--limit--").await.status, 415);
    }

    async fn where_and_how_a_photo_was_taken_is_dropped_and_its_orientation_applied(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let photo = jpeg_with_exif();
        assert!(photo.windows(GPS_DATE.len()).any(|part| part == GPS_DATE.as_bytes()));
        assert_eq!(put(&app, &token, "image/jpeg", photo).await.status, 204);
        let drawn = stored(&app, &token).await;
        assert!(is_red(&drawn, 128, 20) && !is_red(&drawn, 128, 236), "it was not turned");
        assert!(!app.dump().await.contains(GPS_DATE));
    }

    async fn a_file_that_is_also_something_else_becomes_only_a_picture(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let polyglot = [picture(ImageFormat::Jpeg, 64, 64), b"<html><script>alert(1)</script>".to_vec()].concat();
        assert_eq!(put(&app, &token, "image/jpeg", polyglot).await.status, 204);
        assert_eq!(stored(&app, &token).await.width(), 64);
        assert!(!app.dump().await.contains("<script>"));
        assert_eq!(put(&app, &token, "image/webp", animated_webp()).await.status, 204);
        assert_eq!(stored(&app, &token).await.width(), 64);
    }

    async fn what_is_no_picture_or_too_large_is_refused_and_the_old_one_stays(app) {
        app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        put(&app, &token, "image/png", picture(ImageFormat::Png, 20, 20)).await;
        let (png, jpeg) = (picture(ImageFormat::Png, 300, 300), picture(ImageFormat::Jpeg, 300, 300));
        let svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let padded = |size| [png.clone(), vec![0; size - png.len()]].concat();
        let most = 2 * 1024 * 1024;
        for (what, kind, body, status) in [
            ("svg", "image/svg+xml", svg.as_bytes().to_vec(), 415),
            ("svg that calls itself png", "image/png", svg.as_bytes().to_vec(), 415),
            ("gif", "image/gif", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), 415),
            ("gif that calls itself png", "image/png", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), 415),
            ("json", "application/json", b"{}".to_vec(), 415),
            ("nothing", "image/png", Vec::new(), 400),
            ("half a png", "image/png", png[..png.len() / 2].to_vec(), 400),
            ("half a jpeg", "image/jpeg", jpeg[..jpeg.len() / 2].to_vec(), 400),
            ("half a webp", "image/webp", animated_webp()[..60].to_vec(), 400),
            ("a png with a huge chunk", "image/png", png_with_huge_chunk(), 400),
            ("a png without pixels", "image/png", png_header(64, 64), 400),
            ("a bomb", "image/png", png_header(65_535, 65_535), 413),
            ("a bomb of four gigapixels a line", "image/png", png_header(0x7FFF_FFFF, 1), 413),
            ("4097 wide", "image/png", picture(ImageFormat::Png, 4097, 1), 413),
            ("4097 high", "image/jpeg", picture(ImageFormat::Jpeg, 1, 4097), 413),
            ("4096 wide", "image/webp", picture(ImageFormat::WebP, 4096, 1), 204),
            ("2 MiB", "image/png", padded(most), 204),
            ("2 MiB and a byte", "image/png", padded(most + 1), 413),
            ("2 MiB and a byte in a form", &form(b"").0, form(&padded(most + 1)).1, 413),
            ("40 MiB", "image/png", padded(40 * 1024 * 1024), 413),
        ] {
            let answer = put(&app, &token, kind, body).await;
            assert_eq!(answer.status, status, "{what}: {}", answer.text);
            assert!(status == 204 || !answer.error().is_empty(), "{what}");
        }
        assert_eq!(stored(&app, &token).await.width(), 256);
    }

    async fn a_picture_is_seen_by_its_owner_and_by_those_who_may_read_users(app) {
        let ada = app.user("ada").await;
        app.user("bob").await;
        app.user_with_permissions("eve", &[Permission::UsersRead]).await;
        let (token, _) = app.tokens("ada").await;
        let theirs = format!("/api/v1/users/{}/picture", ada.id);
        let seen_by = async |name| app.get(&theirs).bearer(&app.tokens(name).await.0).send().await.status;
        assert_eq!((seen_by("ada").await, seen_by("eve").await), (404, 404), "there is none yet");
        put(&app, &token, "image/png", picture(ImageFormat::Png, 20, 20)).await;
        assert_eq!((seen_by("ada").await, seen_by("eve").await), (200, 200));
        assert_eq!(seen_by("bob").await, 404, "as if there were none");
        assert_eq!(app.get(&theirs).send().await.status, 401);
    }

    async fn a_picture_is_kept_by_browsers_under_the_address_of_its_content_only(app) {
        let ada = app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        put(&app, &token, "image/png", picture(ImageFormat::Png, 20, 20)).await;
        let get = async |path: &str, tag: &str| app.get(path).bearer(&token).header("if-none-match", tag).send().await;
        let address = app.find(ada.id).await.picture_address().unwrap();
        let versioned = get(&address, "").await;
        assert_eq!(versioned.header("cache-control"), "private, max-age=31536000, immutable");
        for other in [OWN, address.split('?').next().unwrap(), &format!("{address}x")] {
            let answer = get(other, "").await;
            assert_eq!((answer.status, answer.header("cache-control")), (200, "private, no-cache"), "{other}");
            assert_eq!(get(other, answer.header("etag")).await.status, 304, "{other}");
        }
        put(&app, &token, "image/png", picture(ImageFormat::Png, 30, 30)).await;
        assert_ne!(app.find(ada.id).await.picture_address().unwrap(), address);
    }

    async fn a_picture_is_removed_by_its_owner_and_with_the_account(app) {
        let ada = app.user("ada").await;
        let (token, _) = app.tokens("ada").await;
        let remove = async || app.delete(OWN).bearer(&token).send().await.status;
        assert_eq!(remove().await, 204, "there is none");
        put(&app, &token, "image/png", picture(ImageFormat::Png, 20, 20)).await;
        assert_eq!((remove().await, app.count(PICTURES).await), (204, 0));
        let events = "SELECT count(*) FROM audit WHERE action LIKE 'picture.%' AND actor_id = subject_id";
        assert_eq!(app.count(events).await, 2, "one change, and one removal");
        put(&app, &token, "image/png", picture(ImageFormat::Png, 20, 20)).await;
        app.change(ada.id, UserChange::Delete).await;
        assert_eq!(app.count(PICTURES).await, 0);
    }
}
