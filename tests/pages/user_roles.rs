//! The roles on the page of a user, in a browser without scripts.

use super::{
    assert_leads_to,
    users::{version, view_page},
};
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::model::{Permission, RoleGrant, User};

/// Saves these roles from the page of a user, as it is now.
async fn save(browser: &Browser, user: &User, fields: &[(&str, &str)]) -> String {
    let (id, one) = (user.id.to_string(), format!("/admin/users/{}", user.id));
    let version = version(&view_page(browser, &one).await);
    let fields = [&[("id", id.as_str()), ("version", &version)], fields].concat();
    assert_leads_to(&browser.post("/fn/set_user_roles", &fields).await, &one, "saved or refused");
    view_page(browser, &one).await
}

async fn roles(app: &TestApp, user: &User) -> Vec<String> {
    app.find(user.id).await.roles.iter().map(RoleGrant::to_string).collect()
}

on_both_databases! {
    async fn a_role_is_given_until_a_time_and_the_time_is_shown_and_kept(app) {
        app.admin("eve").await;
        app.user_with_permissions("support", &[Permission::UsersRead]).await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        let ticked = [("roles[]", "support"), ("roles[]", "user")];
        let page = save(&eve, &ada, &[&ticked[..], &[("until[support]", "2999-01-31T12:00"), ("until[admin]", "x"), ("until[user]", "")]].concat()).await;
        assert!(page.contains("Roles saved.") && page.contains("support (until 31 Jan 2999, 12:00 UTC), User"), "{page}");
        assert!(page.contains(r#"name="until[support]" type="datetime-local" value="2999-01-31T12:00:00""#), "{page}");
        assert_eq!(roles(&app, &ada).await, ["support until 2999-01-31T12:00:00Z", "user"]);
        // What the page holds can be saved as it is, and an unticked role is taken away whatever its end.
        save(&eve, &ada, &[&ticked[..], &[("until[support]", "2999-01-31T12:00:00")]].concat()).await;
        assert_eq!(roles(&app, &ada).await, ["support until 2999-01-31T12:00:00Z", "user"]);
        save(&eve, &ada, &[("roles[]", "user"), ("until[support]", "2999-01-31T12:00:00")]).await;
        assert_eq!(roles(&app, &ada).await, ["user"]);
    }

    async fn a_wrong_end_is_refused_by_role_and_kept_with_what_was_ticked(app) {
        app.admin("eve").await;
        let ada = app.user("ada").await;
        let eve = app.signed_in("eve").await;
        for (end, error) in [("2001-01-01T00:00", "Choose a time in the future."), ("<b>", "Enter a date and time")] {
            let page = save(&eve, &ada, &[("roles[]", "auditor"), ("until[auditor]", end)]).await;
            let shown = page.split(r#"id="error-until-auditor""#).nth(1).unwrap_or_else(|| panic!("no error: {page}"));
            assert!(shown.split("</p>").next().unwrap().contains(error), "{page}");
            assert!(page.contains(r#"aria-invalid="true" aria-describedby="error-until-auditor""#), "{page}");
            assert_eq!(page.matches(error).count(), 1, "at the field alone: {page}");
            let kept = format!(r#"name="until[auditor]" type="datetime-local" value="{}""#, end.replace('<', "&lt;").replace('>', "&gt;"));
            assert!(page.contains(&kept) && !page.contains("<b>"), "{kept} in {page}");
            assert_eq!(roles(&app, &ada).await, ["user"]);
        }
        for odd in [("until", "x"), ("until[]", "x"), ("until[user][x]", "x")] {
            let fields = [("id", ada.id.to_string()), ("version", "1".to_owned()), (odd.0, odd.1.to_owned())];
            let answer = eve.post("/fn/set_user_roles", &fields.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
            assert!((300..500).contains(&answer.status), "{odd:?}: {}", answer.text);
        }
    }
}
