"""Hostile files: each ends in a typed error or reads with findings, in bounded time and memory."""
