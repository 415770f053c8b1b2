"""Contenders' processes, timed in rounds that alternate between them."""
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from typing import Dict, Iterator, List, NamedTuple, Optional

import numpy as np

from reproduce.bench.work import Weights, initial_weights
from reproduce.experiment.article import Article
from reproduce.shared.errors import RunError

_HERE = os.path.dirname(os.path.abspath(__file__))
# Has the article's program for TensorFlow 1.x.
RECORDER = os.path.join(_HERE, *[os.pardir] * 2, 'golden', 'record_tf1.py')
_MAXRSS_IN_MB = 2**20 if sys.platform == 'darwin' else 2**10  # Linux counts in KB
TF1 = 'tf1'  # that program, under another interpreter


class Rounds(NamedTuple):
    """What one contender gave."""

    version: str  # of what it ran on
    gradients: Optional[Weights]  # of the first batch; None where not worked out
    seconds: List[float]  # an update, one number a round
    memory: float  # the most that the process has held, MB


def _stay_on(cores: List[int]) -> None:
    """Keep this process to `cores`, where the system can: Linux."""
    if hasattr(os, 'sched_setaffinity'):
        os.sched_setaffinity(0, cores)


class Process:
    """A contender's process; see `worker` for what is said."""

    def __init__(self, name: str, article: Article, cores: List[int], folder: str,
                 gradients: bool, tf1: Optional[str] = None) -> None:
        """Start it on `cores`, with files in `folder`.

        Args:
          name: as `worker` knows it, or TF1.
          article: the experiment's numbers.
          cores: the processor cores that it may use.
          folder: for its gradients, and for what it writes to stderr.
          gradients: whether it is to work out its gradients of the first batch.
          tf1: for TF1, the interpreter that has TensorFlow 1.x.
        """
        self._name = name
        environment = dict(os.environ)
        self._gradients = os.path.join(folder, name + '.npz')
        self._stderr = os.path.join(folder, name + '.stderr')
        if name == TF1:
            weights = os.path.join(folder, 'weights.npz')
            np.savez(weights, **initial_weights(article)._asdict())
            environment['PYTHONPATH'] = os.path.dirname(RECORDER)
            command = [tf1, os.path.join(_HERE, 'tf1_steps.py'), weights, self._gradients]
        else:
            command = [sys.executable, '-m', 'reproduce.bench.worker', name,
                       json.dumps(dataclasses.asdict(article))]
            command += [self._gradients] if gradients else []
        with open(self._stderr, 'w') as stderr:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
                universal_newlines=True, env=environment, preexec_fn=lambda: _stay_on(cores))
        self.version: str = self._answer()['version']

    def train(self, updates: int) -> Dict[str, float]:
        """Make so many updates; return what they cost: seconds, and memory in MB."""
        with contextlib.suppress(BrokenPipeError):  # where it has ended, the answer is an error
            self._process.stdin.write(f'{updates}\n')
            self._process.stdin.flush()
        answer = self._answer()
        return {'seconds': answer['seconds'], 'memory': answer['maxrss'] / _MAXRSS_IN_MB}

    def gradients(self) -> Optional[Weights]:
        """Those of the first batch; None where they are not wanted, or nothing is trained."""
        if not os.path.exists(self._gradients):
            return None
        with np.load(self._gradients) as arrays:
            return Weights(**arrays)

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()

    def _answer(self) -> Dict:
        for line in self._process.stdout:
            if line.startswith('{'):  # TensorFlow 1.x prints lines of its own
                return json.loads(line)
        code = self._process.wait()
        with open(self._stderr) as file:
            *_, last = ['without a word', *file.read().strip().splitlines()]
        raise RunError(f'{self._name}: ' + (
            f'was ended by signal {-code}' if code < 0 else f'ended with exit code {code}: {last}'))


def alternate(processes: Dict[str, Process], rounds: int,
              updates: Dict[str, int]) -> Dict[str, Rounds]:
    """Time each process in every round, after one that is not counted.

    The order turns round by round, so that none always follows the same other.

    Args:
      processes: by name.
      rounds: how many count.
      updates: by name, how many a round.
    """
    costs: Dict[str, List[Dict[str, float]]] = {name: [] for name in processes}
    for number in range(rounds + 1):
        order = list(processes)[::-1] if number % 2 else list(processes)
        for name in order:
            cost = processes[name].train(updates[name])
            if number:
                costs[name].append(cost)
    return {name: Rounds(process.version, process.gradients(),
                         [cost['seconds'] / updates[name] for cost in costs[name]],
                         max(cost['memory'] for cost in costs[name]))
            for name, process in processes.items()}


@contextlib.contextmanager
def started(names: List[str], article: Article, cores: List[int], gradients: bool = False,
            tf1: Optional[str] = None) -> Iterator[Dict[str, Process]]:
    """A process for each of `names`, ended with the block."""
    processes: Dict[str, Process] = {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            for name in names:
                processes[name] = Process(name, article, cores, folder, gradients, tf1)
            yield processes
        finally:
            for process in processes.values():
                process.close()
