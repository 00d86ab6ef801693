//! Headers, and the lengths that are known when what they enclose was planned.

use super::data_set::{Level, Writer};
use crate::error::raise;
use dcm_dictionary::Vr;
use dcm_encoding::header;
use dcm_encoding::output::Mark;
use dcm_encoding::recode;
use dcm_encoding::row::ITEM;
use dcm_encoding::transfer_syntax::Encoding;
use pyo3::prelude::*;

impl Writer<'_> {
    /// Plans a header and the bytes of its value, padded.
    pub(super) fn element(&mut self, tag: u32, vr: Vr, bytes: &[u8], level: &Level) -> PyResult<()> {
        self.header(tag, vr, bytes.len() as u64, level)?;
        self.output.append(bytes);
        if bytes.len() % 2 == 1 {
            self.output.append(&[recode::padding(vr)]);
        }
        Ok(())
    }

    /// Plans the header of a value of so many bytes, padding not counted.
    pub(super) fn header(&mut self, tag: u32, vr: Vr, length: u64, level: &Level) -> PyResult<()> {
        let padded = length.saturating_add(length % 2);
        let mut vr = vr;
        if padded > header::longest_value(vr, level.encoding) {
            // A value that is too long for the two bytes of its VR's length stands as UN (PS3.5 6.2.2).
            vr = Vr::Un;
        }
        let length = u32::try_from(padded).ok().filter(|length| *length < u32::MAX);
        let Some(length) = length else {
            return Err(self.loss(tag, "its value is longer than 4 GiB, which no length field can tell"));
        };
        self.output
            .make(|out| header::write(tag, vr, length, level.encoding, out));
        Ok(())
    }

    /// Plans the header of a sequence. What is given back closes it.
    pub(super) fn open(&mut self, tag: u32, vr: Vr, undefined: bool, encoding: Encoding) -> Opened {
        if undefined {
            self.output.make(|out| header::write(tag, vr, u32::MAX, encoding, out));
            return Opened { tag, length: None };
        }
        // The length of SQ and UN has four bytes in each encoding.
        self.output.make(|out| header::write_tag_and_vr(tag, vr, encoding, out));
        self.reserved(tag)
    }

    pub(super) fn open_item(&mut self, undefined: bool, encoding: Encoding) -> Opened {
        self.output
            .make(|out| header::write_tag(ITEM, encoding.big_endian, out));
        self.open_length(ITEM, undefined)
    }

    /// Plans the four bytes of a length.
    pub(super) fn open_length(&mut self, tag: u32, undefined: bool) -> Opened {
        if undefined {
            self.output.append(&[0xFF; 4]);
            return Opened { tag, length: None };
        }
        self.reserved(tag)
    }

    fn reserved(&mut self, tag: u32) -> Opened {
        let mark = self.output.reserve();
        Opened {
            tag,
            length: Some((mark, self.output.length())),
        }
    }

    pub(super) fn close(&mut self, opened: Opened, delimiter: u32, encoding: Encoding) -> PyResult<()> {
        let Some((mark, start)) = opened.length else {
            self.delimiter(delimiter, encoding);
            return Ok(());
        };
        let length = u32::try_from(self.output.length().saturating_sub(start))
            .ok()
            .filter(|length| *length < u32::MAX);
        match length {
            Some(length) => {
                self.output.fill(mark, length, encoding.big_endian);
                Ok(())
            }
            None => Err(self.loss(
                opened.tag,
                "its items take more than 4 GiB, which no length field can tell: set is_undefined_length",
            )),
        }
    }

    pub(super) fn delimiter(&mut self, tag: u32, encoding: Encoding) {
        self.output.make(|out| {
            header::write_tag(tag, encoding.big_endian, out);
            out.extend_from_slice(&[0; 4]);
        });
    }

    pub(super) fn loss(&self, tag: u32, why: &str) -> PyErr {
        let name = dcm_dictionary::attribute(tag).map_or("", |known| known.keyword());
        let space = if name.is_empty() { "" } else { " " };
        let message = format!(
            "{name}{space}({:04X},{:04X}) can't be written: {why}",
            tag >> 16,
            tag & 0xFFFF
        );
        raise(self.py, "WriteError", &message, Some(tag), None)
    }
}

/// A sequence or an item whose length is filled in when it is closed; none where it is undefined.
pub(super) struct Opened {
    tag: u32,
    length: Option<(Mark, u64)>,
}

impl Opened {
    pub(super) const fn is_undefined(&self) -> bool {
        self.length.is_none()
    }
}
