"""The errors that a user can fix."""


class InputError(ValueError):
    """Unusable input: a data file, a log, or a flag's value.

    Its message is one line that names the file or flag and the fix; the
    commands print it and exit with 2.
    """


class RunError(RuntimeError):
    """A run that could not be finished, or whose result could not be kept.

    Its message is one line; the commands print it and exit with 1.
    """


class DivergedError(RunError):
    """A run whose loss or weights went beyond all bounds."""
