"""What can go wrong, as one tree.

    HeartwrightError
    ├── InputError          a file, an option or a value that we cannot use
    │   └── OutputError     a place that we cannot, or must not, write to
    ├── GeometryError       a shape that breaks a promise (open mesh, uneven series, empty label)
    ├── ConvergenceError    a computation that did not arrive
    └── ExternalToolError   another program that is missing or failed

Each message is one sentence for the person at the keyboard: what, where, and how to fix it.
The command line prints it and ends with exit code 2.
"""


class HeartwrightError(Exception):
    """Anything that heartwright reports in a sentence instead of a traceback."""


class InputError(HeartwrightError):
    """A file, an option or a value that cannot be used."""


class OutputError(InputError):
    """A place that cannot, or must not, be written to."""


class GeometryError(HeartwrightError):
    """A shape that breaks the promise of its type."""


class ConvergenceError(HeartwrightError):
    """A computation that did not arrive at a result."""


class ExternalToolError(HeartwrightError):
    """Another program that is missing or failed."""
