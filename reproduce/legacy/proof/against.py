"""Running a script on real TensorFlow 1.x and here, and comparing the two."""
import contextlib
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from reproduce.legacy import observe
from reproduce.legacy.front.absent import AbsentOperationError
from reproduce.legacy.proof.ladder import Control, Report, climb
from reproduce.legacy.proof.recording import STDERR, Recording, last_line, read_recording
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing

HERE = (sys.executable, '-m', 'reproduce.legacy')  # with --observe FOLDER it records a run
_MOST_COPIED = 2**30  # bytes of the script's folder


class Settings(NamedTuple):
    """What is run, and how; the same on both sides."""

    against: str  # a Python with TensorFlow 1.x, or a folder that `observe.py --record` wrote
    script: str  # '-' is standard input, and '-m' the module that args begin with
    args: Sequence[str]
    seed: Optional[int]
    threads: Optional[int]
    data_dir: Optional[str]
    seeds: Optional[str] = None  # a file of op seeds, for the run here
    most_runs: Optional[int] = None  # session runs after which both are stopped
    ignore: Sequence[str] = ()  # regular expressions of what is left out of printed lines
    in_place: bool = False  # run in this folder, not in copies of it
    front: Optional[str] = None  # the folder of 1.15's Python, for the run here


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
        if os.path.exists(os.path.join(settings.against, observe.OUTCOME)):
            side: _Side = _Recorded(settings)
        else:
            side = _Runner(settings, source, folder, tell)
        runner = _Runner(settings, source, folder, tell)
        there, here = side.there(), runner.here()
        report = climb(here, there, _controls(settings, runner, side),
                       lambda: runner.reseeded(there), settings.ignore)
    if json_file:
        with replacing(json_file) as temporary, open(temporary, 'w') as file:
            json.dump(report.facts, file, indent=1, allow_nan=False)
    return report


def _controls(settings: Settings, runner: '_Runner', side: '_Side') -> List[Control]:
    """Runs of one side that differ by nothing, the first, or by rounding alone."""
    told = {observe.REPEATED: 'when it is run again', observe.THREADED: 'with {} thread{}'.format(
        *(('2', 's') if settings.threads == 1 else ('1', ''))),
        observe.NUDGED: 'when every weight begins off by one in its last binary digit'}
    return [Control(told[name], here, functools.partial(make, name, flags),
                    name == observe.REPEATED)
            for name, flags in observe.control_flags(settings.threads)
            for here, make in ((True, runner.control_here), (False, side.control_there))
            if here or side.has(name)]


class _Side:
    """Where the runs on TensorFlow 1.x come from."""

    def there(self) -> Recording:
        """The run on TensorFlow 1.x."""
        raise NotImplementedError

    def control_there(self, name: str, flags: Sequence[str]) -> Recording:
        """A control of it."""
        raise NotImplementedError

    def has(self, name: str) -> bool:
        """Whether there is this control."""
        return True


class _Recorded(_Side):
    """A folder that `observe.py --record` wrote beside TensorFlow 1.x."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.against

    def there(self) -> Recording:
        """The recorded run.

        Raises:
          InputError: it is of another script, or was made with other arguments or another seed.
        """
        recording = read_recording(self._folder, 0)
        settings = self._settings
        if recording.about is None or not recording.versions['tensorflow'].startswith('1.'):
            raise InputError(f'--against {self._folder}: was not recorded on TensorFlow 1.x by '
                             'observe.py --record; record it again')
        wanted = observe.about_run(settings.script, settings.args, settings.seed,
                                   settings.most_runs)
        for name, flag in (('script', 'script'), ('arguments', 'arguments'), ('seed', '--seed'),
                           ('runs', '--runs')):
            if recording.about[name] != wanted[name]:
                what = 'is another script than the recorded one' if name == 'script' else (
                    f'were {recording.about[name]} there and are {wanted[name]}'
                    if name == 'arguments' else
                    f'was {recording.about[name]} there and is {wanted[name]}')
                subject = settings.script if name == 'script' else flag
                raise InputError(f'--against {self._folder}: {subject} {what}; give what was '
                                 'recorded, or record again')
        return recording

    def control_there(self, name: str, flags: Sequence[str]) -> Recording:
        """A control that was recorded too."""
        return read_recording(os.path.join(self._folder, name), 0)

    def has(self, name: str) -> bool:
        """Whether it was."""
        return os.path.isdir(os.path.join(self._folder, name))


class _Runner(_Side):
    """Runs the script in processes of its own, each in a copy of the folder."""

    def __init__(self, settings: Settings, source: Optional[bytes], folder: str,
                 tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._source = source
        self._folder = folder
        self._tell = tell
        # The same paths for each run.
        self._copy, self._beside = (os.path.join(folder, name) for name in ('folder', 'script'))
        script = os.path.abspath(settings.script)
        outside = os.path.relpath(script, os.getcwd()).startswith(os.pardir)
        self._elsewhere = os.path.dirname(script) if outside else None
        for place in () if settings.in_place else (os.getcwd(), self._elsewhere):
            if place:
                _check_size(place)

    def there(self) -> Recording:
        """The run on TensorFlow 1.x."""
        return self.control_there('', ())

    def control_there(self, name: str, flags: Sequence[str]) -> Recording:
        """The run there, with these flags besides."""
        python = self._settings.against
        # A name without a folder is looked up by the system.
        program = os.path.abspath(python) if os.path.dirname(python) else python
        command = [program, os.path.abspath(observe.__file__)]
        return self._record(command, '--record', f'--against {python}', flags)

    def here(self) -> Recording:
        """The run on today's TensorFlow."""
        return self.control_here('', ())

    def control_here(self, name: str, flags: Sequence[str]) -> Recording:
        """The run here, with these flags besides."""
        given = [part for flag, path in (('--seeds', self._settings.seeds),
                                         ('--front', self._settings.front)) if path
                 for part in (flag, os.path.abspath(path))]
        return self._record(list(HERE), '--observe', "today's TensorFlow", (*given, *flags))

    def reseeded(self, there: Recording) -> Recording:
        """The run here with the op seeds that were derived there."""
        path = os.path.join(self._folder, 'seeds.json')
        with open(path, 'w') as file:
            json.dump([seed for seed, _ in there.seeds], file)
        return self.control_here('', ('--seeds', path))

    def _record(self, command: List[str], record: str, side: str,
                flags: Sequence[str]) -> Recording:
        """Run the script in a process of its own, and read what it has recorded.

        Later flags win over earlier ones.
        """
        settings = self._settings
        self._tell(' '.join([f'{side}: runs {settings.script}', *map(os.path.basename, flags)]))
        folder = tempfile.mkdtemp(dir=self._folder)
        command = [*command, record, folder]
        for flag, value in (('--seed', settings.seed), ('--threads', settings.threads),
                            ('--runs', settings.most_runs)):
            command += [] if value is None else [flag, str(value)]
        if settings.data_dir is not None:
            command += ['--data-dir', os.path.abspath(settings.data_dir)]
        with self._fresh_folder() as (place, script):
            code = self._run([*command, *flags, script, *settings.args], folder, place)
        if code >= 0 and not os.path.exists(os.path.join(folder, observe.OUTCOME)):
            raise InputError(f'{side}: cannot run {settings.script} '
                             f'({last_line(folder) or f"exit code {code}"})')
        recording = read_recording(folder, code)
        _check_imports(recording, side)
        return recording

    @contextlib.contextmanager
    def _fresh_folder(self) -> Any:
        """A copy of this folder, which no run has written to, and the script's path there.

        A script that lies elsewhere is copied with its own folder.
        """
        here, script = os.getcwd(), self._settings.script
        if self._settings.in_place:
            yield here, script
            return
        try:
            observe.copy_folder(here, self._copy)
            if self._elsewhere:
                observe.copy_folder(self._elsewhere, self._beside)
                script = os.path.join(self._beside, os.path.basename(script))
            elif script not in observe.NO_FILES:
                script = os.path.relpath(script, here)
            yield self._copy, script
        except OSError as error:
            raise InputError(f'{here}: cannot be copied for a run of its own ({error.strerror}); '
                             'make room in TMPDIR, or give --in-place') from error
        finally:
            for copy in (self._copy, self._beside):
                shutil.rmtree(copy, ignore_errors=True)

    def _run(self, command: List[str], folder: str, place: str) -> int:
        """Run the command in `place`, keep what it prints in `folder`; return its exit code."""
        # Sets of strings are in the same order at each run of one side.
        environment = dict(os.environ, PYTHONHASHSEED='0', PYTHONIOENCODING='utf-8')
        with contextlib.ExitStack() as stack:
            stdout, stderr = (stack.enter_context(open(os.path.join(folder, stream), 'wb'))
                              for stream in (observe.STDOUT, STDERR))
            given: Dict[str, Any] = {'stdin': subprocess.DEVNULL} if self._source is None else {
                'input': self._source}
            try:
                return subprocess.run(command, stdout=stdout, stderr=stderr, env=environment,
                                      cwd=place, **given).returncode
            except OSError as error:
                raise InputError(f'--against {self._settings.against}: cannot be run '
                                 f'({error.strerror}); name a Python with TensorFlow 1.x'
                                 ) from error


def _check_size(folder: str) -> None:
    """Check that each run can get a copy of the folder.

    Raises:
      InputError: it is too large.
    """
    size, count = observe.size_of_folder(folder, _MOST_COPIED)
    if size > _MOST_COPIED or count > observe.MOST_FILES:
        raise InputError(f'{folder}: holds more than {_MOST_COPIED // 2**20} MB or '
                         f'{observe.MOST_FILES} files, and each run gets a copy of it; run it in '
                         'a smaller folder, or in this one with --in-place')


def _check_imports(recording: Recording, name: str) -> None:
    """Check that nothing which the script uses is missing: then the run says nothing of it.

    Raises:
      InputError: the run has ended for that.
    """
    error = recording.error
    if error is None or not (error['missing'] or error['type'] == AbsentOperationError.__name__):
        return
    fix = '; install it there' if error['message'].startswith('No module named') else ''
    raise InputError(f'{name}: cannot run the script: {error["message"]}{fix}')
