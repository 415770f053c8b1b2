"""Keeps a run in its folder while it goes on: a consumer of the loop's records."""
import os
import time
from types import TracebackType
from typing import Iterable, Iterator, List, NamedTuple, Optional, TextIO, Type

import numpy as np
import tensorflow.compat.v1 as tf

from reproduce.experiment import checkpoint
from reproduce.experiment.setup import Experiment
from reproduce.logdir.events import Events
from reproduce.logdir.folder import CHECKPOINT, LOG, PREDICTIONS, Folder
from reproduce.logdir.manifest import now
from reproduce.shared import interrupts
from reproduce.shared.errors import RunError
from reproduce.shared.files import replacing
from reproduce.shared.records import (
    Finished,
    Record,
    StepRecord,
    Updated,
    format_record,
)


class Schedule(NamedTuple):
    """How often what is kept."""

    save_every: int  # steps between two checkpoints
    eval_every: int  # steps between two looks at all test images
    keep: int  # checkpoints; older ones are deleted


class Keeper:
    """Writes the run's log, checkpoints and events; a context manager, which ends them."""

    def __init__(self, folder: Folder, experiment: Experiment, schedule: Schedule,
                 heading: Iterable[str] = ()) -> None:
        """Keep an experiment in its folder.

        Args:
          folder: begun, or to be gone on with.
          experiment: not begun in this process.
          schedule: how often what is kept.
          heading: lines that a new log begins with.
        """
        self._folder = folder
        self._network = experiment.network
        self._test = experiment.data.test
        self._schedule = schedule
        self._step = experiment.steps_before
        self._saved: Optional[int] = None  # the last checkpoint's step
        self._evaluated: Optional[int] = None  # the step of the last predictions
        self._predicted = np.empty(0, np.int64)  # the class of each test image after that step
        self._started = time.monotonic()
        # Of the whole run, with those that an earlier session printed.
        self.lines: List[str] = folder.log_until(self._step) or list(heading)
        self._log = self._opened_log()
        self._events = Events(folder.path, self._network, self._step)
        with self._network.session.graph.as_default():
            self._saver = tf.train.Saver(max_to_keep=schedule.keep,
                                         save_relative_paths=True)  # the folder may be moved
        state = tf.train.get_checkpoint_state(folder.path)
        if state:
            self._saver.recover_last_checkpoints(state.all_model_checkpoint_paths)

    def kept(self, records: Iterable[Record]) -> Iterator[Record]:
        """The `records`, each when it has been written.

        Raises:
          RunError: a file cannot be written.
          KeyboardInterrupt, interrupts.Terminated: the run was asked to end; it is saved.
        """
        if not self._saver.last_checkpoints:
            self._save()
        with interrupts.collected() as request:
            for record in records:
                self._write(record)
                yield record
                if request.exception:
                    self._save()
                    self._folder.write_manifest(status='interrupted')
                    raise request.exception

    def finish(self, verdict: str) -> None:
        """Note how the run ended: what the network says of each test image, and the `verdict`.

        Raises:
          InputError: a file cannot be written.
        """
        with replacing(self._folder.file(PREDICTIONS)) as temporary:
            np.savez_compressed(temporary, labels=self._test.labels.argmax(1).astype(np.uint8),
                                predicted=self._predicted.astype(np.uint8))
        self._folder.write_manifest(status='finished', verdict=verdict, ended=now(), seconds=round(
            self._folder.manifest.get('seconds', 0) + time.monotonic() - self._started, 1))

    def __enter__(self) -> 'Keeper':
        """Itself."""
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        """End the files.  What cannot be printed any more is saved first."""
        try:
            if isinstance(error, OSError):
                self._save()
        finally:
            self._log.close()
            self._events.close()

    def _write(self, record: Record) -> None:
        """Write what `record` brings."""
        stepped = isinstance(record, (Updated, StepRecord))
        if stepped:
            self._step = record.step
        if not isinstance(record, Updated):
            self._write_line(format_record(record))
        if isinstance(record, StepRecord):
            self._events.add('train', record.step, {'loss': record.loss,
                                                    'accuracy': record.accuracy})
        last = isinstance(record, Finished)
        if last or stepped and self._step % self._schedule.eval_every == 0:
            self._evaluate()
        if last or stepped and self._step % self._schedule.save_every == 0:
            self._save()

    def _evaluate(self) -> None:
        """Look at all test images after this step, unless it was done."""
        if self._evaluated == self._step:
            return
        self._predicted = self._network.predicted(self._test)
        self._evaluated = self._step
        right = (self._predicted == self._test.labels.argmax(1)).mean()
        self._events.add('test', self._step, {'accuracy': right})

    def _write_line(self, line: str) -> None:
        self.lines.append(line)
        try:
            self._log.write(line + '\n')
        except OSError as error:
            raise RunError(f'{self._log.name}: cannot be written ({error.strerror}); make room, '
                           'and go on with --resume') from error

    def _opened_log(self) -> TextIO:
        """The log, with the lines that the run has printed so far."""
        path = self._folder.file(LOG)
        with replacing(path) as temporary, open(temporary, 'w', encoding='utf-8') as file:
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
        self._saved = self._step

    def _last(self) -> str:
        paths = self._saver.last_checkpoints
        return os.path.basename(paths[-1]) if paths else 'none'
