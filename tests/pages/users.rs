//! Users, as administrators see and change them in a browser without scripts.

use super::{assert_leads_to, flash_of};
use crate::{
    app::{Browser, PASSWORD},
    on_both_databases,
};
use claviger::{
    model::{DisplayName, Permission},
    server::domain::UserChange,
};

const LIST: &str = "/admin/users";

pub async fn view_page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.text.replace("<!>", "")
}

/// Returns the email addresses in the list, from the top.
async fn emails(browser: &Browser, path: &str) -> Vec<String> {
    let page = view_page(browser, path).await;
    let rows = page.split("<tbody>").nth(1).unwrap_or_default().split("</tbody>").next().unwrap();
    let texts = rows.split("<bdi>").skip(1).filter_map(|rest| rest.split('<').next());
    texts.filter_map(|text| text.strip_suffix("@example.com")).map(str::to_owned).collect()
}

/// Returns the target of the link with this text.
fn link_target(page: &str, words: &str) -> Option<String> {
    let before = page.split(&format!(">{words}</a>")).next().filter(|before| before.len() < page.len())?;
    Some(before.rsplit("href=\"").next()?.split('"').next()?.replace("&amp;", "&"))
}

/// Returns the value of the hidden field `version`.
pub fn version(page: &str) -> String {
    page.split(r#"name="version" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
}

const ACTIONS: [&str; 9] = [
    "/fn/create_user",
    "/fn/delete_user",
    "/fn/edit_user",
    "/fn/lift_suspension",
    "/fn/send_reset",
    "/fn/set_user_roles",
    "/fn/suspend_user",
    "/fn/unlock_user",
    "/fn/verify_user",
];

fn has_forms(page: &str) -> bool {
    ACTIONS.iter().any(|action| page.contains(&format!(r#"action="{action}""#)))
}

on_both_databases! {
    async fn only_those_with_the_permission_see_users_and_only_those_who_may_write_see_forms(app) {
        let ada = app.user("ada").await;
        app.user_with_permissions("reader", &[Permission::UsersRead]).await;
        let (plain, reader) = (app.signed_in("ada").await, app.signed_in("reader").await);
        let (one, ask) = (format!("{LIST}/{}", ada.id), format!("{LIST}/{}?ask=delete", ada.id));
        assert_leads_to(&app.browser().get(&one).await, &format!("/login?next=%2Fadmin%2Fusers%2F{}", ada.id), "anonymous");
        for path in [LIST, "/admin/users/new", &one, &ask] {
            assert_eq!(plain.get(path).await.status, 403, "{path}");
        }
        for path in ["/fn/users", "/fn/user", "/fn/user_to_create"].iter().chain(&ACTIONS) {
            assert_eq!(plain.call(path, &[("id", &ada.id.to_string()), ("version", "1")]).await.status, 403, "{path}");
        }
        for path in ["/fn/user_to_create"].iter().chain(&ACTIONS) {
            assert_eq!(reader.call(path, &[("id", &ada.id.to_string()), ("version", "1")]).await.status, 403, "{path}");
        }
        assert_eq!((reader.get(&ask).await.status, reader.get("/admin/users/new").await.status), (403, 403));
        let page = view_page(&reader, LIST).await;
        assert!(page.contains("3 users") && page.contains(&one) && !page.contains("Create a user"), "{page}");
        let page = view_page(&reader, &one).await;
        assert!(page.contains("ada@example.com") && !has_forms(&page) && !page.contains("?ask="), "{page}");
        assert!(!page.contains("Active sessions"), "{page}");
        for odd in ["x", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "%00", "{id}"] {
            assert_eq!(reader.get(&format!("{LIST}/{odd}")).await.status, 404, "{odd}");
        }
    }

    async fn who_lacks_a_permission_of_a_user_cant_change_them(app) {
        let root = app.admin("root").await;
        app.user_with_permissions("helper", &[Permission::UsersRead, Permission::UsersWrite]).await;
        let helper = app.signed_in("helper").await;
        let one = format!("{LIST}/{}", root.id);
        let page = view_page(&helper, &one).await;
        assert!(page.contains("they have permissions that you don’t have") && !has_forms(&page), "{page}");
        assert_eq!(helper.get(&format!("{one}?ask=suspend")).await.status, 403);
        let answer = helper.post("/fn/suspend_user", &[("id", &root.id.to_string())]).await;
        assert_leads_to(&answer, &format!("{one}?ask=suspend"), "refused");
        let error = flash_of(&app, &helper).await.form.unwrap().1.errors.message;
        assert_eq!(error.as_deref(), Some("This takes a permission that you don’t have, or don’t have for that long."));
        assert!(!app.find(root.id).await.is_banned(app.clock.now()));
        assert!(!view_page(&helper, "/admin/users/new").await.contains(r#"value="admin""#), "a role that can't be given");
    }

    async fn the_list_can_be_searched_filtered_and_sorted(app) {
        app.pass(1);
        app.admin("eve").await;
        app.pass(1);
        let ada = app.user("ada").await;
        app.pass(1);
        app.user_with("joan", &["user"], false).await;
        let eve = app.signed_in("eve").await;
        assert_eq!(emails(&eve, LIST).await, ["joan", "ada", "eve", "first"], "the newest first");
        app.change(ada.id, UserChange::Ban { until: None, reason: None }).await;
        for (query, expected) in [
            ("search=ADA", &["ada"][..]),
            ("status=banned", &["ada"]),
            ("status=active&sort=email", &["eve", "first", "joan"]),
            ("role=admin", &["eve"]),
            ("verified=false", &["joan", "first"]),
            ("signedIn=true", &["eve"]),
            ("sort=email", &["ada", "eve", "first", "joan"]),
            ("sort=-lastSignInAt&search=eve", &["eve"]),
            ("status=&verified=&sort=&after=x", &["joan", "ada", "eve", "first"]),
        ] {
            assert_eq!(emails(&eve, &format!("{LIST}?{query}")).await, expected, "{query}");
        }
        for _ in 0..5 {
            app.log_in("joan@example.com", "wrong horse battery").await;
        }
        assert_eq!(emails(&eve, "/admin/users?locked=true").await, ["joan"]);
        let page = view_page(&eve, "/admin/users?search=100%25%22&sort=email").await;
        assert!(page.contains("No users match these filters.") && page.contains("0 users"), "{page}");
        assert_eq!(link_target(&page, "Clear filters").as_deref(), Some(LIST));
        let page = view_page(&eve, "/admin/users?search=example&sort=email").await;
        assert!(page.contains(r#"aria-sort="ascending""#) && page.contains("search=example&amp;sort=-email"), "{page}");
        assert!(page.contains("Suspended") && page.contains("Locked") && page.contains(">Never<"), "{page}");
    }

    async fn the_list_can_be_paged_in_both_directions(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        for number in 0..30 {
            app.user(&format!("u{number:02}")).await;
        }
        let first = view_page(&eve, "/admin/users?sort=email&verified=true").await;
        assert!(first.contains("31 users") && link_target(&first, "← Previous").is_none());
        let older = link_target(&first, "Next →").unwrap();
        assert_eq!(emails(&eve, &older).await, ["u24", "u25", "u26", "u27", "u28", "u29"]);
        let second = view_page(&eve, &older).await;
        assert!(link_target(&second, "Next →").is_none());
        let back = emails(&eve, &link_target(&second, "← Previous").unwrap()).await;
        assert_eq!((back.len(), back[0].as_str()), (25, "eve"));
    }

    async fn a_profile_is_edited_and_a_change_in_between_is_reported(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        let (id, one) = (ada.id.to_string(), format!("{LIST}/{}", ada.id));
        let old = version(&view_page(&eve, &one).await);
        let fields = |version: &str, name: &str| {
            [("id", id.clone()), ("version", version.to_owned()), ("name", name.to_owned()), ("email", "ada@example.com".to_owned()), ("username", "ada".to_owned())]
        };
        let post = async |version: &str, name: &str| {
            let fields = fields(version, name);
            eve.post("/fn/edit_user", &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await
        };
        assert_leads_to(&post(&old, "Augusta").await, &one, "saved");
        assert!(view_page(&eve, &one).await.contains("User saved."));
        assert_leads_to(&post(&old, "Countess").await, &one, "changed in between");
        assert_eq!(app.find(ada.id).await.name.as_str(), "Augusta");
        let page = view_page(&eve, &one).await;
        assert!(page.contains("Someone else changed this user") && page.contains(r#"value="Countess""#), "{page}");
        assert!(page.contains("Now: Augusta"), "what is there now: {page}");
        assert_leads_to(&post(&version(&page), "Countess").await, &one, "saved over it");
        assert_eq!(app.find(ada.id).await.name.as_str(), "Countess");
        post(&version(&view_page(&eve, &one).await), "").await;
        assert!(view_page(&eve, &one).await.contains("Enter a name"), "beside its field");
        assert_eq!(post("x", "Ada").await.status, 400, "a version that no page has");
    }

    async fn a_user_is_suspended_with_reason_and_end_and_the_suspension_is_lifted(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let (eve, theirs) = (app.signed_in("eve").await, app.signed_in("ada").await);
        let (id, one) = (ada.id.to_string(), format!("{LIST}/{}", ada.id));
        let ask = link_target(&view_page(&eve, &one).await, "Suspend user").unwrap();
        let question = view_page(&eve, &ask).await;
        assert!(question.contains("Suspend this user?") && question.contains("ada@example.com"), "{question}");
        for (until, error) in [("2001-01-01T00:00", "Choose a time in the future."), ("soon", "Enter a date and time")] {
            assert_leads_to(&eve.post("/fn/suspend_user", &[("id", &id), ("until", until), ("reason", "a <b>")]).await, &ask, until);
            let page = view_page(&eve, &ask).await;
            assert!(page.contains(error) && page.contains("a &lt;b&gt;"), "{page}");
        }
        let fields = [("id", id.as_str()), ("until", "2999-01-01T10:30"), ("reason", "spam <i>")];
        assert_leads_to(&eve.post("/fn/suspend_user", &fields).await, &one, "suspended");
        let page = view_page(&eve, &one).await;
        assert!(page.contains("Until 1 Jan 2999, 10:30 UTC") && page.contains("spam &lt;i&gt;"), "{page}");
        assert_eq!(theirs.get("/dashboard").await.status, 303, "signed out at once");
        assert_leads_to(&eve.post("/fn/lift_suspension", &[("id", &id)]).await, &one, "lifted");
        assert!(view_page(&eve, &one).await.contains("Suspension lifted."));
        assert_eq!(app.log_in("ada@example.com", PASSWORD).await.status, 200);
    }

    async fn a_user_is_unlocked_verified_and_given_roles(app) {
        app.admin("eve").await;
        let joan = app.user_with("joan", &["user"], false).await;
        let eve = app.signed_in("eve").await;
        let (id, one) = (joan.id.to_string(), format!("{LIST}/{}", joan.id));
        for _ in 0..5 {
            app.log_in("joan@example.com", "wrong horse battery").await;
        }
        assert!(view_page(&eve, &one).await.contains("Locked after failed sign-ins"));
        assert_leads_to(&eve.post("/fn/unlock_user", &[("id", &id)]).await, &one, "unlocked");
        assert_leads_to(&eve.post("/fn/verify_user", &[("id", &id)]).await, &one, "verified");
        assert_eq!(app.log_in("joan@example.com", PASSWORD).await.status, 200);
        let page = view_page(&eve, &one).await;
        assert!(page.contains("1 session<") && page.contains("Account unlocked"), "{page}");
        let end = link_target(&page, "Revoke this user’s sessions").unwrap();
        assert!(view_page(&eve, &end).await.contains("joan@example.com"), "{end}");
        let version = version(&page);
        let fields = [("id", id.as_str()), ("version", &version), ("roles[]", "user"), ("roles[]", "admin")];
        assert_leads_to(&eve.post("/fn/set_user_roles", &fields).await, &one, "roles");
        assert_eq!(app.find(joan.id).await.roles_at(app.clock.now()), ["admin", "user"]);
        eve.post("/fn/set_user_roles", &fields).await;
        assert!(view_page(&eve, &one).await.contains("Someone else changed this user"), "from an outdated page");
    }

    async fn the_last_administrator_stays_one(app) {
        let eve_user = app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let (id, one) = (eve_user.id.to_string(), format!("{LIST}/{}", eve_user.id));
        let version = version(&view_page(&eve, &one).await);
        for (action, page) in [
            ("/fn/suspend_user", format!("{one}?ask=suspend")),
            ("/fn/delete_user", format!("{one}?ask=delete")),
            ("/fn/set_user_roles", one.clone()),
        ] {
            let fields = [("id", id.as_str()), ("email", "eve@example.com"), ("version", &version), ("roles[]", "user")];
            let fields = if action == "/fn/set_user_roles" { vec![fields[0], fields[2], fields[3]] } else { fields[..2].to_vec() };
            assert_leads_to(&eve.post(action, &fields).await, &page, action);
            assert!(view_page(&eve, &page).await.contains("This is the last administrator."), "{action}");
        }
        assert_eq!(app.find(eve_user.id).await.roles_at(app.clock.now()), ["admin", "user"]);
    }

    async fn deleting_a_user_takes_their_address(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        let (id, one) = (ada.id.to_string(), format!("{LIST}/{}", ada.id));
        let ask = link_target(&view_page(&eve, &one).await, "Delete user").unwrap();
        assert!(view_page(&eve, &ask).await.contains("ada@example.com"));
        for typed in ["", "eve@example.com"] {
            assert_leads_to(&eve.post("/fn/delete_user", &[("id", &id), ("email", typed)]).await, &ask, typed);
            assert!(view_page(&eve, &ask).await.contains("Enter the user’s email address to confirm."));
        }
        assert_leads_to(&eve.post("/fn/delete_user", &[("id", &id), ("email", " ADA@example.com")]).await, LIST, "deleted");
        assert!(view_page(&eve, LIST).await.contains("User ada@example.com deleted."));
        assert_eq!(eve.get(&one).await.status, 404);
        assert_eq!(eve.post("/fn/delete_user", &[("id", &id)]).await.status, 404, "the second click");
    }

    async fn a_user_is_created_with_a_password_or_without(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let form = "/admin/users/new";
        assert!(view_page(&eve, form).await.contains(r#"name="roles[]""#));
        let bad = [("email", "x"), ("username", "grace"), ("password", "short"), ("roles[]", "admin")];
        assert_leads_to(&eve.post("/fn/create_user", &bad).await, form, "refused");
        let page = view_page(&eve, form).await;
        assert!(page.contains("Enter a valid email address") && page.contains(r#"value="grace""#), "{page}");
        assert!(!page.contains("short\""), "a password is never kept: {page}");
        let fields = [("email", "grace@example.com"), ("name", "Grace"), ("password", PASSWORD), ("roles[]", "user")];
        let answer = eve.post("/fn/create_user", &fields).await;
        let page = view_page(&eve, answer.header("location")).await;
        assert!(page.contains("User grace@example.com created.") && page.contains("Not verified"), "{page}");
        eve.post("/fn/create_user", &fields).await;
        assert!(view_page(&eve, form).await.contains("This email address or username is already in use."));
        let answer = eve.post("/fn/create_user", &[("email", "joan@example.com")]).await;
        assert!(answer.header("location").starts_with("/admin/users/0"), "without name, password and roles");
        assert_eq!(app.services.users.find_by_any("joan@example.com").await.unwrap().name.as_str(), "joan");
    }

    async fn odd_names_are_shown_as_text(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        for name in [r#""><img src=x onerror=alert(1)>"#, "</title></script><b>", "=HYPERLINK(1)", "עדה לאבלייס"] {
            app.change(ada.id, UserChange::Name(DisplayName::parse(name).unwrap())).await;
            for path in [LIST.to_owned(), format!("{LIST}/{}", ada.id), format!("{LIST}/{}?ask=delete", ada.id)] {
                let page = view_page(&eve, &path).await;
                assert!(!page.contains("<img") && !page.contains("<b>"), "{path}: {page}");
                assert!(page.contains(&name.replace('<', "&lt;").replace('>', "&gt;")), "{path} with {name}: {page}");
            }
        }
    }
}
