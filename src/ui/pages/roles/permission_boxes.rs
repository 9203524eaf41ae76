//! The permissions of a role, to choose from.

use crate::{model::Permission, ui::text::roles as words};
use leptos::prelude::*;
use strum::VariantArray;

/// A checkbox for each permission. Those that the current user does not have can't be checked.
#[component]
pub fn PermissionBoxes(
    /// The name under which each permission is sent.
    name: &'static str,
    chosen: Vec<Permission>,
    held: Vec<Permission>,
) -> impl IntoView {
    let boxes = Permission::VARIANTS.iter().map(move |permission| {
        let (is_chosen, is_lacking) = (chosen.contains(permission), !held.contains(permission));
        let about = if is_lacking { words::LACKING } else { words::permission(*permission).2 };
        view! {
            <label class="tick">
                <input type="checkbox" name=name value=permission.to_string() checked=is_chosen disabled=is_lacking />
                <span>{words::permission_name(*permission)} " " <span class="aside">{about}</span></span>
            </label>
        }
    });
    view! {
        <fieldset class="permissions">
            <legend>{words::PERMISSIONS}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
}
