"""What the commands share: flags that check themselves, errors of one line, exit codes."""
import argparse
import logging
import math
import os
import re
import sys
from typing import Any, Callable, NoReturn, Optional, TextIO, Tuple

from reproduce.shared.environment import hidden_module, memory_limit
from reproduce.shared.errors import InputError, RunError
from reproduce.shared.interrupts import Terminated

EXIT_FINE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNEXPECTED = 3  # of a comparison, whose 1 means that a difference was found
EXIT_INTERRUPTED = 130
EXIT_TERMINATED = 143

MOST_THREADS = 10000  # TensorFlow starts so many in seconds; some thousands more, and it hangs


class Parser(argparse.ArgumentParser):
    """An ArgumentParser with --debug, whose errors are one line; it takes no abbreviations."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False,
                         formatter_class=argparse.ArgumentDefaultsHelpFormatter, **options)
        self.add_argument('--debug', action='store_true',
                          help="show the traceback of an error, and TensorFlow's own messages")

    def error(self, message: str) -> NoReturn:
        """Exit with one line in place of the usage and a line."""
        self.exit(EXIT_USAGE, f'{self.prog}: {message}; see {self.prog} --help\n')


def whole_number(least: int, most: Optional[int] = None) -> Callable[[str], int]:
    """A flag's type: an integer that is at least `least`, and at most `most`."""
    wanted = f'a whole number from {least} ' + ('up' if most is None else f'to {most}')

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f'{text!r} is not {wanted}')
        return number
    return parse


def positive_number(text: str) -> float:
    """A flag's type: a finite number above zero."""
    number = _number(text)
    if not number > 0.0:
        raise argparse.ArgumentTypeError(f'{text!r} is not a number above zero')
    return number


def finite_number(text: str) -> float:
    """A flag's type: a finite number."""
    number = _number(text)
    if math.isnan(number):
        raise argparse.ArgumentTypeError(f'{text!r} is not a number')
    return number


def _number(text: str) -> float:
    """The finite number in `text`, or nan."""
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def seed(text: str) -> Optional[int]:
    """A flag's type: a whole number, or `none`."""
    try:
        return None if text == 'none' else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither a whole number nor 'none'") from None


def run_command(command: Callable[[argparse.Namespace], int], args: argparse.Namespace,
                failed: int = EXIT_FAILED, unexpected: int = EXIT_FAILED) -> int:
    """Run `command`, turn its errors into one line on stderr, and return the exit code.

    Args:
      command: takes `args` and returns the exit code.
      args: the parsed flags.
      failed: the exit code of a run that failed.
      unexpected: the exit code of an error that nobody foresaw.
    """
    _secure_streams()
    logging.basicConfig(format='%(message)s', stream=sys.stderr)
    logger = logging.getLogger('reproduce')
    level = logger.level
    if args.debug:
        logger.setLevel(logging.DEBUG)
    elif getattr(args, 'quiet', False):
        logger.setLevel(logging.ERROR)
    try:
        return command(args)
    except KeyboardInterrupt:
        print('\ninterrupted', file=sys.stderr)
        return EXIT_INTERRUPTED
    except Terminated:
        print('\nterminated', file=sys.stderr)
        return EXIT_TERMINATED
    except BrokenPipeError:  # the reader of stdout has gone, as in `| head`
        drop_stdout()
        return failed
    except Exception as error:
        if args.debug:
            raise
        line, usage = _explained(error)
        print(f'error: {line}', file=sys.stderr)
        if usage:
            return EXIT_USAGE
        return failed if isinstance(error, RunError) else unexpected
    finally:
        logger.setLevel(level)


def check_stdout() -> None:
    """Check that the lines of a log have somewhere to go.

    Raises:
      RunError: stdout is closed.
    """
    if sys.stdout is None:
        raise RunError('stdout is closed, and the log goes there; redirect it to a file, or to '
                       f'{os.devnull}')


def print_line(line: str) -> None:
    """Print a line of a log, at once, so that a redirected log grows as the run goes on.

    Raises:
      RunError: stdout cannot be written.
      BrokenPipeError: its reader has gone.
    """
    try:
        print(line, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_stdout()
        raise RunError(f'stdout: cannot be written ({error.strerror}); redirect it to a file on '
                       'another disk') from error


def drop_stdout() -> None:
    """Let what is still to be printed go nowhere: stdout takes no more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _secure_streams() -> None:
    """Let nothing but what belongs there reach the standard streams, whatever their state.

    Python prints to stdout what is meant for a closed stderr, and the next file that is opened
    would get its number, to which TensorFlow's native code writes its messages.  Python's own
    lines get a descriptor of their own, so that none is held back with TensorFlow's banners.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # it gets the lowest number that is free
    if sys.stderr is None:
        sys.stderr = open(os.devnull, 'w')  # noqa: SIM115, for as long as the process lives
    elif _descriptor(sys.stderr) == 2:
        sys.stderr = open(os.dup(2), 'w', buffering=1,  # noqa: SIM115
                          encoding=sys.stderr.encoding)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, 'reconfigure'):  # a path may have characters that it cannot encode
            stream.reconfigure(errors='backslashreplace')


def _descriptor(stream: TextIO) -> Optional[int]:
    """The number of the stream's file; None for a notebook's or a test's, which has none."""
    try:
        return stream.fileno()
    except (OSError, ValueError):
        return None


def _explained(error: Exception) -> Tuple[str, bool]:
    """The line that says what to do about `error`, and whether that is for the user to do."""
    if isinstance(error, (InputError, RunError)):
        return str(error), isinstance(error, InputError)
    hidden = hidden_module() if isinstance(error, (ImportError, AttributeError)) else None
    if hidden:
        name, path = hidden
        return f'{path}: hides the module {name!r} that is needed here; rename it', True
    line = f'{type(error).__name__}: {(str(error).splitlines() or [""])[0]}'
    limit = memory_limit()
    if limit and _lacks_memory(error):
        return f'{line}; ulimit -v allows this process {limit // 2**20} MB, raise it', True
    return f'{line}; --debug shows where', False


def _lacks_memory(error: Exception) -> bool:
    """Whether `error` says that the process got no memory, in the words of one who asked for it."""
    asked = isinstance(error, (ImportError, OSError, RuntimeError)) and re.search(
        'memory|failed to map|start new thread', str(error))
    return bool(asked) or isinstance(error, MemoryError)
