"""``pydicom.cli``: pydicom's command, ``python -m pydicom`` under the drop-in."""
