"""Running a script as Python itself runs it."""
import importlib.util
import os
import re
import sys
import traceback
import types
from typing import Any, List, Optional

from reproduce.legacy import observe
from reproduce.legacy.front.absent import AbsentOperationError
from reproduce.shared.errors import InputError

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_PYTHON_2 = ("Missing parentheses in call to 'print'", "Missing parentheses in call to 'exec'")
_EXCEPT = re.compile(r'\s*except\b.*,\s*\w+\s*:')  # older parsers only call it invalid syntax


def checked(program: str, arguments: List[str]) -> Optional[types.CodeType]:
    """The code of what is to be run, before TensorFlow's import; None of a module.

    Raises:
      InputError: there is no such program, or it was written for Python 2.
      SyntaxError: it is no Python.
    """
    if program != '-m':
        return compiled(program)
    sys.path[0] = os.getcwd()
    try:
        found = importlib.util.find_spec(arguments[0])
    except ModuleNotFoundError:  # its package is not there
        found = None
    if found is None:
        raise InputError(f'-m {arguments[0]}: there is no such module; run it in the folder that '
                         'holds it')
    return None


def compiled(path: str) -> types.CodeType:
    """The code of the script or notebook at `path`, or on standard input where that is `-`.

    Raises:
      InputError: it cannot be read, is no notebook, or was written for Python 2.
      SyntaxError: it is no Python.
    """
    try:
        return observe.compiled(path)
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}); name a script') from error
    except SyntaxError as error:
        check_python_2(path, error)
        raise
    except ValueError as error:
        if path.endswith('.ipynb'):
            raise InputError(f'{path}: is no notebook ({error}); save it again') from error
        raise


def check_python_2(path: str, error: SyntaxError) -> None:
    """Tell a statement of Python 2 from other errors.

    Raises:
      InputError: it is one.
    """
    if str(error.msg).startswith(_PYTHON_2) or _EXCEPT.match(error.text or ''):
        raise InputError(f'{path}:{error.lineno}: is a statement of Python 2; convert the script '
                         'with 2to3, or put the parentheses in') from None


def show_only_the_scripts_frames() -> None:
    """From now on an error that ends this process is shown without frames of this package.

    An error of ours is one line.
    """
    show = sys.excepthook

    def excepthook(kind: Any, error: BaseException, frames: Optional[types.TracebackType]) -> None:
        if isinstance(error, (AbsentOperationError, InputError)):
            print(_place(frames) + str(error), file=sys.stderr)
        else:
            _strip(error, set())
            show(kind, error, error.__traceback__)

    sys.excepthook = excepthook


def _place(frames: Optional[types.TracebackType]) -> str:
    """`file:line: ` of the last of `frames` that is not ours."""
    theirs = [frame for frame in traceback.extract_tb(frames)
              if not _hidden(frame.filename)]
    return f'{os.path.relpath(theirs[-1].filename)}:{theirs[-1].lineno}: ' if theirs else ''


def _hidden(filename: str) -> bool:
    return filename.startswith((_OURS, '<frozen runpy>', '<frozen importlib'))


def _strip(error: Optional[BaseException], seen: set) -> None:
    """Take our frames out of the traceback of `error` and of those that led to it."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    kept = []
    frames = error.__traceback__
    while frames is not None:
        filename = frames.tb_frame.f_code.co_filename
        if not filename.startswith(_OURS) and 'runpy' not in filename:
            kept.append(frames)
        frames = frames.tb_next
    rebuilt = None
    for frame in reversed(kept):
        rebuilt = types.TracebackType(rebuilt, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    error.__traceback__ = rebuilt
    _strip(error.__cause__, seen)
    _strip(error.__context__, seen)
