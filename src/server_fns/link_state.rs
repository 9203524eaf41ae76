//! The state of a link from a mail.

use crate::model::{FnError, LinkKind, LinkState};
use leptos::prelude::*;

/// Returns whether a link works, and for which address. Changes nothing.
#[server(name = ReadLinkState, endpoint = "link_state")]
pub async fn link_state(kind: LinkKind, #[server(default)] token: String) -> Result<LinkState, FnError> {
    use crate::server::{context::ServerFnContext, domain::SecretPurpose};
    let context = ServerFnContext::new()?;
    let recovery = &context.services().recovery;
    let address = match kind {
        LinkKind::Invitation => context.services().registration.invited(&token).await?,
        LinkKind::VerifyEmail => {
            recovery.address_of(&[SecretPurpose::VerifyEmail, SecretPurpose::ChangeEmail], &token).await?
        }
        LinkKind::ResetPassword => recovery.address_of(&[SecretPurpose::ResetPassword], &token).await?,
        LinkKind::Unlock => recovery.address_of(&[SecretPurpose::Unlock], &token).await?,
        LinkKind::StopEmailChange => context.services().own_account.stoppable(&token).await?.map(|user| user.email),
    };
    Ok(address.map_or(LinkState::Dead, |address| LinkState::Good { address: address.as_str().to_owned() }))
}
