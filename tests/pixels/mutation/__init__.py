"""Changed frames: right ones of each codec (`seeds`), what is done to them (`changes`), and their decoding (`run`)."""
