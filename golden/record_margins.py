"""How nearly two classes tie, from which follows how often a printed accuracy may flip.

    python golden/record_margins.py --tf1 tf1/bin/python

Runs seed 1 by the fast engine and on real TensorFlow 1.15, and writes golden/margins.npz: by
run, the margin of each answer behind the 51 printed accuracies and the test accuracy, float32
[52, 128].  That is the right class's logit less the largest of the others; below zero the answer
is wrong.  It takes a quarter of an hour on two cores.
"""
import argparse
import concurrent.futures
import json
import os
import subprocess
import sys
from typing import Iterator, List

from record_tolerance import HERE, VARIANTS, opened

OUT = os.path.join(HERE, 'margins.npz')
RUNS = 'fast, 1 thread', 'static on TensorFlow 1.15, 1 thread'


def margins(name: str, steps: int) -> Iterator[List[float]]:
    """Run the variant `name` in this process: the margins at each printed step, then the end."""
    import numpy as np
    experiment = opened(VARIANTS[name], steps)
    network, data = experiment.network, experiment.data

    def of_batch(images: np.ndarray, labels: np.ndarray) -> List[float]:
        logits = network.run(network.graph.logits, images, labels)
        right = np.where(labels == 1, logits, -np.inf).max(1)
        return (right - np.where(labels == 1, -np.inf, logits).max(1)).tolist()

    with network.session:
        for step in range(1, steps + 1):
            batch = experiment.next_batch(network.article.batch_size)
            network.run(network.graph.train_op, *batch)
            if network.article.measured(step):
                yield of_batch(*batch)
        count = network.article.test_len
        yield of_batch(data.test.images[:count], data.test.labels[:count])


def run(name: str, tf1: str, steps: int) -> List[List[float]]:
    """The margins of the variant `name`, run in a process of its own."""
    done = subprocess.run([tf1 if VARIANTS[name].tf1 else sys.executable,
                           os.path.abspath(__file__), '--variant', name, '--steps', str(steps)],
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.decode().splitlines()[-1])


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description='Measure how nearly two classes tie.')
    parser.add_argument('--tf1', help='the Python that has TensorFlow 1.15')
    parser.add_argument('--steps', type=int, default=10000)
    parser.add_argument('--variant', choices=RUNS, help='print this one and no more')
    args = parser.parse_args()
    if args.variant:
        print(json.dumps(list(margins(args.variant, args.steps))))
        return 0
    import numpy as np
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda name: run(name, args.tf1, args.steps), RUNS))
    np.savez_compressed(OUT, **{name: np.array(rows, np.float32)
                                for name, rows in zip(RUNS, found)})
    return 0


if __name__ == '__main__':
    sys.exit(main())
