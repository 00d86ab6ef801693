"""Data Elements and what holds them: the element, the Sequence, and the mapping from tags to elements.

Floor 2: nothing here knows of files or pixels. Import the modules themselves; this package holds no names of its own.
"""
