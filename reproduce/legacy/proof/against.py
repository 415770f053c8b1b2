"""Running a script on real TensorFlow 1.x and here, and comparing the two."""
import contextlib
import functools
import json
import os
import subprocess
import sys
import tempfile
from typing import Callable, List, NamedTuple, Optional, Sequence

from reproduce.legacy import observe
from reproduce.legacy.absent import AbsentModuleError, AbsentSymbolError
from reproduce.legacy.proof.ladder import Control, Report, climb
from reproduce.legacy.proof.recording import STDERR, STDOUT, Recording, last_line, read_recording
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing

# With what today's side says that 1.x had something that it has not.
_ABSENT = (AbsentModuleError.__name__, AbsentSymbolError.__name__)
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
    front: Optional[str] = None  # the folder of 1.15's own Python, for the run here


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
        there, here = runner.there(), runner.here()
        report = climb(here, there, runner.controls())
    if json_file:
        with replacing(json_file) as temporary, open(temporary, 'w') as file:
            json.dump(report.facts, file, indent=1, allow_nan=False)
    return report


class _Runner:
    def __init__(self, settings: Settings, source: Optional[bytes], folder: str,
                 tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._source = source
        self._folder = folder
        self._tell = tell

    def there(self, *flags: str) -> Recording:
        """The run on TensorFlow 1.x."""
        python = self._settings.python
        command = [python, os.path.abspath(observe.__file__)]
        return self._record(command, '--record', f'--against {python}', flags)

    def here(self, *flags: str) -> Recording:
        """The run on today's TensorFlow."""
        given = (('--seeds', self._settings.seeds), ('--front', self._settings.front))
        own = [part for flag, value in given if value for part in (flag, value)]
        return self._record(list(HERE), '--observe', 'today\'s TensorFlow', (*own, *flags))

    def controls(self) -> List[Control]:
        """Runs of one side that differ by rounding alone."""
        threads = 2 if self._settings.threads == 1 else 1
        counted = ('with 1 thread' if threads == 1 else f'with {threads} threads',
                   ('--threads', str(threads)))
        nudged = 'when every weight begins off by one in its last binary digit', ('--nudge',)
        return [Control(name, make == self.here, functools.partial(make, *flags))
                for name, flags in (counted, nudged) for make in (self.here, self.there)]

    def _record(self, command: List[str], record: str, side: str,
                flags: Sequence[str]) -> Recording:
        """Run the script in a process of its own, and read what it has recorded.

        Later flags win over earlier ones.
        """
        settings = self._settings
        self._tell(' '.join([f'{side}: runs {settings.script}', *flags]))
        folder = tempfile.mkdtemp(dir=self._folder)
        command = [*command, record, folder]
        for flag, value in (('--seed', settings.seed), ('--threads', settings.threads),
                            ('--data-dir', settings.data_dir)):
            command += [] if value is None else [flag, str(value)]
        code = self._run([*command, *flags, settings.script, *settings.args], folder)
        if code >= 0 and not os.path.exists(os.path.join(folder, observe.OUTCOME)):
            raise InputError(f'{side}: cannot run {settings.script} '
                             f'({last_line(folder) or f"exit code {code}"})')
        recording = read_recording(folder, code)
        _check_imports(recording, side)
        return recording

    def _run(self, command: List[str], folder: str) -> int:
        """Run the command, keep what it prints in `folder`, and return its exit code."""
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
