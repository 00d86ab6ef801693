//! Data sets made byte by byte, right ones and wrong ones, and rows shown as text.

use dcm_encoding::error::Result;
use dcm_encoding::finding::Finding;
use dcm_encoding::index::{self, Parsed};
use dcm_encoding::input::{Input, Whole};
use dcm_encoding::options::{Limits, ReadOptions};
use dcm_encoding::part10::{self, Part10};
use dcm_encoding::row::{Flags, Row};
use dcm_encoding::source::ByteSource;
use dcm_encoding::transfer_syntax::Encoding;
use std::sync::{Arc, Mutex};

pub const IMPLICIT: Encoding = Encoding::IMPLICIT_LITTLE;
pub const EXPLICIT: Encoding = Encoding::EXPLICIT_LITTLE;
pub const BIG: Encoding = Encoding::EXPLICIT_BIG;
pub const ENCODINGS: [Encoding; 3] = [IMPLICIT, EXPLICIT, BIG];

pub const UNDEFINED: u32 = u32::MAX;
pub const ITEM: u32 = 0xFFFE_E000;
pub const ITEM_DELIMITER: u32 = 0xFFFE_E00D;
pub const SEQUENCE_DELIMITER: u32 = 0xFFFE_E0DD;

const LONG: [&str; 14] = [
    "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV", "ZZ",
];

pub fn uid_of(encoding: Encoding) -> &'static str {
    match (encoding.implicit_vr, encoding.big_endian) {
        (true, _) => "1.2.840.10008.1.2",
        (_, true) => "1.2.840.10008.1.2.2",
        _ => "1.2.840.10008.1.2.1",
    }
}

pub fn short(encoding: Encoding, number: u16) -> [u8; 2] {
    if encoding.big_endian {
        number.to_be_bytes()
    } else {
        number.to_le_bytes()
    }
}

pub fn long(encoding: Encoding, number: u32) -> [u8; 4] {
    if encoding.big_endian {
        number.to_be_bytes()
    } else {
        number.to_le_bytes()
    }
}

pub fn tag(encoding: Encoding, tag: u32) -> Vec<u8> {
    [short(encoding, (tag >> 16) as u16), short(encoding, tag as u16)].concat()
}

/// The header of an element, whatever length it claims.
pub fn header(encoding: Encoding, tag_number: u32, vr: &str, length: u32) -> Vec<u8> {
    let mut bytes = tag(encoding, tag_number);
    if encoding.implicit_vr || tag_number >> 16 == 0xFFFE {
        bytes.extend(long(encoding, length));
    } else {
        bytes.extend(vr.as_bytes());
        if LONG.contains(&vr) {
            bytes.extend([0, 0]);
            bytes.extend(long(encoding, length));
        } else {
            bytes.extend(short(encoding, length as u16));
        }
    }
    bytes
}

pub fn element(encoding: Encoding, tag: u32, vr: &str, value: &[u8]) -> Vec<u8> {
    [&header(encoding, tag, vr, value.len() as u32)[..], value].concat()
}

pub fn item(encoding: Encoding, content: &[u8]) -> Vec<u8> {
    element(encoding, ITEM, "", content)
}

pub fn undefined_item(encoding: Encoding, content: &[u8]) -> Vec<u8> {
    let begin = header(encoding, ITEM, "", UNDEFINED);
    [&begin[..], content, &header(encoding, ITEM_DELIMITER, "", 0)].concat()
}

pub fn sequence(encoding: Encoding, tag: u32, items: &[Vec<u8>]) -> Vec<u8> {
    element(encoding, tag, "SQ", &items.concat())
}

pub fn undefined_sequence(encoding: Encoding, tag: u32, items: &[Vec<u8>]) -> Vec<u8> {
    undefined(encoding, tag, "SQ", &items.concat())
}

/// A value of undefined length, closed by a sequence delimiter.
pub fn undefined(encoding: Encoding, tag: u32, vr: &str, content: &[u8]) -> Vec<u8> {
    let begin = header(encoding, tag, vr, UNDEFINED);
    [&begin[..], content, &header(encoding, SEQUENCE_DELIMITER, "", 0)].concat()
}

/// Explicit elements of group 0002 with their group length; `uid` is the Transfer Syntax.
pub fn meta(uid: &str) -> Vec<u8> {
    let content = meta_elements(uid);
    [
        element(EXPLICIT, 0x0002_0000, "UL", &(content.len() as u32).to_le_bytes()),
        content,
    ]
    .concat()
}

pub fn meta_elements(uid: &str) -> Vec<u8> {
    let mut padded = uid.as_bytes().to_vec();
    if padded.len() % 2 == 1 {
        padded.push(0);
    }
    [
        element(EXPLICIT, 0x0002_0002, "UI", b"1.2.840.10008.5.1.4.1.1.7\0"),
        element(EXPLICIT, 0x0002_0010, "UI", &padded),
    ]
    .concat()
}

pub fn prefixed(rest: &[u8]) -> Vec<u8> {
    [&[0; 128][..], b"DICM", rest].concat()
}

pub fn file(uid: &str, data_set: &[u8]) -> Vec<u8> {
    prefixed(&[&meta(uid)[..], data_set].concat())
}

/// A few elements that any reader knows.
pub fn some_elements(encoding: Encoding) -> Vec<u8> {
    [
        element(encoding, 0x0008_0005, "CS", b"ISO_IR 100"),
        element(encoding, 0x0008_0060, "CS", b"CT"),
        element(encoding, 0x0010_0010, "PN", b"A^B "),
        element(encoding, 0x0028_0010, "US", &short(encoding, 512)),
    ]
    .concat()
}

pub fn parse_with<I: Input>(input: &mut I, encoding: Encoding, options: &ReadOptions) -> Result<Parsed> {
    index::parse_data_set(input, 0, encoding, options)
}

pub fn parse(bytes: &[u8], encoding: Encoding) -> Parsed {
    parse_with(&mut Whole { offset: 0, bytes }, encoding, &ReadOptions::default()).unwrap()
}

/// The items of the sequence of defined length at `row` of what was parsed.
pub fn parse_items(bytes: &[u8], row: &Row, limits: Limits) -> Result<Parsed> {
    let start = row.offset as usize;
    let mut input = Whole {
        offset: row.offset,
        bytes: &bytes[start..start + row.length as usize],
    };
    index::parse_items(&mut input, row, row.encoding(), limits)
}

pub fn read(bytes: &[u8]) -> Result<Part10> {
    part10::read_bytes(Arc::new(bytes.to_vec()), &ReadOptions::default())
}

/// One line a row: indented by depth, with tag, VR, length and what its flags say.
pub fn shown(rows: &[Row]) -> Vec<String> {
    let names = [
        (Flags::UNDEFINED_LENGTH, "undefined"),
        (Flags::DELIMITED, "delimited"),
        (Flags::UNPARSED, "unparsed"),
        (Flags::TRUNCATED, "truncated"),
        (Flags::ENCAPSULATED, "encapsulated"),
    ];
    rows.iter()
        .map(|row| {
            let name = match row.tag {
                ITEM => "item".to_owned(),
                tag => format!("{tag:08X} {}", row.vr.as_str()),
            };
            let mut line = format!("{}{name} {}", "  ".repeat(row.depth.into()), row.length);
            for (flag, name) in names {
                if row.flags.has(flag) {
                    line.push(' ');
                    line.push_str(name);
                }
            }
            line
        })
        .collect()
}

/// Code, tag and offset of each finding.
pub fn found(findings: &[Finding]) -> Vec<(&str, Option<u32>, Option<u64>)> {
    findings
        .iter()
        .map(|finding| (finding.code.as_ref(), finding.tag, finding.offset))
        .collect()
}

pub fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_ref()).collect()
}

/// Numbers that look random and are the same in each run (xorshift64*).
pub struct Random(pub u64);

impl Random {
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        ((self.number() >> 16) % (limit.max(1) as u64)) as usize
    }

    pub fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.number() as u8).collect()
    }
}

/// Bytes that note which of them were read.
pub struct Counting {
    pub bytes: Vec<u8>,
    reads: Mutex<Vec<(u64, u64)>>,
}

impl Counting {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            reads: Mutex::new(Vec::new()),
        }
    }

    /// How many bytes were asked for, those that were asked for twice counted twice.
    pub fn count(&self) -> u64 {
        self.reads.lock().unwrap().iter().map(|(_, length)| length).sum()
    }

    /// Was any byte of the range read?
    pub fn touched(&self, start: u64, end: u64) -> bool {
        let reads = self.reads.lock().unwrap();
        reads
            .iter()
            .any(|(offset, length)| *offset < end && offset + length > start)
    }

    pub fn forget(&self) {
        self.reads.lock().unwrap().clear();
    }
}

impl ByteSource for Counting {
    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize> {
        let start = (offset as usize).min(self.bytes.len());
        let count = buffer.len().min(self.bytes.len() - start);
        buffer[..count].copy_from_slice(&self.bytes[start..start + count]);
        self.reads.lock().unwrap().push((offset, count as u64));
        Ok(count)
    }
}
