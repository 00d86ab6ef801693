"""What this library reads, beside what pydicom reads: equal, or listed in ``differences.py`` with the reason."""
