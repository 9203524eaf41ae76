//! Text of the pages for registration, verification and recovery.

pub const BACK_TO_DASHBOARD: &str = "Back to dashboard";
pub const OTHER_WAYS: &str = "Other options";
pub const BACK_TO_SIGN_IN: &str = "Back to sign-in";
pub const HAVE_ACCOUNT: &str = "Already have an account? Sign in";

pub const REGISTER: &str = "Create an account";
pub const NEW_HERE: &str = "New here? Create an account";
pub const REGISTER_SUBMIT: &str = "Create account";
pub const INVITED_HINT: &str = "Your invitation was sent to this address.";
pub const REGISTER_CLOSED: &str = "Registration is closed";
pub const REGISTER_CLOSED_NEXT: &str =
    "New accounts can’t be created here. If you need one, contact your administrator.";
pub const INVITATION_NEEDED: &str = "Registration is by invitation only";
pub const INVITATION_NEEDED_NEXT: &str =
    "If you’ve been invited, use the link in your invitation email. Otherwise, ask an administrator to invite you.";
pub const INVITATION_DEAD: &str = "This invitation is no longer valid";
pub const INVITATION_DEAD_WHY: &str = "It has expired, was already used, or was replaced by a newer one.";
pub const INVITATION_DEAD_NEXT: &str =
    "Ask the person who invited you for a new one. Already created your account? Sign in.";

pub const LINK_DEAD: &str = "This link has expired or was already used";
pub const LINK_DEAD_WHY: &str = "Links work once and expire. If you requested several, only the newest works.";

pub const CHECK_MAIL: &str = "Check your email";
pub const VERIFY_EMAIL: &str = "Verify your email address";
pub const VERIFY_SENT: &str =
    "Open the link in the email we sent you. If it has an 8-digit code, you can enter that here instead.";
pub const VERIFY_BY_CODE: &str = "Enter the code we emailed you.";
pub const VERIFY_THIS: &str = "Is this your email address?";
pub const VERIFY_SUBMIT: &str = "Verify email";
pub const VERIFY_DEAD_NEXT: &str = "If your address is already verified, just sign in. Otherwise, request a new email.";
pub const NEW_EMAIL_DEAD_NEXT: &str = "If you’re changing your email, start again from your account page.";
pub const CODE: &str = "Code";
pub const CODE_HINT: &str = "8 digits, from the email.";
pub const RESEND: &str = "Resend email";
pub const NOTHING_CAME: &str = "Didn’t get it?";
pub const NOTHING_CAME_HINT: &str = "It can take a few minutes. Check your spam folder too.";

pub const FORGOT_PASSWORD: &str = "Forgot your password?";
pub const FORGOT_TITLE: &str = "Reset your password";
pub const FORGOT_LEAD: &str = "Enter your email address and we’ll send you a link to set a new password.";
pub const FORGOT_SUBMIT: &str = "Send reset link";
pub const FORGOT_SENT: &str =
    "If an account exists for this address, you’ll get an email with a reset link. It expires in 1 hour.";
pub const FORGOT_AGAIN: &str = "Use a different address";
pub const RESET_PASSWORD: &str = "Choose a new password";
pub const RESET_SUBMIT: &str = "Change password";
pub const RESET_HINT: &str = "This signs you out on all devices.";
pub const NEW_PASSWORD: &str = "New password";
pub const RESET_DEAD_NEXT: &str = "Your password was not changed. Request a new link.";
pub const RESET_DEAD_SUBMIT: &str = "Request a new link";

pub const STOP_EMAIL_CHANGE: &str = "Cancel the email change";
pub const STOP_EMAIL_CHANGE_SUBMIT: &str = "Cancel email change";
pub const STOP_EMAIL_CHANGE_LEAD: &str = "Someone asked to change the email address of this account:";
pub const STOP_EMAIL_CHANGE_ADVICE: &str =
    "If it wasn’t you, change your password afterwards. That signs out all devices.";
pub const NO_EMAIL_CHANGE: &str = "No email change to cancel";
pub const NO_EMAIL_CHANGE_NEXT: &str =
    "The change was already completed or cancelled, or it has expired. If you didn’t ask for it, change your password.";

pub const NOT_ME: &str = "This wasn’t me";
pub const NOT_ME_TITLE: &str = "Secure your account";
pub const NOT_ME_LEAD: &str = "If someone else has used this account, secure it now:";
pub const NOT_ME_POINTS: [&str; 4] = [
    "All devices and apps are signed out, this one too.",
    "The password stops working. We’ll email you a link to choose a new one.",
    "The email address can’t be changed for 24 hours. A change that is waiting is cancelled.",
    "Devices that were used before count as new.",
];
pub const NOT_ME_SUBMIT: &str = "Secure my account";
pub const NOT_ME_HINT: &str = "Was it you? Then you don’t need to do anything.";
pub const SECURED: &str = "Your account is secured";
pub const SECURED_POINTS: [&str; 3] = [
    "All devices and apps are signed out.",
    "The old password no longer works.",
    "The email address can’t be changed for 24 hours.",
];
pub const SECURED_NEXT: &str = "We’ve emailed you a link to choose a new password. It expires in 1 hour. If you use the old password elsewhere, \
     change it there, too.";
pub const NOT_ME_DEAD_NEXT: &str =
    "Nothing was changed. If you don’t recognize a sign-in, reset your password: that signs out all devices.";

pub const UNLOCK: &str = "Unlock your account";
pub const UNLOCK_SUBMIT: &str = "Unlock";
pub const UNLOCK_LEAD: &str = "Sign-in was locked after too many failed attempts:";
pub const UNLOCK_ADVICE: &str = "Wasn’t you? Your password wasn’t guessed; you don’t need to do anything.";
pub const UNLOCK_DEAD_NEXT: &str =
    "The lock expires on its own. Forgot your password? Resetting it also unlocks your account.";
