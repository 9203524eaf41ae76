//! The list of users.

use super::{
    AppLayout, Notices,
    columns::Columns,
    filters::Filters,
    load,
    marked::{Mark, MarkedForm},
};
use crate::{
    model::{FormName, Page, UserColumn, UserLine, UserList, UserSortKey, UsersView},
    server_fns::users,
    ui::{
        components::{Moment, Pager, Problem, SortHead, UserStateBadge},
        context::PageContext,
        text::{self, bulk, users as words},
    },
};
use leptos::prelude::*;

/// Page with the users that match the filters.
#[component]
pub fn UsersPage() -> impl IntoView {
    load(users(PageContext::current().query().to_owned()), |list| view! { <List list /> })
}

#[component]
fn List(list: UserList) -> impl IntoView {
    let UserList { view, wrong_filter, part, roles, may_write, hidden, actions, now } = list;
    let create = may_write.then(|| view! { <Offers /> });
    let may_mark = !actions.is_empty();
    let (previous, next) = (part.prev, part.next);
    let is_shown = wrong_filter.is_none();
    let problem = wrong_filter.map(|name| text::wrong_filter(&name));
    let problem = problem.or_else(|| PageContext::current().flash.state_of(FormName::ChangeUsers).errors.message);
    view! {
        <AppLayout class="admin roomy" now>
            <div class="bar offer">
                <h1>{words::USERS}</h1>
                {create}
            </div>
            <Notices />
            {problem.map(|text| view! { <Problem text /> })}
            <Filters view=view.clone() roles />
            {is_shown.then(|| view! { <Downloads view=view.clone() total=part.total /> })}
            {if !is_shown {
                ().into_any()
            } else if part.rows.is_empty() {
                view! { <Nothing is_filtered=view.is_filtered() /> }.into_any()
            } else {
                let form = may_mark.then(|| view! { <MarkedForm kept=view.filters_and_order() actions total=part.total /> });
                view! {
                    <Columns hidden=hidden.clone() />
                    <Table rows=part.rows view=view.clone() hidden may_mark />
                    {form}
                }
                .into_any()
            }}
            <Pager
                previous=previous.map(|place| view.at("", &place).address())
                next=next.map(|place| view.at(&place, "").address())
            />
        </AppLayout>
    }
}

/// How many users match, and the ways to get them.
#[component]
fn Downloads(view: UsersView, total: i64) -> impl IntoView {
    view! {
        <div class="bar downloads">
            <p class="aside">{words::listed(total)}</p>
            <a href=view.export_address("csv")>{bulk::CSV}</a>
            <a href=view.export_address("jsonl")>{bulk::JSONL}</a>
            <a href=Page::Jobs.path()>{bulk::JOBS}</a>
        </div>
    }
}

#[component]
fn Offers() -> impl IntoView {
    view! {
        <div class="acts">
            <a class="button" href=Page::ImportUsers.path()>{bulk::IMPORT}</a>
            <a class="button" href=Page::NewUser.path()>{words::CREATE}</a>
        </div>
    }
}

#[component]
fn Nothing(is_filtered: bool) -> impl IntoView {
    let (what, next) =
        if is_filtered { (words::NO_MATCH, text::monitor::CLEAR) } else { (words::NO_ROWS, words::FIRST_PAGE) };
    view! {
        <div class="empty">
            <p>{what}</p>
            <p><a href=Page::Users.path()>{next}</a></p>
        </div>
    }
}

#[component]
fn Table(rows: Vec<UserLine>, view: UsersView, hidden: Vec<UserColumn>, may_mark: bool) -> impl IntoView {
    let sorting = |key: UserSortKey, is_hidden: bool| {
        let sort = view.sort();
        let is_descending = (sort.key == key).then_some(sort.is_descending);
        view! { <SortHead label=words::column(key) address=view.sorted_by(key).address() is_descending is_hidden /> }
    };
    let is_hidden = |column| hidden.contains(&column);
    let rows = rows.into_iter().map(|line| view! { <Row line hidden=hidden.clone() may_mark /> });
    view! {
        <table class="people" aria-label=words::USERS>
            <thead>
                <tr>
                    <th scope="col">{text::NAME}</th>
                    {sorting(UserSortKey::Email, false)}
                    <th scope="col" hidden=is_hidden(UserColumn::Username)>{text::PLAIN_USERNAME}</th>
                    <th scope="col" hidden=is_hidden(UserColumn::Roles)>{text::ROLES}</th>
                    <th scope="col" hidden=is_hidden(UserColumn::State)>{words::STATE}</th>
                    {sorting(UserSortKey::CreatedAt, is_hidden(UserColumn::CreatedAt))}
                    {sorting(UserSortKey::LastSignInAt, is_hidden(UserColumn::LastSignInAt))}
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(line: UserLine, hidden: Vec<UserColumn>, may_mark: bool) -> impl IntoView {
    let is_hidden = |column| hidden.contains(&column);
    let UserLine { id, email, username, name, roles, state, created_at, last_sign_in_at } = line;
    let last_sign_in = match last_sign_in_at {
        Some(at) => view! { <Moment at /> }.into_any(),
        None => view! { {words::NEVER} }.into_any(),
    };
    view! {
        <tr>
            <td title=name.clone()>
                <span class="one-line">
                    {may_mark.then(|| view! { <Mark id=id.clone() label=bulk::select(&name) /> })}
                    <a href=Page::User.about(&id)><bdi>{name.clone()}</bdi></a>
                </span>
            </td>
            <td title=email.clone()><bdi>{email.clone()}</bdi></td>
            <td title=username.clone() hidden=is_hidden(UserColumn::Username)><bdi>{username.clone()}</bdi></td>
            <td hidden=is_hidden(UserColumn::Roles)><RoleNames roles /></td>
            <td hidden=is_hidden(UserColumn::State)><UserStateBadge state /></td>
            <td hidden=is_hidden(UserColumn::CreatedAt)><Moment at=created_at /></td>
            <td data-head=words::LAST_SIGN_IN hidden=is_hidden(UserColumn::LastSignInAt)>{last_sign_in}</td>
        </tr>
    }
}

/// Lists roles by their names for people.
#[component]
pub fn RoleNames(roles: Vec<String>) -> impl IntoView {
    let names: Vec<String> = roles.into_iter().map(|name| text::role(&name).to_owned()).collect();
    if names.is_empty() { words::NONE.to_owned() } else { names.join(", ") }
}
