"""When an interrupt (Ctrl-C, or a request to terminate) may become Python's exception."""
import contextlib
import signal
import threading
from types import FrameType
from typing import Iterator, Optional


class Terminated(BaseException):
    """The process was asked to terminate, by SIGTERM."""


class Request:
    """What has been asked of a run: the exception to end with, once its work is safe."""

    exception: Optional[BaseException] = None


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Hold an interrupt within the block back until its end; a second one is not held.

    TensorFlow's native code calls Python and does not expect to be interrupted there:
    2.21.0 dies of a segmentation fault in `Session.run`, once in a hundred or two interrupts
    of a small network.

    Without effect where interrupts are ignored or handled otherwise, and outside the main
    thread, to which Python never delivers one.
    """
    if not _in_main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    held = False

    def hold(_number: int, _frame: Optional[FrameType]) -> None:
        nonlocal held
        held = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if held:
        raise KeyboardInterrupt


@contextlib.contextmanager
def collected() -> Iterator[Request]:
    """Note the first Ctrl-C and SIGTERM within the block in place of delivering them.

    Who runs the block looks at the request where all is safe, and raises its exception.  After
    the first, Ctrl-C acts at once again.  Ignored signals stay ignored.
    """
    request = Request()
    if not _in_main_thread():
        yield request
        return
    before = {}

    def note(number: int, _frame: Optional[FrameType]) -> None:
        request.exception = KeyboardInterrupt() if number == signal.SIGINT else Terminated()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) is not signal.SIG_IGN:
            before[number] = signal.signal(number, note)
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
