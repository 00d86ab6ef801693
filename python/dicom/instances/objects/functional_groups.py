"""Functional groups of a volume's frames: where each lies, which t it is of, and what orders them.

In: an `Order`. Out: items of the Shared and the Per-frame Functional Groups Sequence, and their dimensions.
Frames go t after t, slice after slice. Standard: PS3.3 C.7.6.16.2 (macros), C.7.6.17 (dimensions), C.8.13.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.dataset import Dataset
from dicom.errors import WriteError
from dicom.instances.image_modules import put_plane_groups
from dicom.instances.items import code_item, derivation_item, item_with, source_image_item
from dicom.pixels.lenient import number

if TYPE_CHECKING:
    from typing import Any

    from dicom.instances.plan.order import Order

#: (name of the axis, its unit) -> functional group and the element in it that bears its values.
_BEARERS = {
    ("echo", "ms"): ("MREchoSequence", "EffectiveEchoTime"),
    ("inversion-time", "ms"): ("MRModifierSequence", "InversionTimes"),
    ("flip-angle", "°"): ("MRTimingAndRelatedParametersSequence", "FlipAngle"),
    ("energy", "kV"): ("CTXRayDetailsSequence", "KVP"),
    ("cardiac", "ms"): ("CardiacSynchronizationSequence", "NominalCardiacTriggerDelayTime"),
    ("cardiac", "%"): ("CardiacSynchronizationSequence", "NominalPercentageOfCardiacPhase"),
    ("respiratory", "ms"): ("RespiratorySynchronizationSequence", "NominalRespiratoryTriggerDelayTime"),
    ("respiratory", "%"): ("RespiratorySynchronizationSequence", "NominalPercentageOfRespiratoryPhase"),
    ("acquisition", None): ("FrameContentSequence", "FrameAcquisitionNumber"),
    ("time", "ms"): ("FrameContentSequence", "TemporalPositionIndex"),
    ("time", None): ("FrameContentSequence", "TemporalPositionIndex"),
    # Enhanced PET has no such element; a conversion of classic images keeps it there (C.7.6.16.2.25).
    ("pet-frame", "ms"): ("UnassignedPerFrameConvertedAttributesSequence", "FrameReferenceTime"),
}
_DIFFUSION = ("MRDiffusionSequence", "DiffusionBValue")
_STACK = "1"
#: Derivation Code (PS3.16 CID 7203) for what is done pixel by pixel.
_PROCESSED = ("DCM", "113085", "Spatial resampling")


def shared_groups(order: Order) -> Dataset:
    """What all frames have: pixel measures and orientation."""
    groups, source = Dataset(), order.template.of_slice(0)
    plane = Dataset()
    order.planes.put(plane, 0, source)
    put_plane_groups(
        groups,
        orientation=plane.ImageOrientationPatient,
        pixel_spacing=plane.PixelSpacing,
        thickness=order.thickness(source),
        spacing=order.planes.spacing,
    )
    return groups


def frame_groups(order: Order, *, has_derivation: bool = True) -> list[Dataset]:
    """What each frame has of its own: position, content, the value of its t, and its source.

    Raises
    ------
    WriteError
        The axis t has no place in functional groups.
    """
    slices = order.volume.grid_shape[0]
    bearer = _bearer(order)
    of_t = order.axis.classic(order.began())
    made = []
    for t, elements in enumerate(of_t):
        for k in range(slices):
            groups = Dataset()
            content = item_with(StackID=_STACK, InStackPositionNumber=k + 1, DimensionIndexValues=_indices(order, t, k))
            groups.FrameContentSequence = [content]
            plane = Dataset()
            order.planes.put(plane, k, order.template.of_slice(k, t))
            groups.PlanePositionSequence = [item_with(ImagePositionPatient=plane.ImagePositionPatient)]
            if bearer is not None:
                _put_value(groups, content, bearer, elements, order, t)
            reference = order.template.reference(k, t) if has_derivation else None
            if reference is not None:
                groups.DerivationImageSequence = [derivation_of(order, [reference])]
            made.append(groups)
    return made


def dimensions(order: Order) -> list[tuple[str, str]]:
    """Functional group and element of each dimension: stack, position in it, and t."""
    pointers = [("FrameContentSequence", "StackID"), ("FrameContentSequence", "InStackPositionNumber")]
    bearer = _bearer(order)
    if bearer is not None:
        pointers.append(bearer)
        if order.axis.name == "diffusion":
            # Several directions, or repetitions, have one b-value.
            pointers.append(("FrameContentSequence", "FrameAcquisitionNumber"))
    return pointers


def _bearer(order: Order) -> tuple[str, str] | None:
    axis = order.axis
    if axis.name is None:
        return None
    found = _DIFFUSION if axis.name == "diffusion" else _BEARERS.get((axis.name, axis.unit))
    if found is None:
        unit = f" in {axis.unit}" if axis.unit else ""
        raise WriteError(
            f"functional groups have no element for an axis {axis.name!r}{unit}: write its volumes one by one, "
            "volume[t].to_dicom"
        )
    return found


def _indices(order: Order, t: int, k: int) -> list[int]:
    values = [1, k + 1]
    if order.axis.name == "diffusion" and order.axis.values is not None:
        b_values = order.axis.values.reshape(order.axis.count, -1)[:, 0]
        return [*values, int(np.searchsorted(np.unique(b_values), b_values[t])) + 1, t + 1]
    return values if order.axis.name is None else [*values, t + 1]


def _put_value(
    groups: Dataset, content: Dataset, bearer: tuple[str, str], elements: dict[str, Any], order: Order, t: int
) -> None:
    """The value of t, in its group."""
    group, keyword = bearer
    if order.axis.name == "diffusion":
        groups.MRDiffusionSequence = [_diffusion(elements)]
        content.FrameAcquisitionNumber = t + 1
    elif keyword == "TemporalPositionIndex":
        content.TemporalPositionIndex = t + 1
        if "AcquisitionDateTime" in elements:
            content.FrameAcquisitionDateTime = content.FrameReferenceDateTime = elements["AcquisitionDateTime"]
    elif group == "FrameContentSequence":
        setattr(content, keyword, t + 1 if order.axis.values is None else int(order.axis.values[t]))
    else:
        assert order.axis.values is not None
        value = float(order.axis.values[t])
        setattr(groups, group, [item_with(**{keyword: value})])
        if keyword == "FrameReferenceTime":
            content.TemporalPositionIndex = t + 1
            duration = number(order.template.all_headers(t)[0].get("ActualFrameDuration"))
            if duration is not None:
                content.FrameAcquisitionDuration = duration


def _diffusion(elements: dict[str, Any]) -> Dataset:
    made = item_with(
        DiffusionBValue=elements["DiffusionBValue"], DiffusionDirectionality=elements["DiffusionDirectionality"]
    )
    if "DiffusionGradientOrientation" in elements:
        direction = item_with(DiffusionGradientOrientation=elements["DiffusionGradientOrientation"])
        made.DiffusionGradientDirectionSequence = [direction]
    return made


def derivation_of(order: Order, references: list[tuple[str, str, int | None]]) -> Dataset:
    """An item of the Derivation Image Sequence: what was done, and of what."""
    sources = [source_image_item(*reference) for reference in references]
    return derivation_item(code_item(*_PROCESSED), sources, order.derivation)
