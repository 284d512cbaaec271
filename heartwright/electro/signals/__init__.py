"""Recordings: read from files, and prepared for learning."""

from heartwright.electro.signals.prepare import prepare
from heartwright.electro.signals.recordings import read_csv

__all__ = ["prepare", "read_csv"]
