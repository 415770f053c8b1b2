"""A progress bar for a terminal."""
import time
from typing import Callable, TextIO

_WIDTH = 30  # characters
_INTERVAL = 0.1  # seconds between two drawings


class ProgressBar:
    """One line on `stream` that is redrawn in place: share, steps a second, time left.

    Does nothing where `stream` is not a terminal, or where not `enabled`.
    """

    def __init__(self, total: int, stream: TextIO, enabled: bool = True,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._total = total
        self._stream = stream
        self._clock = clock
        self._start = clock()
        self._drawn = self._start
        self._enabled = enabled and stream.isatty()

    def update(self, step: int) -> None:
        """Show that `step` steps are done."""
        now = self._clock()
        if not self._enabled or now - self._drawn < _INTERVAL:
            return
        self._drawn = now
        rate = step / (now - self._start)
        left = (self._total - step) / rate
        filled = _WIDTH * step // self._total
        self._write('[{:<{}}] {}/{}  {:.1f} steps/s  {}:{:02d} left'.format(
            '#' * filled, _WIDTH, step, self._total, rate, *divmod(round(left), 60)))

    def clear(self) -> None:
        """Take the bar away, so that a line can be printed in its place."""
        if self._enabled:
            self._write('')

    def _write(self, text: str) -> None:
        self._stream.write('\r\x1b[K' + text)  # back to the line's start, erase the line
        self._stream.flush()
