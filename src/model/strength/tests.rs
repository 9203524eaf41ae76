//! Tests which passwords are rejected or accepted.

use super::*;
use std::time::{Duration, Instant};

const GRACE: [&str; 3] = ["Grace Hopper", "g.hopper@example.com", "amazing-grace"];

#[test]
fn the_most_common_passwords_are_refused_in_any_case() {
    for password in [
        "12345678",
        "password",
        "Password1",
        "QWERTYUIOP",
        "P@ssw0rd",
        "jennifer",
        "11111111",
        "00000000",
        "123123123",
        "princess1",
        "Passw0rd!",
    ] {
        assert_eq!(weakness(password, &[]), Some(Weakness::Common), "{password}");
    }
}

#[test]
fn common_passwords_with_padding_are_refused() {
    for password in [
        "password12345678",
        "password1234",
        "qwerty12345",
        "letmein123",
        "Password1!",
        "Welcome123!",
        "!monkey123!",
        "qwertyuiopasdfgh",
        "passwordpassword",
        "passwordqwertydragon",
        "2026password",
        "monkey83749201",
        "01.02.1987password",
        "dragonzzzzzzzzz",
    ] {
        assert_eq!(weakness(password, &GRACE), Some(Weakness::Common), "{password}");
    }
}

#[test]
fn a_password_built_from_its_owners_names_or_ours_is_refused() {
    for password in [
        "claviger2026",
        "Claviger",
        "amazing-grace12345678901",
        "gracehopper1906",
        "g.hopper@example.com",
        "g.hopper12345678901",
        "HopperHopperHopper",
        "gracepassword",
    ] {
        assert_eq!(weakness(password, &GRACE), Some(Weakness::Personal), "{password}");
    }
    for username in ["g", "bo", "x1", "h4s", "ada", "user.name-01"] {
        let password = format!("{username}12345678901");
        assert_eq!(weakness(&password, &[username]), Some(Weakness::Personal), "{password}");
    }
}

#[test]
fn everything_else_is_allowed() {
    for password in [
        &"a".repeat(64),
        &"a".repeat(128),
        &format!("{}X", "a".repeat(72)),
        &"é".repeat(15),
        &" ".repeat(15),
        "kq4vT9zx",
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "a ship in port is safe",
        "xwqzbtplkhvmnrd",
        "pass🔑word🔑🔑",
        "\u{7}\u{1b}password\u{0}",
        "\u{202E}drowssap\u{202C}",
        "١٢٣٤٥٦٧٨",
        "ééééé",
        "",
    ] {
        assert_eq!(weakness(password, &["Al Ab", "a@example.com"]), None, "{password:?}");
    }
}

/// The first 3,000 of zxcvbn's list of passwords that have eight characters or more.
const COMMONEST: &str = include_str!("commonest.txt");

#[test]
fn the_three_thousand_most_common_passwords_are_refused() {
    assert_eq!(COMMONEST.lines().count(), 3000);
    for password in COMMONEST.lines() {
        assert!(password.chars().count() >= 8);
        assert_eq!(weakness(password, &[]), Some(Weakness::Common), "{password}");
    }
}

#[test]
fn keyboard_patterns_and_repetitions_are_refused() {
    for password in [
        "aaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaa",
        "!!!!!!!!",
        "abababababab",
        "abcabcabc",
        "xyzxyzxyz!",
        "abc123abc123",
        "abcdefgh",
        "abcdefghijklmno",
        "hgfedcba",
        "acegikmo",
        "87654321abc",
        "12344321",
        "10121987",
        "8888888888888",
        "qwertyuiop",
        "zxcvbnm,",
        "asdfghjkl;",
        "qazwsxedc",
        "!@#$%^&*",
        "asdfasdf",
        "1q2w3e4r5t",
        "a1b2c3d4",
        "aaaa aaaa aaaa",
        "elephant12",
        "michelle1",
        "11Patrick",
        "p.a.s.s.w.o.r.d",
    ] {
        assert_eq!(weakness(password, &[]), Some(Weakness::Common), "{password}");
    }
}

#[test]
fn repeated_names_and_parts_of_names_are_refused() {
    let context = ["ada.lovelace", "a.lovelace@example.com", "Ada Lovelace"];
    for password in [
        "clavigerclaviger",
        "claviger claviger",
        "Claviger-Claviger!",
        "claviger1claviger1",
        "adaadaada",
        "adaLovelace",
        "lovelaceAda99",
        "ada.lovelaceada.lovelace",
        "Ada Lovelace Ada Lovelace",
        "alovelace1815",
    ] {
        assert_eq!(weakness(password, &context), Some(Weakness::Personal), "{password}");
    }
}

#[test]
fn a_password_that_merely_contains_a_word_is_allowed() {
    for password in [
        "claviger opens my door",
        "ferry lamp",
        "blue house 42",
        "tr0ub4dor&3",
        "spring!1",
        "amazing2026",
        "xq password vb",
    ] {
        assert_eq!(weakness(password, &["ada"]), None, "{password}");
    }
}

#[test]
fn a_disguised_common_password_is_refused() {
    for password in ["ｐａｓｓｗｏｒｄ", "administrator", "administrator1"] {
        assert!(weakness(password, &[]).is_some(), "{password:?}");
    }
    for password in ["пароль от моего ящика", "ひみつのかぎはここ", "correct horse"] {
        assert_eq!(weakness(password, &[]), None, "{password:?}");
    }
}

#[test]
fn a_password_too_long_to_be_checked_is_allowed() {
    assert_eq!(weakness(&"password".repeat(8), &[]), Some(Weakness::Common));
    assert_eq!(weakness(&"password".repeat(9), &[]), None);
    assert_eq!(weakness("password@({[<!@({[<!", &[]), None);
}

#[test]
fn hostile_text_takes_bounded_time() {
    let marks: String = "4@8({[<369!1|7 0$5+%2".chars().cycle().take(1024).collect();
    let few_marks: String = "4@8({[<3691!7 052".chars().cycle().take(1024).collect();
    let text = "ab1".repeat(341);
    let context = "word ".repeat(5000);
    for password in [marks, few_marks, text, "é".repeat(512), "1".repeat(1024), "\u{130}".repeat(512)] {
        let begun = Instant::now();
        weakness(&password, &[&context, "ada@example.com"]);
        strength(&password, &[&context, "ada@example.com"]);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(3), "{:?}… took {took:?}", password.chars().next());
    }
}
