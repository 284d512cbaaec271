"""Whole jobs: one flow, one file, read aloud like a sentence."""
