"""Programs written for pydicom do their work on this library, and get the results that they get on pydicom."""
