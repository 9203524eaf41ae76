//! Roles, as administrators see and change them in a browser without scripts.

use super::{assert_leads_to, flash_of, users::view_page};
use crate::{
    app::{Browser, TestApp},
    on_both_databases,
};
use claviger::{
    model::{DisplayName, Permission, UserId},
    server::domain::{NewRole, UserChange},
};

const PAGE: &str = "/admin/roles";
const ACTIONS: [&str; 3] = ["/fn/create_role", "/fn/delete_role", "/fn/save_role"];

/// Returns the permissions of a role as the server knows them.
async fn permissions(app: &TestApp, name: &str) -> Vec<String> {
    let role = app.services.roles.find(&name.parse().unwrap()).await.unwrap();
    role.permissions.iter().map(ToString::to_string).collect()
}

/// Posts the hidden fields of the form on this page.
async fn send_form(browser: &Browser, page: &str, action: &str) -> crate::app::TestResponse {
    let form = page.split(&format!(r#"action="{action}""#)).nth(1).unwrap().split("</form>").next().unwrap();
    let inputs = form.split(r#"<input type="hidden" name=""#).skip(1);
    let value = |text: &str| text.replace("&amp;", "&").replace("&quot;", "\"");
    let fields: Vec<(String, String)> = inputs
        .map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (name.to_owned(), value(rest.split('"').next().unwrap()))
        })
        .collect();
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(action, &fields).await
}

async fn holder(app: &TestApp, name: &str, role: &str) -> UserId {
    app.user_with(name, &[role, "user"], true).await.id
}

on_both_databases! {
    async fn only_those_with_the_permission_see_roles_and_only_those_who_may_write_see_forms(app) {
        app.user("ada").await;
        app.user_with("aud", &["auditor", "user"], true).await;
        app.user_with_permissions("reader", &[Permission::RolesRead]).await;
        assert_leads_to(&app.browser().get(PAGE).await, "/login?next=%2Fadmin%2Froles", "anonymous");
        let questions = ["create", "edit&role=reader", "review&role=reader&description=", "delete&role=reader"];
        for name in ["ada", "aud"] {
            let browser = app.signed_in(name).await;
            assert_eq!(browser.get(PAGE).await.status, 403, "{name}");
            for action in ["/fn/roles", "/fn/role"].iter().chain(&ACTIONS) {
                assert_eq!(browser.call(action, &[("name", "reader"), ("version", "1")]).await.status, 403, "{name} {action}");
            }
        }
        let reader = app.signed_in("reader").await;
        let page = view_page(&reader, PAGE).await;
        assert!(page.contains("Administrator") && page.contains("Built-in") && page.contains("reader"), "{page}");
        assert!(!page.contains("?ask=") && !page.contains("/admin/users"), "{page}");
        for question in questions {
            assert_eq!(reader.get(&format!("{PAGE}?ask={question}")).await.status, 403, "{question}");
        }
        for action in ["/fn/role"].iter().chain(&ACTIONS) {
            assert_eq!(reader.call(action, &[("name", "reader"), ("version", "1")]).await.status, 403, "{action}");
        }
    }

    async fn a_role_is_created_edited_after_a_warning_and_deleted(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        assert!(view_page(&eve, PAGE).await.contains("?ask=create"));
        let fields = [("name", "support"), ("description", "Helps <b> & \u{201C}looks\u{201D}"), ("permissions[]", "users:read"), ("permissions[]", "sessions:read")];
        assert_leads_to(&eve.post("/fn/create_role", &fields).await, PAGE, "created");
        let page = view_page(&eve, PAGE).await;
        assert!(page.contains("Role support created.") && page.contains("Helps &lt;b&gt;") && !page.contains("<b>"), "{page}");
        assert!(page.contains("role=support"), "the number of holders leads to them: {page}");
        let ada = holder(&app, "ada", "support").await;
        let edit = view_page(&eve, &format!("{PAGE}?ask=edit&role=support")).await;
        assert!(edit.contains(r#"value="sessions:read" checked"#) && !edit.contains(r#"value="audit:read" checked"#), "{edit}");
        let review = format!("{PAGE}?ask=review&role=support&description=Looks&permissions=users:read&permissions=audit:read");
        let page = view_page(&eve, &review).await;
        assert!(page.contains("1 user loses what is taken away") && page.contains("Sessions: read"), "{page}");
        assert!(page.contains("Audit log: read") && page.contains(">ada</bdi>"), "{page}");
        assert_eq!(permissions(&app, "support").await, ["sessions:read", "users:read"], "nothing is saved before");
        assert_leads_to(&send_form(&eve, &page, "/fn/save_role").await, PAGE, "saved");
        assert_eq!(permissions(&app, "support").await, ["audit:read", "users:read"]);
        // The page from before shows a version that is gone.
        let again = send_form(&eve, &page, "/fn/save_role").await;
        assert!(again.header("location").starts_with("/admin/roles?ask=review&role=support&description=Looks"), "{}", again.header("location"));
        let page = view_page(&eve, again.header("location")).await;
        assert!(page.contains("Someone else changed this role") && page.contains("Nothing has changed."), "{page}");
        let page = view_page(&eve, &format!("{PAGE}?ask=delete&role=support")).await;
        assert!(page.contains("1 user has this role. Take it from them") && !page.contains("/fn/delete_role"), "{page}");
        assert_eq!(eve.post("/fn/delete_role", &[("name", "support")]).await.status, 303);
        let error = flash_of(&app, &eve).await.form.unwrap().1.errors.message;
        assert_eq!(error.as_deref(), Some("Users still have this role. Take it from them first."));
        app.change(ada, UserChange::Roles(vec!["user".into()])).await;
        let page = view_page(&eve, &format!("{PAGE}?ask=delete&role=support")).await;
        assert_leads_to(&send_form(&eve, &page, "/fn/delete_role").await, PAGE, "deleted");
        assert!(!view_page(&eve, PAGE).await.contains("role=support"));
        assert_eq!(eve.get(&format!("{PAGE}?ask=edit&role=support")).await.status, 404);
    }

    async fn wrong_fields_are_refused_and_kept(app) {
        app.admin("eve").await;
        let eve = app.signed_in("eve").await;
        let form = format!("{PAGE}?ask=create");
        let (long, marked) = ("x".repeat(201), "a\u{202E}b");
        for (name, description, permission, error) in [
            ("Support", "", "users:read", "begin with a letter"),
            ("support", long.as_str(), "users:read", "at most 200 characters"),
            ("support", marked, "users:read", "at most 200 characters"),
            ("support", "", "users:fly", "One of these permissions does not exist"),
            ("admin", "", "users:read", "already a role with this name"),
        ] {
            let fields = [("name", name), ("description", description), ("permissions[]", permission)];
            assert_leads_to(&eve.post("/fn/create_role", &fields).await, &form, error);
            let page = view_page(&eve, &form).await;
            assert!(page.contains(error) && page.contains(&format!(r#"value="{name}""#)), "{error}: {page}");
            assert_eq!(page.contains(r#"value="users:read" checked"#), permission == "users:read", "{page}");
        }
        let fields = [("name", "support"), ("version", "1"), ("description", marked), ("permissions[]", "users:read")];
        let answer = eve.post("/fn/save_role", &fields).await;
        assert!(answer.header("location").starts_with("/admin/roles?ask=edit&role=support"), "{}", answer.header("location"));
    }

    async fn built_in_roles_and_those_beyond_the_administrator_are_shown_as_such(app) {
        app.admin("eve").await;
        let held = [Permission::RolesRead, Permission::RolesWrite, Permission::UsersRead];
        app.user_with_permissions("limited", &held).await;
        for (name, permissions) in [("auditing", vec![Permission::AuditRead]), ("looking", vec![Permission::UsersRead])] {
            let role = NewRole { name: name.parse().unwrap(), description: String::new(), permissions };
            let caller = claviger::server::services::Caller::command_line();
            app.services.roles.create(role, claviger::server::domain::Actor::Cli, &caller).await.unwrap();
        }
        app.user_with("root", &["admin", "looking"], true).await;
        let limited = app.signed_in("limited").await;
        for (role, reason) in [
            ("admin", "Built-in roles can’t be changed"),
            ("auditing", "has permissions that you don’t have"),
            ("looking", "has permissions that you don’t have"),
        ] {
            for ask in ["edit", "delete", "review"] {
                let page = view_page(&limited, &format!("{PAGE}?ask={ask}&role={role}&description=x")).await;
                assert!(page.contains(reason) && !page.contains("<fieldset"), "{ask} {role}: {page}");
                assert!(!ACTIONS.iter().any(|action| page.contains(action)), "{ask} {role}: {page}");
            }
            let fields = [("name", role), ("version", "1"), ("description", "x")];
            assert_eq!(limited.post("/fn/save_role", &fields).await.status, 303);
            assert!(flash_of(&app, &limited).await.form.is_some(), "refused by the server, too: {role}");
        }
        let page = view_page(&limited, &format!("{PAGE}?ask=create")).await;
        assert!(page.contains(r#"value="audit:read" disabled"#) && page.contains("so you can’t grant it"), "{page}");
        assert!(!page.contains(r#"value="users:read" disabled"#), "{page}");
        let fields = [("name", "more"), ("permissions[]", "audit:read")];
        assert_leads_to(&limited.post("/fn/create_role", &fields).await, &format!("{PAGE}?ask=create"), "beyond");
        assert!(view_page(&limited, &format!("{PAGE}?ask=create")).await.contains("a permission that you don’t have"));
    }

    async fn names_of_holders_are_shown_as_text_and_only_to_those_who_may_see_users(app) {
        app.admin("eve").await;
        app.user_with_permissions("support", &[Permission::RolesRead]).await;
        let name = r#""><img src=x onerror=alert(1)>"#;
        let ada = holder(&app, "ada", "support").await;
        app.change(ada, UserChange::Name(DisplayName::parse(name).unwrap())).await;
        app.user_with_permissions("keeper", &[Permission::RolesRead, Permission::RolesWrite]).await;
        let (eve, keeper) = (app.signed_in("eve").await, app.signed_in("keeper").await);
        for path in ["ask=review&role=support&description=x", "ask=delete&role=support"] {
            let page = view_page(&eve, &format!("{PAGE}?{path}")).await;
            assert!(page.contains("&lt;img") && !page.contains("<img"), "{page}");
            let page = view_page(&keeper, &format!("{PAGE}?{path}")).await;
            assert!(page.contains("2 users have this role") && !page.contains("img"), "{page}");
        }
    }
}
