"""Running a script on real TensorFlow 1.x and here, and comparing the two."""
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

from reproduce.errors import InputError
from reproduce.files import replacing
from reproduce.legacy import observe
from reproduce.legacy.absent import AbsentModule, AbsentSymbol
from reproduce.legacy.proof.ladder import Control, Report, climb
from reproduce.legacy.proof.recording import STDERR, STDOUT, Recording, last_line, read_recording

# With what today's side says that 1.x had something that it has not.
_ABSENT = (AbsentModule.__name__, AbsentSymbol.__name__)
HERE = (sys.executable, '-m', 'reproduce.legacy')  # with --observe FOLDER it records a run


class Settings(NamedTuple):
    """What is run, and how; the same on both sides."""

    python: str  # a Python with TensorFlow 1.x
    script: str  # '-' is standard input
    args: Sequence[str]
    seed: Optional[int]
    threads: Optional[int]
    data_dir: Optional[str]
    seeds: Optional[str] = None  # a file of op seeds, for the run here


def compare_with(settings: Settings, json_file: Optional[str] = None,
                 tell: Callable[[str], None] = lambda line: None) -> Report:
    """Run the script on both sides, and the controls that the comparison asks for.

    Args:
      settings: of the runs.
      json_file: where the findings are written besides.
      tell: called with a line before each run.

    Raises:
      InputError: a side can't run the script at all.
    """
    source = sys.stdin.buffer.read() if settings.script == '-' else None
    with tempfile.TemporaryDirectory() as folder:
        runner = _Runner(settings, source, folder, tell)
        there, here = runner.there('there', []), runner.here()
        report = climb(here, there, runner.controls())
    if json_file:
        with replacing(json_file) as temporary, open(temporary, 'w') as file:
            json.dump(report.facts, file, indent=1)
    return report


class _Runner:
    def __init__(self, settings: Settings, source: Optional[bytes], folder: str,
                 tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._source = source
        self._folder = folder
        self._tell = tell

    def there(self, name: str, flags: List[str], threads: Optional[int] = None) -> Recording:
        """The run on TensorFlow 1.x."""
        settings = self._settings
        python = settings.python
        self._tell(f'{python} runs {settings.script}'
                   + {'there': ''}.get(name, f' again, {name}'))
        observer = os.path.abspath(observe.__file__)
        command = [python, observer, *self._flags('--record', name, threads), *flags,
                   settings.script, *settings.args]
        code = self._run(command, name)
        folder = os.path.join(self._folder, name)
        if code >= 0 and not os.path.exists(os.path.join(folder, observe.OUTCOME)):
            raise InputError(f'--against {python}: cannot run {settings.script} '
                             f'({last_line(folder) or f"exit code {code}"}); name a Python with '
                             'TensorFlow 1.x')
        recording = read_recording(folder, code)
        _check_imports(recording, f'--against {python}')
        return recording

    def here(self) -> Recording:
        """The run on today's TensorFlow."""
        settings = self._settings
        self._tell(f'TensorFlow here runs {settings.script}')
        seeds = ['--seeds', settings.seeds] if settings.seeds else []
        code = self._run([*HERE, *self._flags('--observe', 'here', None), *seeds,
                          settings.script, *settings.args], 'here')
        folder = os.path.join(self._folder, 'here')
        if code >= 0 and not os.path.exists(os.path.join(folder, observe.OUTCOME)):
            raise InputError(f'{settings.script}: cannot be run here '
                             f'({last_line(folder) or f"exit code {code}"})')
        recording = read_recording(folder, code)
        _check_imports(recording, settings.script)
        return recording

    def controls(self) -> Dict[str, Control]:
        """Runs on TensorFlow 1.x where nothing but the rounding is another."""
        threads = 2 if self._settings.threads == 1 else 1
        counted = f'with {threads} thread{"s" if threads > 1 else ""}'
        nudged = 'begun with every weight off by one in its last binary digit'
        return {counted: lambda: self.there(counted, [], threads),
                nudged: lambda: self.there(nudged, ['--nudge'])}

    def _flags(self, record: str, name: str, threads: Optional[int]) -> List[str]:
        settings = self._settings
        folder = os.path.join(self._folder, name)
        os.mkdir(folder)
        flags = [record, folder]
        for flag, value in (('--seed', settings.seed), ('--threads', threads or settings.threads),
                            ('--data-dir', settings.data_dir)):
            if value is not None:
                flags += [flag, str(value)]
        return flags

    def _run(self, command: List[str], name: str) -> int:
        """Run the command, and return its exit code."""
        folder = os.path.join(self._folder, name)
        # Sets of strings are in the same order at each run of one side.
        environment = dict(os.environ, PYTHONHASHSEED='0', PYTHONIOENCODING='utf-8')
        with contextlib.ExitStack() as stack:
            stdout, stderr = (stack.enter_context(open(os.path.join(folder, stream), 'wb'))
                              for stream in (STDOUT, STDERR))
            given = {'stdin': subprocess.DEVNULL} if self._source is None else {
                'input': self._source}
            try:
                return subprocess.run(command, stdout=stdout, stderr=stderr, env=environment,
                                      **given).returncode
            except OSError as error:
                raise InputError(f'--against {command[0]}: cannot be run ({error.strerror}); '
                                 'name a Python with TensorFlow 1.x') from error


def _check_imports(recording: Recording, name: str) -> None:
    """Check that nothing which the script uses is missing: then the run says nothing of it.

    Raises:
      InputError: the run has ended for that.
    """
    error = recording.error
    if error is None or not (error['missing'] or error['type'] in _ABSENT):
        return
    mend = '; install it there' if error['message'].startswith('No module named') else ''
    raise InputError(f'{name}: cannot run the script: {error["message"]}{mend}')
