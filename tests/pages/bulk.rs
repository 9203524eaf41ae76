//! Changes of many users, as administrators make them in a browser without scripts.

use super::assert_leads_to;
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::{
    model::{DisplayName, Permission},
    server::domain::UserChange,
};

const ASK: &str = "/admin/users/bulk";
const START: &str = "/fn/change_users";

async fn view_page(browser: &Browser, path: &str) -> String {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.text.replace("<!>", "")
}

/// Returns the value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let value = page.split(&format!(r#"name="{name}" value=""#)).nth(1).unwrap_or_else(|| panic!("no {name}: {page}"));
    value.split('"').next().unwrap().replace("&amp;", "&")
}

/// Opens a question and sends its form with these fields. Returns where that leads.
async fn answer(browser: &Browser, address: &str, fields: &[(&str, &str)]) -> String {
    let page = view_page(browser, address).await;
    let (query, count) = (hidden(&page, "query"), hidden(&page, "count"));
    let fields = [&[("query", query.as_str()), ("count", count.as_str())], fields].concat();
    let answer = browser.post(START, &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location").to_owned()
}

async fn work_off(app: &TestApp) {
    while app.db.next_bulk_job().await.unwrap().is_some() {
        app.services.bulk.work().await.unwrap();
    }
}

on_both_databases! {
    async fn selected_users_are_suspended_after_a_question_that_names_them(app) {
        app.admin("eve").await;
        let (ada, bob) = (app.user("ada").await, app.user("bob").await);
        let eve = app.signed_in("eve").await;
        let list = view_page(&eve, "/admin/users?search=example").await;
        assert!(list.contains(&format!(r#"value="{}""#, ada.id)) && list.contains(r#"aria-label="Select ada""#), "{list}");
        assert!(list.contains(">Continue with all 4</button>") && list.contains(r#"<option value="signOut">Sign out everywhere</option>"#), "{list}");
        let address = format!("{ASK}?action=ban&of=selected&id={}&id={}&search=example", ada.id, bob.id);
        let question = view_page(&eve, &address).await;
        assert!(question.contains("Suspend 2 users?") && question.contains("ada@example.com") && question.contains("bob@example.com"), "{question}");
        assert!(question.contains(r#"href="/admin/users?search=example""#), "the way back keeps the filters");
        let asked = answer(&eve, &address, &[("reason", "a <b>"), ("until", "2001-01-01T00:00")]).await;
        assert!(asked.starts_with(ASK), "{asked}");
        let page = view_page(&eve, &asked).await;
        assert!(page.contains("Choose a time in the future.") && page.contains("a &lt;b&gt;"), "{page}");
        let job = answer(&eve, &asked, &[("reason", "spam")]).await;
        let waiting = eve.get(&job).await;
        assert_eq!(waiting.header("refresh"), "2", "it reloads itself: {job}");
        assert!(waiting.text.replace("<!>", "").contains("0 of 2 users changed") && waiting.text.contains("Waiting to start"), "{}", waiting.text);
        work_off(&app).await;
        let done = eve.get(&job).await;
        assert_eq!(done.header("refresh"), "", "it has ended");
        assert!(done.text.replace("<!>", "").contains("2 of 2 users changed") && !done.text.contains("Users not changed"), "{}", done.text);
        assert_eq!(app.find(bob.id).await.ban_reason.as_deref(), Some("spam"));
    }

    async fn all_who_match_are_meant_and_none_who_come_after_the_question(app) {
        app.admin("eve").await;
        for number in 0..12 {
            app.user(&format!("spam{number:02}")).await;
        }
        let eve = app.signed_in("eve").await;
        let address = format!("{ASK}?action=delete&of=all&search=spam&sort=email");
        let question = view_page(&eve, &address).await;
        assert!(question.contains("Delete 12 users?") && question.contains("spam09@example.com"), "{question}");
        assert!(question.contains("and 2 more") && !question.contains("spam10@example.com"), "{question}");
        let asked = answer(&eve, &address, &[("confirmation", "11")]).await;
        assert!(view_page(&eve, &asked).await.contains("Enter the number of users to confirm."));
        let query = hidden(&question, "query");
        app.user("spam99").await;
        let late = eve.post(START, &[("query", &query), ("count", "12"), ("confirmation", "12")]).await;
        assert_leads_to(&late, &address, "more match now");
        assert!(view_page(&eve, &address).await.contains("More users match now"));
        let job = answer(&eve, &address, &[("confirmation", "13")]).await;
        work_off(&app).await;
        assert!(view_page(&eve, &job).await.contains("13 of 13 users changed"));
        assert_eq!(app.count("SELECT count(*) FROM users WHERE email LIKE 'spam%'").await, 0);
    }

    async fn the_report_names_who_was_not_changed_and_why(app) {
        let root = app.admin("root").await;
        let helper = [Permission::UsersRead, Permission::UsersWrite];
        app.user_with_permissions("helper", &helper).await;
        let browser = app.signed_in("helper").await;
        let job = answer(&browser, &format!("{ASK}?action=ban&of=selected&id={}", root.id), &[]).await;
        work_off(&app).await;
        let page = view_page(&browser, &job).await;
        assert!(page.contains("0 of 1 user changed, 1 not changed"), "{page}");
        assert!(page.contains("This user has a permission that you don’t have."), "{page}");
        assert!(page.contains(&format!("/admin/users/{}", root.id)) && page.contains("root@example.com"), "{page}");
        app.admin("eve").await;
        assert_eq!(app.signed_in("eve").await.get(&job).await.status, 404, "another administrator’s job");
    }

    async fn roles_are_set_and_only_those_that_one_may_grant_are_offered(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        let address = format!("{ASK}?action=setRoles&of=selected&id={}", ada.id);
        assert!(view_page(&eve, &address).await.contains(r#"value="auditor""#));
        let asked = answer(&eve, &address, &[]).await;
        assert!(asked.starts_with(ASK), "{asked}");
        assert!(view_page(&eve, &asked).await.contains("Choose at least one role."), "none are not taken for all");
        answer(&eve, &address, &[("roles[]", "auditor"), ("roles[]", "user")]).await;
        work_off(&app).await;
        assert_eq!(app.find(ada.id).await.roles_at(app.clock.now()), ["auditor", "user"]);
    }

    async fn only_who_may_do_it_to_one_user_may_do_it_to_many(app) {
        let ada = app.user("ada").await;
        app.user_with_permissions("reader", &[Permission::UsersRead]).await;
        app.user_with_permissions("writer", &[Permission::UsersRead, Permission::UsersWrite]).await;
        let (reader, writer) = (app.signed_in("reader").await, app.signed_in("writer").await);
        let ask = |action: &str| format!("{ASK}?action={action}&of=selected&id={}", ada.id);
        assert_eq!(reader.get(&ask("ban")).await.status, 403);
        assert!(!view_page(&reader, "/admin/users").await.contains("class=\"mark\""));
        assert_eq!(writer.get(&ask("ban")).await.status, 200);
        for action in ["setRoles", "signOut"] {
            assert_eq!(writer.get(&ask(action)).await.status, 403, "{action}");
            let query = format!("action={action}&of=selected&id={}", ada.id);
            let refused = writer.post(START, &[("query", &query), ("count", "1"), ("roles[]", "user")]).await;
            assert_eq!(refused.status, 403, "{action}");
        }
        assert!(!view_page(&writer, "/admin/users").await.contains(r#"value="setRoles""#));
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 0);
        assert!(view_page(&writer, &format!("{ASK}?action=ban&of=selected")).await.contains("No users are selected."));
        assert!(view_page(&writer, &format!("{ASK}?action=ban&of=all&search=no-one")).await.contains("No users match"));
        assert_eq!(writer.get("/admin/jobs/x").await.status, 404);
    }

    async fn all_jobs_are_listed_and_only_ones_own_can_be_opened(app) {
        app.admin("eve").await;
        app.admin("root").await;
        app.user("ada").await;
        let (eve, root, ada) = (app.signed_in("eve").await, app.signed_in("root").await, app.signed_in("ada").await);
        assert_eq!(ada.get("/admin/jobs").await.status, 403);
        assert!(view_page(&eve, "/admin/jobs").await.contains("No jobs in the last 30 days."));
        assert!(view_page(&eve, "/admin/users").await.contains(r#"href="/admin/jobs""#));
        let address = format!("{ASK}?action=ban&of=all&search=ada");
        let job = answer(&eve, &address, &[]).await;
        work_off(&app).await;
        let page = view_page(&eve, "/admin/jobs").await;
        assert!(page.contains(&format!(r#"<a href="{job}">Suspend 1 user</a>"#)) && page.contains("1 of 1 user changed"), "{page}");
        assert!(page.contains(r#"<a href="/admin/users" aria-current="true">Users</a>"#), "{page}");
        assert!(view_page(&eve, &job).await.contains(r#"<a href="/admin/users" aria-current="true">Users</a>"#));
        let page = view_page(&root, "/admin/jobs").await;
        assert!(page.contains("<bdi>eve</bdi>") && page.contains("Suspend 1 user") && !page.contains(&job), "{page}");
        for _ in 0..25 {
            app.pass(1);
            work_off(&app).await;
            answer(&root, &format!("{ASK}?action=unban&of=all&search=ada"), &[]).await;
        }
        let page = view_page(&eve, "/admin/jobs").await;
        assert!(page.contains("Next →") && !page.contains("Suspend 1 user") && page.contains("Waiting to start"), "{page}");
        let older = page.split(">Next →</a>").next().unwrap().rsplit("href=\"").next().unwrap().split('"').next().unwrap();
        assert!(view_page(&eve, older).await.contains("Suspend 1 user"), "{older}");
        work_off(&app).await;
    }

    async fn a_job_is_stopped_by_its_button_and_only_then_comes_the_next(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        let address = format!("{ASK}?action=ban&of=selected&id={}", ada.id);
        let job = answer(&eve, &address, &[]).await;
        let asked = answer(&eve, &address, &[]).await;
        assert!(asked.starts_with(ASK), "{asked}");
        assert!(view_page(&eve, &asked).await.contains("One of your jobs is not finished. Wait until it is, or stop it."));
        let page = view_page(&eve, &job).await;
        assert!(page.contains(r#"action="/fn/stop_job""#) && page.contains(">Stop</button>"), "{page}");
        for _ in 0..2 {
            let stopped = eve.post("/fn/stop_job", &[("id", &hidden(&page, "id"))]).await;
            assert_leads_to(&stopped, &job, "a second click changes nothing");
        }
        work_off(&app).await;
        let page = view_page(&eve, &job).await;
        assert!(page.contains("Stopped") && page.contains("0 of 1 user changed, 1 not changed"), "{page}");
        assert!(page.contains("The job was stopped before this user’s turn.") && !page.contains("/fn/stop_job"), "{page}");
        assert!(!app.find(ada.id).await.is_banned(app.clock.now()));
        assert!(answer(&eve, &address, &[]).await.starts_with("/admin/jobs/"));
    }

    async fn oneself_is_among_them_only_after_a_fresh_sign_in(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        app.pass(11 * 60);
        let address = format!("{ASK}?action=verify&of=all");
        let confirm = answer(&eve, &address, &[]).await;
        assert_eq!(confirm, "/confirm?next=%2Fadmin%2Fusers%2Fbulk%3Faction%3Dverify%26of%3Dall");
    }

    async fn odd_names_are_shown_as_text(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        let name = r#""><img src=x onerror=alert(1)>"#;
        app.change(ada.id, UserChange::Name(DisplayName::parse(name).unwrap())).await;
        for path in ["/admin/users".to_owned(), format!("{ASK}?action=ban&of=all"), format!("{ASK}?action=ban&of=all&search=%22%3E%3Cimg")] {
            assert!(!view_page(&eve, &path).await.contains("<img"), "{path}");
        }
    }

    async fn the_list_is_filtered_by_day(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let today = &app.clock.now().to_string()[..10];
        for (query, total) in [
            (format!("createdFrom={today}&createdTo={today}"), "2 users"),
            ("createdTo=2001-01-01".to_owned(), "0 users"),
            (format!("lastSignInFrom={today}"), "1 user<"),
        ] {
            let page = view_page(&eve, &format!("/admin/users?{query}")).await;
            assert!(page.contains(total), "{query}: {page}");
        }
        let page = view_page(&eve, "/admin/users?createdFrom=2026-01-01&role=admin").await;
        let csv = "/api/v1/users/export?format=csv&amp;role=admin&amp;created=%3E%3D2026-01-01";
        assert!(page.contains(csv) && page.contains(r#"value="2026-01-01""#), "{page}");
    }

    async fn without_an_action_the_list_asks_for_one(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let list = view_page(&eve, "/admin/users").await;
        assert!(list.contains(r#"name="action" required"#), "{list}");
        for (query, back) in [
            ("action=&of=selected&id=x&search=a%26b", "/admin/users?search=a%26b"),
            ("action=nonsense&of=all", "/admin/users"),
            ("", "/admin/users"),
        ] {
            assert_leads_to(&eve.get(&format!("{ASK}?{query}")).await, back, query);
            assert!(view_page(&eve, back).await.contains("Choose an action first."), "{query}");
        }
        assert!(!view_page(&eve, "/admin/users").await.contains("Choose an action first."), "once");
    }

    async fn a_wrong_filter_never_selects_more_users(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        for filter in ["status=suspended", "verified=no", "lastSignInTo=x", "search=a&search=b", "nonsense=1"] {
            let query = format!("action=ban&of=all&{filter}");
            let back = format!("/admin/users?{filter}");
            assert_leads_to(&eve.get(&format!("{ASK}?{query}")).await, &back, filter);
            assert!(view_page(&eve, &back).await.contains("a filter that doesn’t work here"), "{filter}");
            assert_eq!(eve.post(START, &[("query", &query), ("count", "9")]).await.status, 400, "{filter}");
        }
        assert_eq!(app.count("SELECT count(*) FROM bulk_jobs").await, 0);
    }

    async fn among_many_one_does_not_suspend_oneself(app) {
        let eve_user = app.admin("eve").await;
        app.admin("root").await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        let job = answer(&eve, &format!("{ASK}?action=ban&of=selected&id={}&id={}", eve_user.id, ada.id), &[]).await;
        work_off(&app).await;
        let page = view_page(&eve, &job).await;
        assert!(page.contains("1 of 2 users changed, 1 not changed") && page.contains("You can’t suspend yourself."), "{page}");
        assert!(app.find(ada.id).await.is_banned(app.clock.now()) && !app.find(eve_user.id).await.is_banned(app.clock.now()));
    }

}
