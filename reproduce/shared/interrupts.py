"""When an interrupt (Ctrl-C) may become Python's KeyboardInterrupt."""
import contextlib
import signal
import threading
from types import FrameType
from typing import Iterator, Optional


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Hold an interrupt within the block back until its end; a second one is not held.

    TensorFlow's native code calls Python and does not expect to be interrupted there:
    2.21.0 dies of a segmentation fault in `Session.run`, once in a hundred or two interrupts
    of a small network.

    Without effect where interrupts are ignored or handled otherwise, and outside the main
    thread, to which Python never delivers one.
    """
    if (threading.current_thread() is not threading.main_thread()
            or signal.getsignal(signal.SIGINT) is not signal.default_int_handler):
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
