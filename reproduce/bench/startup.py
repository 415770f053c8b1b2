"""How long it takes from the command to the first trained step, and what the time goes to.

Run as `python -m reproduce.bench.startup` it prints its own phases as JSON.
"""
import json
import subprocess
import sys
import time
from typing import Dict, List

from reproduce.shared.errors import RunError

_BARE = ('import tensorflow; from reproduce.shared.files import own_data_dir; '
         'from reproduce.mnist import read_data_sets; '
         'read_data_sets(own_data_dir(), one_hot=True); print("loaded", flush=True)')
COMMANDS = {
    'run.py to its first step': (['-m', 'reproduce.run', '--training-steps', '1', '--quiet'],
                                 'Step 1,'),
    'bare import, and the data': (['-c', _BARE], 'loaded')}


def start_up(rounds: int) -> Dict[str, List[float]]:
    """Seconds from each command's start to its line, in alternating rounds; then each phase's."""
    seconds: Dict[str, List[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, (arguments, line) in COMMANDS.items():
            seconds[name].append(_seconds_until(arguments, line))
        done = subprocess.run([sys.executable, '-m', __name__], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)
        if done.returncode:
            raise RunError(f'python -m {__name__}: ended with exit code {done.returncode}')
        for phase, taken in json.loads(done.stdout).items():
            seconds.setdefault(phase, []).append(taken)
    return seconds


def _seconds_until(arguments: List[str], line_start: str) -> float:
    """Seconds from starting Python with `arguments` to its first line of such a start."""
    started = time.perf_counter()
    with subprocess.Popen([sys.executable] + arguments, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, universal_newlines=True) as process:
        for line in process.stdout:
            if line.startswith(line_start):
                taken = time.perf_counter() - started
                process.kill()
                return taken
    raise RunError(f'python {" ".join(arguments)}: ended without a line {line_start!r}')


def phases() -> Dict[str, float]:
    """Seconds of each phase of a run up to its first step, in this process."""
    from reproduce.experiment.article import ARTICLE
    from reproduce.shared.environment import available_cores, configure_tensorflow
    taken: Dict[str, float] = {}
    last = time.perf_counter()

    def done(phase: str) -> None:
        nonlocal last
        now = time.perf_counter()
        taken['of which ' + phase], last = now - last, now

    from reproduce.experiment.experiment import open_experiment, read_data
    from reproduce.shared.files import own_data_dir
    data = read_data(own_data_dir(), seed=1).sets
    done('reading the data')
    configure_tensorflow()
    import tensorflow.compat.v1  # noqa: F401
    done('importing TensorFlow')
    experiment = open_experiment(ARTICLE, 1, data, 'fast', available_cores())
    done('building the graph, drawing the initial values')
    next(experiment.records())
    done('the first step and its line')
    return taken


if __name__ == '__main__':
    print(json.dumps(phases()))
