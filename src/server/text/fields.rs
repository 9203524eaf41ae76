//! Values out of form fields, or the error shown next to each.

use super::{ENTER_CODE, ENTER_IDENTIFIER, NOT_AN_EMAIL, form_errors::wrong_password};
use crate::{
    model::{DisplayName, Email, FormErrors, Identifier, NotAnEmail, Password, Username, pasted},
    server::services::{Confirmation, NewAccount},
};

/// Parses an address from the field `email`.
pub fn parse_email(text: &str) -> Result<Email, FormErrors> {
    Email::parse(text).map_err(|NotAnEmail| FormErrors::of_field("email", NOT_AN_EMAIL))
}

/// Parses an address and the code that was mailed to it. Reports each field that is wrong.
pub fn parse_code(email: &str, code: &str) -> Result<(Email, String), FormErrors> {
    let code = pasted::code(code);
    match parse_email(email) {
        Ok(_) if code.is_empty() => Err(FormErrors::of_field("code", ENTER_CODE)),
        Err(errors) if code.is_empty() => Err(errors.and("code", ENTER_CODE)),
        email => email.map(|email| (email, code)),
    }
}

/// Parses how an address is confirmed: by a link's token or, without a token, by the code from the same mail.
pub fn parse_confirmation(token: String, email: &str, code: &str) -> Result<Confirmation, FormErrors> {
    if !token.is_empty() {
        return Ok(Confirmation::Token(token));
    }
    parse_code(email, code).map(|(email, code)| Confirmation::Code { email, code })
}

/// Parses who signs in. Reports each field that is empty; a password that can't be right is a wrong one.
pub fn parse_sign_in(identifier: &str, password: &str) -> Result<(Identifier, Password), FormErrors> {
    let mut missing = FormErrors::default();
    if identifier.trim().is_empty() {
        missing = missing.and("identifier", ENTER_IDENTIFIER);
    }
    if password.is_empty() {
        missing = missing.and("password", "Enter your password.");
    }
    if !missing.is_empty() {
        return Err(missing);
    }
    let password = Password::attempt(password).map_err(|_| wrong_password())?;
    Ok((Identifier::parse(identifier), password))
}

/// Parses an account from a form, with a password unless there is none. Reports each field that is wrong.
pub fn parse_account(
    name: Option<&str>,
    email: &str,
    username: &str,
    password: Option<&str>,
    min_length: usize,
) -> Result<NewAccount, FormErrors> {
    let mut errors = FormErrors::default();
    let mut note = |field: &str, problem: String| errors = std::mem::take(&mut errors).and(field, problem);
    let called = [pasted::username(username), pasted::email(email), pasted::name(name.unwrap_or_default())];
    let choose = |text| Password::choose(text, min_length, &called.each_ref().map(String::as_str));
    let password = password.map(choose).transpose();
    let name = name.map(DisplayName::parse).transpose().map_err(|problem| note("name", problem.to_string()));
    let email = Email::parse(email).map_err(|_| note("email", NOT_AN_EMAIL.into()));
    let username = match username.trim() {
        "" => Ok(None),
        text => Username::parse(text).map(Some).map_err(|problem| note("username", problem.to_string())),
    };
    let password = password.map_err(|problem| note("password", problem.to_string()));
    match (name, email, username, password) {
        (Ok(name), Ok(email), Ok(username), Ok(password)) => {
            Ok(NewAccount { email, is_verified: false, username, name, roles: Vec::new(), password })
        }
        _ => Err(errors),
    }
}
