"""The tests; the tree mirrors the code, and test files come from code or from named packages."""
