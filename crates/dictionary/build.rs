//! Turns the tables of `data/` into static Rust tables with their hash slots.
//!
//! A bad row stops the build: this runs on our own files, so here it may panic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::{env, fs, path::Path};

#[path = "src/hash.rs"]
mod hash;
#[path = "src/vr.rs"]
#[allow(dead_code)]
mod vr;

fn main() {
    println!("cargo::rerun-if-changed=data");
    println!("cargo::rerun-if-changed=src/hash.rs");
    println!("cargo::rerun-if-changed=src/vr.rs");
    let out = env::var("OUT_DIR").unwrap();
    let write = |name: &str, text: String| fs::write(Path::new(&out).join(name), text).unwrap();
    let mut texts = Texts::default();
    write("attributes.rs", attributes(&mut texts));
    write("private.rs", private(&mut texts));
    write("uids.rs", uids(&mut texts));
    write("texts.txt", texts.all);
    let edition = fs::read_to_string("data/EDITION").unwrap();
    write(
        "edition.rs",
        format!("{:?}", edition.lines().next().expect("EDITION has a first line")),
    );
}

/// The texts of all tables in one piece, each once.
#[derive(Default)]
struct Texts {
    all: String,
    places: HashMap<String, String>,
}

impl Texts {
    /// Source of the place of a text.
    fn place(&mut self, text: &str) -> String {
        if let Some(known) = self.places.get(text) {
            return known.clone();
        }
        let length = u16::try_from(text.len()).expect("a text of less than 64 KiB");
        let place = format!("Text({}, {length})", self.all.len());
        self.all += text;
        self.places.insert(text.to_owned(), place.clone());
        place
    }
}

/// Source of a static array.
fn array(name: &str, kind: &str, cells: &[String]) -> String {
    let (count, cells) = (cells.len(), cells.join(",\n"));
    format!("static {name}: [{kind}; {count}] = [\n{cells}];\n")
}

/// Rows of a table: cells split at tabs, without the heading.
fn rows(name: &str, columns: usize) -> Vec<Vec<String>> {
    let text = fs::read_to_string(Path::new("data").join(name)).unwrap();
    let rows: Vec<Vec<String>> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect();
    for row in &rows {
        assert!(row.len() == columns, "{name}: {row:?} has not {columns} cells");
    }
    rows
}

/// Source of the VR named in a cell.
fn vr_source(text: &str) -> String {
    format!(
        "Vr::{:?}",
        vr::Vr::parse(text).unwrap_or_else(|| panic!("{text:?} is no VR"))
    )
}

/// Mask and value of a pattern of eight digits, where `x` is any digit.
fn mask_and_value(pattern: &str) -> (u32, u32) {
    assert!(pattern.len() == 8, "{pattern:?} has not eight digits");
    let digits = |any: &str, one: &str| -> String {
        pattern
            .chars()
            .map(|c| {
                if c == 'x' {
                    any.to_owned()
                } else if one.is_empty() {
                    c.to_string()
                } else {
                    one.to_owned()
                }
            })
            .collect()
    };
    (
        u32::from_str_radix(&digits("0", "F"), 16).unwrap(),
        u32::from_str_radix(&digits("0", ""), 16).unwrap(),
    )
}

/// Source of a slot table: open addressing with linear probing; 0 is empty, else index + 1.
fn slots(
    name: &str,
    count: usize,
    entries: impl Iterator<Item = (usize, u32)>,
    home: impl Fn(usize, u32) -> usize,
) -> String {
    let bits = hash::bits_for(count);
    let mut table = vec![0_u32; 1 << bits];
    for (key, index) in entries {
        let mut slot = home(key, bits);
        while table[slot] != 0 {
            slot = (slot + 1) % table.len();
        }
        table[slot] = index + 1;
    }
    let cells: Vec<u16> = table
        .into_iter()
        .map(|cell| u16::try_from(cell).expect("more entries than a slot can number"))
        .collect();
    format!(
        "const {name}_BITS: u32 = {bits};\nstatic {name}_SLOTS: [u16; {}] = {cells:?};\n",
        cells.len()
    )
}

fn attributes(texts: &mut Texts) -> String {
    let mut exact = BTreeMap::new();
    let mut repeating = Vec::new();
    for row in rows("attributes.tsv", 6) {
        let (mask, tag) = mask_and_value(&row[0]);
        let source = format!(
            "Attribute {{ tag: 0x{tag:08X}, vr: {}, vm: {}, keyword: {}, name: {}, retired: {} }}",
            vr_source(&row[1]),
            texts.place(&row[2]),
            texts.place(&row[3]),
            texts.place(&row[4]),
            row[5] == "R"
        );
        if mask == u32::MAX {
            assert!(
                exact.insert(tag, (row.clone(), source)).is_none(),
                "{tag:08X} stands twice"
            );
        } else {
            repeating.push(format!(
                "Repeater {{ form: {}, mask: 0x{mask:08X}, attribute: {source} }}",
                texts.place(&row[0])
            ));
        }
    }
    let tags: Vec<u32> = exact.keys().copied().collect();
    let mut keywords: Vec<(String, u32)> = exact
        .iter()
        .filter(|(_, (row, _))| !row[3].is_empty())
        .map(|(tag, (row, _))| (row[3].clone(), *tag))
        .collect();
    for row in rows("former_keywords.tsv", 2) {
        keywords.push((row[0].clone(), u32::from_str_radix(&row[1], 16).unwrap()));
    }
    let sources: Vec<String> = exact.values().map(|(_, source)| source.clone()).collect();
    let mut text = array("ATTRIBUTES", "Attribute", &sources);
    text += &array("REPEATERS", "Repeater", &repeating);
    text += &slots(
        "TAG",
        tags.len(),
        (0..tags.len()).map(|i| (i, u32::try_from(i).unwrap())),
        |i, bits| hash::slot_of_number(tags[i], bits),
    );
    let index_of = |tag: &u32| u32::try_from(tags.binary_search(tag).expect("a former keyword's tag")).unwrap();
    text += &slots(
        "KEYWORD",
        keywords.len(),
        keywords.iter().enumerate().map(|(i, (_, tag))| (i, index_of(tag))),
        |i, bits| hash::slot_of_text(&keywords[i].0, bits),
    );
    let former = &keywords[keywords.len() - rows("former_keywords.tsv", 2).len()..];
    let possessive: Vec<usize> = exact
        .values()
        .enumerate()
        .filter(|(_, (row, _))| row[4].contains('\''))
        .map(|(index, _)| index)
        .collect();
    writeln!(
        text,
        "static POSSESSIVE_NAMES: [u16; {}] = {possessive:?};",
        possessive.len()
    )
    .unwrap();
    writeln!(
        text,
        "static FORMER_KEYWORDS: [(&str, u32); {}] = {former:?};",
        former.len()
    )
    .unwrap();
    text
}

fn private(texts: &mut Texts) -> String {
    let mut creators: BTreeMap<String, BTreeMap<(u32, u32), String>> = BTreeMap::new();
    for row in rows("private.tsv", 5) {
        let (mask, value) = mask_and_value(&row[1]);
        let source = format!(
            "PrivateAttribute {{ mask: 0x{mask:08X}, value: 0x{value:08X}, vr: {}, vm: {}, name: {} }}",
            vr_source(&row[2]),
            texts.place(&row[3]),
            texts.place(&row[4])
        );
        let entries = creators.entry(row[0].clone()).or_default();
        assert!(
            entries.insert((u32::MAX - mask, value), source).is_none(),
            "{} {} stands twice",
            row[0],
            row[1]
        );
    }
    let mut sources: Vec<String> = Vec::new();
    let mut ranges = Vec::new();
    for (creator, entries) in &creators {
        let first = sources.len();
        sources.extend(entries.values().cloned());
        ranges.push(format!(
            "Creator {{ name: {}, first: {first}, end: {} }}",
            texts.place(creator),
            sources.len()
        ));
    }
    let mut text = array("PRIVATE_ATTRIBUTES", "PrivateAttribute", &sources);
    text += &array("CREATORS", "Creator", &ranges);
    let names: Vec<&String> = creators.keys().collect();
    text += &slots(
        "CREATOR",
        names.len(),
        (0..names.len()).map(|i| (i, u32::try_from(i).unwrap())),
        |i, bits| hash::slot_of_text(names[i], bits),
    );
    text
}

fn uids(texts: &mut Texts) -> String {
    let rows = rows("uids.tsv", 6);
    let source = |row: &Vec<String>| {
        format!(
            "Uid {{ uid: {}, kind: {}, keyword: {}, name: {}, info: {}, retired: {} }}",
            texts.place(&row[0]),
            texts.place(&row[1]),
            texts.place(&row[2]),
            texts.place(&row[3]),
            texts.place(&row[4]),
            row[5] == "R"
        )
    };
    let sources: Vec<String> = rows.iter().map(source).collect();
    let mut text = array("UIDS", "Uid", &sources);
    text += &slots(
        "UID",
        rows.len(),
        (0..rows.len()).map(|i| (i, u32::try_from(i).unwrap())),
        |i, bits| hash::slot_of_text(&rows[i][0], bits),
    );
    text
}
