"""Keeps a run in its folder while it goes on: a consumer of the loop's records."""
import contextlib
import logging
import os
import time
from types import TracebackType
from typing import Any, Iterable, Iterator, List, NamedTuple, Optional, TextIO, Type

import numpy as np
import tensorflow.compat.v1 as tf

from reproduce.experiment import checkpoint
from reproduce.experiment.experiment import Experiment
from reproduce.logdir.events import Events
from reproduce.logdir.folder import CHECKPOINT, LOG, PREDICTIONS, Folder
from reproduce.shared import interrupts
from reproduce.shared.errors import DivergedError, RunError
from reproduce.shared.files import replacing
from reproduce.shared.records import (
    Finished,
    Record,
    StepRecord,
    Updated,
    format_record,
)

_logger = logging.getLogger(__name__)


class Schedule(NamedTuple):
    """How often what is kept."""

    save_every: int  # steps between two checkpoints
    eval_every: int  # steps between two looks at all test images
    keep: int  # checkpoints; older ones are deleted


class Keeper:
    """Keeps the lines that a run prints, and nothing else of it; a context manager."""

    incomplete = ''  # why `lines` are not the whole log

    def __init__(self, heading: Iterable[str] = ()) -> None:
        """Begin with the lines that a log begins with."""
        self.lines: List[str] = list(heading)

    def kept(self, records: Iterable[Record]) -> Iterator[Record]:
        """The `records`, each when it has been kept."""
        for record in records:
            self._write(record)
            yield record

    def finish(self, predicted: np.ndarray, verdict: str, same: Optional[bool]) -> None:
        """Note how the run ended.

        Args:
          predicted: the class that the network gives each test image.
          verdict: what was said of the log.
          same: whether it is the experiment's; None where nothing can tell.
        """

    def _write(self, record: Record) -> None:
        if not isinstance(record, Updated):
            self.lines.append(format_record(record))

    def __enter__(self) -> 'Keeper':
        """Itself."""
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        """End what is written."""


class FolderKeeper(Keeper):
    """Writes the run's log, checkpoints and events into its folder, and how each session went."""

    def __init__(self, folder: Folder, experiment: Experiment, schedule: Schedule,
                 heading: Iterable[str] = (), incomplete: str = '') -> None:
        """Keep an experiment in its folder.

        Args:
          folder: begun, with a session of this process.
          experiment: not begun in this process.
          schedule: how often what is kept.
          heading: lines that a new log begins with.
          incomplete: why the log of earlier sessions is not whole.
        """
        self._folder = folder
        self._network = experiment.network
        self._test = experiment.data.test
        self._schedule = schedule
        self._step = experiment.steps_before
        self._saved: Optional[int] = None  # the last checkpoint's step
        self._started = time.monotonic()
        # Of the whole run, with those that an earlier session printed.
        super().__init__(folder.log_until(self._step) or heading)
        self.incomplete = incomplete
        self._log = self._opened_log()
        self._events = Events(folder.path, self._network, self._step)
        with self._network.session.graph.as_default():
            self._saver = tf.train.Saver(max_to_keep=schedule.keep,
                                         save_relative_paths=True)  # the folder may be moved
        state = tf.train.get_checkpoint_state(folder.path)
        paths = list(state.all_model_checkpoint_paths) if state else []
        self._saver.recover_last_checkpoints(paths[-schedule.keep:])
        self._surplus = paths[:-schedule.keep]  # where an earlier session kept more

    def kept(self, records: Iterable[Record]) -> Iterator[Record]:
        """The `records`, each when it has been written.

        Raises:
          RunError: a file cannot be written.
          KeyboardInterrupt, interrupts.Terminated: the run was asked to end; it is saved.
        """
        if not self._saver.last_checkpoints:
            self._save()
        with interrupts.collected() as request:
            for record in super().kept(records):
                yield record
                if request.exception:
                    self._save_if_possible()
                    raise request.exception

    def finish(self, predicted: np.ndarray, verdict: str, same: Optional[bool]) -> None:
        """As above, with the accuracy on all test images.

        Raises:
          RunError: a file cannot be written.
        """
        labels = self._test.labels.argmax(1)
        self._events.add('test', self._step, {'accuracy': (predicted == labels).mean()})
        with replacing(self._folder.file(PREDICTIONS)) as temporary:
            np.savez_compressed(temporary, labels=labels.astype(np.uint8),
                                predicted=predicted.astype(np.uint8))
        self._note('finished', verdict=verdict, same=same)

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        """End the files.  What cannot be printed any more is saved first.

        The `error` that ended the run stays the one that is reported.
        """
        if error is None:
            self._events.close()
            self._log.close()
            return
        if isinstance(error, OSError) or isinstance(error.__cause__, OSError):
            self._save_if_possible()
        status = 'diverged' if isinstance(error, DivergedError) else 'failed'
        if isinstance(error, (KeyboardInterrupt, interrupts.Terminated)):
            status = 'interrupted'
        try:
            self._note(status)
        except RunError as another:
            _logger.error('%s', another)
        for file in (self._log, self._events):
            with contextlib.suppress(OSError, tf.errors.OpError):  # it would be written again
                file.close()

    def _note(self, status: str, **news: Any) -> None:
        self._folder.note(status, self._step, time.monotonic() - self._started, **news)

    def _write(self, record: Record) -> None:
        """Write what `record` brings."""
        super()._write(record)
        if not isinstance(record, Updated):
            self._write_line(self.lines[-1])
        if isinstance(record, StepRecord):
            self._events.add('train', record.step, {'loss': record.loss,
                                                    'accuracy': record.accuracy})
        if isinstance(record, (Updated, StepRecord)):
            self._step = record.step
            last = self._step == self._network.article.training_steps  # `finish` looks at it
            if self._step % self._schedule.eval_every == 0 and not last:
                right = self._network.count_right_answers(self._test)
                self._events.add('test', self._step,
                                 {'accuracy': right / self._test.num_examples})
            if self._step % self._schedule.save_every == 0:
                self._save()
        elif isinstance(record, Finished):
            self._save()

    def _write_line(self, line: str) -> None:
        try:
            self._log.write(line + '\n')
        except OSError as error:
            raise RunError(f'{self._log.name}: cannot be written ({error.strerror}); make room, '
                           'and go on with --resume') from error

    def _opened_log(self) -> TextIO:
        """The log, with the lines that the run has printed so far."""
        path = self._folder.file(LOG)
        with replacing(path) as temporary, open(
                temporary, 'w', encoding='utf-8', errors='backslashreplace') as file:
            file.writelines(line + '\n' for line in self.lines)
        return open(path, 'a', encoding='utf-8', buffering=1)  # a line at a time

    def _save(self) -> None:
        """Write a checkpoint of this step, unless it is there, or the run has diverged.

        Raises:
          RunError: it cannot be written; those before it stay.
        """
        if self._saved == self._step or not all(
                np.isfinite(value).all() for value in self._network.weights().values()):
            return
        try:
            checkpoint.save(self._network, self._folder.file(CHECKPOINT), self._step, self._saver)
            self._events.flush()
        except (RunError, tf.errors.OpError) as error:
            raise RunError(f'{error}; the last whole checkpoint is {self._last()}: make room, and '
                           'go on with --resume') from error
        for path in self._surplus:
            tf.train.remove_checkpoint(path)
        self._surplus = []
        self._saved = self._step
        self._note('running')

    def _save_if_possible(self) -> None:
        """As `_save`, where another error is already on its way; say what prevents it."""
        try:
            self._save()
        except RunError as error:
            _logger.error('%s', error)

    def _last(self) -> str:
        paths = self._saver.last_checkpoints
        return os.path.basename(paths[-1]) if paths else 'none'
