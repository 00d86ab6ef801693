"""``pydicom.util``: data sets as Python code, bytes as text, mending of wrong files; each in a module of its own."""
