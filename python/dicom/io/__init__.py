"""Files as streams of bytes: putting a new one in the place of an old one."""
