"""A run's folder: who may write there, what it holds, and where a run goes on."""
import glob
import logging
import os
import re
from typing import Any, Dict, List, Optional

import numpy as np

from reproduce.experiment.article import Article
from reproduce.experiment.kernels import best_build
from reproduce.experiment.start import Start, check_prefix, fitting
from reproduce.experiment.variables import size_of_variables
from reproduce.logdir import manifest as run_manifest
from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable, replacing

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

CHECKPOINT = 'model.ckpt'
LOG = 'run.log'
PREDICTIONS = 'predictions.npz'
_GENERATOR = 'generator.npz'
_LOCK = '.lock'
_OF_A_RUN = (LOG, run_manifest.NAME, PREDICTIONS, _GENERATOR, 'checkpoint', CHECKPOINT + '-*',
             'train/events.*', 'test/events.*')

_logger = logging.getLogger(__name__)


class Folder:
    """A folder that belongs to this process's run, until it is closed."""

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
        try:
            os.makedirs(path, exist_ok=True)
        except OSError as error:
            raise InputError(f'--logdir {path}: cannot be made ({error.strerror}); name another '
                             'folder') from error
        check_prefix(path, 'name another for --logdir')
        check_writable(path, '--logdir', 4 * size_of_variables(article))
        self._lock = self._locked()
        old = self._files()
        if old and not resume and not overwrite:
            raise InputError(f'--logdir {path}: holds a run already ({os.path.basename(old[0])}); '
                             'go on with it by --resume, or delete it by --overwrite')
        self.manifest = run_manifest.read(path) if resume else None
        if old and resume and self.manifest is None:
            raise InputError(f'--logdir {path}: holds files of a run, and no {run_manifest.NAME} '
                             'that says which; start anew with --overwrite')

    @property
    def finished(self) -> bool:
        """Whether the run that is here is done."""
        return self.manifest is not None and self.manifest.get('status') == 'finished'

    def file(self, name: str) -> str:
        """The path of a file here."""
        return os.path.join(self.path, name)

    def check_settings(self, settings: Dict[str, Any]) -> None:
        """Check that a run that is gone on with has the settings that it began with.

        Raises:
          InputError: a flag has changed.
        """
        for name, value in settings.items() if self.manifest else ():
            before = self.manifest['settings'].get(name)
            if before != value:
                raise self._changed(f'--{name.replace("_", "-")} was {before}, and is {value}')
        kernels = best_build().text
        if self.manifest and self.manifest.get('kernels') != kernels:
            _logger.warning('the compiled operations were: %s, and are: %s; last digits may differ',
                            self.manifest.get('kernels'), kernels)

    def check_data(self, digests: Dict[str, str]) -> None:
        """Check that a run that is gone on with has the data that it began with.

        Raises:
          InputError: a file's digest differs.
        """
        for name, digest in digests.items():
            if self.manifest.get('data', {}).get(name) != digest:
                raise self._changed(f'{name} of the data set is another file')

    def _changed(self, what: str) -> InputError:
        return InputError(f'--resume: the run in {self.path} cannot go on: {what}; give what it '
                          'began with, or start anew with --overwrite')

    def start(self, start: Start, article: Article) -> Start:
        """`start`, or where the run that is here has got to: its last whole checkpoint.

        Raises:
          InputError: no checkpoint is whole.
        """
        if self.manifest is None:
            return start
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
          InputError: a file cannot be written.
        """
        for path in self._files():
            os.remove(path)
        _, keys, position, _, _ = generator
        with replacing(self.file(_GENERATOR)) as temporary:
            np.savez(temporary, keys=keys, position=position)
        self.manifest = description
        self.write_manifest()

    def write_manifest(self, **news: Any) -> None:
        """Write the manifest with `news` in it."""
        self.manifest.update(news)
        run_manifest.write(self.path, self.manifest)

    def log_until(self, step: int) -> List[str]:
        """The lines of the log up to that of `step`, without their ends."""
        try:
            with open(self.file(LOG), encoding='utf-8') as file:
                lines = file.read().splitlines()
        except OSError:
            return []
        kept = []
        for line in lines:
            found = re.match(r'Step (\d{1,18}),', line)
            if found and int(found[1]) <= step or line.startswith('Extracting '):
                kept.append(line)
        return kept

    def close(self) -> None:
        """Let others write here."""
        if self._lock is not None:
            os.close(self._lock)

    def _locked(self) -> Optional[int]:
        """The lock of this folder, which the system gives back however this process ends."""
        if fcntl is None:
            return None
        lock = os.open(self.file(_LOCK), os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise InputError(f'--logdir {self.path}: another run is writing there; wait for its '
                             'end, or name another folder') from error
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
