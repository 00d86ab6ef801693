//! Stored samples into values: the bits above Bits Stored settled, a linear rescale, and the type that was asked for.
//!
//! In: little endian samples (PS3.5 8.1). Out: `stored * slope + intercept` (PS3.3 C.11.1.1) in the machine's byte order,
//! reckoned in 64-bit floating point and rounded once. Narrower arithmetic is taken only where every value that the bits
//! allow comes out the same. A value that its type can't hold is told, never wrapped or cut.
use dcm_pixels::native::{extend_bits, swap_bytes};

/// The type of a sample or of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sample {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    F64,
}

impl Sample {
    /// By kind (`u`, `i`, `f`) and bytes, as `NumPy` has it.
    #[must_use]
    pub const fn of(kind: char, bytes: usize) -> Option<Self> {
        Some(match (kind, bytes) {
            ('u', 1) => Self::U8,
            ('i', 1) => Self::I8,
            ('u', 2) => Self::U16,
            ('i', 2) => Self::I16,
            ('u', 4) => Self::U32,
            ('i', 4) => Self::I32,
            ('f', 4) => Self::F32,
            ('f', 8) => Self::F64,
            _ => return None,
        })
    }

    /// Bytes of one.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    const fn bits(self) -> u32 {
        match self {
            Self::U8 | Self::I8 => 8,
            Self::U16 | Self::I16 => 16,
            Self::U32 | Self::I32 | Self::F32 => 32,
            Self::F64 => 64,
        }
    }

    const fn is_signed(self) -> bool {
        matches!(self, Self::I8 | Self::I16 | Self::I32)
    }

    const fn is_whole(self) -> bool {
        !matches!(self, Self::F32 | Self::F64)
    }

    /// The least and the greatest whole number of so many bits.
    fn ends(self, bits: u32) -> Option<(f64, f64)> {
        let range = f64::from(2.0_f32).powi(i32::try_from(bits).ok()?);
        match (self.is_whole(), self.is_signed()) {
            (false, _) => None,
            (true, true) => Some((-range / 2.0, range / 2.0 - 1.0)),
            (true, false) => Some((0.0, range - 1.0)),
        }
    }
}

/// How the values of one frame come about.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    from: Sample,
    /// Bits of a sample that are none of its value.
    unused: u32,
    to: Sample,
    way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// The values are the samples.
    Same,
    /// Whole numbers, which `i32` holds on the way; whether the target holds them all.
    Whole(i32, i32, bool),
    /// `f32`, exact at each step.
    Single(f32, f32),
    /// `f64`; whether the target is sure to hold them all.
    Double(f64, f64, bool),
}

/// A value that the type which was asked for can't hold: out of its range, or not whole.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Misfit;

/// Up to here `f32` holds each whole number.
const WHOLE_IN_SINGLE: f64 = 16_777_216.0;
/// So fine a fraction is looked at when it is asked whether `f32` is exact.
const MOST_FRACTION_BITS: i32 = 20;

impl Conversion {
    /// Samples of which `bits_stored` bits count, put through slope and intercept, as values of type `to`.
    #[must_use]
    pub fn new(from: Sample, bits_stored: u32, slope: f64, intercept: f64, to: Sample) -> Self {
        let unused = match from.is_whole() {
            true => from.bits().saturating_sub(bits_stored.max(1)),
            false => 0,
        };
        let stored = from.ends(from.bits().saturating_sub(unused));
        let values = stored.map(|(least, greatest)| {
            let ends = (least * slope + intercept, greatest * slope + intercept);
            (ends.0.min(ends.1), ends.0.max(ends.1))
        });
        let way = if from == to && slope.total_cmp(&1.0).is_eq() && intercept.abs().total_cmp(&0.0).is_eq() {
            Way::Same
        } else if let (Some(stored), Some(values), true) = (stored, values, from.bits() <= 16) {
            small_samples(stored, values, slope, intercept, to)
        } else {
            Way::Double(slope, intercept, holds(to, values, false))
        };
        Self { from, unused, to, way }
    }

    /// The type of the samples.
    #[must_use]
    pub const fn from(&self) -> Sample {
        self.from
    }

    /// The type of the values.
    #[must_use]
    pub const fn to(&self) -> Sample {
        self.to
    }

    /// Whether the values are the samples, but for the bits that are none of them.
    #[must_use]
    pub fn keeps_samples(&self) -> bool {
        self.way == Way::Same
    }

    /// Fills `target` with the values of `source`: as many as the shorter of the two has.
    ///
    /// # Errors
    /// `Misfit` when a value doesn't fit the target's type; all the others are there.
    pub fn apply(&self, source: &[u8], target: &mut [u8]) -> Result<(), Misfit> {
        let unused = self.unused;
        let fits = match self.from {
            _ if self.way == Way::Same => {
                let count = source.len().min(target.len());
                if let (Some(source), Some(target)) = (source.get(..count), target.get_mut(..count)) {
                    target.copy_from_slice(source);
                    self.settle(target);
                }
                true
            }
            Sample::U8 => {
                let mask = u8::MAX.wrapping_shr(unused);
                self.small(source, target, |[byte]: [u8; 1]| byte & mask)
            }
            Sample::I8 => self.small(source, target, |word: [u8; 1]| {
                i8::from_le_bytes(word).wrapping_shl(unused).wrapping_shr(unused)
            }),
            Sample::U16 => {
                let mask = u16::MAX.wrapping_shr(unused);
                self.small(source, target, |word: [u8; 2]| u16::from_le_bytes(word) & mask)
            }
            Sample::I16 => self.small(source, target, |word: [u8; 2]| {
                i16::from_le_bytes(word).wrapping_shl(unused).wrapping_shr(unused)
            }),
            Sample::U32 => {
                let mask = u32::MAX.wrapping_shr(unused);
                self.large(source, target, |word: [u8; 4]| u32::from_le_bytes(word) & mask)
            }
            Sample::I32 => self.large(source, target, |word: [u8; 4]| {
                i32::from_le_bytes(word).wrapping_shl(unused).wrapping_shr(unused)
            }),
            Sample::F32 => self.large(source, target, f32::from_le_bytes),
            Sample::F64 => self.large(source, target, f64::from_le_bytes),
        };
        if fits { Ok(()) } else { Err(Misfit) }
    }

    /// Makes values of little endian samples that are kept: the bits above Bits Stored, and the machine's byte order.
    pub fn settle(&self, samples: &mut [u8]) {
        if self.unused > 0 {
            let stored = self.from.bits().saturating_sub(self.unused);
            extend_bits(samples, self.from.bytes(), stored, self.from.is_signed(), false);
        }
        if cfg!(target_endian = "big") {
            swap_bytes(samples, self.from.bytes());
        }
    }

    fn small<const N: usize, S>(&self, source: &[u8], target: &mut [u8], load: impl Fn([u8; N]) -> S + Copy) -> bool
    where
        S: Copy + Into<i32> + Into<f32> + Into<f64>,
    {
        match self.way {
            Way::Single(slope, intercept) => {
                each(source, target, |word| {
                    (Into::<f32>::into(load(word)) * slope + intercept).to_ne_bytes()
                });
                true
            }
            Way::Whole(slope, intercept, fits) => {
                // In `i32` by `Conversion::new`, so nothing wraps.
                let value = |word| {
                    Into::<i32>::into(load(word))
                        .wrapping_mul(slope)
                        .wrapping_add(intercept)
                };
                whole(self.to, source, target, value, fits)
            }
            _ => self.large(source, target, load),
        }
    }

    fn large<const N: usize, S>(&self, source: &[u8], target: &mut [u8], load: impl Fn([u8; N]) -> S + Copy) -> bool
    where
        S: Copy + Into<f64>,
    {
        let Way::Double(slope, intercept, fits) = self.way else {
            return true;
        };
        double(
            self.to,
            source,
            target,
            |word| Into::<f64>::into(load(word)) * slope + intercept,
            fits,
        )
    }
}

/// The quickest way for samples of 8 and 16 bits that gives every value as `f64` does.
fn small_samples(stored: (f64, f64), values: (f64, f64), slope: f64, intercept: f64, to: Sample) -> Way {
    let most = stored.0.abs().max(stored.1.abs());
    if to == Sample::F32
        && let (Some(slope), Some(intercept)) = (as_single(slope), as_single(intercept))
        && is_exact_in_single(most, f64::from(slope), f64::from(intercept))
    {
        return Way::Single(slope, intercept);
    }
    if to.is_whole()
        && let (Some(slope), Some(intercept)) = (as_whole(slope), as_whole(intercept))
        && most * f64::from(slope).abs() + f64::from(intercept).abs() < f64::from(i32::MAX)
    {
        return Way::Whole(slope, intercept, holds(to, Some(values), true));
    }
    Way::Double(slope, intercept, holds(to, Some(values), false))
}

/// Whether the type is sure to hold all values between the ends, whole ones or any.
fn holds(to: Sample, values: Option<(f64, f64)>, are_whole: bool) -> bool {
    match (to, values) {
        (Sample::F64, _) => true,
        (Sample::F32, Some((least, greatest))) => least >= f64::from(f32::MIN) && greatest <= f64::from(f32::MAX),
        (_, Some((least, greatest))) if are_whole => to
            .ends(to.bits())
            .is_some_and(|(first, last)| first <= least && greatest <= last),
        _ => false,
    }
}

/// Whether product and sum are exact for every whole number up to `most`: multiples of one fraction of two, few enough.
fn is_exact_in_single(most: f64, slope: f64, intercept: f64) -> bool {
    let reach = most * slope.abs() + intercept.abs();
    (0..=MOST_FRACTION_BITS).any(|bits| {
        let scale = 2.0_f64.powi(bits);
        is_whole(slope * scale) && is_whole(intercept * scale) && reach * scale <= WHOLE_IN_SINGLE
    })
}

fn is_whole(number: f64) -> bool {
    number.is_finite() && number.fract().abs() <= 0.0
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "whether anything was lost is what is asked"
)]
fn as_single(number: f64) -> Option<f32> {
    let single = number as f32;
    f64::from(single).total_cmp(&number).is_eq().then_some(single)
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "whether anything was lost is what is asked"
)]
fn as_whole(number: f64) -> Option<i32> {
    let cut = number as i32;
    ((f64::from(cut) - number).abs() <= 0.0).then_some(cut)
}

/// Plain loops over whole words, which the compiler turns into vector instructions.
fn each<const N: usize, const M: usize>(source: &[u8], target: &mut [u8], value: impl Fn([u8; N]) -> [u8; M]) {
    for (to, from) in target.as_chunks_mut::<M>().0.iter_mut().zip(source.as_chunks::<N>().0) {
        *to = value(*from);
    }
}

/// The same with values that may not fit: whether all did.
fn each_checked<const N: usize, const M: usize>(
    source: &[u8],
    target: &mut [u8],
    value: impl Fn([u8; N]) -> ([u8; M], bool),
) -> bool {
    let mut all_fit = true;
    for (to, from) in target.as_chunks_mut::<M>().0.iter_mut().zip(source.as_chunks::<N>().0) {
        let fits;
        (*to, fits) = value(*from);
        all_fit &= fits;
    }
    all_fit
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a value that another was cut to is told"
)]
fn whole<const N: usize>(
    to: Sample,
    source: &[u8],
    target: &mut [u8],
    value: impl Fn([u8; N]) -> i32 + Copy,
    fits: bool,
) -> bool {
    macro_rules! into {
        ($type:ty) => {{
            if fits {
                each(source, target, |word| (value(word) as $type).to_ne_bytes());
                return true;
            }
            each_checked(source, target, |word| {
                let number = value(word);
                let cut = number as $type;
                (cut.to_ne_bytes(), i64::from(cut) == i64::from(number))
            })
        }};
    }
    match to {
        Sample::U8 => into!(u8),
        Sample::I8 => into!(i8),
        Sample::U16 => into!(u16),
        Sample::I16 => into!(i16),
        Sample::U32 => into!(u32),
        Sample::I32 => into!(i32),
        // Whole numbers go into types of them alone.
        Sample::F32 | Sample::F64 => true,
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded where that is the purpose; a value that another was cut to is told"
)]
fn double<const N: usize>(
    to: Sample,
    source: &[u8],
    target: &mut [u8],
    value: impl Fn([u8; N]) -> f64 + Copy,
    fits: bool,
) -> bool {
    macro_rules! into {
        ($type:ty) => {
            each_checked(source, target, |word| {
                let number = value(word);
                let cut = number as $type;
                // Not a number is no whole number either.
                (cut.to_ne_bytes(), (f64::from(cut) - number).abs() <= 0.0)
            })
        };
    }
    match to {
        Sample::F64 => each(source, target, |word| value(word).to_ne_bytes()),
        Sample::F32 if fits => each(source, target, |word| (value(word) as f32).to_ne_bytes()),
        Sample::F32 => {
            return each_checked(source, target, |word| {
                let number = value(word);
                let rounded = number as f32;
                (rounded.to_ne_bytes(), rounded.is_finite() || !number.is_finite())
            });
        }
        Sample::U8 => return into!(u8),
        Sample::I8 => return into!(i8),
        Sample::U16 => return into!(u16),
        Sample::I16 => return into!(i16),
        Sample::U32 => return into!(u32),
        Sample::I32 => return into!(i32),
    }
    true
}

#[cfg(test)]
mod tests;
