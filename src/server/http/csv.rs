//! Lines of CSV (RFC 4180) that no spreadsheet takes for a formula.

use std::io;

/// Returns a line of these cells. One that a spreadsheet would run as a formula gets an apostrophe before it.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let cells = cells.into_iter().map(|cell| {
        let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        if is_formula { format!("'{cell}") } else { cell.to_owned() }
    });
    writer.write_record(cells)?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_formula_is_only_text_and_separators_are_quoted() {
        for (cell, written) in [
            ("Ada", "Ada"),
            ("=HYPERLINK(\"http://evil.example\",\"x\")", "\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\""),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "\"'\r=1\""),
            ("a,b\nc", "\"a,b\nc\""),
            ("\u{202e}x", "\u{202e}x"),
        ] {
            let found = String::from_utf8(line([cell, ""]).unwrap()).unwrap();
            assert_eq!(found, format!("{written},\r\n"), "{cell}");
        }
    }
}
