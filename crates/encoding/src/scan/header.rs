//! One header: from its rows to the cells of the columns.

use super::file::{Buffers, FileInput};
use super::texts::{Text, Texts};
use super::{Facts, NO_TEXT, Plan, Source};
use crate::deflate;
use crate::error::{Error, Kind};
use crate::header::{self, vr_of};
use crate::index::items::{ItemRows, walk_items};
use crate::index::{self, Parsed};
use crate::input::{Input, Whole};
use crate::options::{Limits, ReadOptions};
use crate::part10;
use crate::row::{Flags, Row};
use crate::source::modified_ns;
use crate::transfer_syntax::Encoding;
use crate::value::{number, text};
use dcm_dictionary::Vr;
use std::io::ErrorKind;
use std::ops::ControlFlow;

const SPECIFIC_CHARACTER_SET: u32 = 0x0008_0005;
const TRANSFER_SYNTAX_UID: u32 = 0x0002_0010;
const PIXEL_REPRESENTATION: u32 = 0x0028_0103;
const PIXEL_DATA: u32 = 0x7FE0_0010;
/// Elements that hold pixels: of floats, of doubles, and all others.
const PIXELS: [u32; 3] = [0x7FE0_0008, 0x7FE0_0009, PIXEL_DATA];
/// A longer value is no number or name that a header is asked for.
const MOST_VALUE: u64 = 64 << 10;
/// A longer first item of a sequence is read so far only.
const MOST_ITEM: u64 = 1 << 20;

/// A cell that a path ends in.
#[derive(Clone, Copy)]
enum Cell {
    /// The first of the places in a row of numbers, how many, and the VR where none is known.
    Numbers(usize, usize, Vr),
    Text(usize),
}

/// One wanted path: the element of the top level, what follows it, and its cell.
struct Wanted {
    top: u32,
    path: Vec<u32>,
    cell: Cell,
}

/// Reads headers, one after the other, into the same row.
pub struct Header {
    options: ReadOptions,
    /// Ascending by the element of the top level.
    wanted: Vec<Wanted>,
    /// The row: columns of numbers one after the other.
    pub numbers: Vec<f64>,
    /// The row of texts by their numbers, that of the Transfer Syntax UID last.
    pub texts: Vec<u32>,
    /// The row before, which is often the same.
    last_texts: Vec<u32>,
    scratch: Vec<f64>,
    signed: bool,
}

/// What all cells of one header need.
struct Context<'t> {
    encoding: Encoding,
    limits: Limits,
    texts: &'t mut Texts,
    character_set: Option<Box<[u8]>>,
}

impl Header {
    pub fn new(plan: &Plan) -> Self {
        let mut wanted = Vec::new();
        let mut place = 0_usize;
        let mut want = |path: &[u32], cell| {
            if let Some((top, rest)) = path.split_first() {
                wanted.push(Wanted {
                    top: *top,
                    path: rest.to_vec(),
                    cell,
                });
            }
        };
        for column in &plan.numbers {
            want(&column.path, Cell::Numbers(place, column.width, column.vr));
            place = place.saturating_add(column.width);
        }
        for (at, path) in plan.texts.iter().enumerate() {
            want(path, Cell::Text(at));
        }
        want(&[TRANSFER_SYNTAX_UID], Cell::Text(plan.texts.len()));
        wanted.sort_by_key(|one| one.top);
        let mut tags: Vec<u32> = wanted.iter().map(|one| one.top).collect();
        tags.extend([SPECIFIC_CHARACTER_SET, PIXEL_REPRESENTATION]);
        tags.sort_unstable();
        tags.dedup();
        let number_of_texts = plan.texts.len().saturating_add(1);
        Self {
            options: ReadOptions {
                stop_before_pixels: true,
                specific_tags: Some(tags),
                first_items_only: true,
                private_syntaxes: plan.private_syntaxes.clone(),
                ..ReadOptions::default()
            },
            wanted,
            numbers: vec![f64::NAN; place],
            texts: vec![NO_TEXT; number_of_texts],
            last_texts: vec![NO_TEXT; number_of_texts],
            scratch: Vec::new(),
            signed: false,
        }
    }

    /// Numbers a row.
    pub fn width(&self) -> usize {
        self.numbers.len()
    }

    pub fn number_of_texts(&self) -> usize {
        self.texts.len()
    }

    /// Empties the row.
    pub fn clear(&mut self) {
        self.numbers.fill(f64::NAN);
        std::mem::swap(&mut self.texts, &mut self.last_texts);
        self.texts.fill(NO_TEXT);
        self.signed = false;
    }

    /// Reads a header; what stood there before it broke off, or turned out to be none, stays in the row.
    pub fn read(
        &mut self,
        source: &Source,
        buffers: &mut Buffers,
        texts: &mut Texts,
        facts: &mut Facts,
    ) -> Result<(), String> {
        let read = match source {
            Source::File(path) => FileInput::open(path, buffers).and_then(|(mut input, metadata)| {
                facts.size = metadata.len();
                facts.modified_ns = modified_ns(&metadata);
                self.read_input(&mut input, FileInput::rest, texts, facts)
            }),
            Source::Bytes(bytes) => {
                let bytes: &[u8] = (**bytes).as_ref();
                facts.size = bytes.len() as u64;
                let mut input = Whole { offset: 0, bytes };
                let rest = |_: &mut Whole<'_>, start| {
                    let start = usize::try_from(start).unwrap_or(usize::MAX);
                    Ok(bytes.get(start..).unwrap_or_default().to_vec())
                };
                self.read_input(&mut input, rest, texts, facts)
            }
        };
        match read {
            Ok(None) => Ok(()),
            Ok(Some(offset)) => Err(format!("breaks off within its header, at byte {offset}")),
            Err(error) => Err(problem(&error)),
        }
    }

    /// Where the header breaks off, if it does.
    fn read_input<I: Input>(
        &mut self,
        input: &mut I,
        rest: impl FnOnce(&mut I, u64) -> Result<Vec<u8>, Error>,
        texts: &mut Texts,
        facts: &mut Facts,
    ) -> Result<Option<u64>, Error> {
        let front = part10::front(input, &self.options)?;
        facts.implicit_vr = front.encoding.implicit_vr;
        facts.big_endian = front.encoding.big_endian;
        facts.deflated = front.deflated;
        let mut context = Context {
            encoding: front.encoding,
            limits: self.options.limits,
            texts,
            character_set: None,
        };
        if let Some(file_meta) = &front.file_meta {
            self.cells(input, file_meta, &mut context)?;
        }
        if front.deflated {
            let deflated = rest(input, front.start)?;
            let bytes = deflate::inflate(&deflated, &self.options.limits)?.bytes;
            let mut inflated = Whole {
                offset: 0,
                bytes: &bytes,
            };
            let broken = self.data_set(&mut inflated, 0, &mut context, facts)?;
            // The pixels stand nowhere in the file as they are.
            facts.pixels = None;
            return Ok(broken.map(|_| facts.size));
        }
        self.data_set(input, front.start, &mut context, facts)
    }

    fn data_set<I: Input>(
        &mut self,
        input: &mut I,
        start: u64,
        context: &mut Context<'_>,
        facts: &mut Facts,
    ) -> Result<Option<u64>, Error> {
        let parsed = index::parse_data_set(input, start, context.encoding, &self.options)?;
        for row in &parsed.rows {
            match row.tag {
                SPECIFIC_CHARACTER_SET if row.depth == 0 => {
                    let bytes = value(input, row)?;
                    context.character_set = Some(text::trim(bytes, Vr::Cs).into());
                }
                PIXEL_REPRESENTATION if row.depth == 0 => {
                    let first = number::u16s(value(input, row)?, row.encoding().big_endian).next();
                    self.signed = first == Some(1);
                }
                _ => {}
            }
        }
        self.cells(input, &parsed, context)?;
        if parsed.stopped {
            let available = input.end().saturating_sub(parsed.end);
            let bytes = input.peek(parsed.end, 12)?;
            if let Some(head) = header::read(bytes, context.encoding, available) {
                facts.has_pixels = PIXELS.contains(&head.tag);
                if head.tag == PIXEL_DATA && head.length != u32::MAX {
                    let offset = parsed.end.saturating_add(u64::from(head.size));
                    facts.pixels = Some((offset, u64::from(head.length)));
                }
            }
            return Ok(None);
        }
        let broken = parsed.findings.iter().find(|finding| finding.code == "file-ends-early");
        Ok(broken.map(|finding| finding.offset.unwrap_or(parsed.end)))
    }

    /// Fills the cells whose elements stand among the rows.
    fn cells<I: Input>(&mut self, input: &mut I, parsed: &Parsed, context: &mut Context<'_>) -> Result<(), Error> {
        let mut at = 0_u32;
        while let Some(row) = parsed.rows.get(at as usize) {
            let from = self.wanted.partition_point(|one| one.top < row.tag);
            let mut next = from;
            while let Some(one) = self.wanted.get(next).filter(|one| one.top == row.tag) {
                let cell = one.cell;
                if one.path.is_empty() {
                    self.fill(cell, row, value(input, row)?, context);
                } else {
                    // Taken out for the call, since the row is filled meanwhile.
                    let path = self.wanted.get_mut(next).map(|one| std::mem::take(&mut one.path));
                    let path = path.unwrap_or_default();
                    let nested = self.nested(input, parsed, at, &path, cell, context);
                    if let Some(one) = self.wanted.get_mut(next) {
                        one.path = path;
                    }
                    nested?;
                }
                next = next.saturating_add(1);
            }
            at = row.end.max(at.saturating_add(1));
        }
        Ok(())
    }

    /// Fills a cell whose element stands within the first item of the sequence at a row.
    fn nested<I: Input>(
        &mut self,
        input: &mut I,
        parsed: &Parsed,
        at: u32,
        path: &[u32],
        cell: Cell,
        context: &mut Context<'_>,
    ) -> Result<(), Error> {
        let Some(row) = parsed.rows.get(at as usize) else {
            return Ok(());
        };
        // Sequences of defined length have no rows in those of undefined length: their items are read again.
        let in_rows = row.vr == Vr::Sq && !row.flags.has(Flags::UNPARSED);
        if in_rows {
            let Some(item) = ItemRows::of_table(&parsed.rows, at.saturating_add(1)) else {
                return Ok(());
            };
            if item.is_parsed() {
                if let Some(leaf) = item.at_path(path) {
                    self.fill(cell, leaf, value(input, leaf)?, context);
                }
                return Ok(());
            }
        }
        let encoding = match row.vr {
            Vr::Sq => row.encoding(),
            // A sequence whose VR was not known is implicit little endian (PS3.5 6.2.2 note 4).
            Vr::Un if vr_of(row.tag) == Vr::Sq => Encoding::IMPLICIT_LITTLE,
            _ => return Ok(()),
        };
        let length = usize::try_from(row.length.min(MOST_ITEM)).unwrap_or(usize::MAX);
        let bytes = input.peek(row.offset, length)?;
        let mut items = Whole {
            offset: row.offset,
            bytes,
        };
        walk_items(&mut items, row, encoding, context.limits, |item, items| {
            if let Some(leaf) = item.at_path(path) {
                self.fill(cell, leaf, value(items, leaf)?, context);
            }
            Ok(ControlFlow::Break(()))
        })?;
        Ok(())
    }

    /// Fills a cell with a value. The element may stand twice: the last one counts, so the cell is emptied first.
    fn fill(&mut self, cell: Cell, row: &Row, bytes: &[u8], context: &mut Context<'_>) {
        let vr = match row.vr {
            Vr::Un => vr_of(row.tag),
            read => read,
        };
        let vr = match vr {
            Vr::UsOrSs if self.signed => Vr::Ss,
            Vr::UsOrSs => Vr::Us,
            known => known,
        };
        match cell {
            Cell::Numbers(first, width, otherwise) => {
                let Some(places) = self.numbers.get_mut(first..first.saturating_add(width)) else {
                    return;
                };
                places.fill(f64::NAN);
                self.scratch.clear();
                let vr = if vr == Vr::Un { otherwise } else { vr };
                number::push_all(bytes, vr, row.encoding().big_endian, &mut self.scratch);
                // More than there should be are not the first few of them; one alone is the first of its values.
                if self.scratch.len() <= width || width == 1 {
                    for (place, number) in places.iter_mut().zip(&self.scratch) {
                        *place = *number;
                    }
                }
            }
            Cell::Text(at) => {
                let Some(place) = self.texts.get_mut(at) else {
                    return;
                };
                *place = NO_TEXT;
                if !text::is_text(vr) {
                    return;
                }
                let trimmed = trimmed(bytes, vr);
                if trimmed.is_empty() {
                    return;
                }
                *place = match &context.character_set {
                    _ if text::is_plain(trimmed) => {
                        let guess = self.last_texts.get(at).copied().unwrap_or(NO_TEXT);
                        context.texts.plain(trimmed, guess)
                    }
                    terms => context.texts.number_of(Text {
                        bytes: trimmed.into(),
                        // Text of the default repertoire has no character set: it is read as Latin-1.
                        character_set: Some(match terms {
                            Some(terms) if text::has_character_set(vr) => terms.clone(),
                            _ => Box::default(),
                        }),
                    }),
                };
            }
        }
    }
}

/// The text without its padding, before it too where that means nothing.
fn trimmed(bytes: &[u8], vr: Vr) -> &[u8] {
    let behind = text::trim(bytes, vr);
    if text::is_single(vr) {
        return behind;
    }
    let text = behind.trim_ascii_start();
    if vr == Vr::Pn {
        // Delimiters of empty groups at the end may be left out (PS3.5 6.2.1.1).
        return text::trim_end(text, |byte| byte == b'=');
    }
    text
}

/// The bytes of a value that is not too long to be asked for.
fn value<'i, I: Input>(input: &'i mut I, row: &Row) -> Result<&'i [u8], Error> {
    if row.length > MOST_VALUE {
        return Ok(&[]);
    }
    input.peek(row.offset, usize::try_from(row.length).unwrap_or(0))
}

/// Why a source has no row, in words for a report.
fn problem(error: &Error) -> String {
    match &error.kind {
        Kind::Io(io) => match io.kind() {
            ErrorKind::NotFound => "vanished: there is no such file".to_owned(),
            ErrorKind::PermissionDenied => "can't be read: permission denied".to_owned(),
            ErrorKind::IsADirectory => "can't be read: it is a folder".to_owned(),
            // A path with a NUL in it.
            ErrorKind::InvalidInput => "can't be read: no file can have this name".to_owned(),
            _ => {
                let text = io.to_string();
                format!("can't be read: {}", text.split(" (os error").next().unwrap_or_default())
            }
        },
        Kind::NotDicom(why) if why.starts_with("it is") => format!("not DICOM: {why}"),
        Kind::NotDicom(_) => "not DICOM".to_owned(),
        Kind::Limit(name, limit) => format!("the limit {name} = {limit} was met"),
        Kind::Deflate => "its deflated data set can't be inflated".to_owned(),
        Kind::Changed(_) | Kind::Closed | Kind::Fragments(_) => error.to_string(),
    }
}
