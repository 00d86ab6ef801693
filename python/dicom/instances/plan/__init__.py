"""What is to be written, settled before anything is made.

In: a volume, and what the caller asks for. Out: an `Order`. `order` brings together `kinds` (which SOP Class),
`template` and `taken_over` (whose headers, and which elements of them), `stored_values` (whole numbers and their
rescale) and `axis` (the 4th axis).
"""
