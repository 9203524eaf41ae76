//! The formats of files of users, and how they are read one user after the other.

use super::{
    NewMember,
    csv_records::{CsvRecords, Header},
    json_lines::JsonLines,
    line::{self, Fields},
};
use crate::server::domain::ImportFormat;
use std::io::Read;

impl ImportFormat {
    /// Reads every user with the line number where the record begins, and every error in it. Fails if the file can't be
    /// read, or if its header row names other columns.
    pub fn read(self, file: impl Read, mut each: impl FnMut(u64, NewMember, Vec<String>)) -> Result<(), String> {
        let mut each = |number, fields: Result<Fields, String>| {
            let (member, errors) =
                fields.map_or_else(|error| (NewMember::default(), vec![error]), |fields| line::read(&fields));
            each(number, member, errors);
        };
        let unreadable = |error| format!("can't read the file: {error}");
        if self == Self::JsonLines {
            let mut lines = JsonLines::new(file);
            while let Some((number, fields)) = lines.next().map_err(unreadable)? {
                each(number, fields);
            }
            return Ok(());
        }
        let mut records = CsvRecords::new(file);
        let Some((_, names)) = records.next().map_err(unreadable)? else { return Ok(()) };
        let header = Header::read(names.map_err(|why| format!("header row: {why}"))?)?;
        while let Some((number, cells)) = records.next().map_err(unreadable)? {
            each(number, cells.and_then(|cells| header.name(&cells)));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    type Said = Vec<(u64, Result<NewMember, String>)>;

    fn said(format: ImportFormat, bytes: impl AsRef<[u8]>) -> Result<Said, String> {
        let mut said = Vec::new();
        format.read(bytes.as_ref(), |number, member, errors| {
            said.push((number, if errors.is_empty() { Ok(member) } else { Err(errors.join("; ")) }));
        })?;
        Ok(said)
    }

    /// Line numbers with the email address, or the reason for a refusal.
    fn emails(format: ImportFormat, bytes: impl AsRef<[u8]>) -> Vec<(u64, String)> {
        let said = said(format, bytes).expect("a good header");
        let email = |member: Result<NewMember, String>| {
            member.map_or_else(|why| why, |member| member.email.expect("an email").as_str().to_owned())
        };
        said.into_iter().map(|(number, member)| (number, email(member))).collect()
    }

    fn why(format: ImportFormat, line: &str) -> String {
        let said = said(format, line).expect("a good header");
        said.into_iter().next().and_then(|(_, member)| member.err()).unwrap_or_default()
    }

    fn one(format: ImportFormat, text: &str) -> NewMember {
        let said = said(format, text).expect("a good header");
        said.into_iter().next().and_then(|(_, member)| member.ok()).expect("someone")
    }

    fn refusal(header: &str) -> String {
        said(ImportFormat::Csv, header).err().unwrap_or_default()
    }

    #[test]
    fn the_file_name_decides_the_format() {
        for (path, format) in [
            ("a.csv", Some(ImportFormat::Csv)),
            ("A.CSV", Some(ImportFormat::Csv)),
            ("x/b.jsonl", Some(ImportFormat::JsonLines)),
            ("b.ndjson", Some(ImportFormat::JsonLines)),
            ("c.json", None),
            ("csv", None),
            ("", None),
        ] {
            assert_eq!(ImportFormat::of_name(path), format, "{path}");
        }
    }

    #[test]
    fn both_formats_give_the_same_users() {
        let csv = "email,username,name,roles,verified,passwordHash,createdAt\n\
            ada@example.com,ada,\"Lovelace, \"\"Ada\"\"\",admin;user,TRUE,$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.,2020-02-03T04:05:06.789Z";
        let json = r#"{"email": "ada@example.com", "username": "ada", "name": "Lovelace, \"Ada\"", "roles": ["admin", "user"], "verified": true, "passwordHash": "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.", "createdAt": "2020-02-03T04:05:06.789Z"}"#;
        for member in [one(ImportFormat::Csv, csv), one(ImportFormat::JsonLines, json)] {
            assert_eq!(member.email.expect("an email").as_str(), "ada@example.com");
            assert_eq!(member.username.map(|name| name.as_str().to_owned()), Some("ada".into()));
            assert_eq!(member.name.map(|name| name.as_str().to_owned()), Some("Lovelace, \"Ada\"".into()));
            assert_eq!((member.roles, member.is_verified), (vec!["admin".to_owned(), "user".to_owned()], true));
            assert!(member.password_hash.is_some_and(|hash| hash.into_text().ends_with("LzHnX.")));
            assert_eq!(member.created_at, Some(Timestamp(1_580_702_706_789)));
        }
    }

    #[test]
    fn a_missing_or_empty_field_has_its_default() {
        let csv = "email,username,name,roles,verified,passwordHash,createdAt\nada@example.com,,,,,,";
        let nulls = r#"{"email": "ada@example.com", "username": null, "name": " ", "roles": [], "verified": null, "passwordHash": "", "createdAt": null}"#;
        let short = r#"{"email": "ada@example.com"}"#;
        for member in [
            one(ImportFormat::Csv, csv),
            one(ImportFormat::Csv, "email\nada@example.com"),
            one(ImportFormat::JsonLines, nulls),
            one(ImportFormat::JsonLines, short),
        ] {
            assert_eq!((member.roles, member.is_verified), (vec!["user".to_owned()], false));
            assert!(member.username.is_none() && member.name.is_none());
            assert!(member.password_hash.is_none() && member.created_at.is_none());
        }
    }

    #[test]
    fn byte_order_marks_line_endings_and_empty_lines_do_not_matter_and_every_line_is_numbered() {
        let csv =
            "\u{FEFF}email , name\r\n\r\n a@example.com ,\"A, B\"\r\n  \r\n\"b@example.com\",=1+1\r\n\nc@example.com,C";
        assert_eq!(
            emails(ImportFormat::Csv, csv),
            [(3, "a@example.com".into()), (5, "b@example.com".into()), (7, "c@example.com".into())]
        );
        let json = "\u{FEFF}{\"email\": \"a@example.com\"}\r\n\r\n{\"email\":\"b@example.com\"}\n";
        assert_eq!(emails(ImportFormat::JsonLines, json), [(1, "a@example.com".into()), (3, "b@example.com".into())]);
    }

    #[test]
    fn an_unreadable_line_does_not_affect_others() {
        let utf8 = "not UTF-8: save the file in that encoding";
        let read = emails(ImportFormat::Csv, b"email,name\na@example.com,\xFF\nb@example.com,B\n");
        assert_eq!(read, [(2, utf8.to_owned()), (3, "b@example.com".to_owned())]);
        let long = format!("email,name\na@example.com,{}\nb@example.com,B\n", "x".repeat(200_000));
        let read = emails(ImportFormat::Csv, long);
        let too_long = "line too long: is a quotation mark left open?".to_owned();
        assert_eq!(read, [(2, too_long), (3, "b@example.com".to_owned())]);
        let many = format!("email,name\na@example.com{}\nb@example.com,B\n", ",".repeat(1000));
        assert_eq!(emails(ImportFormat::Csv, many)[1], (3, "b@example.com".to_owned()));
        let long = format!("{{\"email\": \"{}\"}}\n{{\"email\": \"b@example.com\"}}", "x".repeat(200_000));
        let read = emails(ImportFormat::JsonLines, long);
        assert_eq!(read, [(1, "line too long".to_owned()), (2, "b@example.com".to_owned())]);
    }

    #[test]
    fn in_json_a_name_contains_no_line_break() {
        let escaped = r#"{"email": "a@example.com", "name": "Bob\nevil@example.com"}"#;
        assert!(why(ImportFormat::JsonLines, escaped).starts_with("name: use only letters"));
    }

    #[test]
    fn a_repeated_header_is_not_a_user() {
        let read = emails(ImportFormat::Csv, "email,name\na@example.com,A\nemail,name\nb@example.com,B\n");
        assert_eq!(read[1], (3, "email: not an email address".to_owned()));
    }

    #[test]
    fn errors_in_a_line_are_reported_without_its_values() {
        let hash = "$2b$04$.WZCjTpZFf0515DjPMOnqOYdTb7wqyAveUGnSNpx6BXNLolLzHnX.";
        for (field, sentence) in [
            ("username", "username: use 1 to 64 letters"),
            ("email", "duplicate field"),
            ("verified", "verified: must be true or false"),
            ("roles", "roles: must be a list of strings"),
            ("createdAt", "createdAt: expected RFC 3339, such as"),
            ("fullName", "unknown field \"fullName\"; allowed: email, username"),
            (hash, "unknown field; allowed: "),
        ] {
            let why = why(ImportFormat::JsonLines, &format!(r#"{{"email": "a@example.com", "{field}": "{hash}"}}"#));
            assert!(why.starts_with(sentence) && !why.contains(hash), "{why}");
        }
        for (line, sentence) in [
            (r#"{"name": "Ada"}"#, "email: missing"),
            (r#"{"email": 7}"#, "email: must be text"),
            (r#"{"email": "hunter2"}"#, "email: not an email address"),
            (r#"{"email": "a@example.com", "roles": [7]}"#, "roles: must be a list of strings"),
            (r#"{"email": "a@example.com", "name": "a\nb"}"#, "name: use only letters"),
            (r#"{"email": "a@example.com", "passwordHash": "hunter2"}"#, "passwordHash: unsupported format"),
            (r#"["hunter2"]"#, "not a JSON object"),
            (r#"{"email": "hunter2""#, "invalid JSON at character 19"),
        ] {
            let why = why(ImportFormat::JsonLines, line);
            assert!(why.starts_with(sentence) && !why.contains("hunter2"), "{why}");
        }
    }

    #[test]
    fn the_first_line_of_csv_names_known_fields_once_each() {
        for (header, sentence) in [
            ("email,Name", "unknown column \"Name\"; allowed: email,username,"),
            ("email;name", "unknown column; allowed: "),
            ("5f4dcc3b5aa765d61d8327deb882cf99,email", "unknown column; allowed: "),
            ("email,name,name", "duplicate column name; "),
            ("name,username", "missing column email; "),
            ("email,", "unknown column \"\"; "),
        ] {
            assert!(refusal(header).starts_with(sentence), "{}", refusal(header));
        }
        let utf16: Vec<u8> = "email\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(said(ImportFormat::Csv, [&[0xFF, 0xFE][..], &utf16].concat()).is_err());
        assert_eq!(said(ImportFormat::Csv, "").map(|said| said.len()).ok(), Some(0));
    }
}
