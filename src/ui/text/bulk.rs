//! Text of the pages that change many users.

use super::{monitor::grouped, users::total};
use crate::model::{BulkFailure, BulkKind, BulkState, COUNTED, ImportStep, JobKind};

pub const TITLE: &str = "Change users";
pub const JOB: &str = "Changes to users";
pub const JOBS: &str = "Jobs";
pub const JOBS_LEAD: &str = "Changes of many users, and imports. A job is listed for 30 days, and opens for the administrator who \
    started it.";
pub const NO_JOBS: &str = "No jobs in the last 30 days.";
pub const ALL_JOBS: &str = "All jobs";
pub const WHAT: &str = "What";
pub const MAKER: &str = "Started by";
pub const DELETED_USER: &str = "Deleted user";
pub const FORM: &str = "Change several users";
pub const ACTION: &str = "With several users";
pub const CHOOSE: &str = "Choose an action";
pub const SELECTED: &str = "Continue with selected";
pub const NO_ONE: &str = "No users are selected. Go back and select at least one.";
pub const NOT_MATCHED: &str = "No users match any more.";
pub const BACK: &str = "Back to users";
pub const WHOM: &str = "Users";
pub const COUNT_FIELD: &str = "Number of users, to confirm";
pub const PROGRESS: &str = "Progress";
pub const STARTED: &str = "Started";
pub const FINISHED: &str = "Finished";
pub const RELOADS: &str = "This page reloads until the work is done. You can leave it: the work goes on.";
pub const REASON: &str = "Reason";
pub const CSV: &str = "Export as CSV";
pub const JSONL: &str = "Export as JSON Lines";
pub const CREATED_FROM: &str = "Created from";
pub const CREATED_TO: &str = "Created to";
pub const LAST_SIGN_IN_FROM: &str = "Last sign-in from";
pub const LAST_SIGN_IN_TO: &str = "Last sign-in to";
pub const MORE_FILTERS: &str = "Filter by date";

pub const IMPORT: &str = "Import users";
pub const IMPORT_LEAD: &str = "The file is checked first: you see how many users can be imported and what is wrong with which \
    line, before anything is created. Users who exist already are not changed.";
pub const IMPORT_FILE: &str = "File";
pub const IMPORT_HINT: &str = "CSV (.csv) or JSON Lines (.jsonl, .ndjson), at most 5 MiB. It is kept for an hour.";
pub const IMPORT_CHECK: &str = "Check file";
pub const IMPORT_HELP: &str = "What the file contains";
pub const IMPORT_FORMATS: &str = "CSV has the names of its columns in the first line. JSON Lines has one object per line. Only \
    the email address is required:";
pub const IMPORT_COLUMNS: &[(&str, &str)] = &[
    ("email", "The email address."),
    ("username", "The username."),
    ("name", "The display name. The username or the first part of the email address if left out."),
    (
        "roles",
        "Roles, in CSV separated by semicolons. “user” if left out. You can only give roles whose permissions you have.",
    ),
    ("verified", "true or false: whether the email address is verified. false if left out."),
    (
        "passwordHash",
        "An Argon2, bcrypt, scrypt or PBKDF2 hash. Without one, the user chooses a password with “Forgot password?”.",
    ),
    ("createdAt", "When the account was created, like 2026-01-31T12:00:00Z."),
];
pub const CHECKED: &str = "Checked";
pub const BAD_LINES: &str = "Lines with errors";
pub const NOT_IMPORTED: &str = "Lines not imported";
pub const LINE: &str = "Line";
pub const STOP: &str = "Stop";
pub const GONE: &str = "The file is no longer kept. Upload it again to import it.";
pub const NONE_GOOD: &str = "There is nothing to import. Correct the file and upload it again.";
pub const ANOTHER: &str = "Choose another file";

/// Labels the button that imports the users of a checked file.
pub fn import_button(count: i64) -> String {
    format!("Import {}", total(count))
}

/// Labels the button that goes on with all users who match.
pub fn all(count: i64) -> String {
    if count > COUNTED { "Continue with all".to_owned() } else { format!("Continue with all {}", grouped(count)) }
}

/// Labels the box that selects a user.
pub fn select(name: &str) -> String {
    format!("Select {name}")
}

/// Names an action in a list of actions.
pub fn action(kind: BulkKind) -> &'static str {
    match kind {
        BulkKind::Ban => "Suspend",
        BulkKind::Unban => "Lift suspension",
        BulkKind::Verify => "Mark email as verified",
        BulkKind::Unlock => "Unlock",
        BulkKind::SendReset => "Send password reset email",
        BulkKind::SetRoles => "Set roles",
        BulkKind::SignOut => "Sign out everywhere",
        BulkKind::Delete => "Delete",
    }
}

/// Says what is done to how many users: the title of the job, and the label of the button that starts it.
pub fn heading(kind: BulkKind, count: i64) -> String {
    let users = total(count);
    match kind {
        BulkKind::Ban => format!("Suspend {users}"),
        BulkKind::Unban => format!("Lift the suspension of {users}"),
        BulkKind::Verify => format!("Mark the email of {users} as verified"),
        BulkKind::Unlock => format!("Unlock {users}"),
        BulkKind::SendReset => format!("Send a password reset email to {users}"),
        BulkKind::SetRoles => format!("Set the roles of {users}"),
        BulkKind::SignOut => format!("Sign {users} out everywhere"),
        BulkKind::Delete => format!("Delete {users}"),
    }
}

/// Says what will happen to the users.
pub fn lead(kind: BulkKind) -> &'static str {
    match kind {
        BulkKind::Ban => {
            "They are signed out everywhere and can’t sign in while suspended. You can lift the suspension."
        }
        BulkKind::Unban => "They can sign in again.",
        BulkKind::Verify => "Their email addresses count as verified, without an email to them.",
        BulkKind::Unlock => "They can sign in again at once, and get an email about it.",
        BulkKind::SendReset => {
            "Each of them gets an email with a link that sets a new password and works for an hour. Users who were sent \
             one in the last minute get no second one. Their passwords and sessions stay as they are until the link is \
             used. Where the email address isn’t verified, the old password stops working, and using the link verifies \
             the address."
        }
        BulkKind::SetRoles => {
            "Each of them has exactly these roles afterwards. The change takes effect at their next request."
        }
        BulkKind::SignOut => "All their sessions end at once. They can sign in again.",
        BulkKind::Delete => {
            "This can’t be undone. Names, email addresses, usernames and passwords are deleted, and the users are signed \
             out everywhere."
        }
    }
}

/// Says how many users are not named.
pub fn more(count: i64) -> String {
    format!("and {} more", grouped(count))
}

/// Names the state of a job.
pub fn state(kind: JobKind, state: BulkState) -> &'static str {
    match state {
        BulkState::Done if kind == JobKind::Import(ImportStep::Check) => CHECKED,
        BulkState::Queued => "Waiting to start",
        BulkState::Running => "Running",
        BulkState::Done => "Done",
        BulkState::Failed => "Stopped: you may no longer do this",
        BulkState::Cancelled => "Stopped",
    }
}

/// Names what a job does, and to how many users.
pub fn job_heading(kind: JobKind, count: i64) -> String {
    match kind {
        JobKind::Users(kind) => heading(kind, count),
        JobKind::Import(ImportStep::Check) => format!("Check a file of {}", total(count)),
        JobKind::Import(ImportStep::Insert) => format!("Import a file of {}", total(count)),
    }
}

/// Says how far a job is.
pub fn progress(kind: JobKind, succeeded: i64, failed: i64, all: i64) -> String {
    let (good, bad) = (total(succeeded), grouped(failed));
    match kind {
        JobKind::Users(kind) => tried(kind, succeeded, failed, all),
        JobKind::Import(ImportStep::Check) if succeeded + failed == 0 => "Nothing is created yet.".to_owned(),
        JobKind::Import(ImportStep::Check) if failed == 0 => format!("{good} can be imported, without errors."),
        JobKind::Import(ImportStep::Check) if failed == 1 => {
            format!("{good} can be imported, 1 line has errors and would be left out.")
        }
        JobKind::Import(ImportStep::Check) => {
            format!("{good} can be imported, {bad} lines have errors and would be left out.")
        }
        JobKind::Import(ImportStep::Insert) if failed == 0 => format!("{good} imported."),
        JobKind::Import(ImportStep::Insert) if failed == 1 => format!("{good} imported, 1 line left out."),
        JobKind::Import(ImportStep::Insert) => format!("{good} imported, {bad} lines left out."),
    }
}

fn tried(kind: BulkKind, succeeded: i64, failed: i64, all: i64) -> String {
    let done = if kind == BulkKind::SendReset { "emailed" } else { "changed" };
    let tried = format!("{} of {} {done}", grouped(succeeded), total(all));
    if failed == 0 { tried } else { format!("{tried}, {} not {done}", grouped(failed)) }
}

/// Entitles what a job did not do.
pub fn not_done(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Users(BulkKind::SendReset) => "Users not emailed",
        JobKind::Users(_) => "Users not changed",
        JobKind::Import(ImportStep::Check) => BAD_LINES,
        JobKind::Import(ImportStep::Insert) => NOT_IMPORTED,
    }
}

/// Says why a user was not changed.
pub fn failure(failure: BulkFailure) -> &'static str {
    match failure {
        BulkFailure::Missing => "There is no such user.",
        BulkFailure::LastAdministrator => "This is the last administrator. Make another user an administrator first.",
        BulkFailure::OwnBan => "You can’t suspend yourself.",
        BulkFailure::BeyondMaker => "This user has a permission that you don’t have.",
        BulkFailure::NoLongerAllowed => "You may no longer do this.",
        BulkFailure::Cancelled => "The job was stopped before this user’s turn.",
        BulkFailure::Taken => "The email address or username is already in use.",
        BulkFailure::Failed => "Something went wrong. Try again.",
    }
}
