"""The objects that an `Order` becomes, one module a form.

`classic` (one image a slice), `enhanced`, `parametric_map` and `secondary_capture` (frames with `functional_groups`),
`dose`; `pixel_bytes` has their pixels.
"""
