"""What type checkers shall find: an error on each line with such a comment, and on no other. Nothing here is run."""

import numpy as np

import dicom

ds = dicom.read("ct.dcm")

# Names: misspelt, outdated, of a repeating group.
print(ds.PatientNmae)  # error
print(ds.PatientsName)  # error
print(ds.OverlayRows)  # error
ds.PatientNmae = "Family"  # error
ds.file_meta.TransferSyntax = "1.2"  # error
print(ds.ReferencedImageSequence[0].Row)  # error
del ds.PatientNmae  # error

# Reading.
print(ds.Rows.family_name)  # error
print(ds.PatientName + 1)  # error
print(ds.PatientID / 2)  # error
print(ds.WindowCenter + 1)  # error
print(ds.ReferencedImageSequence.ReferencedSOPInstanceUID)  # error
identifier: int = ds.PatientID  # error
rows: str = ds.Rows  # error

# Assigning.
ds.Rows = "512"  # error
ds.Rows = 1.5  # error
ds.PatientName = 3  # error
ds.PatientID = 12345  # error
ds.StudyInstanceUID = 1.2  # error
ds.StudyDate = 20260131  # error
ds.ImagePositionPatient = 1.0  # error
ds.ImageType = ["ORIGINAL", 1]  # error
ds.PixelData = "text"  # error
ds.PixelData = np.zeros((2, 2))  # error
ds.ReferencedImageSequence = dicom.Dataset()  # error
ds.ReferencedImageSequence = ["1.2"]  # error
ds.ReferencedImageSequence.append("1.2")  # error
ds.file_meta = "1.2"  # error
ds[0x0010, 0x0020] = "1"  # error

# Elements and calls.
print(ds["PatientName"].vr)  # error
print(dicom.read("ct.dcm", stop_before_pixel=True))  # error
print(dicom.read(1))  # error
