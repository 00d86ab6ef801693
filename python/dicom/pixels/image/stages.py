"""`Image`: the pixels of a data set at one stage, with what they mean.

In: a data set. Out: an `Image`, whose array is made when it is asked for. Standard: PS3.4 N.2, PS3.3 C.7.6.3, C.11.
"""

from __future__ import annotations

from dicom.errors import PixelError
from dicom.pixels.description import FrameIndexError
from dicom.pixels.image.facts import ImageFacts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    import numpy as np
    from numpy.typing import DTypeLike, NDArray

    from dicom.pixels.description import DataSet, FrameDescription
    from dicom.pixels.image.display import Display
    from dicom.pixels.image.modality import Modality
    from dicom.pixels.image.stored import StoredFrames
    from dicom.pixels.image.voi import Voi
    from dicom.pixels.window import Window

_MODALITY, _VOI, _DISPLAY = "modality", "voi", "display"


def image(ds: DataSet) -> Image:
    """The image of a data set, at the stage of its stored values.

    Parameters
    ----------
    ds : Dataset
        With Pixel Data, Float Pixel Data or Double Float Pixel Data. Nothing is decoded yet. What is changed in the
        data set later may or may not be seen: ask for the image again.

    Returns
    -------
    Image

    Raises
    ------
    MissingElementError
        There is no pixel data, or an element is missing that it can't be read without (an AttributeError too).
    PixelError
        The Image Pixel module contradicts itself.

    Examples
    --------
    >>> import dicom
    >>> image = dicom.image(dicom.read("ct.dcm"))
    >>> image.modality().unit
    'HU'
    >>> image.display(preset="brain").array.dtype
    dtype('uint8')
    """
    from dicom.pixels.image.stored import StoredFrames

    return Image(StoredFrames(ds), None)


class Image(ImageFacts):
    """Pixels that say what they are. Made by `dicom.image`; immutable: each stage is another `Image`.

    An array protocol is there: ``numpy.asarray(image)`` is `array`. ``len(image)`` is the number of frames, and going
    through it gives the image of each frame.

    Attributes
    ----------
    stage : str
        ``"stored"``, ``"modality"``, ``"voi"`` or ``"display"``.
    """

    __slots__ = ()

    def __init__(
        self,
        stored: StoredFrames,
        indices: Sequence[int] | None,
        modality: Modality | None = None,
        voi: Voi | None = None,
        display: Display | None = None,
    ) -> None:
        stage = _DISPLAY if display else _VOI if voi else _MODALITY if modality else "stored"
        for name, value in (
            ("stage", stage),
            ("_stored", stored),
            ("_indices", indices),
            ("_modality", modality),
            ("_voi", voi),
            ("_display", display),
            ("_array", None),
        ):
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an Image can't be changed; {name} is what the data set says")

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        # Copying and unpickling set attributes one by one. The array is made anew: a copied one would be writable.
        for name, value in {**state[1], "_array": None}.items():
            object.__setattr__(self, name, value)

    # --- its values ------------------------------------------------------------------------------------------------

    @property
    def array(self) -> NDArray[Any]:
        """The values; made when they are first asked for, and kept.

        Returns
        -------
        ndarray, shape (rows, columns) or (rows, columns, samples), after an axis of frames where there are several
            Not writable. Its type by stage: as Bits Allocated and Pixel Representation say (stored); see `modality`;
            float64 (voi); uint8 (display).

        Raises
        ------
        CodecError
            A frame can't be decoded, or there is no decoder for the transfer syntax.
        PixelError
            The elements contradict the pixel data.
        """
        kept: NDArray[Any] | None = self._array
        if kept is None:
            kept = self._make_array()
            kept.setflags(write=False)
            object.__setattr__(self, "_array", kept)
        return kept

    @property
    def mask(self) -> NDArray[np.bool_]:
        """True where the stored value is Pixel Padding Value, or within Pixel Padding Range Limit (PS3.3 C.7.5.1.1.2).

        Returns
        -------
        ndarray of bool, shape (rows, columns), after an axis of frames where there are several
        """
        import numpy as np

        from dicom.pixels.image.padding import mask_of, padding_range

        padding = padding_range(self._stored.ds, self._stored.description)
        shape = (self.number_of_frames, self.rows, self.columns)
        mask = np.zeros(shape, np.bool_)
        if padding is not None:
            for slot, frame in zip(mask, self._stored.frames(self._frame_indices), strict=True):
                slot[:] = mask_of(frame, padding)
        return mask[0] if len(mask) == 1 else mask

    def frame(self, index: int) -> Image:
        """The image of one frame, at the same stage. Only this frame is decoded.

        Parameters
        ----------
        index : int
            Counted from 0; a negative one from the end.

        Raises
        ------
        FrameIndexError
            There is no such frame (an IndexError too).
        """
        count = self.number_of_frames
        if not -count <= index < count:
            raise FrameIndexError(f"there is no frame {index}: the image has {count}, counted from 0")
        return self._with_frames((self._frame_indices[index],))

    def __len__(self) -> int:
        return self.number_of_frames

    def __iter__(self) -> Iterator[Image]:
        for index in self._frame_indices:
            yield self._with_frames((index,))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:
        import numpy as np

        if copy is None or copy:
            return np.array(self.array, dtype=dtype) if copy else np.asarray(self.array, dtype=dtype)
        if dtype is not None and np.dtype(dtype) != self.array.dtype:
            raise ValueError("values of another type need a copy")
        return self.array

    @property
    def __array_interface__(self) -> dict[str, Any]:
        # With its strides said, Pillow takes the values by `tobytes` and not by a buffer, which this isn't.
        return {**self.array.__array_interface__, "strides": self.array.strides}

    def tobytes(self) -> bytes:
        """The bytes of `array`, row by row."""
        return self.array.tobytes()

    # --- stages ----------------------------------------------------------------------------------------------------

    def stored(self) -> Image:
        """The stored values: as encoded, without any transformation; colours as they are stored (YBR_FULL, indices).

        Bits above Bits Stored are none of the value: they repeat the sign or are 0, and overlays that lay there are
        given by `overlays`.
        """
        return Image(self._stored, self._indices)

    def modality(self, source: str | None = None, *, real_world: int | str | bool | None = None) -> Image:
        """Values in the modality's unit (PS3.3 C.11.1), each frame by its own transformation.

        Without arguments the first of these that the data set has: Pixel Value Transformation of the frame, that of all
        frames, Modality LUT Sequence, Dose Grid Scaling, Rescale Slope and Intercept; and where they change nothing and
        tell no unit, the Real World Value Mappings that have the first one's unit and label.

        Parameters
        ----------
        source : str, optional
            Only this one: ``"PixelValueTransformationSequence"``, ``"ModalityLUTSequence"``, ``"DoseGridScaling"`` or
            ``"RescaleSlope"``.
        real_world : int, str or bool, optional
            A Real World Value Mapping: its index in `real_world_mappings`, its label, or its unit (a label goes first;
            mappings of one label and unit are taken together, each for its range). True means the first, False none.

        Returns
        -------
        Image
            The stored type where nothing is changed. Whole numbers with a whole slope and intercept: int32, or int64
            where that couldn't hold the results. After a Modality LUT uint8 or uint16 by its descriptor. All else
            float64. A stored value that no real world mapping covers is NaN. Colours and palette indices stay as
            stored.

        Raises
        ------
        PixelError
            What was asked for isn't there; later, when a frame is: a table that can't be used.
        """
        from dicom.pixels.image.modality import Modality

        made = Image(
            self._stored, self._indices, Modality(self._stored.ds, self._stored.description, source, real_world)
        )
        if source is not None or real_world is not None:
            # An error comes where the wish was uttered.
            _ = made._transformation
        return made

    def voi(
        self,
        window: Window | tuple[float, float] | int | None = None,
        lut: int | None = None,
        preset: str | None = None,
    ) -> Image:
        """Grey levels from 0 (darkest) to 1 (brightest) of the values of interest (PS3.3 C.11.2).

        Without arguments the first window that the data set states, for the frame or for all; else its first VOI LUT;
        else a window from robust percentiles of this image's frames, one for all of them.

        Parameters
        ----------
        window : Window, (center, width) or int, optional
            In the modality's unit; two numbers mean the straight line from center - width / 2 to center + width / 2
            (LINEAR_EXACT). A number is the index of a window in `windows`.
        lut : int, optional
            The index of an item of VOI LUT Sequence.
        preset : str, optional
            A window by its Window Center & Width Explanation in the data set, in any case of letters; else one of
            ``"abdomen"``, ``"angio"``, ``"bone"``, ``"brain"``, ``"liver"``, ``"lung"``, ``"mediastinum"``,
            ``"pelvis"``, ``"soft tissue"``, ``"spine"``, ``"stroke"``, ``"subdural"`` and ``"temporal bone"``, which
            need values in HU.

        Returns
        -------
        Image
            float64. MONOCHROME1 isn't inverted yet. Colours and palette indices stay as stored.

        Raises
        ------
        PixelError
            What was asked for isn't there or can't be used, or more than one was.
        """
        from dicom.pixels.image.voi import Voi

        before = self._before_voi()
        asked = not (window is None and lut is None and preset is None)
        if asked and not self._is_grey:
            raise PixelError("an image in colour has no window")
        modality = before._need_modality()
        made = Image(
            self._stored,
            self._indices,
            modality,
            Voi(self._stored, modality, self._frame_indices, window, lut, preset),
        )
        if asked:
            _ = made.window
        return made

    def display(
        self,
        window: Window | tuple[float, float] | int | None = None,
        lut: int | None = None,
        preset: str | None = None,
        *,
        icc: bool = False,
        palette: str | NDArray[np.uint8] | None = None,
        overlays: bool = False,
    ) -> Image:
        """What a screen is given, 8 bits a sample: grey levels or red, green and blue.

        Parameters
        ----------
        window, lut, preset
            As for `voi`. An image that is at the stage of `voi` keeps its own.
        icc : bool
            Whether colours are converted to sRGB by ICC Profile (0028,2000); needs Pillow. Without a profile they stay.
        palette : str or ndarray of uint8, shape (256, 3), optional
            Colours for grey levels: a well-known palette by its name, such as ``"HOT_IRON"`` (PS3.6 annex B).
        overlays : bool
            Whether overlays are drawn, in white.

        Returns
        -------
        Image
            uint8, shape (rows, columns), or (rows, columns, 3) for colours, palettes and supplemental palettes. A level
            is ``floor(255 * y + 1/2)`` of the y from 0 to 1 that `voi` gives, after the Presentation LUT if there is
            one; then MONOCHROME1 is inverted, or what Presentation LUT Shape says. Padding and NaN are black.

        Raises
        ------
        MissingDependencyError
            `icc` needs Pillow, which isn't installed.
        PixelError
            What was asked for isn't there or can't be used.
        """
        from dicom.pixels.image.display import Display

        asked = not (window is None and lut is None and preset is None)
        if self._voi is not None and not asked:
            shown = self
        else:
            shown = self._before_voi().voi(window, lut, preset)
        modality, voi = shown._need_modality(), shown._voi
        assert voi is not None
        return Image(
            self._stored,
            self._indices,
            modality,
            voi,
            Display(self._stored, modality, voi, icc=icc, palette=palette, overlays=overlays),
        )

    # --- beside them -----------------------------------------------------------------------------------------------

    def overlays(self) -> dict[int, NDArray[np.bool_]]:
        """The overlays, each laid onto the image's pixels at its origin (PS3.3 C.9.2, C.9.3).

        Returns
        -------
        dict
            Group (``0x6000`` to ``0x60FE``) -> ndarray of bool, shape (rows, columns), after an axis of frames where
            the image has several; True where the overlay is drawn. Retired overlays in bits of the pixel data are among
            them. One that can't be read is left out, and is a finding on the data set.
        """
        from dicom.pixels.image.overlay_planes import overlay_planes

        planes, findings = overlay_planes(self._stored, self._frame_indices)
        add = getattr(self._stored.ds, "_add_finding", None)
        if add is not None:
            for finding in findings:
                add(finding)
        return {group: plane[0] if len(plane) == 1 else plane for group, plane in planes.items()}

    def digest(self) -> str:
        """SHA-256 of the stored values, which stays the same whatever lossless encoding they have.

        Hashed are a line ``DICOM pixels FRAMES ROWS COLUMNS SAMPLES KIND BITS`` (numbers in decimal, separated by
        spaces but for KIND, which is ``u``, ``i`` or ``f`` and stands before Bits Stored, and closed by a line feed),
        and then, frame by frame, row by row, pixel by pixel (colour by pixel), each sample in as few of 1, 2, 4 or 8
        bytes as hold Bits Stored, little endian, bits above Bits Stored 0.

        So neither transfer syntax, planar configuration, byte order, Bits Allocated nor what stands above Bits Stored
        counts, nor YBR_RCT for RGB. What does: another Photometric Interpretation where it changes samples (RGB made of
        YBR_FULL, which rounds; MONOCHROME1 made of MONOCHROME2), another Bits Stored, lossy compression. The palette,
        the photometric interpretation itself and all other elements don't count.

        Returns
        -------
        str
            64 hexadecimal digits. One frame is decoded at a time.
        """
        from dicom.pixels.image.digest import digest_of

        indices = self._frame_indices
        return digest_of(self._stored.frames(indices), len(indices), self._stored.description)

    def __repr__(self) -> str:
        frames = f"{self.number_of_frames} frames of " if self.number_of_frames > 1 else ""
        samples = f" x {self.samples_per_pixel} samples" if self.samples_per_pixel > 1 else ""
        size = f"{frames}{self.rows} rows x {self.columns} columns{samples}"
        parts = [size, str(self.dtype), self._shown_space]
        if self._modality is not None:
            parts.append(self._shown_unit)
        return f"<Image, stage {self.stage!r}: {', '.join(parts)}>"

    def _repr_png_(self) -> bytes | None:
        """A picture of the middle frame, for notebooks."""
        from dicom.pixels.image.png import encode_png

        try:
            middle = self.frame(self.number_of_frames // 2)
            return encode_png((middle if middle._display is not None else middle.display()).array)
        except (ArithmeticError, AttributeError, OSError, TypeError, ValueError):
            # Whatever a hostile file holds: the notebook shows the text.
            return None

    # --- within ----------------------------------------------------------------------------------------------------

    def _before_voi(self) -> Image:
        """The image at the stage of `modality`, with the transformation that this one has."""
        return Image(self._stored, self._indices, self._modality) if self._modality is not None else self.modality()

    def _with_frames(self, indices: Sequence[int]) -> Image:
        return Image(self._stored, indices, self._modality, self._voi, self._display)

    def _make_array(self) -> NDArray[Any]:
        if self.stage == "stored" and self._indices is None:
            return self._stored.all_frames()
        indices = self._frame_indices
        if len(indices) == 1:
            return self._step(indices[0], self._stored.frame(indices[0]))
        import numpy as np

        array = np.empty(self.shape, self.dtype)
        decoded_by = None if self._display is None else self._stored.as_rgb
        for slot, index, frame in zip(array, indices, self._stored.frames(indices, decoded_by), strict=True):
            slot[...] = self._step(index, frame, decoded_by)
        return array

    def _step(self, index: int, frame: NDArray[Any], decoded_by: FrameDescription | None = None) -> NDArray[Any]:
        """What this stage makes of a frame's stored values, or of its RGB where another description says so."""
        if self._display is not None:
            return self._display.of_frame(index, frame, decoded_by)
        if self._modality is None or not self._is_grey:
            return frame
        values = self._modality.of_frame(index).apply(frame)
        return values if self._voi is None else self._voi.of_frame(index).apply(values)
