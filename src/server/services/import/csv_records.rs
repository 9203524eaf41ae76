//! Reads CSV (RFC 4180) record by record, as the parser of the `csv` crate splits the stream: nothing splits it
//! into lines first, and no record takes more memory than a user needs.

use super::line::{Fields, NAMES, Numbered, shown};
use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};
use serde_json::Value;
use std::io::{self, BufRead, BufReader, Chain, Read};

/// Many times the size of a user.
const MAX_BYTES: usize = 64 << 10;
const MAX_FIELDS: usize = 64;

/// Reader of non-empty records, which reuses its buffers.
pub struct CsvRecords<R> {
    /// A line break follows the stream, so that a quotation mark still open at the end also leaves a line break
    /// in its field.
    reader: BufReader<Chain<R, &'static [u8]>>,
    parser: Reader,
    /// How many lines were read.
    lines: u64,
    /// The raw bytes of the record.
    raw: Vec<u8>,
    /// Its fields one after the other, and where each ends.
    cells: Vec<u8>,
    ends: Vec<usize>,
}

/// What was read from the stream.
enum Piece {
    Record { fields: usize },
    TooLong,
    End,
}

/// The field names from the first record.
pub struct Header(Vec<String>);

impl<R: Read> CsvRecords<R> {
    pub fn new(reader: R) -> Self {
        Self {
            reader: BufReader::new(reader.chain(b"\n")),
            // A carriage return alone ends no record: a writer that does not treat it as a line break leaves one
            // inside a field without quotation marks.
            parser: ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build(),
            lines: 0,
            raw: Vec::new(),
            cells: vec![0; MAX_BYTES],
            ends: vec![0; MAX_FIELDS],
        }
    }

    /// Returns the next record and the line number where it begins, counted from 1.
    pub fn next(&mut self) -> io::Result<Option<Numbered<Vec<String>>>> {
        loop {
            self.skip_empty_lines()?;
            let number = self.lines + 1;
            match self.read()? {
                Piece::Record { .. } if self.raw.trim_ascii().is_empty() => {}
                Piece::Record { fields } => return Ok(Some((number, self.fields(fields)))),
                Piece::TooLong => return Ok(Some((number, Err(TOO_LONG.to_owned())))),
                Piece::End => return Ok(None),
            }
        }
    }

    /// Skips the byte order mark and empty lines. The parser would count empty lines as part of the next record.
    fn skip_empty_lines(&mut self) -> io::Result<()> {
        if self.lines == 0 && self.reader.fill_buf()?.starts_with("\u{FEFF}".as_bytes()) {
            self.reader.consume("\u{FEFF}".len());
        }
        while self.reader.fill_buf()?.first() == Some(&b'\n') {
            self.reader.consume(1);
            self.lines += 1;
        }
        Ok(())
    }

    /// Reads one record to its end. Keeps nothing of one that is too long.
    fn read(&mut self) -> io::Result<Piece> {
        self.raw.clear();
        let (mut bytes, mut fields, mut is_too_long) = (0, 0, false);
        loop {
            let input = self.reader.fill_buf()?;
            let (cells, ends) = (&mut self.cells[bytes..], &mut self.ends[fields..]);
            let (result, read, written, ended) = self.parser.read_record(input, cells, ends);
            let taken = input.get(..read).unwrap_or_default();
            self.lines += taken.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            is_too_long |= self.raw.len() + read > MAX_BYTES;
            if !is_too_long {
                self.raw.extend_from_slice(taken);
            }
            self.reader.consume(read);
            (bytes, fields) = (bytes + written, fields + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => is_too_long = true,
                ReadRecordResult::Record if is_too_long => return Ok(Piece::TooLong),
                ReadRecordResult::Record => return Ok(Piece::Record { fields }),
                ReadRecordResult::End => return Ok(Piece::End),
            }
            if is_too_long {
                (bytes, fields) = (0, 0);
            }
        }
    }

    fn fields(&self, count: usize) -> Result<Vec<String>, String> {
        let raw = str::from_utf8(&self.raw).map_err(|_| "not UTF-8: save the file in that encoding")?;
        let raw = raw.strip_suffix('\n').unwrap_or(raw);
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        let ends = self.ends.get(..count).unwrap_or_default();
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let mut fields: Vec<String> = starts
            .zip(ends)
            .map(|(start, end)| String::from_utf8_lossy(self.cells.get(start..*end).unwrap_or_default()).into_owned())
            .collect();
        // The carriage return before the line feed.
        if let Some(last) = fields.last_mut()
            && last.ends_with('\r')
        {
            last.pop();
        }
        check(raw, &fields)?;
        Ok(fields.into_iter().map(|field| field.trim().to_owned()).collect())
    }
}

const TOO_LONG: &str = "line too long: is a quotation mark left open?";

fn check(raw: &str, fields: &[String]) -> Result<(), &'static str> {
    let any = |is_wrong: fn(char) -> bool| fields.iter().any(|field| field.contains(is_wrong));
    if any(|c| c == '\n') {
        return Err("line break inside a field, or a quotation mark left open: remove it");
    }
    if any(|c| c.is_control() && c != '\t') {
        return Err("control character, or an unsupported line break");
    }
    if !is_written(raw, fields) {
        return Err("quotation mark inside a field: quote the whole field, and double each quotation mark in it");
    }
    Ok(())
}

/// Returns whether the text is exactly these fields, each bare or in quotation marks. The parser accepts more,
/// which other software may read differently.
fn is_written(raw: &str, fields: &[String]) -> bool {
    let mut rest = Some(raw);
    for (number, field) in fields.iter().enumerate() {
        let text = if number == 0 { rest } else { rest.and_then(|rest| rest.strip_prefix(',')) };
        rest = text.and_then(|text| match text.strip_prefix('"') {
            Some(quoted) => quoted.strip_prefix(&field.replace('"', "\"\""))?.strip_prefix('"'),
            None => text.strip_prefix(field.as_str()).filter(|_| !field.contains('"')),
        });
    }
    rest == Some("")
}

impl Header {
    /// Checks the names: all known, none repeated, `email` among them.
    pub fn read(names: Vec<String>) -> Result<Self, String> {
        let wrong = |what: String| {
            let names = NAMES.join(",");
            format!("{what}; allowed: {names} (the header row names the columns)")
        };
        if let Some(name) = names.iter().find(|name| !NAMES.contains(&name.as_str())) {
            return Err(wrong(format!("unknown column{}", shown(name))));
        }
        if let Some(name) = NAMES.iter().find(|name| names.iter().filter(|other| other == *name).count() > 1) {
            return Err(wrong(format!("duplicate column {name}")));
        }
        if !names.iter().any(|name| name == "email") {
            return Err(wrong("missing column email".to_owned()));
        }
        Ok(Self(names))
    }

    /// Returns the fields of one record by name.
    pub fn name(&self, cells: &[String]) -> Result<Fields, String> {
        if cells.len() != self.0.len() {
            let (found, expected) = (cells.len(), self.0.len());
            let unit = if found == 1 { "column" } else { "columns" };
            return Err(format!("{found} {unit}, expected {expected}: quote values that contain commas"));
        }
        Ok(self.0.iter().zip(cells).map(|(name, cell)| (name.clone(), value(name, cell))).collect())
    }
}

/// Returns the value that JSON would have for this cell.
fn value(name: &str, cell: &str) -> Value {
    match name {
        "roles" => cell.split([' ', ';']).filter(|role| !role.is_empty()).collect(),
        // Spreadsheets write booleans in capitals.
        "verified" if cell.eq_ignore_ascii_case("true") => Value::Bool(true),
        "verified" if cell.eq_ignore_ascii_case("false") => Value::Bool(false),
        "verified" if cell.is_empty() => Value::Null,
        _ => cell.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(stream: impl Read) -> Vec<Numbered<Vec<String>>> {
        let mut records = CsvRecords::new(stream);
        std::iter::from_fn(|| records.next().expect("memory fails at nothing")).collect()
    }

    /// The line number of the first record, and why it is refused.
    fn why(text: &str) -> (u64, String) {
        let (number, fields) = said(text.as_bytes()).swap_remove(0);
        (number, fields.expect_err(text))
    }

    #[test]
    fn a_line_break_inside_a_field_starts_no_record() {
        let evil = "evil@example.com,admin,true,Evil";
        for (text, line) in [
            (format!("bob@example.com,\"Bob\n{evil}\"\nc,C\n"), 1),
            (format!("\r\nbob@example.com,\"Bob\r\n{evil}\r\n\"\r\nc,C\r\n"), 2),
            (format!("\n\n  \nbob@example.com,\"\n\n{evil}\n\nBob\"\nc,C"), 4),
            (format!("\"bob\n{evil}\",Bob\n\nc,C"), 1),
        ] {
            assert_eq!(why(&text).0, line, "{text}");
            assert!(why(&text).1.starts_with("line break inside a field"), "{text}");
            let said = said(text.as_bytes());
            assert_eq!(said.len(), 2, "{said:?}");
            assert_eq!(said[1], (text.trim_end().lines().count() as u64, Ok(vec!["c".into(), "C".into()])));
        }
    }

    #[test]
    fn an_open_quotation_mark_is_not_taken_as_closed() {
        for end in ["", "\n", "\r\n", "\nc,C\n", "\"\"", "\"\"\n\n\n", "\n\"\""] {
            let text = format!("a,A\nb,\"B{end}");
            let said = said(text.as_bytes());
            assert_eq!(said.len(), 2, "{said:?}");
            assert_eq!(said[1].0, 2);
            let why = said[1].1.as_ref().expect_err(end);
            assert!(why.starts_with("line break inside a field, or a quotation mark"), "{end:?} {why}");
        }
    }

    #[test]
    fn an_early_open_quotation_mark_uses_bounded_memory() {
        let endless = std::io::repeat(b'x').take(1 << 26);
        let rows = "b@example.com,B\n".repeat(1 << 14);
        let mut records = CsvRecords::new(b"email\n\"a@example.com\n".chain(rows.as_bytes()).chain(endless));
        assert!(records.next().is_ok());
        assert_eq!(records.next().ok(), Some(Some((2, Err(TOO_LONG.to_owned())))));
        assert!(records.raw.capacity() <= 2 * MAX_BYTES && records.cells.len() == MAX_BYTES);
        assert_eq!(records.next().ok(), Some(None));
    }

    #[test]
    fn anything_outside_rfc_4180_is_refused() {
        let quoted = "quotation mark inside a field";
        let control = "control character";
        for (text, sentence) in [
            ("a,Bob \"the\" Builder", quoted),
            ("a,\"Bob\" Builder", quoted),
            ("a, \"Bob\"", quoted),
            ("a,\"Bob\"\u{A0}", quoted),
            ("a,\u{FEFF}\"A\"", quoted),
            ("a,\"Bob\r\"", quoted),
            ("a,Bob\rb,Evil", control),
            ("a,A\rb,B\r", control),
            ("a,\"Bob\rb,Evil\"", control),
            ("a,Bob\0", control),
            ("a,Bob\u{1B}[2J", control),
            ("a,Bob\u{85}", control),
        ] {
            let (number, why) = why(text);
            assert!(number == 1 && why.starts_with(sentence), "{text:?}: {why}");
        }
        assert!(said(&b"a,J\xF6rg"[..])[0].1.as_ref().is_err_and(|why| why.starts_with("not UTF-8")));
    }

    #[test]
    fn everything_in_rfc_4180_is_read() {
        let text = "\u{FEFF}\"a\",\"B \"\"the\"\" C, D\"\r\n\"\"\"\"\"\",=1+1\r\n x , y\r\n\"\",";
        let fields: Vec<_> = said(text.as_bytes()).into_iter().map(|(_, fields)| fields).collect();
        let pair = |one: &str, two: &str| Ok(vec![one.to_owned(), two.to_owned()]);
        let expected = [pair("a", "B \"the\" C, D"), pair("\"\"", "=1+1"), pair("x", "y"), pair("", "")];
        assert_eq!(fields, expected);
    }
}
