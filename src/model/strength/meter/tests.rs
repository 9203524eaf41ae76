//! Tests how strong passwords appear while they are typed.

use super::{super::weakness, *};

const GRACE: [&str; 3] = ["Grace Hopper", "g.hopper@example.com", "amazing-grace"];

/// The first 3,000 of zxcvbn's list of passwords that have eight characters or more.
const COMMONEST: &str = include_str!("../commonest.txt");

/// Ways to dress up a word, which most people think of first.
const DISGUISES: [fn(&str) -> String; 14] = [
    |word| word.to_owned(),
    |word| format!("{word}1"),
    |word| format!("{word}2026!"),
    |word| format!("12{}34", word.to_uppercase()),
    |word| format!("{word}{word}"),
    |word| format!("{word}-{word}.{word}"),
    |word| word.replace('a', "4").replace('o', "0").replace('e', "3"),
    |word| word.chars().rev().collect(),
    |word| format!("!!{word}??"),
    |word| format!("password{word}"),
    |word| format!("{word}qwertyuiopasdfgh"),
    |word| format!("hopper{word}"),
    |word| format!("01.02.1987{word}"),
    |word| word.chars().flat_map(|c| [c, '.']).collect(),
];

/// Rare passwords of zxcvbn's list, and names and words of its other lists, most of which the meter does not know.
const RARE: [&str; 12] = [
    "michelle1",
    "11Patrick",
    "elephant12",
    "kermit99",
    "elizabeth",
    "information",
    "government7",
    "hernandez",
    "snoopdogg1",
    "p4ssw0rd",
    "drowssap",
    "aleksandr",
];

#[test]
fn what_will_be_rejected_never_appears_good() {
    for (index, word) in COMMONEST.lines().chain(RARE).enumerate() {
        let disguise = DISGUISES[index % DISGUISES.len()];
        let password = disguise(word);
        let is_rejected = weakness(&password, &GRACE).is_some();
        let shown = strength(&password, &GRACE).level;
        assert!(!is_rejected || shown <= Level::Fair, "{password} appears {shown:?}");
    }
}

#[test]
fn padding_that_will_be_rejected_never_appears_good() {
    for password in [
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababab",
        "abcdefghijklmnopqrstu",
        "xyzxyzxyz!",
        "acegikmoqsuwy",
        "qazwsxedcrfvtgb",
        "xqwertyuiopasdfghjklz",
        "x1478523690147z",
        "/*-+963.0",
        "',.pyfgcrl",
        "87654321abcdefgh",
        "01-02-1987 03-04-1988",
        "abc123abc123abc123",
        "!@#$%^&*()_+",
    ] {
        let shown = strength(password, &[]).level;
        assert!(shown <= Level::Fair, "{password} appears {shown:?}");
    }
}

#[test]
fn the_reason_for_a_rejection_is_shown() {
    for password in
        ["password", "P@ssw0rd", "password12345678", "passwordqwertydragon", "asdfasdf", "12344321", "p.a.s.s.w.o.r.d"]
    {
        assert_eq!(strength(password, &[]).weakness, Some(Weakness::Common), "{password}");
    }
    for password in ["claviger2026", "amazing-grace123", "g.hopper@example.com", "HopperHopper", "gracepassword"] {
        assert_eq!(strength(password, &GRACE).weakness, Some(Weakness::Personal), "{password}");
    }
}

#[test]
fn a_password_that_is_allowed_is_not_called_rejected() {
    for password in [
        "kq4vT9zx",
        "correct horse battery staple",
        "correcthorsebatterystaple",
        "a ship in port is safe",
        "xwqzbtplkhvmnrd",
        "claviger opens my door",
        "tr0ub4dor&3",
        "spring!1",
        "amazing2026",
        "xq password vb",
        "pass🔑word🔑🔑",
        "١٢٣٤٥٦٧٨",
        "ééééé",
        "пароль от моего ящика",
        "ひみつのかぎはここ",
        "",
    ] {
        assert_eq!(strength(password, &["ada"]).weakness, None, "{password}");
    }
}

#[test]
fn the_meter_rises_with_the_guesses() {
    let level = |password| strength(password, &GRACE).level;
    assert_eq!(level(""), Level::VeryWeak);
    assert_eq!(level("hopper1906"), Level::VeryWeak);
    assert_eq!(level("spring!1"), Level::Weak);
    assert_eq!(level("kq4vT9zx1"), Level::Fair);
    assert_eq!(level("hospital+university"), Level::Good);
    assert_eq!(level("kq4vT9zxWm2"), Level::Strong);
    assert_eq!(level("correct horse battery staple"), Level::Strong);
    assert_eq!(level("xwqzbtplkhvmnrd"), Level::Strong);
    assert_eq!(level("ひみつのかぎはここにあります"), Level::Strong);
}

#[test]
fn fifteen_characters_are_recommended() {
    assert!(strength("kq4vT9zxWm2!éé", &[]).is_short);
    assert!(!strength("kq4vT9zxWm2!ééé", &[]).is_short);
}
