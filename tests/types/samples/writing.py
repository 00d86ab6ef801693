"""Writing takes a path or a binary stream. Nothing here is run."""

from io import BytesIO
from pathlib import Path

import dicom

ds = dicom.read("ct.dcm")
dicom.write(ds, "x.dcm")
dicom.write(ds, Path("x.dcm"), enforce_file_format=True, overwrite=False)
dicom.write(ds, BytesIO(), implicit_vr=False, little_endian=True)
ds.save_as("x.dcm", enforce_file_format=True)
dicom.dcmwrite("x.dcm", ds, overwrite=False)
with open("x.dcm", "wb") as stream:
    dicom.write(ds[0x0010:], stream)

dicom.write("x.dcm", ds)  # error
dicom.write(ds, "x.dcm", write_like_original=False)  # error
dicom.write(ds)  # error
