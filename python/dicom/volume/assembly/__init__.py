"""Frames into their slots of one array: values in their unit.

In: planes and slots. Out: an array (`assemble`): native frames by the core, all others on threads (`decoded`).
`frame_kinds` says what the frames of a file are, `value_types` which array types hold them, `region` what is wanted of
them. Standard: PS3.3 C.11.1, PS3.5 8.1.
"""
