"""A template for volumes that belong to no study yet.

In: what is known of the patient. Out: a data set with a new study, for ``template=``. Standard: PS3.3 C.7.1.1, C.7.2.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.dataset.dataset import Dataset
from dicom.uid import generate_uid

if TYPE_CHECKING:
    from typing import Any


def new_study(
    patient_id: str,
    patient_name: str = "",
    *,
    modality: str | None = None,
    study_description: str | None = None,
    **elements: Any,
) -> Dataset:
    """A data set with a patient and a new study, as a template for `dicom.Volume.to_dicom`.

    Parameters
    ----------
    patient_id, patient_name : str
    modality : str, optional
        Modality (0008,0060) of the volumes, where they have none.
    study_description : str, optional
    **elements
        Further elements by keyword: ``PatientSex="O"``, ``PatientPosition="HFS"``.

    Returns
    -------
    Dataset
        Study Instance UID is new; date and time of the study are those of now.

    Examples
    --------
    >>> import dicom.instances
    >>> dicom.instances.new_study("phantom-7", modality="CT").PatientID
    'phantom-7'
    """
    from datetime import datetime

    made = Dataset()
    now = datetime.now()
    made.PatientID, made.PatientName = patient_id, patient_name
    made.StudyInstanceUID = generate_uid()
    made.StudyDate, made.StudyTime = now.strftime("%Y%m%d"), now.strftime("%H%M%S")
    if modality is not None:
        made.Modality = modality
    if study_description is not None:
        made.StudyDescription = study_description
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made
