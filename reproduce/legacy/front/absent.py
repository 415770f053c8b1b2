"""The error of what 1.15 had compiled and today's runtime has not."""


class AbsentOperationError(NotImplementedError):
    """An operation that today's runtime has not; the message is one line that names it."""
