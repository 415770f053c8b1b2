"""Running a script as Python itself runs it."""
import os
import re
import sys
import traceback
import types
from typing import Any, Optional

from reproduce.legacy import observe
from reproduce.legacy.absent import AbsentModuleError, AbsentSymbolError
from reproduce.legacy.front.absent import AbsentOperationError
from reproduce.shared.errors import InputError

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_PYTHON_2 = ("Missing parentheses in call to 'print'", "Missing parentheses in call to 'exec'")
_EXCEPT = re.compile(r'\s*except\b.*,\s*\w+\s*:')  # older parsers only call it invalid syntax


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


def show_only_the_scripts_frames(with_front: bool) -> None:
    """From now on an error that ends this process is shown without frames of this package.

    The use of what is not there is one line.

    Args:
      with_front: TensorFlow is 1.15's own, so that what it lacks, 1.15 lacked too.
    """
    show = sys.excepthook

    def excepthook(kind: Any, error: BaseException, frames: Optional[types.TracebackType]) -> None:
        line = _one_line(error, with_front)
        if line is None:
            _strip(error, set())
            show(kind, error, error.__traceback__)
        else:
            print(_place(frames) + line, file=sys.stderr)

    sys.excepthook = excepthook


def _one_line(error: BaseException, with_front: bool) -> Optional[str]:
    """What to say of an error of ours; None where it is the script's own."""
    if isinstance(error, (AbsentOperationError, AbsentSymbolError, AbsentModuleError,
                          InputError)):
        return str(error)
    if with_front:
        return None
    if isinstance(error, ImportError) and str(error.name).split('.')[0] == 'tensorflow':
        # `from module import name` hides the error that the module raised.
        hidden = str(error).split("'")
        if hidden[0] == 'cannot import name ' and error.name:
            from reproduce.legacy.absent import describe
            return describe(f'{error.name}.{hidden[1]}')
    return None


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
