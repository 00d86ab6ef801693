//! JSON text (RFC 8259) to a tape: one flat token a value, in the order of the text. Iterative, so that no nesting can
//! exhaust the stack; nothing is copied, numbers keep their text.
//!
//! Taken beyond the RFC are `NaN`, `Infinity` and `-Infinity`, which common writers give for floats.

use super::node::{Node, View};
use super::{Error, Kind};
use std::borrow::Cow;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Null,
    True,
    False,
    Number,
    Text,
    /// Text with backslashes in it.
    EscapedText,
    Array,
    Object,
}

/// One value: where it stands in the text, and the number of the token after it and all that is within.
#[derive(Debug, Clone, Copy)]
struct Token {
    what: What,
    start: usize,
    end: usize,
    next: u32,
}

/// A JSON text that was parsed.
pub struct Tape<'t> {
    text: &'t str,
    tokens: Vec<Token>,
}

#[derive(Clone, Copy)]
enum Expect {
    Value,
    FirstItem,
    FirstMember,
    AfterValue,
}

impl<'t> Tape<'t> {
    /// Parses a text in which sequences are nested up to `depth`.
    pub fn parse(text: &'t str, depth: u64) -> Result<Self, Error> {
        // Each sequence is an object, an array and an object; a person's name is an array and an object more.
        let brackets = usize::try_from(depth.saturating_mul(3).saturating_add(4)).unwrap_or(usize::MAX);
        let mut parser = Parser {
            text,
            at: 0,
            // Usual models have a token for each eight bytes or so.
            tokens: Vec::with_capacity(text.len() / 8),
            open: Vec::new(),
            brackets,
            depth,
        };
        parser.run()?;
        Ok(Self {
            text,
            tokens: parser.tokens,
        })
    }

    /// The value of the whole text.
    pub fn root(&self) -> TapeNode<'_> {
        TapeNode { tape: self, token: 0 }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    tokens: Vec<Token>,
    open: Vec<u32>,
    brackets: usize,
    depth: u64,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), Error> {
        let mut expect = Expect::Value;
        loop {
            let byte = self.skip_space();
            expect = match expect {
                Expect::Value => self.value(byte)?,
                Expect::FirstItem if byte == Some(b']') => self.close(What::Array)?,
                Expect::FirstItem => self.value(byte)?,
                Expect::FirstMember if byte == Some(b'}') => self.close(What::Object)?,
                Expect::FirstMember => self.key(byte)?,
                Expect::AfterValue => {
                    let Some(open) = self.open.last() else {
                        return match byte {
                            None => Ok(()),
                            Some(_) => Err(self.error("there is more after the value")),
                        };
                    };
                    let container = self.tokens.get(*open as usize).map(|token| token.what);
                    match (byte, container) {
                        (Some(b','), Some(What::Array)) => {
                            self.step();
                            Expect::Value
                        }
                        (Some(b','), _) => {
                            self.step();
                            let byte = self.skip_space();
                            self.key(byte)?
                        }
                        (Some(b']'), Some(What::Array)) => self.close(What::Array)?,
                        (Some(b'}'), Some(What::Object)) => self.close(What::Object)?,
                        _ => return Err(self.error("a comma or the end of the array or object was expected")),
                    }
                }
            };
        }
    }

    fn error(&self, what: &'static str) -> Error {
        Error::at(Kind::Syntax(what), self.at)
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) -> Option<u8> {
        loop {
            let byte = self.text.as_bytes().get(self.at).copied()?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.step();
        }
    }

    fn push(&mut self, what: What, start: usize, end: usize) -> Result<u32, Error> {
        let number = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        let Some(next) = number.checked_add(1) else {
            return Err(self.error("it has more than 4294967295 values"));
        };
        self.tokens.push(Token { what, start, end, next });
        Ok(number)
    }

    fn open(&mut self, what: What) -> Result<(), Error> {
        if self.open.len() >= self.brackets {
            return Err(Error::at(Kind::Limit("json_depth", self.depth), self.at));
        }
        let number = self.push(what, self.at, self.at)?;
        self.open.push(number);
        self.step();
        Ok(())
    }

    fn close(&mut self, _what: What) -> Result<Expect, Error> {
        self.step();
        let end = self.at;
        let next = u32::try_from(self.tokens.len()).unwrap_or(u32::MAX);
        if let Some(token) = self.open.pop().and_then(|open| self.tokens.get_mut(open as usize)) {
            token.end = end;
            token.next = next;
        }
        Ok(Expect::AfterValue)
    }

    /// A member's name and the colon behind it.
    fn key(&mut self, byte: Option<u8>) -> Result<Expect, Error> {
        if byte != Some(b'"') {
            return Err(self.error("the name of a member was expected"));
        }
        self.string()?;
        if self.skip_space() != Some(b':') {
            return Err(self.error("a colon was expected"));
        }
        self.step();
        Ok(Expect::Value)
    }

    fn value(&mut self, byte: Option<u8>) -> Result<Expect, Error> {
        match byte {
            Some(b'{') => {
                self.open(What::Object)?;
                return Ok(Expect::FirstMember);
            }
            Some(b'[') => {
                self.open(What::Array)?;
                return Ok(Expect::FirstItem);
            }
            Some(b'"') => self.string()?,
            Some(b'n') => self.word("null", What::Null)?,
            Some(b't') => self.word("true", What::True)?,
            Some(b'f') => self.word("false", What::False)?,
            Some(b'N') => self.word("NaN", What::Number)?,
            Some(b'I') => self.word("Infinity", What::Number)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => return Err(self.error("a value was expected")),
            None => return Err(self.error("it ends where a value was expected")),
        }
        Ok(Expect::AfterValue)
    }

    fn word(&mut self, word: &'static str, what: What) -> Result<(), Error> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.error("a value was expected"));
        }
        let end = self.at.saturating_add(word.len());
        self.push(what, self.at, end)?;
        self.at = end;
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Error> {
        let count = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err(self.error("a digit was expected"));
        }
        self.at = self.at.saturating_add(count);
        Ok(())
    }

    fn number(&mut self) -> Result<(), Error> {
        let start = self.at;
        if self.rest().starts_with(b"-Infinity") {
            return self.word("-Infinity", What::Number);
        }
        if self.rest().first() == Some(&b'-') {
            self.step();
        }
        if self.rest().first() == Some(&b'0') {
            self.step();
        } else {
            self.digits()?;
        }
        if self.rest().first() == Some(&b'.') {
            self.step();
            self.digits()?;
        }
        if matches!(self.rest().first(), Some(b'e' | b'E')) {
            self.step();
            if matches!(self.rest().first(), Some(b'+' | b'-')) {
                self.step();
            }
            self.digits()?;
        }
        self.push(What::Number, start, self.at)?;
        Ok(())
    }

    /// A string, from its quote on; the token holds what is between the quotes.
    fn string(&mut self) -> Result<(), Error> {
        self.step();
        let start = self.at;
        let mut what = What::Text;
        loop {
            let Some(plain) = self
                .rest()
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\') || *byte < 0x20)
            else {
                return Err(self.error("it ends within a string"));
            };
            self.at = self.at.saturating_add(plain);
            match self.rest().first() {
                Some(b'"') => {
                    self.push(what, start, self.at)?;
                    self.step();
                    return Ok(());
                }
                Some(b'\\') => {
                    what = What::EscapedText;
                    self.escape()?;
                }
                _ => return Err(self.error("a control character stands in a string unescaped")),
            }
        }
    }

    /// Passes over an escape; half of a surrogate pair is no letter.
    fn escape(&mut self) -> Result<(), Error> {
        match self.rest().get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at = self.at.saturating_add(2),
            Some(b'u') => {
                let length = match unicode_escape(self.rest()) {
                    Some((_, length)) => length,
                    None => return Err(self.error("an escape of a string isn't a letter of Unicode")),
                };
                self.at = self.at.saturating_add(length);
            }
            _ => return Err(self.error("an unknown escape stands in a string")),
        }
        Ok(())
    }
}

fn unit(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes else {
        return None;
    };
    digits.get(..4)?.iter().try_fold(0_u32, |value, byte| {
        Some((value << 4) | char::from(*byte).to_digit(16)?)
    })
}

/// The letter of one escape, or of the two of a surrogate pair, and the length of what was read.
fn unicode_escape(bytes: &[u8]) -> Option<(char, usize)> {
    let first = unit(bytes)?;
    if !(0xD800..0xDC00).contains(&first) {
        return Some((char::from_u32(first)?, 6));
    }
    let second = unit(bytes.get(6..)?)?;
    if !(0xDC00..0xE000).contains(&second) {
        return None;
    }
    let code = (((first & 0x3FF) << 10) | (second & 0x3FF)).checked_add(0x1_0000)?;
    Some((char::from_u32(code)?, 12))
}

fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, after)) = rest.split_once('\\') {
        text.push_str(plain);
        let from = plain.len();
        let Some(kind) = after.as_bytes().first() else { break };
        let (letter, length) = match kind {
            b'b' => ('\u{8}', 2),
            b'f' => ('\u{C}', 2),
            b'n' => ('\n', 2),
            b'r' => ('\r', 2),
            b't' => ('\t', 2),
            b'u' => unicode_escape(rest.as_bytes().get(from..).unwrap_or_default()).unwrap_or(('\u{FFFD}', 6)),
            other => (char::from(*other), 2),
        };
        text.push(letter);
        rest = rest.get(from.saturating_add(length)..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// A value on a tape.
#[derive(Clone, Copy)]
pub struct TapeNode<'t> {
    tape: &'t Tape<'t>,
    token: u32,
}

impl<'t> TapeNode<'t> {
    fn own(self) -> Option<&'t Token> {
        self.tape.tokens.get(self.token as usize)
    }

    /// The value as it stands in the text.
    pub fn source(self) -> &'t str {
        let Some(token) = self.own() else {
            return "";
        };
        let quotes = usize::from(matches!(token.what, What::Text | What::EscapedText));
        let range = token.start.saturating_sub(quotes)..token.end.saturating_add(quotes);
        self.tape.text.get(range).unwrap_or_default()
    }

    /// What stands between the quotes of a string.
    fn text(self) -> Cow<'t, str> {
        let Some(token) = self.own() else {
            return Cow::Borrowed("");
        };
        let raw = self.tape.text.get(token.start..token.end).unwrap_or_default();
        if token.what == What::EscapedText {
            Cow::Owned(unescaped(raw))
        } else {
            Cow::Borrowed(raw)
        }
    }

    fn within(self, what: What) -> Option<Within<'t>> {
        let token = self.own().filter(|token| token.what == what)?;
        Some(Within {
            tape: self.tape,
            next: self.token.saturating_add(1),
            end: token.next,
        })
    }
}

/// The values within an array, or the names and values within an object.
struct Within<'t> {
    tape: &'t Tape<'t>,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Within<'t> {
    type Item = TapeNode<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let node = TapeNode {
            tape: self.tape,
            token: self.next,
        };
        self.next = node.own()?.next;
        Some(node)
    }
}

fn number(text: &str) -> View<Cow<'_, str>> {
    if let Ok(whole) = text.parse::<i128>() {
        return View::Integer(whole);
    }
    match text {
        "NaN" => View::Float(f64::NAN),
        "Infinity" => View::Float(f64::INFINITY),
        "-Infinity" => View::Float(f64::NEG_INFINITY),
        _ if text.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) => {
            text.parse().map_or(View::Other, View::Float)
        }
        // A whole number of more than 38 digits.
        _ => View::Other,
    }
}

impl<'t> Node for TapeNode<'t> {
    type Text = Cow<'t, str>;

    fn view(&self) -> View<Self::Text> {
        let Some(token) = self.own() else {
            return View::Other;
        };
        match token.what {
            What::Null => View::Null,
            What::True | What::False => View::Other,
            What::Number => number(self.source()),
            What::Text | What::EscapedText => View::Text(self.text()),
            What::Array => View::Array,
            What::Object => View::Object,
        }
    }

    fn items(&self) -> impl Iterator<Item = Self> {
        self.within(What::Array).into_iter().flatten()
    }

    fn members(&self) -> impl Iterator<Item = (Self::Text, Self)> {
        let mut within = self.within(What::Object).into_iter().flatten();
        std::iter::from_fn(move || {
            let name = within.next()?;
            Some((name.text(), within.next()?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> Error {
        Tape::parse(text, 2).err().unwrap()
    }

    #[test]
    fn values_of_all_kinds_are_seen() {
        let tape = Tape::parse(r#" {"a": [1, -2.5e3, "x", null, true, NaN], "b": {}} "#, 2).unwrap();
        let members: Vec<_> = tape.root().members().collect();
        assert_eq!(members.len(), 2);
        let views: Vec<_> = members[0].1.items().map(|item| item.view()).collect();
        assert_eq!(views[0], View::Integer(1));
        assert_eq!(views[1], View::Float(-2500.0));
        assert_eq!(views[2], View::Text(Cow::Borrowed("x")));
        assert_eq!(views[3], View::Null);
        assert_eq!(views[4], View::Other);
        assert!(matches!(views[5], View::Float(number) if number.is_nan()));
        assert_eq!(members[1].1.view(), View::Object);
    }

    #[test]
    fn escapes_become_letters() {
        let tape = Tape::parse(r#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00z"]"#, 2).unwrap();
        let first = tape.root().items().next().unwrap();
        assert_eq!(
            first.view(),
            View::Text(Cow::Owned("\"\\/\u{8}\u{C}\n\r\t\u{e9}\u{1F600}z".to_owned()))
        );
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_stands() {
        for (text, offset) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("[1 2]", 3),
            ("[01]", 2),
            ("[1.]", 3),
            ("[-]", 2),
            ("\"a", 1),
            ("\"\n\"", 1),
            ("[\"\\x\"]", 2),
            ("{} {}", 3),
            ("[\"\\ud800\"]", 2),
            ("[\"\\ud800\\u0041\"]", 2),
            ("[\"\\udc00\"]", 2),
            ("{1: 2}", 1),
            ("[}", 1),
            ("nul", 0),
        ] {
            let found = error(text);
            assert!(matches!(found.kind, Kind::Syntax(_)), "{text}");
            assert_eq!(found.offset, Some(offset), "{text}");
        }
    }

    #[test]
    fn nesting_has_a_ceiling() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Tape::parse(&nested(10), 2).is_ok());
        assert_eq!(error(&nested(11)).kind, Kind::Limit("json_depth", 2));
        assert_eq!(error(&"[".repeat(1_000_000)).kind, Kind::Limit("json_depth", 2));
    }

    #[test]
    fn numbers_beyond_all_measure_are_left_to_the_caller() {
        let long = format!("[{}]", "9".repeat(60));
        let tape = Tape::parse(&long, 1).unwrap();
        assert_eq!(tape.root().items().next().unwrap().view(), View::Other);
    }
}
