//! The router, and what the browser side adds to each page of `model::Page`.

use super::{
    pages::{
        ApiKeysPage, AuditEventPage, AuditLogPage, ChangeUsersPage, ConfirmPage, DashboardPage, ForgotPasswordPage,
        ImportUsersPage, InspectorPage, InvitationsPage, JobPage, JobsPage, MissingPage, MonitorPage, NewUserPage,
        NotMePage, OutboxPage, OverviewPage, OwnAccountPage, OwnSessionsPage, RegisterPage, ResetPasswordPage,
        RolesPage, SecurityLogPage, SetUpPage, SignInPage, SignOutPage, StopEmailChangePage, UnlockPage, UserPage,
        UsersPage, VerifyEmailPage,
    },
    text::{self, admin, api_keys, audit, bulk, inspector, monitor, overview, own_account, users},
};
use crate::model::Page;
use leptos::prelude::*;
use leptos_router::{
    PartialPathMatch, PathSegment, PossibleRouteMatch, SsrMode,
    components::{Route, Router, Routes},
};

/// Declares the view of each page, its title, and its name in the main navigation if it belongs there. A page
/// of `model::Page` that is missing here does not compile.
macro_rules! pages {
    ($($page:ident: $view:ident, $title:expr, $label:expr;)+) => {
        /// Routes every page.
        ///
        /// Each page is rendered completely before it is sent: a streamed page needs scripts to assemble its
        /// parts, and it sends its status before the status is known.
        #[component]
        pub fn App() -> impl IntoView {
            view! {
                <Router>
                    <Routes fallback=MissingPage>
                        $(<Route path=Page::$page view=$view ssr=SsrMode::Async />)+
                    </Routes>
                </Router>
            }
        }

        /// Returns the title of a page.
        pub fn title_of(page: Page) -> &'static str {
            match page { $(Page::$page => $title),+ }
        }

        /// Returns the name of a page in the main navigation, or `None` if it is not there.
        pub fn navigation_label(page: Page) -> Option<&'static str> {
            match page { $(Page::$page => $label),+ }
        }
    };
}

pages! {
    SignIn: SignInPage, text::SIGN_IN, None;
    SignOut: SignOutPage, text::SIGN_OUT, None;
    SetUp: SetUpPage, text::SET_UP, None;
    Dashboard: DashboardPage, text::DASHBOARD, Some(text::DASHBOARD);
    Register: RegisterPage, text::REGISTER, None;
    VerifyEmail: VerifyEmailPage, text::VERIFY_EMAIL, None;
    ForgotPassword: ForgotPasswordPage, text::FORGOT_TITLE, None;
    ResetPassword: ResetPasswordPage, text::RESET_PASSWORD, None;
    Unlock: UnlockPage, text::UNLOCK, None;
    StopEmailChange: StopEmailChangePage, text::STOP_EMAIL_CHANGE, None;
    NotMe: NotMePage, text::NOT_ME_TITLE, None;
    OwnAccount: OwnAccountPage, text::ACCOUNT, Some(text::SHORT_ACCOUNT);
    OwnSessions: OwnSessionsPage, own_account::SESSIONS, Some(own_account::SESSIONS);
    SecurityLog: SecurityLogPage, own_account::SECURITY_LOG, Some(own_account::SECURITY_LOG);
    ApiKeys: ApiKeysPage, api_keys::API_KEYS, Some(api_keys::API_KEYS);
    Confirm: ConfirmPage, own_account::CONFIRM, None;
    Inspector: InspectorPage, inspector::INSPECTOR, Some(inspector::SHORT_INSPECTOR);
    Overview: OverviewPage, overview::OVERVIEW, Some(overview::OVERVIEW);
    Users: UsersPage, users::USERS, Some(users::USERS);
    NewUser: NewUserPage, users::CREATE, None;
    ChangeUsers: ChangeUsersPage, bulk::TITLE, None;
    ImportUsers: ImportUsersPage, bulk::IMPORT, None;
    Jobs: JobsPage, bulk::JOBS, None;
    Job: JobPage, bulk::JOB, None;
    User: UserPage, users::ONE_USER, None;
    Invitations: InvitationsPage, admin::INVITATIONS, Some(admin::INVITATIONS);
    Roles: RolesPage, text::ROLES, Some(text::ROLES);
    Monitor: MonitorPage, monitor::MONITOR, Some(monitor::MONITOR);
    AuditLog: AuditLogPage, audit::AUDIT, Some(audit::AUDIT);
    AuditEvent: AuditEventPage, audit::EVENT, None;
    Outbox: OutboxPage, admin::MAIL, Some(admin::MAIL);
}

/// Matches what `Page::of` finds. axum reads `{id}` in a path as the pages do.
impl PossibleRouteMatch for Page {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        (Self::of(path) == Some(*self)).then(|| PartialPathMatch::new("", Vec::new(), path))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.push(PathSegment::Static(self.path().into()));
    }
}
