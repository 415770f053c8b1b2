"""A run's folder: who may write there, what it holds, and where a run goes on."""
import glob
import logging
import os
import re
from typing import Any, Dict, List, Optional

import numpy as np

from reproduce.experiment.article import Article
from reproduce.experiment.start import Start, check_prefix, fitting
from reproduce.experiment.variables import size_of_variables
from reproduce.logdir import manifest as run_manifest
from reproduce.shared.errors import InputError, RunError
from reproduce.shared.files import check_writable, replacing

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

CHECKPOINT = 'model.ckpt'
LOG = 'run.log'
PREDICTIONS = 'predictions.npz'
PARTS = 'train', 'test'  # folders of events
_GENERATOR = 'generator.npz'
_LOCK = '.lock'
_OF_A_RUN = (LOG, run_manifest.NAME, PREDICTIONS, _GENERATOR, 'checkpoint', CHECKPOINT + '-*',
             *(part + '/events.*' for part in PARTS))
_DECIDE_LAST_DIGITS = 'tensorflow', 'processor', 'oneDNN', 'kernels'

_logger = logging.getLogger(__name__)


class Folder:
    """A folder that belongs to this process's run, until it is closed; a context manager."""

    def __init__(self, path: str, resume: bool, overwrite: bool, article: Article) -> None:
        """Claim the folder at `path`.

        Args:
          path: made where it is not there.
          resume: go on with the run that it holds, if it holds one.
          overwrite: delete the run that it holds, when `begin` is called.
          article: the experiment's numbers; there has to be room for their checkpoints.

        Raises:
          InputError: it cannot be written, another run is writing there, or it holds a run and
            neither flag says what to do; or that run's manifest is damaged.
        """
        self.path = path
        check_prefix(path, 'name another for --logdir')
        try:
            os.makedirs(path, exist_ok=True)
        except OSError as error:
            raise InputError(f'--logdir {path}: cannot be made ({error.strerror}); name another '
                             'folder') from error
        check_writable(path, '--logdir', 4 * size_of_variables(article))
        self._lock = self._locked()
        try:
            self.manifest = self._claimed(resume, overwrite)
        except BaseException:
            self.close()
            raise

    def _claimed(self, resume: bool, overwrite: bool) -> Optional[run_manifest.Manifest]:
        """The manifest of the run that is to go on here; None for a new one."""
        old = self._files()
        if old and not resume and not overwrite:
            raise InputError(f'--logdir {self.path}: holds a run already '
                             f'({os.path.basename(old[0])}); go on with it by --resume, or delete '
                             'it by --overwrite')
        for path in old:
            if os.path.isdir(path):
                raise InputError(f'--logdir {self.path}: {os.path.basename(path)} is a folder, '
                                 "and has the name of a run's file; move it away")
        for part in PARTS:
            if os.path.exists(self.file(part)) and not os.path.isdir(self.file(part)):
                raise InputError(f'--logdir {self.path}: {part} is a file, and has the name of a '
                                 "run's folder; move it away")
        manifest = run_manifest.read(self.path) if resume else None
        if old and resume and manifest is None:
            raise InputError(f'--logdir {self.path}: holds files of a run, and no '
                             f'{run_manifest.NAME} that says which; start anew with --overwrite')
        return manifest

    @property
    def finished(self) -> bool:
        """Whether the run that is here is done."""
        return self.manifest is not None and self.manifest.get('status') == 'finished'

    def file(self, name: str) -> str:
        """The path of a file here."""
        return os.path.join(self.path, name)

    def check_data(self, digests: Dict[str, str]) -> None:
        """Check that a run that is gone on with has the data that it began with.

        Raises:
          InputError: a file's digest differs.
        """
        for name, digest in digests.items():
            if self.manifest.get('data', {}).get(name) != digest:
                raise InputError(f'--resume: the run in {self.path} cannot go on: {name} of the '
                                 'data set is another file; give what it began with, or start '
                                 'anew with --overwrite')

    def start(self, start: Start, article: Article) -> Start:
        """`start`, moved to where the run that is here has got to: its last whole checkpoint.

        Raises:
          InputError: no checkpoint is whole.
        """
        from reproduce.experiment import checkpoint
        damaged: List[str] = []
        for step in sorted(self._steps(), reverse=True):
            prefix = self.file(f'{CHECKPOINT}-{step}')
            try:
                weights = fitting(checkpoint.read(prefix).weights, article, prefix)
                generator = self._generator()
            except InputError as error:
                damaged.append(str(error))
                continue
            for error in damaged:
                _logger.warning('%s', error)
            return start._replace(source=prefix, weights=weights, step=step, generator=generator)
        raise InputError(f'--resume: {self.path} holds no whole checkpoint'
                         + ''.join(f'; {error}' for error in damaged[:1])
                         + '; start anew with --overwrite')

    def begin(self, description: run_manifest.Manifest, generator: tuple) -> None:
        """Begin a new run, in place of any that is here.

        Args:
          description: from `manifest.describe`.
          generator: the state of the batches' generator before the first.

        Raises:
          RunError: a file cannot be written, or an old one not be deleted.
        """
        for path in self._files():
            try:
                os.remove(path)
            except OSError as error:
                raise RunError(f'--overwrite: {path} cannot be deleted ({error.strerror}); name '
                               'another folder') from error
        _, keys, position, _, _ = generator
        with replacing(self.file(_GENERATOR)) as temporary:
            np.savez(temporary, keys=keys, position=position)
        self.manifest = description

    def begin_session(self, command: List[str], settings: Dict[str, Any], step: int) -> None:
        """Note that this process works on the run.

        Args:
          command: its command line.
          settings: those of its flags that the folder keeps.
          step: updates made before.

        Raises:
          RunError: the manifest cannot be written.
        """
        sessions = self.manifest['sessions']
        new = run_manifest.session(command, step)
        if sessions:
            if sessions[-1]['status'] == 'running':
                sessions[-1]['status'] = 'killed'
            for name in _DECIDE_LAST_DIGITS:
                if sessions[-1].get(name) != new[name]:
                    _logger.warning('%s was: %s, and is: %s; last digits may differ', name,
                                    sessions[-1].get(name), new[name])
        sessions.append(new)
        self.manifest['settings'] = settings
        self.note('running', step, 0.0)

    def note(self, status: str, step: int, seconds: float, **news: Any) -> None:
        """Write how far the session has got into the manifest, and `news` of the run.

        Raises:
          RunError: it cannot be written.
        """
        sessions = self.manifest['sessions']
        sessions[-1].update(status=status, steps=[sessions[-1]['steps'][0], step],
                            seconds=round(seconds, 1))
        if status != 'running':
            sessions[-1]['ended'] = run_manifest.now()
        self.manifest.update(status=status, seconds=round(sum(
            one['seconds'] for one in sessions), 1), **news)
        run_manifest.write(self.path, self.manifest)

    def log_until(self, step: int) -> List[str]:
        """The lines of the log up to that of `step`, without their ends."""
        try:
            with open(self.file(LOG), encoding='utf-8', errors='backslashreplace') as file:
                lines = file.read().splitlines()
        except OSError:
            return []
        return [line for line in lines if line.startswith('Extracting ')
                or _step_of(line) is not None and _step_of(line) <= step]

    def why_incomplete(self, step: int, article: Article) -> str:
        """Which of the lines up to `step` are missing from the log; empty where none is."""
        sessions = self.manifest['sessions']
        begun = sessions[0]['steps'][0] if sessions else step
        wanted = {number for number in range(begun + 1, step + 1) if article.measured(number)}
        missing = wanted - {_step_of(line) for line in self.log_until(step)}
        if not missing:
            return ''
        why = f'{self.file(LOG)} lacks {len(missing)} of the {len(wanted)} lines up to step {step}'
        _logger.warning('%s; the run goes on without them', why)
        return why

    def __enter__(self) -> 'Folder':
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let others write here."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _locked(self) -> Optional[int]:
        """The lock of this folder, which the system gives back however this process ends."""
        if fcntl is None:
            return None
        path = self.file(_LOCK)
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise InputError(f'--logdir {self.path}: {path} cannot be opened ({error.strerror}); '
                             'name another folder') from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(lock)
            raise InputError(f'--logdir {self.path}: another run is writing there; wait for its '
                             'end, or name another folder') from error
        except OSError as error:
            os.close(lock)
            raise InputError(f'--logdir {self.path}: cannot be locked ({error.strerror}); name a '
                             'folder on another disk') from error
        return lock

    def _files(self) -> List[str]:
        """What of a run is here."""
        return [path for pattern in _OF_A_RUN
                for path in sorted(glob.glob(os.path.join(glob.escape(self.path), pattern)))]

    def _steps(self) -> List[int]:
        """The steps of the checkpoints that are here, whole or not."""
        found = (re.search(rf'{re.escape(CHECKPOINT)}-(\d{{1,18}})\.index$', path)
                 for path in self._files())
        return [int(match[1]) for match in found if match]

    def _generator(self) -> tuple:
        """The state of the batches' generator before the first, for `RandomState.set_state`."""
        path = self.file(_GENERATOR)
        try:
            with np.load(path, allow_pickle=False) as file:
                state = 'MT19937', file['keys'], int(file['position']), 0, 0.0
            np.random.RandomState().set_state(state)
            return state
        except Exception as error:  # of a dozen kinds, by what is damaged
            raise InputError(f'{path}: is damaged; start anew with --overwrite') from error


def _step_of(line: str) -> Optional[int]:
    """The step of a whole step line; None for any other."""
    found = re.fullmatch(r'Step (\d{1,18}), Minibatch Loss= \S+, Training Accuracy= \d\.\d{3}',
                         line)
    return int(found[1]) if found else None
