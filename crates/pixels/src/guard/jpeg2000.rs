//! JPEG 2000 and HTJ2K: SIZ and the marker segments of the main header and of every tile-part (ISO/IEC 15444-1 annex A).
//!
//! A decoder allocates by tiles, components, resolutions, precincts and layers before it reads a coded byte, so each of
//! them is bounded here by what a frame of that many bytes can hold. DICOM takes the codestream without the JP2 boxes
//! (PS3.5 8.2.4); where they stand all the same, the codestream is found in them and the boxes are left out.
use crate::bytes::{add, u8_at, u16_at, u32_at};
use crate::error::{Error, Result};
use crate::frame::{Codestream, ColorMarks, FrameHeader};

mod style;
use style::Styles;

const SOC: u16 = 0xFF4F;
const SIZ: u16 = 0xFF51;
const SOT: u16 = 0xFF90;
const SOD: u16 = 0xFF93;
const EOC: u16 = 0xFFD9;

/// A tile-part takes an SOT (12 bytes) and an SOD (2).
const TILE_PART_BYTES: u64 = 14;
/// So many tiles may be of any size, more of them only of 64 x 64 pixels on average: a decoder keeps 12 kB for each.
const FREE_TILES: u64 = 4096;
const MIN_TILE_PIXELS: u64 = 4096;
/// Marker segments of one header, and tile-parts of a frame.
const MAX_SEGMENTS: usize = 1 << 16;

/// What SIZ declares.
struct Size {
    width: u64,
    height: u64,
    tiles: u64,
    across: Axis,
    down: Axis,
    components: u16,
    bits: u8,
    signed: bool,
}

/// The image and its tiles on one axis of the reference grid.
#[derive(Clone, Copy)]
struct Axis {
    start: u64,
    end: u64,
    /// Where the first tile begins.
    tile_start: u64,
    tile_length: u64,
}

impl Axis {
    fn tiles(&self) -> u64 {
        self.end
            .saturating_sub(self.tile_start)
            .div_ceil(self.tile_length.max(1))
    }
}

/// Reads a codestream that lies in JP2 boxes (ISO/IEC 15444-1 annex I).
pub(super) fn read_boxed_header(frame: &[u8]) -> Result<FrameHeader> {
    let mut at = 0_usize;
    for _ in 0..MAX_SEGMENTS {
        let length = u32_at(frame, at, "a JP2 box")?;
        let kind = u32_at(frame, add(at, 4), "a JP2 box")?;
        let (header, length) = match length {
            0 => (8, frame.len().saturating_sub(at)),
            1 if u32_at(frame, add(at, 8), "a JP2 box")? == 0 => (
                16,
                usize::try_from(u32_at(frame, add(at, 12), "a JP2 box")?).unwrap_or(usize::MAX),
            ),
            1 => return Err(Error::malformed(at, "a JP2 box larger than 4 GiB")),
            n => (8, usize::try_from(n).unwrap_or(usize::MAX)),
        };
        if length < header {
            return Err(Error::malformed(at, "a JP2 box shorter than its own header"));
        }
        let end = add(at, length);
        if kind == u32::from_be_bytes(*b"jp2c") {
            return read_header(frame, add(at, header), end.min(frame.len()));
        }
        at = end;
    }
    Err(Error::malformed(at, "JP2 boxes without a codestream"))
}

/// Reads the codestream that lies at `start..end` of the frame.
pub(super) fn read_header(frame: &[u8], start: usize, end: usize) -> Result<FrameHeader> {
    let data = frame
        .get(start..end)
        .ok_or_else(|| Error::truncated(start, "the JPEG 2000 codestream"))?;
    let header = main_header(data).map_err(|mut error| {
        error.offset = error.offset.map(|offset| add(offset, start));
        error
    })?;
    let end = add(start, header.end);
    Ok(FrameHeader { start, end, ..header })
}

fn main_header(data: &[u8]) -> Result<FrameHeader> {
    if u16_at(data, 0, "the JPEG 2000 codestream")? != SOC || u16_at(data, 2, "the JPEG 2000 codestream")? != SIZ {
        return Err(Error::malformed(0, "a JPEG 2000 codestream begins with SOC and SIZ"));
    }
    let size = read_size(data)?;
    let mut styles = Styles::new(&size, data.len());
    let after_size = add(4, usize::from(u16_at(data, 4, "SIZ")?));
    let mut at = segments(data, after_size, |marker, at, segment| {
        styles.read_main(marker, at, segment)
    })?;
    styles.check_main(at)?;
    for _ in 0..MAX_SEGMENTS {
        // A frame that ends within its tile-parts is the decoder's affair: what came before is safe to decode.
        match u16_at(data, at, "a tile-part") {
            Ok(SOT) => at = tile_part(data, at, &size, &mut styles)?,
            Ok(EOC) => {
                at = add(at, 2);
                break;
            }
            _ => break,
        }
    }
    let to_u32 = |value: u64| u32::try_from(value).map_err(|_| Error::limit("a JPEG 2000 image larger than 2^32"));
    Ok(FrameHeader {
        codestream: Codestream::Jpeg2000 {
            high_throughput: styles.is_high_throughput(),
        },
        width: to_u32(size.width)?,
        height: to_u32(size.height)?,
        components: size.components,
        bits: size.bits,
        signed: size.signed,
        float: false,
        color: ColorMarks::default(),
        start: 0,
        // The decoder isn't given what follows: it would look for further tile-parts there, which were not checked.
        end: at.min(data.len()),
        by_planes: false,
        has_jpeg_reconstruction: false,
        reversible: Some(styles.is_reversible()),
        wavelet: styles.coding(),
    })
}

/// Walks one tile-part header, gives the offset of the next tile-part.
fn tile_part(data: &[u8], at: usize, size: &Size, styles: &mut Styles) -> Result<usize> {
    let Ok(length) = u32_at(data, add(at, 6), "SOT") else {
        return Ok(data.len());
    };
    let tile = u64::from(u16_at(data, add(at, 4), "SOT")?);
    if tile >= size.tiles {
        return Err(Error::malformed(at, "a tile-part of a tile that SIZ doesn't declare"));
    }
    if u16_at(data, add(at, 2), "SOT")? != 10 {
        return Err(Error::malformed(at, "an SOT segment that isn't 10 bytes long"));
    }
    match segments(data, add(at, 12), |marker, at, segment| {
        styles.read_tile(marker, at, segment)
    }) {
        Ok(_) => {}
        Err(error) if error.kind == crate::ErrorKind::Truncated => return Ok(data.len()),
        Err(error) => return Err(error),
    }
    match usize::try_from(length).unwrap_or(usize::MAX) {
        0 => Ok(data.len()),
        length if length < 14 => Err(Error::malformed(at, "a tile-part shorter than its own header")),
        length => Ok(add(at, length)),
    }
}

/// Calls `visit(marker, offset, content)` for each marker segment until SOT, SOD or EOC; gives the offset of that marker.
fn segments(data: &[u8], start: usize, mut visit: impl FnMut(u16, usize, &[u8]) -> Result<()>) -> Result<usize> {
    let mut at = start;
    for _ in 0..MAX_SEGMENTS {
        let marker = u16_at(data, at, "a JPEG 2000 header")?;
        match marker {
            SOT | SOD | EOC => return Ok(at),
            0xFF4F..=0xFF9F => {}
            _ => {
                return Err(Error::malformed(at, "no JPEG 2000 marker where one must stand"));
            }
        }
        let length = usize::from(u16_at(data, add(at, 2), "a JPEG 2000 marker segment")?);
        if length < 2 {
            return Err(Error::malformed(
                at,
                "a JPEG 2000 marker segment shorter than its own length field",
            ));
        }
        let end = add(add(at, 2), length);
        let segment = data
            .get(add(at, 4)..end)
            .ok_or_else(|| Error::truncated(at, "a JPEG 2000 marker segment"))?;
        if marker == SIZ {
            return Err(Error::malformed(at, "a second SIZ in a JPEG 2000 header"));
        }
        visit(marker, at, segment)?;
        at = end;
    }
    Err(Error::limit("more JPEG 2000 marker segments than any header needs"))
}

fn read_size(data: &[u8]) -> Result<Size> {
    let what = "SIZ";
    let field = |index: usize| u32_at(data, add(8, index.saturating_mul(4)), what).map(u64::from);
    let length = u16_at(data, 4, what)?;
    let (x_end, y_end, x, y) = (field(0)?, field(1)?, field(2)?, field(3)?);
    let (tile_width, tile_height, tile_x, tile_y) = (field(4)?, field(5)?, field(6)?, field(7)?);
    let components = u16_at(data, 40, what)?;
    if x >= x_end || y >= y_end {
        return Err(Error::malformed(8, "SIZ declares an image without an area"));
    }
    if tile_width == 0 || tile_height == 0 || tile_x > x || tile_y > y {
        return Err(Error::malformed(24, "SIZ declares tiles that don't cover the image"));
    }
    if tile_x.saturating_add(tile_width) <= x || tile_y.saturating_add(tile_height) <= y {
        return Err(Error::malformed(
            24,
            "SIZ declares a first tile that holds none of the image",
        ));
    }
    if components == 0 || components > 4 {
        return Err(Error::malformed(40, format!("SIZ declares {components} components")));
    }
    if u32::from(length) != u32::from(components).saturating_mul(3).saturating_add(38) {
        return Err(Error::malformed(4, "the length of SIZ disagrees with its components"));
    }
    let axis = |start, end, tile_start, tile_length| Axis {
        start,
        end,
        tile_start,
        tile_length,
    };
    let (across, down) = (axis(x, x_end, tile_x, tile_width), axis(y, y_end, tile_y, tile_height));
    let tiles = across.tiles().saturating_mul(down.tiles());
    let room = u64::try_from(data.len()).unwrap_or(u64::MAX) / TILE_PART_BYTES;
    if tiles > 65535 || tiles > room.max(1) {
        return Err(Error::limit(format!(
            "SIZ declares {tiles} tiles; this frame can hold {}",
            room.min(65535)
        )));
    }
    let pixels = x_end.saturating_sub(x).saturating_mul(y_end.saturating_sub(y));
    if tiles > FREE_TILES && tiles.saturating_mul(MIN_TILE_PIXELS) > pixels {
        return Err(Error::limit(format!(
            "SIZ declares {tiles} tiles; beyond {FREE_TILES}, each has {MIN_TILE_PIXELS} pixels at least"
        )));
    }
    let precision = u8_at(data, 42, what)?;
    for component in 0..usize::from(components) {
        let at = add(42, component.saturating_mul(3));
        if u8_at(data, at, what)? != precision {
            return Err(Error::unsupported(at, "components of different bit depths"));
        }
        if u8_at(data, add(at, 1), what)? != 1 || u8_at(data, add(at, 2), what)? != 1 {
            return Err(Error::unsupported(
                at,
                "a subsampled component, which PS3.5 8.2.4 doesn't allow",
            ));
        }
    }
    let bits = (precision & 0x7F).saturating_add(1);
    if bits > 38 {
        return Err(Error::malformed(42, format!("SIZ declares {bits} bits a sample")));
    }
    let (width, height) = (x_end.saturating_sub(x), y_end.saturating_sub(y));
    Ok(Size {
        width,
        height,
        tiles,
        across,
        down,
        components,
        bits,
        signed: precision & 0x80 != 0,
    })
}
