"""The error of what 1.15 had compiled and today's runtime has not."""


class AbsentOperationError(RuntimeError):
    """An operation that today's runtime has not; the message is one line that names it.

    It is no NotImplementedError, which 1.15's decoders take for an answer.
    """
