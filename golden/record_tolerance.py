"""How far apart the losses of right runs are, from which the exact comparison's tolerance follows.

    python golden/record_tolerance.py --tf1 tf1/bin/python

Runs seed 1 several times, each time with something changed that should not matter, and writes
golden/tolerance.json: each run's unrounded losses at the printed steps.  It takes an hour on two
cores; runs that are in the file already are not made again.
"""
import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Dict, List, NamedTuple

if TYPE_CHECKING:
    from reproduce.experiment.experiment import Experiment

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
OUT = os.path.join(HERE, 'tolerance.json')


class Variant(NamedTuple):
    """A run with something changed."""

    engine: str = 'static'
    threads: int = 1
    onednn: int = 1
    ulps: int = 0  # each initial weight is moved so far, away from zero or towards it by turns
    tf1: bool = False  # on TensorFlow 1.15


VARIANTS = {
    'static, 1 thread': Variant(),
    'static, 2 threads': Variant(threads=2),
    'fast, 1 thread': Variant('fast'),
    'fast, 2 threads': Variant('fast', threads=2),
    'static, without oneDNN': Variant(onednn=0),
    'static, begun one ulp apart': Variant(ulps=1),
    'static on TensorFlow 1.15, 1 thread': Variant(tf1=True),
    'static on TensorFlow 1.15, 2 threads': Variant(threads=2, tf1=True),
}


def opened(variant: Variant, steps: int) -> 'Experiment':
    """The experiment as `variant` runs it, in this process."""
    sys.path.insert(0, ROOT)
    import dataclasses

    import numpy as np

    from reproduce.experiment.article import ARTICLE
    from reproduce.experiment.experiment import open_experiment, read_data
    from reproduce.shared.environment import configure_tensorflow
    from reproduce.shared.files import own_data_dir
    configure_tensorflow()
    article = dataclasses.replace(ARTICLE, training_steps=steps)
    data = read_data(own_data_dir(), article, seed=1).sets
    experiment = open_experiment(article, 1, data, variant.engine, variant.threads)
    if variant.ulps:
        network = experiment.network
        network.set_weights({
            name: np.where(np.arange(value.size).reshape(value.shape) % 2,
                           np.nextafter(value, np.float32(np.inf)),
                           np.nextafter(value, np.float32(-np.inf)))
            for name, value in network.weights().items()})
    return experiment


def losses(variant: Variant, steps: int) -> List[List[object]]:
    """Run `variant` in this process: [step, loss as float.hex, accuracy] at the printed steps."""
    experiment = opened(variant, steps)
    from reproduce.shared.records import StepRecord
    with experiment.network.session:
        return [[record.step, float(record.loss).hex(), float(record.accuracy)]
                for record in experiment.records()
                if isinstance(record, StepRecord)]


def run(name: str, tf1: str, steps: int) -> Dict[str, object]:
    """Run the variant `name` in a process of its own."""
    variant = VARIANTS[name]
    environment = dict(os.environ, TF_ENABLE_ONEDNN_OPTS=str(variant.onednn))
    done = subprocess.run([tf1 if variant.tf1 else sys.executable, os.path.abspath(__file__),
                           '--variant', name, '--steps', str(steps)],
                          env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.decode().splitlines()[-1])


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description='Measure how far apart right runs are.')
    parser.add_argument('--tf1', help='the Python that has TensorFlow 1.15')
    parser.add_argument('--steps', type=int, default=10000)
    parser.add_argument('--variant', choices=sorted(VARIANTS), help='print this one and no more')
    args = parser.parse_args()
    if args.variant:
        found = losses(VARIANTS[args.variant], args.steps)
        import tensorflow
        print(json.dumps({'tensorflow': tensorflow.__version__, 'trace': found}))
        return 0
    record: Dict[str, object] = {}
    if os.path.exists(OUT):
        with open(OUT) as file:
            record = json.load(file)
    missing = [name for name in VARIANTS if name not in record]
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        futures = {pool.submit(run, name, args.tf1, args.steps): name for name in missing}
        for future in concurrent.futures.as_completed(futures):
            record[futures[future]] = future.result()
            with open(OUT, 'w') as file:
                json.dump(record, file, indent=None)
                file.write('\n')
            print(futures[future], flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
