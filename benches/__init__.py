"""The bench: this library beside its peers and the physical limits, in one run, on the same files.

``python -m benches`` makes the files (``corpora.py``, ``images.py``), runs every row (``rows_*.py``) in interleaved
rounds (``harness.py``), checks that the results are equal before a time counts, and prints a table (``table.py``).
"""
