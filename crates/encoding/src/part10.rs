//! From a source to tables: preamble, File Meta Information, data set (PS3.10 section 7), or whatever of it is there.

use crate::deflate;
use crate::error::{Error, Kind, Result};
use crate::finding::Finding;
use crate::index::{self, Parsed};
use crate::input::{Input, Segment, Whole, Window};
use crate::lenient;
use crate::options::{LARGE_VALUE, ReadOptions};
use crate::row::Flags;
use crate::sniff;
use crate::source::{ByteSource, FileSource, SharedBytes};
use crate::table::{ElementTable, Store};
use crate::transfer_syntax::Encoding;
use std::path::Path;
use std::sync::Arc;

/// What was read of one source.
pub struct Part10 {
    /// The 128 bytes before `DICM`.
    pub preamble: Option<Vec<u8>>,
    /// Group 0002.
    pub file_meta: Option<ElementTable>,
    pub data_set: ElementTable,
    pub encoding: Encoding,
    /// Deviations of the file around its data set.
    pub findings: Vec<Finding>,
    pub origin: Origin,
    /// When the file was last changed; none for other sources.
    pub modified: Option<std::time::SystemTime>,
}

/// Where what was read stands in its source, so that it can be written again byte for byte.
pub struct Origin {
    /// The source; of a deflated file the deflated bytes.
    pub store: Arc<Store>,
    /// Where the data set begins.
    pub data_start: u64,
    /// Where reading it ended: before the pixels, where they weren't wanted.
    pub data_end: u64,
    /// Bytes of the source.
    pub length: u64,
    /// The data set was deflated: its table stands over so many inflated bytes.
    pub inflated_length: Option<u64>,
    /// No element was left out of the table because the caller didn't want it.
    pub complete: bool,
}

/// What stands before the data set.
pub(crate) struct Front {
    preamble: Option<Vec<u8>>,
    pub(crate) file_meta: Option<Parsed>,
    /// Where the data set begins.
    pub(crate) start: u64,
    pub(crate) encoding: Encoding,
    pub(crate) deflated: bool,
    findings: Vec<Finding>,
}

/// Bytes that are read before anything is known of a file that is read piece by piece.
pub(crate) const FIRST_READ: usize = 16 << 10;

/// Reads a file by its path.
pub fn read_file(path: &Path, options: &ReadOptions) -> Result<Part10> {
    let source = FileSource::open(path)?;
    let modified = source.modified();
    let whole = !options.is_partial() && source.length() <= LARGE_VALUE;
    let mut part10 = if whole || !source.is_regular() {
        // What has no length, as a pipe, is read up to the same ceiling as an inflated data set.
        let ceiling = options.limits.inflated_bytes;
        let limit = if source.is_regular() {
            source.length()
        } else {
            ceiling.saturating_add(1)
        };
        let bytes = source.read_whole(limit)?;
        if !source.is_regular() && bytes.len() as u64 > ceiling {
            return Err(Error::new(Kind::Limit("inflated_bytes", ceiling)));
        }
        source.release();
        read_bytes(Arc::new(bytes), options)?
    } else {
        let source = Arc::new(source);
        let (part10, all_read) = read_pieces(&source, options)?;
        if all_read {
            source.release();
        } else {
            source.hold();
        }
        part10
    };
    part10.modified = modified;
    Ok(part10)
}

/// Reads bytes at hand.
pub fn read_bytes(bytes: SharedBytes, options: &ReadOptions) -> Result<Part10> {
    let length = (*bytes).as_ref().len() as u64;
    let (front, data_set) = {
        let slice: &[u8] = (*bytes).as_ref();
        let mut input = Whole {
            offset: 0,
            bytes: slice,
        };
        let front = front(&mut input, options)?;
        if front.deflated {
            let rest = usize::try_from(front.start)
                .ok()
                .and_then(|start| slice.get(start..))
                .unwrap_or_default();
            let inflated = inflated(rest, front, options)?;
            return Ok(inflated.finish(vec![Segment { offset: 0, bytes }], length, options));
        }
        let data_set = index::parse_data_set(&mut input, front.start, front.encoding, options)?;
        (front, data_set)
    };
    let store = Arc::new(Store::new(vec![Segment { offset: 0, bytes }], None));
    Ok(front.finish(data_set, &store, &store, length, options))
}

/// Reads a source piece by piece; values may stay in it.
pub fn read_source(source: &Arc<impl ByteSource + 'static>, options: &ReadOptions) -> Result<Part10> {
    Ok(read_pieces(source, options)?.0)
}

fn read_pieces(source: &Arc<impl ByteSource + 'static>, options: &ReadOptions) -> Result<(Part10, bool)> {
    let first = usize::try_from(source.length()).unwrap_or(usize::MAX).min(FIRST_READ);
    let mut bytes = vec![0; first];
    let count = source.read_at(0, &mut bytes)?;
    bytes.truncate(count);
    let shared: Arc<dyn ByteSource> = Arc::clone(source) as Arc<dyn ByteSource>;
    let mut window = Window::new(&*shared, 0, bytes);
    let front = front(&mut window, options)?;
    if front.deflated {
        let length = source.length().saturating_sub(front.start);
        if length > options.limits.inflated_bytes {
            return Err(Error::new(Kind::Limit("inflated_bytes", options.limits.inflated_bytes)));
        }
        let mut rest = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        let count = source.read_at(front.start, &mut rest)?;
        rest.truncate(count);
        let mut segments = window.into_segments();
        let start = front.start;
        let inflated = inflated(&rest, front, options)?;
        // What the window saw of the data set stands in the rest again.
        segments.retain(|segment| segment.offset < start);
        for segment in &mut segments {
            let until = usize::try_from(start.saturating_sub(segment.offset)).unwrap_or(usize::MAX);
            let bytes: &[u8] = (*segment.bytes).as_ref();
            let kept = bytes.get(..until.min(bytes.len())).unwrap_or_default().to_vec();
            segment.bytes = Arc::new(kept);
        }
        segments.push(Segment {
            offset: start,
            bytes: Arc::new(rest),
        });
        return Ok((inflated.finish(segments, source.length(), options), true));
    }
    let data_set = index::parse_data_set(&mut window, front.start, front.encoding, options)?;
    let segments = window.into_segments();
    let all_read = {
        let store = Store::new(segments.clone(), None);
        data_set.rows.iter().all(|row| {
            row.end > 0
                && (row.vr == dcm_dictionary::Vr::Sq && row.is_undefined_length() && !row.flags.has(Flags::UNPARSED)
                    || row.length == 0
                    || store.bytes(row.offset, row.length).is_some())
        })
    };
    let store = Arc::new(Store::new(segments, Some(shared)));
    Ok((
        front.finish(data_set, &store, &store, source.length(), options),
        all_read,
    ))
}

struct InflatedDataSet {
    front: Front,
    data_set: Parsed,
    bytes: Vec<u8>,
}

fn inflated(deflated: &[u8], mut front: Front, options: &ReadOptions) -> Result<InflatedDataSet> {
    let inflated = deflate::inflate(deflated, &options.limits)?;
    if inflated.zlib_header {
        front.findings.push(lenient::zlib_header(front.start));
    }
    if !inflated.complete {
        front.findings.push(lenient::deflate_breaks_off(front.start));
    }
    let data_set = {
        let mut input = Whole {
            offset: 0,
            bytes: &inflated.bytes,
        };
        index::parse_data_set(&mut input, 0, front.encoding, options)?
    };
    Ok(InflatedDataSet {
        front,
        data_set,
        bytes: inflated.bytes,
    })
}

impl InflatedDataSet {
    fn finish(self, segments: Vec<Segment>, length: u64, options: &ReadOptions) -> Part10 {
        let inflated_length = self.bytes.len() as u64;
        let outer = Arc::new(Store::new(segments, None));
        let inner = Arc::new(Store::new(
            vec![Segment {
                offset: 0,
                bytes: Arc::new(self.bytes),
            }],
            None,
        ));
        let mut part10 = self.front.finish(self.data_set, &outer, &inner, length, options);
        part10.origin.inflated_length = Some(inflated_length);
        part10.origin.data_end = length;
        part10
    }
}

impl Front {
    fn finish(
        self,
        data_set: Parsed,
        outer: &Arc<Store>,
        inner: &Arc<Store>,
        length: u64,
        options: &ReadOptions,
    ) -> Part10 {
        Part10 {
            origin: Origin {
                store: Arc::clone(outer),
                data_start: self.start,
                data_end: data_set.end,
                length,
                inflated_length: None,
                complete: !data_set.stopped && options.specific_tags.is_none(),
            },
            preamble: self.preamble,
            file_meta: self
                .file_meta
                .map(|parsed| ElementTable::new(parsed, Arc::clone(outer), options.limits)),
            data_set: ElementTable::new(data_set, Arc::clone(inner), options.limits),
            encoding: self.encoding,
            findings: self.findings,
            modified: None,
        }
    }
}

fn is_meta_element(bytes: &[u8]) -> bool {
    matches!(bytes, [2, 0, ..])
}

/// Reads what stands before the data set.
pub(crate) fn front<I: Input>(input: &mut I, options: &ReadOptions) -> Result<Front> {
    let mut front = Front {
        preamble: None,
        file_meta: None,
        start: 0,
        encoding: Encoding::EXPLICIT_LITTLE,
        deflated: false,
        findings: Vec::new(),
    };
    let head = input.peek(0, 132)?;
    if head.is_empty() && !options.force {
        return Err(Error::new(Kind::NotDicom("it is empty")));
    }
    if head.get(128..132) == Some(b"DICM") {
        front.preamble = head.get(..128).map(<[u8]>::to_vec);
        front.start = 132;
    } else if head.get(..4) == Some(b"DICM") {
        front.start = 4;
        front
            .findings
            .push(lenient::no_preamble("DICM stands at the very beginning"));
    }
    let prefixed = front.start > 0;
    let start = front.start;
    if is_meta_element(input.peek(start, 8)?) {
        file_meta(input, &mut front, options, prefixed)?;
    } else {
        no_file_meta(input, &mut front, options, prefixed)?;
    }
    Ok(front)
}

fn file_meta<I: Input>(input: &mut I, front: &mut Front, options: &ReadOptions, prefixed: bool) -> Result<()> {
    let start = front.start;
    let first = input.peek(start, 12)?;
    let has_vr = first
        .get(4..6)
        .is_some_and(|code| code.iter().all(u8::is_ascii_uppercase));
    let encoding = if has_vr {
        Encoding::EXPLICIT_LITTLE
    } else {
        front.findings.push(lenient::implicit_file_meta());
        Encoding::IMPLICIT_LITTLE
    };
    let parsed = index::parse_file_meta(input, start, encoding, options.limits)?;
    if !prefixed {
        // Two bytes that read as group 0002 can begin any file.
        let remaining = input.end().saturating_sub(start);
        let recognised = parsed.rows.iter().any(|row| row.tag == 0x0002_0010)
            || sniff::data_set(input.peek(start, sniff::SAMPLE)?, remaining).is_some();
        if !recognised && !options.force {
            return Err(not_dicom());
        }
        front.findings.push(lenient::no_preamble(
            "the File Meta Information stands at the very beginning",
        ));
    }
    if let Some(declared) = meta_end(input, &parsed, 0x0002_0000)?
        && declared != parsed.end
    {
        front.findings.push(lenient::wrong_meta_length(start));
    }
    front.start = parsed.end;
    let uid = text(input, &parsed, 0x0002_0010)?;
    let first = input.peek(front.start, sniff::SAMPLE)?;
    match uid.as_deref() {
        None | Some("") => {
            front.findings.push(lenient::no_transfer_syntax());
            front.encoding = sniff::first_element(first).unwrap_or(Encoding::EXPLICIT_LITTLE);
        }
        Some(uid) => {
            let syntax = options.transfer_syntax(uid);
            front.encoding = syntax.encoding;
            front.deflated = syntax.deflated;
            if !syntax.known {
                front.findings.push(lenient::unknown_transfer_syntax());
            }
            if !front.deflated
                && let Some(seen) = sniff::contradiction(first, syntax.encoding)
            {
                front
                    .findings
                    .push(lenient::encoding_contradicts_transfer_syntax(front.start));
                front.encoding = seen;
            }
        }
    }
    front.file_meta = Some(parsed);
    Ok(())
}

fn no_file_meta<I: Input>(input: &mut I, front: &mut Front, options: &ReadOptions, prefixed: bool) -> Result<()> {
    let start = front.start;
    let remaining = input.end().saturating_sub(start);
    let sample = input.peek(start, sniff::SAMPLE)?;
    let encoding = match sniff::data_set(sample, remaining) {
        Some(encoding) => encoding,
        // The prefix says that it is DICOM, and so does the caller with `force`.
        None if prefixed || options.force => sniff::first_element(sample).unwrap_or(Encoding::IMPLICIT_LITTLE),
        None => return Err(not_dicom()),
    };
    front.findings.push(if prefixed {
        lenient::no_file_meta("no File Meta Information follows DICM")
    } else {
        lenient::no_file_meta("a data set without preamble and File Meta Information")
    });
    front.encoding = encoding;
    Ok(())
}

fn not_dicom() -> Error {
    Error::new(Kind::NotDicom(
        "no DICM at byte 128, no File Meta Information, and the beginning is no data set either; force=True reads it all the same",
    ))
}

/// Where the group ends by its group length element: the end of that element plus its value.
fn meta_end<I: Input>(input: &mut I, parsed: &Parsed, tag: u32) -> Result<Option<u64>> {
    let Some(row) = parsed.rows.iter().find(|row| row.tag == tag && row.length == 4) else {
        return Ok(None);
    };
    let bytes = input.peek(row.offset, 4)?;
    let Ok(quad) = <[u8; 4]>::try_from(bytes) else {
        return Ok(None);
    };
    let end = row.offset.saturating_add(4);
    Ok(Some(end.saturating_add(u64::from(u32::from_le_bytes(quad)))))
}

fn text<I: Input>(input: &mut I, parsed: &Parsed, tag: u32) -> Result<Option<String>> {
    let Some(row) = parsed.rows.iter().rev().find(|row| row.tag == tag) else {
        return Ok(None);
    };
    let length = usize::try_from(row.length).unwrap_or(usize::MAX).min(256);
    let bytes = input.peek(row.offset, length)?;
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    Ok(Some(
        text.trim_matches(|letter: char| letter == '\0' || letter.is_ascii_whitespace())
            .to_owned(),
    ))
}
