//! The user's own API keys.

use super::{
    app_layout::{AppLayout, Notices},
    load::load,
    own_account::ConfirmFirst,
    roles::PermissionBoxes,
};
use crate::{
    model::{ApiKeyLine, FormName, FormState, OwnApiKeys, Page, Permission},
    server_fns::{CreateApiKey, RevokeApiKey, api_keys},
    ui::{
        components::{Breadcrumbs, Choice, Due, Icon, Moment, Shape},
        context::PageContext,
        forms::{Feedback, Field, FieldSpec, Form, FormErrorAlert, InputKind, SubmitButton},
        islands::CopyButton,
        text::{api_keys as words, roles},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

const NAME: FieldSpec = FieldSpec { name: "name", label: words::NAME, kind: InputKind::Text, autocomplete: "off" };
const NETWORKS: FieldSpec =
    FieldSpec { name: "networks", label: words::NETWORKS, kind: InputKind::Text, autocomplete: "off" };
/// How many days a new key is good, unless its owner chooses otherwise.
const DAYS: &str = "90";

/// Page that lists the user's API keys and creates one.
#[component]
pub fn ApiKeysPage() -> impl IntoView {
    load(api_keys(), |own| view! { <OwnKeys own /> })
}

#[component]
fn OwnKeys(own: OwnApiKeys) -> impl IntoView {
    let OwnApiKeys { keys, held, is_fresh, now } = own;
    let before = PageContext::current().flash.state_of(FormName::ApiKey);
    let created = before.kept("key");
    view! {
        <AppLayout class="settings" now>
            <Breadcrumbs list=Page::OwnAccount address=Page::OwnAccount.path() here=words::API_KEYS />
            <h1>{words::API_KEYS}</h1>
            <Notices />
            {created.map(|key| view! { <Created key /> })}
            <section class="whole" aria-labelledby="keys">
                <h2 id="keys">{words::ACTIVE}</h2>
                <p class="aside">{words::LEAD}</p>
                <Keys keys />
            </section>
            <section aria-labelledby="new">
                <div class="about">
                    <h2 id="new">{words::CREATE}</h2>
                    <p>{words::CREATE_LEAD}</p>
                </div>
                <div class="card">
                    {if is_fresh {
                        view! { <CreateForm before held /> }.into_any()
                    } else {
                        view! { <ConfirmFirst next=Page::ApiKeys /> }.into_any()
                    }}
                </div>
            </section>
        </AppLayout>
    }
}

/// Shows a new key, this once.
#[component]
fn Created(key: String) -> impl IntoView {
    view! {
        <div class="notice" role="status">
            <p>{words::COPY_NOW}</p>
            <p class="copied"><code data-secret="">{key.clone()}</code> <CopyButton text=key name=words::API_KEY.to_owned() /></p>
        </div>
    }
}

#[component]
fn Keys(keys: Vec<ApiKeyLine>) -> impl IntoView {
    if keys.is_empty() {
        return view! { <p class="empty">{words::NONE}</p> }.into_any();
    }
    let rows = keys.into_iter().map(|key| {
        let (id, name) = (key.id.clone(), key.name.clone());
        view! {
            <li class="row">
                <ApiKeyFacts key address=None />
                <form method="post" action=RevokeApiKey::PATH>
                    <input type="hidden" name="id" value=id />
                    <button type="submit">{words::REVOKE} <span class="visually-hidden">" " {name}</span></button>
                </form>
            </li>
        }
    });
    view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
}

/// What is known of a key. Its name leads to `address`.
#[component]
pub fn ApiKeyFacts(key: ApiKeyLine, address: Option<String>) -> impl IntoView {
    let ApiKeyLine { name, scopes, networks, created_at, expires_at, last_used, .. } = key;
    let name = match address {
        Some(address) => view! { <a href=address><bdi>{name}</bdi></a> }.into_any(),
        None => view! { <bdi>{name}</bdi> }.into_any(),
    };
    let names: Vec<String> = scopes.into_iter().map(roles::permission_name).collect();
    let scopes = if names.is_empty() { words::NO_SCOPES.to_owned() } else { names.join(", ") };
    view! {
        <Icon shape=Shape::Program />
        <div class="facts">
            <p class="device">{name}</p>
            <p class="aside"><span>{scopes}</span></p>
            {(!networks.is_empty()).then(|| view! { <p class="aside"><span>{words::ONLY_FROM} " " {networks.join(", ")}</span></p> })}
            <p class="aside">
                <span>{words::CREATED} " " <Moment at=created_at /></span>
                {match expires_at {
                    Some(at) => view! { <span>{words::EXPIRES} " " <Due at /></span> }.into_any(),
                    None => view! { <span>{words::NEVER_EXPIRES}</span> }.into_any(),
                }}
                {match last_used {
                    Some((at, network)) => view! { <span>{words::LAST_USED} " " <Moment at /> " " {words::FROM} " " {network}</span> }.into_any(),
                    None => view! { <span>{words::NEVER_USED}</span> }.into_any(),
                }}
            </p>
        </div>
    }
}

#[component]
fn CreateForm(before: FormState, held: Vec<Permission>) -> impl IntoView {
    let form = Feedback::of::<CreateApiKey>(before.errors.clone(), "");
    let chosen = before.kept("scopes").unwrap_or_default();
    let chosen = chosen.split(' ').filter_map(|name| name.parse().ok()).collect();
    let lives = words::LIVES.iter().map(|(days, word)| ((*days).to_owned(), (*word).to_owned())).collect();
    let days = before.kept("days").unwrap_or_else(|| DAYS.to_owned());
    view! {
        <Form form class="stack">
            <FormErrorAlert form />
            <Field spec=&NAME form value=before.kept(NAME.name) hint=words::NAME_HINT.to_owned() />
            <Choice name="days" label=words::LIFE options=lives chosen=days />
            <PermissionBoxes name="scopes[]" chosen held />
            <Field spec=&NETWORKS form value=before.kept(NETWORKS.name) hint=words::NETWORKS_HINT.to_owned() />
            <div><SubmitButton form label=words::CREATE /></div>
        </Form>
    }
}
