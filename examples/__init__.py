"""Examples that run as tests: the classic tutorial, editing and writing, a made PET phantom, and the demo."""
