//! JPEG 2000 and HTJ2K: SIZ, COD and COC in the main header and in every tile-part (ISO/IEC 15444-1 annex A).
//!
//! A decoder allocates by tiles, components, resolutions, precincts and layers before it reads a coded byte, so each of
//! them is bounded here by what a frame of that many bytes can hold. DICOM takes the codestream without the JP2 boxes
//! (PS3.5 8.2.4); where they stand all the same, the codestream is found in them and the boxes are left out.
use crate::bytes::{add, u8_at, u16_at, u32_at};
use crate::error::{Error, Result};
use crate::frame::{Codestream, ColorMarks, FrameHeader, Progression, WaveletCoding};

const SOC: u16 = 0xFF4F;
const CAP: u16 = 0xFF50;
const SIZ: u16 = 0xFF51;
const COD: u16 = 0xFF52;
const COC: u16 = 0xFF53;
const TLM: u16 = 0xFF55;
const QCD: u16 = 0xFF5C;
const QCC: u16 = 0xFF5D;
const POC: u16 = 0xFF5F;
const SOT: u16 = 0xFF90;
const SOD: u16 = 0xFF93;
const EOC: u16 = 0xFFD9;

/// A tile-part takes an SOT (12 bytes) and an SOD (2).
const TILE_PART_BYTES: u64 = 14;
/// Precincts of all tiles, components and resolutions together; 128 x 128 precincts of a 2^31 byte frame make 2^18.
const MAX_PRECINCTS: u64 = 1 << 21;
/// Packets: precincts times layers.
const MAX_PACKETS: u64 = 1 << 24;
/// Marker segments of one header, and tile-parts of a frame.
const MAX_SEGMENTS: usize = 1 << 16;

/// The high-throughput decoder has 32 bits for a quantized coefficient and its sign; it dies on more bit planes (OpenJPH
/// 0.26.3 with 31).
const MAX_QUANTIZED_BIT_PLANES: u8 = 30;

struct Size {
    width: u64,
    height: u64,
    tiles: u64,
    tile_width: u64,
    tile_height: u64,
    components: u16,
    bits: u8,
    signed: bool,
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
    Ok(FrameHeader { start, end, ..header })
}

/// What COD, COC, POC and TLM declare, gathered over the main header and the tile-parts.
#[derive(Default)]
struct Styles {
    /// The coding of the main header; none before its COD.
    main: Option<WaveletCoding>,
    /// A transform that loses something stands in some COD or COC.
    irreversible: bool,
    high_throughput: bool,
    /// The most magnitude bit planes that QCD or QCC give to a quantized subband.
    quantized_bit_planes: u8,
}

impl Styles {
    fn note(&mut self, size: &Size, marker: u16, segment: &[u8]) {
        match (marker, segment) {
            (CAP, _) => {
                self.high_throughput = u32_at(segment, 0, "CAP").is_ok_and(|bits| bits & 0x0002_0000 != 0);
            }
            (COD, [_, order, high, low, transform, levels, _, _, _, wavelet, ..]) => {
                let progression = match order {
                    0 => Some(Progression::Lrcp),
                    1 => Some(Progression::Rlcp),
                    2 => Some(Progression::Rpcl),
                    3 => Some(Progression::Pcrl),
                    4 => Some(Progression::Cprl),
                    _ => None,
                };
                self.irreversible |= *wavelet != 1;
                let color_transform = *transform != 0;
                match &mut self.main {
                    // A tile's own.
                    Some(main) => {
                        main.color_transform |= color_transform;
                        if main.progression != progression {
                            main.progression = None;
                        }
                    }
                    None => {
                        self.main = Some(WaveletCoding {
                            progression,
                            layers: u16::from_be_bytes([*high, *low]),
                            levels: *levels,
                            color_transform,
                            has_tlm: false,
                            tiles: u32::try_from(size.tiles).unwrap_or(u32::MAX),
                        });
                    }
                }
            }
            (COC, [_, _, _, _, _, _, wavelet, ..]) => self.irreversible |= *wavelet != 1,
            (QCD, [style, steps @ ..]) | (QCC, [_, style, steps @ ..]) => self.note_quantization(*style, steps),
            (POC, _) => {
                if let Some(main) = &mut self.main {
                    main.progression = None;
                }
            }
            _ => {}
        }
    }

    /// Guard bits and step sizes, an exponent of five bits and a mantissa of eleven (ISO/IEC 15444-1 A.6.4, E.1).
    fn note_quantization(&mut self, style: u8, steps: &[u8]) {
        if style & 0x1F == 0 {
            return;
        }
        let guard_bits = style >> 5;
        let exponent = steps
            .chunks(2)
            .filter_map(|step| step.first())
            .map(|high| high >> 3)
            .max();
        let bit_planes = guard_bits.saturating_add(exponent.unwrap_or(0)).saturating_sub(1);
        self.quantized_bit_planes = self.quantized_bit_planes.max(bit_planes);
    }
}

fn main_header(data: &[u8]) -> Result<FrameHeader> {
    if u16_at(data, 0, "the JPEG 2000 codestream")? != SOC || u16_at(data, 2, "the JPEG 2000 codestream")? != SIZ {
        return Err(Error::malformed(0, "a JPEG 2000 codestream begins with SOC and SIZ"));
    }
    let size = read_size(data)?;
    let mut styles = Styles::default();
    let (mut has_tlm, mut has_order_changes) = (false, false);
    let after_size = add(4, usize::from(u16_at(data, 4, "SIZ")?));
    let mut at = segments(data, after_size, |marker, at, segment| {
        has_tlm |= marker == TLM;
        // POC may stand before COD.
        has_order_changes |= marker == POC;
        check_coding(&size, marker, at, segment)?;
        styles.note(&size, marker, segment);
        Ok(())
    })?;
    if styles.main.is_none() {
        return Err(Error::malformed(at, "a JPEG 2000 main header without COD"));
    }
    for _ in 0..MAX_SEGMENTS {
        // A frame that ends within its tile-parts is the decoder's affair: what came before is safe to decode.
        let Ok(marker) = u16_at(data, at, "a tile-part") else {
            break;
        };
        if marker != SOT {
            break;
        }
        at = tile_part(data, at, &size, &mut styles)?;
    }
    if styles.high_throughput && styles.quantized_bit_planes > MAX_QUANTIZED_BIT_PLANES {
        return Err(Error::limit(format!(
            "{} bit planes of a quantized HTJ2K subband; at most {MAX_QUANTIZED_BIT_PLANES} are decoded",
            styles.quantized_bit_planes
        )));
    }
    let to_u32 = |value: u64| u32::try_from(value).map_err(|_| Error::limit("a JPEG 2000 image larger than 2^32"));
    Ok(FrameHeader {
        codestream: Codestream::Jpeg2000 {
            high_throughput: styles.high_throughput,
        },
        width: to_u32(size.width)?,
        height: to_u32(size.height)?,
        components: size.components,
        bits: size.bits,
        signed: size.signed,
        float: false,
        color: ColorMarks::default(),
        start: 0,
        end: data.len(),
        by_planes: false,
        has_jpeg_reconstruction: false,
        reversible: Some(!styles.irreversible),
        wavelet: styles.main.map(|main| WaveletCoding {
            progression: main.progression.filter(|_| !has_order_changes),
            has_tlm,
            ..main
        }),
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
        check_coding(size, marker, at, segment)?;
        styles.note(size, marker, segment);
        Ok(())
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
    let tiles = x_end
        .saturating_sub(tile_x)
        .div_ceil(tile_width)
        .saturating_mul(y_end.saturating_sub(tile_y).div_ceil(tile_height));
    let room = u64::try_from(data.len()).unwrap_or(u64::MAX) / TILE_PART_BYTES;
    if tiles > 65535 || tiles > room.max(1) {
        return Err(Error::limit(format!(
            "SIZ declares {tiles} tiles; this frame can hold {}",
            room.min(65535)
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
        tile_width: tile_width.min(x_end),
        tile_height: tile_height.min(y_end),
        components,
        bits,
        signed: precision & 0x80 != 0,
    })
}

/// Checks what COD and COC declare: decomposition levels, code blocks, precincts, layers.
fn check_coding(size: &Size, marker: u16, at: usize, segment: &[u8]) -> Result<()> {
    let what = "COD";
    // COD: Scod, then progression, layers (2), component transform; COC: the component (1 byte below 257 of them), Scoc.
    let (style, layers, parameters) = match marker {
        COD => (u8_at(segment, 0, what)?, u64::from(u16_at(segment, 2, what)?), 5),
        COC => (u8_at(segment, 1, "COC")?, 1, 2),
        _ => return Ok(()),
    };
    if layers == 0 {
        return Err(Error::malformed(at, "COD declares no layer"));
    }
    if marker == COC && u16::from(u8_at(segment, 0, "COC")?) >= size.components {
        return Err(Error::malformed(at, "COC of a component that SIZ doesn't declare"));
    }
    let levels = u8_at(segment, parameters, what)?;
    if levels > 32 {
        return Err(Error::malformed(
            at,
            format!("{levels} decomposition levels; JPEG 2000 allows 32"),
        ));
    }
    let block_width = u8_at(segment, add(parameters, 1), what)?;
    let block_height = u8_at(segment, add(parameters, 2), what)?;
    if block_width > 8 || block_height > 8 || block_width.saturating_add(block_height) > 8 {
        return Err(Error::malformed(at, "code blocks larger than JPEG 2000 allows"));
    }
    let mut precincts = 0_u64;
    for resolution in 0..=levels {
        let exponents = match style & 1 {
            0 => 0xFF,
            _ => u8_at(
                segment,
                add(add(parameters, 5), usize::from(resolution)),
                "the precinct sizes of COD",
            )?,
        };
        let (x, y) = (exponents & 0x0F, exponents >> 4);
        if resolution > 0 && (x == 0 || y == 0) {
            return Err(Error::malformed(
                at,
                "a precinct of one sample above the lowest resolution",
            ));
        }
        // One more on each axis: the precinct grid is anchored at the origin, not at the tile.
        let shift = levels.saturating_sub(resolution);
        let across = |length: u64, exponent: u8| {
            (length >> u32::from(shift).min(63))
                .checked_shr(u32::from(exponent))
                .unwrap_or(0)
                .saturating_add(2)
        };
        let in_tile =
            across(size.tile_width.min(size.width), x).saturating_mul(across(size.tile_height.min(size.height), y));
        precincts = precincts.saturating_add(in_tile);
    }
    let total = precincts.saturating_mul(u64::from(size.components));
    if total > MAX_PRECINCTS || total.saturating_mul(layers) > MAX_PACKETS {
        return Err(Error::limit(format!(
            "{total} precincts in {layers} layers in a JPEG 2000 tile"
        )));
    }
    Ok(())
}
