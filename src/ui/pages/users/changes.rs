//! What can be changed about a user.

use crate::{
    model::{
        EndScope, FieldError, FormState, MonitorView, OpenUser, Page, Removal, RoleChoice, TickedRoles, UserLine,
        UserQuestion, until_field,
    },
    server_fns::{LiftSuspension, SendReset, SetUserRoles, UnlockUser, VerifyUser},
    ui::{
        components::{Icon, Shape},
        context::PageContext,
        forms::{
            Feedback, Field, FieldSpec, Form, SubmitButton,
            fields::{EMAIL, NAME, USERNAME},
        },
        text::{self, monitor, users as words},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The browser's own name and address are not the user's.
const THEIR_NAME: FieldSpec = FieldSpec { autocomplete: "off", ..NAME };
const THEIR_EMAIL: FieldSpec = FieldSpec { autocomplete: "off", ..EMAIL };
const THEIR_USERNAME: FieldSpec = FieldSpec { autocomplete: "off", ..USERNAME };

/// The forms that the current user may send. `form` is the one that edits the profile, with what was typed
/// `before` it was refused.
#[component]
pub fn Changes(open: OpenUser, before: FormState, form: Feedback) -> impl IntoView {
    let access = view! { <AccessSection open=open.clone() /> };
    let OpenUser { line, version, may, roles, held, removal, .. } = open;
    let id = line.id.clone();
    let ticked = before.kept("roles").map_or_else(|| TickedRoles::from(&held[..]), |typed| TickedRoles::parse(&typed));
    let errors = before.errors.fields.clone();
    let roles = may.give_roles.then(|| view! { <RolesSection id=id.clone() version ticked roles errors /> });
    if !may.write {
        let is_beyond = PageContext::current().open_pages.contains(&Page::NewUser);
        let why = is_beyond.then(|| view! { <p class="aside">{words::BEYOND}</p> });
        return view! { {why} {roles} {access} }.into_any();
    }
    view! {
        <ProfileSection line version before form />
        {roles}
        {access}
        <section aria-labelledby="delete">
            <div class="about">
                <h2 id="delete">{words::DELETE_SECTION}</h2>
                <p>{words::DELETE_LEAD}</p>
            </div>
            <div class="card grave first">
                {match removal {
                    Removal::LastAdministrator => view! { <p>{words::LAST_ADMINISTRATOR}</p> }.into_any(),
                    Removal::Own => view! {
                        <p>{words::OWN} " " <a href=Page::OwnAccount.path()>{words::OWN_ACCOUNT}</a></p>
                    }
                    .into_any(),
                    Removal::Offered => {
                        let address = UserQuestion::Delete.address(id);
                        view! { <a class="button" href=address>{words::button(UserQuestion::Delete)}</a> }.into_any()
                    }
                }}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn ProfileSection(line: UserLine, version: i64, before: FormState, form: Feedback) -> impl IntoView {
    let UserLine { id, email, username, name, .. } = line;
    let field = move |spec: &'static FieldSpec, now: String| {
        let typed = before.kept(spec.name);
        let hint = typed.as_ref().filter(|typed| **typed != now).map(|_| words::now_is(&now));
        view! { <Field spec form value=Some(typed.unwrap_or(now)) hint /> }
    };
    view! {
        <section aria-labelledby="profile">
            <div class="about">
                <h2 id="profile">{words::PROFILE}</h2>
                <p>{words::PROFILE_LEAD}</p>
            </div>
            <div class="card">
                <Form form>
                    <input type="hidden" name="id" value=id />
                    <input type="hidden" name="version" value=version />
                    {field(&THEIR_NAME, name)}
                    {field(&THEIR_EMAIL, email)}
                    {field(&THEIR_USERNAME, username.unwrap_or_default())}
                    <SubmitButton form label=words::SAVE />
                </Form>
            </div>
        </section>
    }
}

#[component]
fn RolesSection(
    id: String,
    version: i64,
    ticked: TickedRoles,
    roles: Vec<RoleChoice>,
    errors: Vec<FieldError>,
) -> impl IntoView {
    let rows = roles.into_iter().map(move |role| {
        let end = ticked.end_of(&role.name).map(str::to_owned);
        let field = until_field(&role.name);
        let error = errors.iter().find(|error| error.field == field).map(|error| error.message.clone());
        view! { <RoleRow role end error /> }
    });
    view! {
        <section aria-labelledby="roles">
            <div class="about">
                <h2 id="roles">{text::ROLES}</h2>
                <p>{words::ROLES_LEAD}</p>
                <p>{words::ENDS_LEAD}</p>
            </div>
            <div class="card">
                <form method="post" action=SetUserRoles::PATH>
                    <input type="hidden" name="id" value=id />
                    <input type="hidden" name="version" value=version />
                    <fieldset class="given">
                        <legend>{text::ROLES}</legend>
                        {rows.collect_view()}
                    </fieldset>
                    <button type="submit">{words::SAVE_ROLES}</button>
                </form>
            </div>
        </section>
    }
}

/// A role to give, and until when. `end` is what was typed for it, if it is ticked, and `error` what is wrong with that.
#[component]
fn RoleRow(role: RoleChoice, end: Option<String>, error: Option<String>) -> impl IntoView {
    let RoleChoice { name, description } = role;
    let (id, is_given) = (until_field(&name), end.is_some());
    let error_id = format!("error-{id}");
    let (is_wrong, described) = (error.is_some(), error.is_some().then(|| error_id.clone()));
    let shown = text::role(&name).to_owned();
    view! {
        <div>
            <label class="tick">
                <input type="checkbox" name="roles[]" value=name.clone() checked=is_given />
                <RoleText name=shown.clone() description />
            </label>
            <div class="until">
                <label for=id.clone()>
                    {words::UNTIL_UTC} <span class="visually-hidden">" " {shown}</span>
                </label>
                <input
                    id=id
                    name=format!("until[{name}]")
                    type="datetime-local"
                    value=end
                    autocomplete="off"
                    autofocus=is_wrong
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=described
                />
                {error.map(|message| view! { <p class="error" id=error_id><Icon shape=Shape::Alert /><span>{message}</span></p> })}
            </div>
        </div>
    }
}

#[component]
fn RoleText(name: String, description: String) -> impl IntoView {
    view! { <span>{name} " " <bdi class="aside">{description}</bdi></span> }
}

/// A checkbox for each role, checked if it is held.
#[component]
pub fn RoleBoxes(roles: Vec<RoleChoice>, held: Vec<String>) -> impl IntoView {
    let boxes = roles.into_iter().map(move |RoleChoice { name, description }| {
        let is_held = held.contains(&name);
        view! {
            <label class="tick">
                <input type="checkbox" name="roles[]" value=name.clone() checked=is_held />
                <RoleText name=text::role(&name).to_owned() description />
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>{text::ROLES}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
}

/// Suspension, lock, verification and sessions.
#[component]
fn AccessSection(open: OpenUser) -> impl IntoView {
    let OpenUser { line, is_verified, is_locked, removal, suspension, sessions, may, .. } = open;
    let id = line.id;
    let act = |is_offered: bool, path: &'static str, label: &'static str| {
        (may.write && is_offered).then(|| {
            view! {
                <form method="post" action=path>
                    <input type="hidden" name="id" value=id.clone() />
                    <button type="submit">{label}</button>
                </form>
            }
        })
    };
    let suspend = (may.write && suspension.is_none() && removal == Removal::Offered).then(|| {
        view! { <a class="button" href=UserQuestion::Suspend.address(&id)>{words::button(UserQuestion::Suspend)}</a> }
    });
    let end = (may.revoke && sessions.is_some_and(|count| count > 0)).then(|| {
        let address = EndScope::User.address(&id, &MonitorView::of_user(&id));
        view! { <a class="button" href=address>{monitor::end_button(EndScope::User)}</a> }
    });
    (may.write || end.is_some()).then(|| {
        view! {
            <section aria-labelledby="access">
                <div class="about">
                    <h2 id="access">{words::ACCESS}</h2>
                    <p>{words::ACCESS_LEAD}</p>
                    {may.write.then(|| view! { <p>{words::reset_lead(is_verified)}</p> })}
                </div>
                <div class="card again">
                    {act(suspension.is_some(), LiftSuspension::PATH, words::LIFT)}
                    {act(is_locked, UnlockUser::PATH, words::UNLOCK)}
                    {act(!is_verified, VerifyUser::PATH, words::VERIFY)}
                    {act(true, SendReset::PATH, words::SEND_RESET)}
                    {suspend}
                    {end}
                </div>
            </section>
        }
    })
}
