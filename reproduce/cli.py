"""What the commands share: flags that check themselves, errors of one line, exit codes."""
import argparse
import logging
import math
import os
import sys
from typing import Any, Callable, NoReturn, Optional

from reproduce.errors import InputError

EXIT_FINE = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_UNEXPECTED = 3  # of a comparison, whose 1 means that a difference was found
EXIT_INTERRUPTED = 130


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


def whole_number(least: int) -> Callable[[str], int]:
    """A flag's type: an integer that is at least `least`."""
    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least:
            raise argparse.ArgumentTypeError(
                f'{text!r} is not a whole number from {least} up')
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


def own_data_dir() -> str:
    """The package's own data folder, relative where it is below the current folder."""
    absolute = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'mnist')
    relative = os.path.relpath(absolute)
    return absolute if relative.startswith(os.pardir) else relative


def available_cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0))


def run_command(command: Callable[[argparse.Namespace], int], args: argparse.Namespace,
                unexpected: int = EXIT_FAILED) -> int:
    """Run `command`, turn its errors into one line on stderr, and return the exit code.

    Args:
      command: takes `args` and returns the exit code.
      args: the parsed flags.
      unexpected: the exit code of a run that failed, and of an error that nobody foresaw.
    """
    logging.basicConfig(format='%(message)s', stream=sys.stderr)
    logger = logging.getLogger('reproduce')
    level = logger.level
    if getattr(args, 'quiet', False):
        logger.setLevel(logging.ERROR)
    try:
        return command(args)
    except KeyboardInterrupt:
        print('\ninterrupted', file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:  # the reader of stdout has gone, as in `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return unexpected
    except InputError as error:
        if args.debug:
            raise
        print(f'error: {error}', file=sys.stderr)
        return EXIT_USAGE
    except Exception as error:
        if args.debug:
            raise
        print('error: {}: {}; --debug shows where'.format(
            type(error).__name__, (str(error).splitlines() or [''])[0]), file=sys.stderr)
        return unexpected
    finally:
        logger.setLevel(level)
