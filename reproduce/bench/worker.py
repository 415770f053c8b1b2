"""One contender in a process of its own, which the benchmark drives over stdin and stdout.

Run as `python -m reproduce.bench.worker NAME ARTICLE [GRADIENTS]`: the contender's name, the
experiment's numbers as JSON, and the file for its gradients, if they are wanted.  It answers on
stdout with one JSON object a line: first {"version"}, then to each line of stdin, a number of
updates, with {"seconds"} for them all and {"maxrss"}, as the system has it.
"""
import itertools
import json
import resource
import sys
import time
from typing import Any, List, Type

import numpy as np

from reproduce.bench import work
from reproduce.experiment.article import Article
from reproduce.experiment.experiment import read_data
from reproduce.shared.environment import configure_tensorflow, without_banners
from reproduce.shared.files import own_data_dir

ENGINES = {'fast': 'Fast', 'uncompiled': 'Uncompiled', 'static': 'Static', 'limit': 'Limit',
           'peak': 'Peak'}  # classes in `engines`
PEERS = {'torch': 'PyTorch', 'jax': 'Jax', 'keras': 'Keras'}  # classes in `peers`, by module


def contender_class(name: str) -> Type[work.Contender]:
    """The contender called `name`; only its own framework is imported."""
    from reproduce.bench import peers
    if name in PEERS:
        return getattr(peers, PEERS[name])
    from reproduce.bench import engines
    return getattr(engines, ENGINES[name])


def main(argv: List[str]) -> int:
    """Serve until stdin ends."""
    name, article_json, *gradients_paths = argv
    article = Article(**json.loads(article_json))
    data = read_data(own_data_dir(), seed=1).sets
    batches = work.batches(article, data.train)
    configure_tensorflow()
    with without_banners():
        contender = contender_class(name)
        for path in gradients_paths:
            gradients = work.gradients(contender, article, next(batches))
            if gradients is not None:
                np.savez(path, **gradients._asdict())
        contestant = contender(article, work.initial_weights(article))
    _answer(version=contestant.version)
    for line in sys.stdin:
        started = time.perf_counter()
        contestant.train(itertools.islice(batches, int(line)))
        _answer(seconds=time.perf_counter() - started,
                maxrss=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return 0


def _answer(**values: Any) -> None:
    print(json.dumps(values), flush=True)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
