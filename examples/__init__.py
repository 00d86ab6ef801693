"""Examples that run as tests: the classic tutorial, a made PET phantom, and the demo."""
