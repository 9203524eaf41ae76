//! The router.

use super::pages::{
    ConfirmPage, DashboardPage, ForgotPasswordPage, InspectorPage, InvitationsPage, MissingPage, MonitorPage,
    OutboxPage, OwnAccountPage, OwnSessionsPage, RegisterPage, ResetPasswordPage, SetUpPage, SignInPage, SignOutPage,
    StopEmailChangePage, UnlockPage, VerifyEmailPage,
};
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// Routes exactly the pages of `model::PAGES`.
///
/// Each page is rendered completely before it is sent: a streamed page needs scripts to assemble its parts, and
/// it sends its status before the status is known.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=MissingPage>
                <Route path=path!("/login") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/logout") view=SignOutPage ssr=SsrMode::Async />
                <Route path=path!("/setup") view=SetUpPage ssr=SsrMode::Async />
                <Route path=path!("/dashboard") view=DashboardPage ssr=SsrMode::Async />
                <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
                <Route path=path!("/verify-email") view=VerifyEmailPage ssr=SsrMode::Async />
                <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async />
                <Route path=path!("/unlock") view=UnlockPage ssr=SsrMode::Async />
                <Route path=path!("/stop-email-change") view=StopEmailChangePage ssr=SsrMode::Async />
                <Route path=path!("/account") view=OwnAccountPage ssr=SsrMode::Async />
                <Route path=path!("/account/sessions") view=OwnSessionsPage ssr=SsrMode::Async />
                <Route path=path!("/confirm") view=ConfirmPage ssr=SsrMode::Async />
                <Route path=path!("/inspector") view=InspectorPage ssr=SsrMode::Async />
                <Route path=path!("/admin/monitor") view=MonitorPage ssr=SsrMode::Async />
                <Route path=path!("/admin/mail") view=OutboxPage ssr=SsrMode::Async />
                <Route path=path!("/admin/invitations") view=InvitationsPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
