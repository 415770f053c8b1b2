"""Running a script as Python itself runs it."""
import importlib.util
import json
import os
import runpy
import sys
import traceback
import types
from typing import Any, List, Optional

from reproduce.legacy.absent import AbsentModuleError, AbsentSymbolError
from reproduce.legacy.front.absent import AbsentOperationError
from reproduce.shared.errors import InputError

_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_PYTHON_2 = ("Missing parentheses in call to 'print'", "Missing parentheses in call to 'exec'",
             'multiple exception types must be parenthesized',
             'except clauses must be parenthesized')


def compiled(path: str) -> types.CodeType:
    """The script at `path`, or on standard input where that is `-`.

    Raises:
      InputError: it cannot be read, or was written for Python 2.
      SyntaxError: it is no Python.
    """
    try:
        if path == '-':
            name, source = '<stdin>', sys.stdin.buffer.read()
        else:
            name = os.path.abspath(path)
            with open(name, 'rb') as file:
                source = file.read()
            if name.endswith('.ipynb'):
                source = notebook_source(path, source)
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror}); name a script') from error
    try:
        return compile(source, name, 'exec', dont_inherit=True)
    except SyntaxError as error:
        check_python_2(path, error)
        raise


def notebook_source(path: str, notebook: bytes) -> bytes:
    """The code cells of a notebook, one after the other, as a script.

    Raises:
      InputError: it is no notebook.
    """
    try:
        cells = [''.join(cell['source']) for cell in json.loads(notebook)['cells']
                 if cell['cell_type'] == 'code']
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f'{path}: is no notebook of version 4; save it again in Jupyter'
                         ) from error
    lines = '\n'.join(cells).split('\n')
    passed = [line for line in lines if line.lstrip().startswith(('%', '!'))]
    if passed:
        print(f'{path}: {len(passed)} lines for Jupyter are passed over, the first is '
              f'{passed[0].strip()}', file=sys.stderr)
    return '\n'.join('pass'.rjust(len(line) - len(line.lstrip()) + 4) if line in passed else line
                     for line in lines).encode()


def check_python_2(path: str, error: SyntaxError) -> None:
    """Tell a statement of Python 2 from other errors.

    Raises:
      InputError: it is one.
    """
    if str(error.msg).startswith(_PYTHON_2):
        raise InputError(f'{path}:{error.lineno}: is a statement of Python 2; convert the script '
                         'with 2to3, or put the parentheses in') from None


def run(path: str, arguments: List[str], code: types.CodeType) -> None:
    """Run `code`, of the script at `path`, as `python path arguments` would.

    What it raises goes on to the interpreter, which prints and exits as it does for any script.
    """
    module = types.ModuleType('__main__')
    module.__dict__.update(__builtins__=__builtins__, __annotations__={})
    if path == '-':
        sys.path[0] = ''
    else:
        module.__file__ = code.co_filename
        sys.path[0] = os.path.dirname(os.path.realpath(path))
    sys.argv[:] = [path] + arguments
    sys.modules['__main__'] = module
    exec(code, module.__dict__)


def run_module(name: str, arguments: List[str]) -> None:
    """Run the module of that name as `python -m name arguments` would.

    Raises:
      InputError: there is none.
    """
    sys.path[0] = os.getcwd()
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:  # its package is not there
        found = None
    if found is None:
        raise InputError(f'-m {name}: there is no such module; run it in the folder that holds it')
    sys.argv[:] = [name, *arguments]  # the first becomes the module's path
    runpy.run_module(name, run_name='__main__', alter_sys=True)


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
