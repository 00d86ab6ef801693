"""`Dataset`: the mapping of elements with its File Meta Information, its pixels and its picture in a notebook.

In: elements by keyword or tag. Out: values, pixels, findings. What takes more than a line is done on the floors below.
Standard: PS3.5 7 (The Data Set).
"""

from __future__ import annotations

from dicom.elements.mapping import ElementMapping
from dicom.finding import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType
    from typing import Any, ClassVar, Self

    import numpy as np

    from dicom.elements.element import DataElement
    from dicom.elements.keyword_types import Attribute
    from dicom.pixels.frame_sequence import Frames
    from dicom.pixels.image import Image

    from .columns import Columns, PerFrame
    from .file_meta import FileMetaDataset

# What `pixel_array` is made from; while these elements stay as they are, the array is kept.
_PIXEL_TAGS = (
    0x00280002,  # Samples per Pixel
    0x00280004,  # Photometric Interpretation
    0x00280006,  # Planar Configuration
    0x00280008,  # Number of Frames
    0x00280010,  # Rows
    0x00280011,  # Columns
    0x00280100,  # Bits Allocated
    0x00280101,  # Bits Stored
    0x00280103,  # Pixel Representation
    0x7FE00001,  # Extended Offset Table
    0x7FE00002,  # Extended Offset Table Lengths
    0x7FE00008,  # Float Pixel Data
    0x7FE00009,  # Double Float Pixel Data
    0x7FE00010,  # Pixel Data
)


class Dataset(ElementMapping):
    """Data Elements by keyword and by tag.

    >>> ds = Dataset()
    >>> ds.PatientName = "Test"
    >>> ds["PatientName"]
    (0010,0010) Patient's Name                      PN: 'Test'
    >>> ds[0x0010, 0x0010].value, "PatientName" in ds
    ('Test', True)

    Parameters
    ----------
    elements : Dataset or dict, optional
        The first positional argument: elements to begin with.

    Attributes
    ----------
    file_meta : FileMetaDataset
        The File Meta Information; absent until it is set or `ensure_file_meta` is called.
    """

    # `FileMetaDataset`, which derives from this class and enters itself here.
    _file_meta_class: ClassVar[type[ElementMapping]]

    def _assign(self, name: str, value: Any) -> None:
        if name == "file_meta":
            self._set_file_meta(value)
        else:
            super()._assign(name, value)

    if TYPE_CHECKING:
        file_meta: Attribute[FileMetaDataset, ElementMapping]

    def _set_file_meta(self, value: Any) -> None:
        if value is not None and not isinstance(value, self._file_meta_class):
            if not isinstance(value, ElementMapping):
                raise TypeError(f"file_meta has to be a FileMetaDataset, not {type(value).__name__}")
            value = self._file_meta_class(value)
        self.__dict__["file_meta"] = value

    def ensure_file_meta(self) -> None:
        """Give the data set an empty File Meta Information if it has none."""
        if self._file_meta_if_any() is None:
            self._set_file_meta(self._file_meta_class())

    def _empty_part(self) -> Dataset:
        part = Dataset()
        part._copy_encoding(self)
        return part

    @property
    def pixel_array(self) -> np.ndarray[Any, Any]:
        """The pixels, decoded.

        Returns
        -------
        ndarray, dtype by Bits Allocated and Pixel Representation
            Shape (rows, columns), (frames, rows, columns), (rows, columns, samples) or (frames, rows, columns,
            samples). It is kept, and given again until an element that it depends on is changed.

        Raises
        ------
        MissingElementError
            There is no pixel data, or an element that describes it is missing (an AttributeError too).
        TransferSyntaxError
            None of the codecs decodes the transfer syntax (a NotImplementedError too).
        PixelError
            The elements contradict the pixel data, or it can't be decoded (a ValueError too).
        """
        kept = self._pixel_array
        if kept is None:
            options = self.__dict__.get("_pixel_options")
            if options is None:
                from dicom.pixels.decode import pixel_array

                kept = pixel_array(self)
            else:
                from dicom.pixels.options import decode_data_set

                kept = decode_data_set(self, **options)
            self._pixel_array = kept
        return kept

    @property
    def frames(self) -> Frames:
        """The frames, each read and decoded when it is asked for: see `dicom.pixels.frame_sequence.Frames`."""
        from dicom.pixels.frame_sequence import Frames

        return Frames(self)

    # The array that is kept, None where there is none or it is out of date. Programs that were written for pydicom
    # look at it to learn whether all frames were decoded, and put arrays there that they decoded (highdicom).
    @property
    def _pixel_array(self) -> np.ndarray[Any, Any] | None:
        kept = self.__dict__.get("_pixels")
        return kept[1] if kept is not None and _same_objects(kept[0], self._pixel_elements()) else None

    @_pixel_array.setter
    def _pixel_array(self, array: np.ndarray[Any, Any] | None) -> None:
        self.__dict__["_pixels"] = None if array is None else (self._pixel_elements(), array)

    def pixel_array_options(
        self,
        *,
        index: int | None = None,
        raw: bool = False,
        decoding_plugin: str = "",
        use_v2_backend: bool = False,
        **kwargs: Any,
    ) -> None:
        """Say how `pixel_array` decodes from now on: see `dicom.pixels.options.decode_data_set`."""
        options = {"index": index, "raw": raw, "decoding_plugin": decoding_plugin, **kwargs}
        self.__dict__["_pixel_options"] = options if any(value or value == 0 for value in options.values()) else None
        self.__dict__.pop("_pixels", None)

    def convert_pixel_data(self, handler_name: str = "") -> None:
        """Decode the pixels now; `pixel_array` gives them. Any name of pydicom's handlers means the one pipeline."""
        from dicom.pixels.plugins import check_handler

        meta = self._file_meta_if_any()
        check_handler(handler_name, "" if meta is None else str(meta.get("TransferSyntaxUID")))
        self.__dict__.pop("_pixels", None)
        _ = self.pixel_array

    def set_pixel_data(
        self,
        arr: np.ndarray[Any, Any],
        photometric_interpretation: str,
        bits_stored: int,
        *,
        generate_instance_uid: bool = True,
    ) -> None:
        """Make an array the pixel data: see `dicom.pixels.writing.set_pixels.set_pixel_data`."""
        from dicom.pixels.writing.set_pixels import set_pixel_data

        set_pixel_data(self, arr, photometric_interpretation, bits_stored, generate_instance_uid=generate_instance_uid)

    def set_pixels(
        self,
        array: np.ndarray[Any, Any],
        *,
        axes: Iterable[str] | None = None,
        photometric_interpretation: str | None = None,
        bits_allocated: int | None = None,
        bits_stored: int | None = None,
        planar_configuration: int = 0,
        pixel_spacing: tuple[float, float] | None = None,
        rescale: tuple[float, float] | tuple[float, float, str] | None = None,
        transfer_syntax: str | None = None,
        generate_instance_uid: bool = True,
    ) -> tuple[Finding, ...]:
        """Make an array the pixel data, with all that it needs: see `dicom.pixels.writing.set_pixels.set_pixels`."""
        from dicom.pixels.writing.set_pixels import set_pixels

        return set_pixels(
            self,
            array,
            axes=axes,
            photometric_interpretation=photometric_interpretation,
            bits_allocated=bits_allocated,
            bits_stored=bits_stored,
            planar_configuration=planar_configuration,
            pixel_spacing=pixel_spacing,
            rescale=rescale,
            transfer_syntax=transfer_syntax,
            generate_instance_uid=generate_instance_uid,
        )

    def transcode(
        self,
        to: str,
        *,
        photometric_interpretation: str | None = None,
        as_rgb: bool = False,
        offset_table: str | None = None,
        generate_instance_uid: bool | None = None,
        workers: int | None = None,
        progress: Callable[[int, int], object] | bool | None = None,
        **encoding: Any,
    ) -> None:
        """Bring the pixels into another transfer syntax, in place: see `dicom.pixels.writing.transcode.transcode`.

        `encoding` is how frames are encoded: ``quality``, ``max_error``, ``ratio``, ``psnr``, ``effort``,
        ``predictor``.
        """
        from dicom.pixels.writing.transcode import transcode

        transcode(
            self,
            to,
            photometric_interpretation=photometric_interpretation,
            as_rgb=as_rgb,
            offset_table=offset_table,
            generate_instance_uid=generate_instance_uid,
            workers=workers,
            progress=progress,
            **encoding,
        )

    def compress(
        self,
        transfer_syntax_uid: str,
        arr: np.ndarray[Any, Any] | None = None,
        encoding_plugin: str = "",
        encapsulate_ext: bool = False,
        *,
        generate_instance_uid: bool = True,
        jls_error: int | None = None,
        j2k_cr: list[float] | None = None,
        j2k_psnr: list[float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Compress the pixel data in place: see `dicom.pixels.writing.transcode.compress`, which has more options."""
        from dicom.pixels.writing.transcode import compress

        compress(
            self,
            transfer_syntax_uid,
            arr,
            encoding_plugin=encoding_plugin,
            encapsulate_ext=encapsulate_ext,
            generate_instance_uid=generate_instance_uid,
            jls_error=jls_error,
            j2k_cr=j2k_cr,
            j2k_psnr=j2k_psnr,
            **kwargs,
        )

    def decompress(
        self,
        handler_name: str = "",
        *,
        as_rgb: bool = True,
        generate_instance_uid: bool = True,
        decoding_plugin: str = "",
        **kwargs: Any,
    ) -> None:
        """Decompress the pixel data in place: see `dicom.pixels.writing.transcode.decompress`."""
        from dicom.pixels.writing.transcode import decompress

        decompress(
            self,
            as_rgb=as_rgb,
            generate_instance_uid=generate_instance_uid,
            decoding_plugin=decoding_plugin or handler_name,
            **kwargs,
        )

    @property
    def per_frame(self) -> PerFrame:
        """Columns of the functional groups: ``ds.per_frame["ImagePositionPatient"]``, see `PerFrame`."""
        from .columns import PerFrame

        return PerFrame(self)

    def columns(self, sequence: str | int | tuple[int, int], keys: Iterable[str | int | tuple[int, int]]) -> Columns:
        """Columns of a sequence: the values of elements in all of its items, straight from the bytes.

        Parameters
        ----------
        sequence : str, int or tuple
            Keyword or tag.
        keys : iterable of str, int or tuple
            Keywords or tags; with full stops between them also of elements in the first item of nested sequences.

        Returns
        -------
        Columns
            By key: numbers as an array of float64, (n,) or (n, m), masked iff some are missing; texts as a list, None
            where there is none. An element that no item has is missing everywhere.

        Raises
        ------
        KeyError
            The data set doesn't have the sequence.
        ColumnError
            The element is no sequence, or one of the keys holds neither numbers nor text, or numbers in some items and
            text in others.
        """
        from .columns import columns_of

        return columns_of(self, sequence, keys)

    def image(self) -> Image:
        """The pixels with what they mean: see `dicom.image`."""
        from dicom.pixels.image import image

        return image(self)

    def overlay_array(self, group: int) -> np.ndarray[Any, Any]:
        """The overlay of a group, ``0x6000`` to ``0x60FE``: see `dicom.pixels.overlays.get_overlay_array`."""
        from dicom.pixels.overlays import get_overlay_array

        return get_overlay_array(self, group)

    def waveform_array(self, index: int) -> np.ndarray[Any, Any]:
        """A group of waveforms in their units: see `dicom.waveform.multiplex_array`."""
        from dicom.waveform import multiplex_array

        return multiplex_array(self, index, as_raw=False)

    def _pixel_elements(self) -> list[object]:
        """The elements that the pixels depend on, and the values of those that were edited."""
        elements = [self._element(tag) for tag in _PIXEL_TAGS]
        meta = self._file_meta_if_any()
        elements.append(None if meta is None else meta._element(0x00020010))
        edited = (element._value if element is not None and element._is_edited else None for element in elements)
        return [*elements, *edited]

    @property
    def findings(self) -> list[Finding]:
        """The deviations from the standard that were tolerated, as far as elements and pixels were read."""
        met = [Finding(*finding) for finding in self._findings()]
        noted: list[Finding] = self.__dict__.get("_pixel_findings", [])
        return met + noted

    def _add_finding(self, finding: Finding) -> None:
        """Note a deviation that was met after reading, while pixels were decoded; once, however often it is met."""
        noted = self.__dict__.setdefault("_pixel_findings", [])
        if finding not in noted:
            noted.append(finding)

    def _repr_html_(self) -> str:
        """A collapsible table with a thumbnail, for notebooks."""
        from .html import html_of

        return html_of(self)

    def save_as(
        self,
        filename: Any,
        /,
        __write_like_original: bool | None = None,
        *,
        implicit_vr: bool | None = None,
        little_endian: bool | None = None,
        enforce_file_format: bool = False,
        overwrite: bool = True,
        **kwargs: Any,
    ) -> None:
        """Write the data set to a path or a binary file object; see `dicom.write`."""
        from .write import dcmwrite

        dcmwrite(
            filename,
            self,
            __write_like_original,
            implicit_vr=implicit_vr,
            little_endian=little_endian,
            enforce_file_format=enforce_file_format,
            overwrite=overwrite,
            **kwargs,
        )

    # --- JSON and XML ------------------------------------------------------------------------------------------------

    def to_json(
        self,
        bulk_data_threshold: int = 1024,
        bulk_data_element_handler: Callable[[DataElement], Any] | None = None,
        dump_handler: Callable[[dict[str, Any]], str] | None = None,
        suppress_invalid_tags: bool = False,
    ) -> str:
        """The data set as the text of a DICOM JSON Model object (PS3.18 F), ASCII only, its names ascending.

        Parameters
        ----------
        bulk_data_threshold : int, default 1024
            Letters of base64 above which a binary value is given by reference, if there is a handler.
        bulk_data_element_handler : callable, optional
            Gives the BulkDataURI for an element. Without it binary values stand in the text, however large.
        dump_handler : callable, optional
            Makes the text of the dictionary that `to_json_dict` gives, in place of `json.dumps`.
        suppress_invalid_tags : bool, default False
            Leave an element out that can't be made JSON of, and log that, rather than raise.
        """
        from dicom.json_model.write import to_json

        return to_json(self, bulk_data_threshold, bulk_data_element_handler, dump_handler, suppress_invalid_tags)

    def to_json_dict(
        self,
        bulk_data_threshold: int = 1024,
        bulk_data_element_handler: Callable[[DataElement], Any] | None = None,
        suppress_invalid_tags: bool = False,
    ) -> dict[str, Any]:
        """The data set as a DICOM JSON Model object; the parameters are those of `to_json`.

        Returns
        -------
        dict
            From tags of eight hexadecimal digits, ascending, to ``{"vr": ..., "Value": [...]}``.
        """
        from dicom.json_model.write import to_json_dict

        return to_json_dict(self, bulk_data_threshold, bulk_data_element_handler, suppress_invalid_tags)

    @classmethod
    def from_json(
        cls,
        json_dataset: dict[str, Any] | str | bytes | bytearray,
        bulk_data_uri_handler: Callable[..., Any] | None = None,
        *,
        limits: Mapping[str, int] | None = None,
    ) -> Self:
        """A data set of a DICOM JSON Model object, or of its text.

        Parameters
        ----------
        json_dataset : dict, str, bytes or bytearray
            The object, or its text.
        bulk_data_uri_handler : callable, optional
            Gives the value for ``(tag, vr, uri)``, or for ``(uri)`` alone. Without it such an element is empty, and a
            warning says so.
        limits : mapping of str to int, optional
            The ceiling ``json_depth`` (64 sequences within sequences) for this call.

        Raises
        ------
        ParseError
            It is no DICOM JSON Model object (a ValueError too; a TypeError or KeyError where a type is wrong or the VR
            is missing).
        ValueRepresentationError
            A VR isn't one, or a value can't be one of its VR.
        LimitError
            The sequences are nested too deep.
        """
        from dicom.json_model.read import from_json

        made: Self = from_json(cls, json_dataset, bulk_data_uri_handler, limits=limits)
        return made

    def to_xml(
        self, bulk_data_threshold: int = 1024, bulk_data_element_handler: Callable[[DataElement], str] | None = None
    ) -> str:
        """The data set as a Native DICOM Model document (PS3.19 A.1); the parameters are those of `to_json`.

        Returns
        -------
        str
            To be encoded as UTF-8, which its first line names.
        """
        from dicom.xml_model.write import to_xml

        return to_xml(self, bulk_data_threshold, bulk_data_element_handler)

    @classmethod
    def from_xml(
        cls,
        document: str | bytes | bytearray,
        bulk_data_uri_handler: Callable[..., Any] | None = None,
        *,
        limits: Mapping[str, int] | None = None,
    ) -> Self:
        """A data set of a Native DICOM Model document (PS3.19 A.1).

        Parameters
        ----------
        document : str, bytes or bytearray
            The document. One with a document type is refused.
        bulk_data_uri_handler : callable, optional
            Gives the value for ``(tag, vr, uri)``, or for ``(uri)`` alone. Without it such an element is empty, and a
            warning says so.
        limits : mapping of str to int, optional
            The ceiling ``xml_depth`` (64 sequences within sequences) for this call.

        Raises
        ------
        ParseError
            It is no Native DICOM Model document (a ValueError too).
        ValueRepresentationError
            A VR isn't one, or a value can't be one of its VR.
        LimitError
            The sequences are nested too deep.
        """
        from dicom.xml_model.read import from_xml

        made: Self = from_xml(cls, document, bulk_data_uri_handler, limits=limits)
        return made

    def close(self) -> None:
        """Let go of the file: values that were left in it can't be read any more. Closing twice does no harm."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _same_objects(first: list[object], second: list[object]) -> bool:
    return all(a is b for a, b in zip(first, second, strict=True))
