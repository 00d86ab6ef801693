"""Proof of the decoders: every frame is held against references that share no code with them.

`readers` decodes with each reference, `worker` does it in a process that may die, `made_files` makes files with foreign
encoders, `verdicts` counts who agrees and holds the lists of who does not.
"""
