//! Text of the pages for registration, verification and recovery.

pub const OTHER_WAYS: &str = "Other ways";
pub const BACK_TO_SIGN_IN: &str = "Back to sign in";
pub const HAVE_ACCOUNT: &str = "Sign in instead";

pub const REGISTER: &str = "Create an account";
pub const REGISTER_SUBMIT: &str = "Create account";
pub const INVITED_HINT: &str = "The invitation is for this address.";
pub const REGISTER_CLOSED: &str = "Registration is closed";
pub const REGISTER_CLOSED_NEXT: &str =
    "Nobody can make an account here by themselves. If you need one, ask whoever runs this server.";
pub const INVITATION_NEEDED: &str = "Accounts are made by invitation";
pub const INVITATION_NEEDED_NEXT: &str =
    "If you were invited, follow the link in that mail. If not, ask an administrator to invite you.";
pub const INVITATION_DEAD: &str = "This invitation does not work any more";
pub const INVITATION_DEAD_NEXT: &str = "Ask whoever invited you for a new one. If you have made your account, sign in.";

pub const LINK_DEAD: &str = "This link does not work any more";
pub const LINK_DEAD_WHY: &str = "It was used, it is too old, or a newer one was sent since.";

pub const CHECK_MAIL: &str = "Check your mail";
pub const VERIFY_EMAIL: &str = "Confirm your email address";
pub const VERIFY_SENT: &str =
    "A message to your address says how to go on. Follow its link, or type its code here if it has one.";
pub const VERIFY_BY_CODE: &str = "Type the code from the message that was sent to the address.";
pub const VERIFY_THIS: &str = "Is this address yours?";
pub const VERIFY_SUBMIT: &str = "Confirm address";
pub const VERIFY_DEAD_NEXT: &str = "If the address is confirmed already, sign in. If not, have the message sent again.";
pub const NEW_EMAIL_DEAD_NEXT: &str = "If you are changing your address, ask for the change again in your account.";
pub const CODE: &str = "Code";
pub const CODE_HINT: &str = "Eight digits, from the message.";
pub const RESEND: &str = "Send message again";
pub const NOTHING_CAME: &str = "No message?";
pub const NOTHING_CAME_HINT: &str = "Look among the spam too. It may take a few minutes.";

pub const FORGOT_PASSWORD: &str = "Forgot your password?";
pub const FORGOT_LEAD: &str = "A message to your address has a link that sets a new one.";
pub const FORGOT_SUBMIT: &str = "Send link";
pub const FORGOT_SENT: &str =
    "If there is an account with this address, a message with a link is on its way. The link works for an hour.";
pub const FORGOT_AGAIN: &str = "Ask again";
pub const RESET_PASSWORD: &str = "Set a new password";
pub const RESET_SUBMIT: &str = "Set password";
pub const RESET_HINT: &str = "You will be signed out everywhere.";
pub const NEW_PASSWORD: &str = "New password";
pub const RESET_DEAD_NEXT: &str = "Nothing was changed. Ask for a new link, and follow the newest message.";
pub const RESET_DEAD_SUBMIT: &str = "Ask for a new link";

pub const STOP_EMAIL_CHANGE: &str = "Stop the change of address";
pub const STOP_EMAIL_CHANGE_SUBMIT: &str = "Stop change";
pub const STOP_EMAIL_CHANGE_LEAD: &str = "Someone asked to move this account to another email address:";
pub const STOP_EMAIL_CHANGE_ADVICE: &str =
    "If it wasn't you, set a new password afterwards. That signs out every device.";
pub const NO_EMAIL_CHANGE: &str = "No change of address to stop";
pub const NO_EMAIL_CHANGE_NEXT: &str = "The change was stopped, was completed, or has expired. If you didn't ask for it, \
    set a new password.";

pub const UNLOCK: &str = "Open the lock";
pub const UNLOCK_SUBMIT: &str = "Open lock";
pub const UNLOCK_LEAD: &str = "There were too many failed tries to sign in to this account:";
pub const UNLOCK_ADVICE: &str = "If they were not yours, your password was not guessed, and nothing else is needed.";
pub const UNLOCK_DEAD_NEXT: &str =
    "A lock opens by itself after a while. If you don't know your password any more, set a new one: that opens it too.";
