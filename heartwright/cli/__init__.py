"""The command line: one verb, one file."""

from heartwright.cli.app import main

__all__ = ["main"]
