//! The coding style of a JPEG 2000 stream: COD, COC, QCD, QCC, POC, RGN, CAP and TLM (ISO/IEC 15444-1 A.5 and A.6, -15 A.3).
//!
//! In: the marker segments, one after the other. Out: an [`Error`] for what no decoder should be given, and the
//! [`WaveletCoding`]. What the high-throughput decoder doesn't bear (OpenJPH 0.26.3, seen to die or to give wrong values) is
//! refused for HTJ2K only.
use super::{Axis, Size};
use crate::bytes::{add, u8_at, u16_at, u32_at};
use crate::error::{Error, Result};
use crate::frame::{Progression, WaveletCoding};

const CAP: u16 = 0xFF50;
const COD: u16 = 0xFF52;
const COC: u16 = 0xFF53;
const TLM: u16 = 0xFF55;
const QCD: u16 = 0xFF5C;
const QCC: u16 = 0xFF5D;
const RGN: u16 = 0xFF5E;
const POC: u16 = 0xFF5F;
const PPM: u16 = 0xFF60;
const PPT: u16 = 0xFF61;

/// SIZ allows 16384 components; DICOM has one or three, and the header check refuses more than four.
const MAX_COMPONENTS: usize = 4;
/// Packets of all tiles, components, resolutions and layers. Each takes a byte or more, so a frame of so many bytes can't
/// hold more of them than bytes; a frame that was cut can lack most of its own.
const MAX_PACKETS: u64 = 1 << 24;
/// Precincts of all tiles, components and resolutions. Each takes a decoder more than a microsecond before it reads a byte;
/// 64 x 64 precincts of a frame of 2^31 bytes make 2^19.
const MAX_PRECINCTS: u64 = 1 << 20;
const FREE_PACKETS: u64 = 1 << 16;
const PACKETS_PER_BYTE: u64 = 16;
/// The high-throughput decoder has 32 bits for a quantized coefficient and its sign; it dies on more bit planes.
const MAX_QUANTIZED_BIT_PLANES: u8 = 30;
/// Bits 6 and 7 of the code-block style: all or some code blocks are high-throughput ones.
const HIGH_THROUGHPUT_BLOCKS: u8 = 0xC0;

/// COD or COC of a component.
#[derive(Clone, Copy)]
struct Transform {
    levels: u8,
    /// Of all tiles and resolutions, times the number of components.
    precincts: u64,
    block_style: u8,
    reversible: bool,
}

/// QCD or QCC of a component.
#[derive(Clone, Copy)]
struct Quantization {
    /// 0 none, 1 derived from one step size, 2 a step size for each subband.
    style: u8,
    steps: usize,
    /// Magnitude bit planes of the subband that has the most: guard bits + exponent - 1.
    bit_planes: u8,
}

/// What the headers have said so far.
pub(super) struct Styles<'a> {
    size: &'a Size,
    max_packets: u64,
    coding: Option<WaveletCoding>,
    transform: Option<Transform>,
    quantization: Option<Quantization>,
    transforms: [Option<Transform>; MAX_COMPONENTS],
    quantizations: [Option<Quantization>; MAX_COMPONENTS],
    high_throughput: bool,
    irreversible: bool,
    has_tlm: bool,
    changes_order: bool,
    /// The first marker segment that the high-throughput decoder leaves out of account, and its offset.
    unsupported: Option<(usize, &'static str)>,
}

impl<'a> Styles<'a> {
    pub(super) fn new(size: &'a Size, frame_bytes: usize) -> Self {
        let bytes = u64::try_from(frame_bytes).unwrap_or(u64::MAX);
        Self {
            size,
            max_packets: bytes
                .saturating_mul(PACKETS_PER_BYTE)
                .saturating_add(FREE_PACKETS)
                .min(MAX_PACKETS),
            coding: None,
            transform: None,
            quantization: None,
            transforms: [None; MAX_COMPONENTS],
            quantizations: [None; MAX_COMPONENTS],
            high_throughput: false,
            irreversible: false,
            has_tlm: false,
            changes_order: false,
            unsupported: None,
        }
    }

    pub(super) fn is_high_throughput(&self) -> bool {
        self.high_throughput
    }

    pub(super) fn is_reversible(&self) -> bool {
        !self.irreversible
    }

    pub(super) fn coding(&self) -> Option<WaveletCoding> {
        self.coding.map(|coding| WaveletCoding {
            progression: coding.progression.filter(|_| !self.changes_order),
            has_tlm: self.has_tlm,
            ..coding
        })
    }

    /// A marker segment of the main header.
    pub(super) fn read_main(&mut self, marker: u16, at: usize, segment: &[u8]) -> Result<()> {
        match marker {
            CAP => self.high_throughput = u32_at(segment, 0, "CAP")? & 0x0002_0000 != 0,
            TLM => self.has_tlm = true,
            // One for all and at most one for each component (ISO/IEC 15444-1 A.6): decoders differ on which of two counts.
            COD => {
                let (coding, transform) = self.read_coding(at, segment)?;
                let is_second = self.coding.replace(coding).is_some();
                self.transform = Some(transform);
                refuse_second(is_second, at, "COD")?;
            }
            COC => {
                let (component, transform) = self.read_component_coding(at, segment)?;
                if let Some(place) = self.transforms.get_mut(component) {
                    refuse_second(place.replace(transform).is_some(), at, "COC of a component")?;
                }
            }
            QCD => {
                let quantization = read_quantization(at, segment)?;
                refuse_second(self.quantization.replace(quantization).is_some(), at, "QCD")?;
            }
            QCC => {
                let component = usize::from(u8_at(segment, 0, "QCC")?);
                let quantization = read_quantization(at, segment.get(1..).unwrap_or_default())?;
                if let Some(place) = self.quantizations.get_mut(component) {
                    refuse_second(place.replace(quantization).is_some(), at, "QCC of a component")?;
                }
            }
            POC => {
                self.changes_order = true;
                self.unsupported
                    .get_or_insert((at, "a change of progression order (POC)"));
            }
            RGN => {
                self.unsupported.get_or_insert((at, "a region of interest (RGN)"));
            }
            PPM => {
                self.unsupported.get_or_insert((at, "packed packet headers (PPM)"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Holds the whole main header against itself; `at` is where it ends.
    pub(super) fn check_main(&self, at: usize) -> Result<()> {
        let (Some(coding), Some(transform)) = (self.coding, self.transform) else {
            return Err(Error::malformed(at, "a JPEG 2000 main header without COD"));
        };
        let components = self.transforms.iter().zip(&self.quantizations);
        for (own_transform, own_quantization) in components.take(usize::from(self.size.components)) {
            let transform = own_transform.unwrap_or(transform);
            self.check_packets(transform, coding.layers)?;
            let has_high_throughput_blocks = transform.block_style & HIGH_THROUGHPUT_BLOCKS != 0;
            if !self.high_throughput {
                if has_high_throughput_blocks {
                    return Err(Error::malformed(
                        at,
                        "high-throughput code blocks in JPEG 2000 without CAP",
                    ));
                }
                continue;
            }
            let Some(quantization) = own_quantization.or(self.quantization) else {
                return Err(Error::malformed(at, "an HTJ2K main header without QCD"));
            };
            check_high_throughput(at, transform, quantization)?;
        }
        match self.unsupported {
            Some((at, what)) if self.high_throughput => Err(Error::unsupported(at, format!("{what} in HTJ2K"))),
            _ => Ok(()),
        }
    }

    /// A marker segment of a tile-part header.
    pub(super) fn read_tile(&mut self, marker: u16, at: usize, segment: &[u8]) -> Result<()> {
        if self.high_throughput && matches!(marker, COD | COC | QCD | QCC | RGN | POC | PPT) {
            // The decoder passes over them and gives other values.
            return Err(Error::unsupported(at, "a tile of HTJ2K with a coding style of its own"));
        }
        match marker {
            COD => {
                let (own, transform) = self.read_coding(at, segment)?;
                check_block_style(at, transform)?;
                if let Some(coding) = &mut self.coding {
                    coding.color_transform |= own.color_transform;
                    if coding.progression != own.progression {
                        coding.progression = None;
                    }
                }
            }
            COC => {
                let (_, transform) = self.read_component_coding(at, segment)?;
                check_block_style(at, transform)?;
                self.check_packets(transform, self.coding.map_or(1, |coding| coding.layers))?;
            }
            POC => self.changes_order = true,
            _ => {}
        }
        Ok(())
    }

    /// COD: Scod, then progression order, layers (2) and component transform, then what COC has too.
    fn read_coding(&mut self, at: usize, segment: &[u8]) -> Result<(WaveletCoding, Transform)> {
        let what = "COD";
        let style = u8_at(segment, 0, what)?;
        let progression = match u8_at(segment, 1, what)? {
            0 => Some(Progression::Lrcp),
            1 => Some(Progression::Rlcp),
            2 => Some(Progression::Rpcl),
            3 => Some(Progression::Pcrl),
            4 => Some(Progression::Cprl),
            _ => {
                return Err(Error::malformed(
                    at,
                    "COD declares a progression order that JPEG 2000 doesn't know",
                ));
            }
        };
        let layers = u16_at(segment, 2, what)?;
        if layers == 0 {
            return Err(Error::malformed(at, "COD declares no layer"));
        }
        let color_transform = u8_at(segment, 4, what)? != 0;
        let transform = self.read_transform(at, style, segment.get(5..).unwrap_or_default())?;
        self.check_packets(transform, layers)?;
        let coding = WaveletCoding {
            progression,
            layers,
            levels: transform.levels,
            color_transform,
            has_tlm: false,
            tiles: u32::try_from(self.size.tiles).unwrap_or(u32::MAX),
        };
        Ok((coding, transform))
    }

    /// COC: the component (1 byte where there are less than 257), Scoc, and the same as COD from there on.
    fn read_component_coding(&mut self, at: usize, segment: &[u8]) -> Result<(usize, Transform)> {
        let component = u8_at(segment, 0, "COC")?;
        if u16::from(component) >= self.size.components {
            return Err(Error::malformed(at, "COC of a component that SIZ doesn't declare"));
        }
        let style = u8_at(segment, 1, "COC")?;
        let transform = self.read_transform(at, style, segment.get(2..).unwrap_or_default())?;
        Ok((usize::from(component), transform))
    }

    /// Decomposition levels, code blocks, their style, the wavelet, and the precincts where the style says that they stand there.
    fn read_transform(&mut self, at: usize, style: u8, parameters: &[u8]) -> Result<Transform> {
        let what = "COD";
        let levels = u8_at(parameters, 0, what)?;
        if levels > 32 {
            return Err(Error::malformed(
                at,
                format!("{levels} decomposition levels; JPEG 2000 allows 32"),
            ));
        }
        let (block_width, block_height) = (u8_at(parameters, 1, what)?, u8_at(parameters, 2, what)?);
        if block_width > 8 || block_height > 8 || block_width.saturating_add(block_height) > 8 {
            return Err(Error::malformed(at, "code blocks larger than JPEG 2000 allows"));
        }
        let block_style = u8_at(parameters, 3, what)?;
        let reversible = u8_at(parameters, 4, what)? == 1;
        self.irreversible |= !reversible;
        let mut all_precincts = 0_u64;
        for resolution in 0..=levels {
            let exponents = match style & 1 {
                0 => 0xFF,
                _ => u8_at(parameters, add(5, usize::from(resolution)), "the precinct sizes of COD")?,
            };
            let (x, y) = (exponents & 0x0F, exponents >> 4);
            if resolution > 0 && (x == 0 || y == 0) {
                return Err(Error::malformed(
                    at,
                    "a precinct of one sample above the lowest resolution",
                ));
            }
            let halvings = levels.saturating_sub(resolution);
            let in_resolution =
                precincts(&self.size.across, halvings, x).saturating_mul(precincts(&self.size.down, halvings, y));
            all_precincts = all_precincts.saturating_add(in_resolution);
        }
        let transform = Transform {
            levels,
            precincts: all_precincts.saturating_mul(u64::from(self.size.components)),
            block_style,
            reversible,
        };
        self.check_packets(transform, 1)?;
        Ok(transform)
    }

    fn check_packets(&self, transform: Transform, layers: u16) -> Result<()> {
        if transform.precincts > MAX_PRECINCTS {
            return Err(Error::limit(format!(
                "{} JPEG 2000 precincts; at most {MAX_PRECINCTS} are decoded",
                transform.precincts
            )));
        }
        let packets = transform.precincts.saturating_mul(u64::from(layers));
        if packets > self.max_packets {
            return Err(Error::limit(format!(
                "{packets} JPEG 2000 packets; a frame of this length can hold {}",
                self.max_packets
            )));
        }
        Ok(())
    }
}

/// Precincts on one axis at one resolution, of all tiles together (ISO/IEC 15444-1 B.5, B.6).
fn precincts(axis: &Axis, halvings: u8, exponent: u8) -> u64 {
    let scale = |n: u64| {
        n.saturating_add((1_u64 << u32::from(halvings).min(63)).saturating_sub(1)) >> u32::from(halvings).min(63)
    };
    let one = |from: u64, to: u64| {
        let (from, to) = (scale(from), scale(to));
        if from >= to {
            return 0;
        }
        let last = to.saturating_sub(1) >> exponent;
        last.saturating_sub(from >> exponent).saturating_add(1)
    };
    // All whole tiles may differ by one precinct, by how they lie on its grid. Few tiles are counted, many are estimated.
    let tiles = axis.tiles();
    if tiles > 64 {
        let most = scale(axis.tile_length).saturating_add(1) >> exponent;
        return tiles.saturating_mul(most.saturating_add(2));
    }
    (0..tiles)
        .map(|index| {
            let from = axis.tile_start.saturating_add(index.saturating_mul(axis.tile_length));
            let to = from.saturating_add(axis.tile_length);
            one(from.max(axis.start), to.min(axis.end))
        })
        .fold(0, u64::saturating_add)
}

fn refuse_second(is_second: bool, at: usize, what: &str) -> Result<()> {
    match is_second {
        true => Err(Error::malformed(
            at,
            format!("a second {what} in a JPEG 2000 main header"),
        )),
        false => Ok(()),
    }
}

fn check_block_style(at: usize, transform: Transform) -> Result<()> {
    match transform.block_style & HIGH_THROUGHPUT_BLOCKS {
        0 => Ok(()),
        _ => Err(Error::malformed(
            at,
            "high-throughput code blocks in JPEG 2000 without CAP",
        )),
    }
}

/// The style with the guard bits, then the step sizes: 8 bits each without quantization, 16 with it.
fn read_quantization(at: usize, segment: &[u8]) -> Result<Quantization> {
    let style = u8_at(segment, 0, "QCD")?;
    let (guard_bits, style) = (style >> 5, style & 0x1F);
    let bytes = match style {
        0 => 1,
        1 | 2 => 2,
        _ => return Err(Error::malformed(at, "a quantization style that JPEG 2000 doesn't know")),
    };
    let steps = segment.get(1..).unwrap_or_default().chunks_exact(bytes);
    let number = steps.len();
    let exponent = steps.filter_map(|step| step.first()).map(|high| high >> 3).max();
    Ok(Quantization {
        style,
        steps: number,
        bit_planes: guard_bits.saturating_add(exponent.unwrap_or(0)).saturating_sub(1),
    })
}

fn check_high_throughput(at: usize, transform: Transform, quantization: Quantization) -> Result<()> {
    let subbands = usize::from(transform.levels).saturating_mul(3).saturating_add(1);
    let needed = if quantization.style == 1 { 1 } else { subbands };
    if quantization.steps < needed {
        return Err(Error::malformed(
            at,
            format!("{} step sizes for {subbands} subbands of HTJ2K", quantization.steps),
        ));
    }
    let is_quantized = quantization.style != 0 || !transform.reversible;
    if is_quantized && quantization.bit_planes > MAX_QUANTIZED_BIT_PLANES {
        return Err(Error::limit(format!(
            "{} bit planes of a quantized HTJ2K subband; at most {MAX_QUANTIZED_BIT_PLANES} are decoded",
            quantization.bit_planes
        )));
    }
    Ok(())
}
