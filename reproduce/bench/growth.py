"""What a step costs as the work grows."""
import dataclasses
from typing import Iterator, List, NamedTuple, Tuple

from reproduce.bench.rounds import Rounds, alternate, started
from reproduce.experiment.article import ARTICLE, Article

_PIXELS = ARTICLE.timesteps * ARTICLE.num_input
SIZES: List[Tuple[str, Tuple[int, ...]]] = [
    ('batch_size', (32, 64, 128, 256, 512, 1024)),
    ('num_hidden', (64, 128, 256, 512, 1024)),
    ('timesteps', (28, 56, 112, 196, 392, 784))]  # the same pixels, fewer to a timestep
_ROUNDS = 3
_SECONDS = 1.0  # about so long a round
_MOST_UPDATES = 20  # a round


class Cost(NamedTuple):
    """What a step of one size costs an engine."""

    varied: str  # the article's number that was varied
    value: int
    engine: str
    rounds: Rounds


def grown(varied: str, value: int) -> Article:
    """The article with one number changed, and the inputs to suit."""
    article = dataclasses.replace(ARTICLE, **{varied: value})
    return dataclasses.replace(article, num_input=_PIXELS // article.timesteps)


def growth(cores: List[int], sizes: List[Tuple[str, Tuple[int, ...]]]) -> Iterator[Cost]:
    """Measure both engines at each of `sizes`, one number varied at a time."""
    for varied, values in sizes:
        for value in values:
            with started(['fast', 'static'], grown(varied, value), cores) as processes:
                updates = {name: _updates_in(_SECONDS, process.train(1)['seconds'])
                           for name, process in processes.items()}
                for name, rounds in alternate(processes, _ROUNDS, updates).items():
                    yield Cost(varied, value, name, rounds)


def _updates_in(seconds: float, seconds_an_update: float) -> int:
    return max(1, min(_MOST_UPDATES, round(seconds / seconds_an_update)))
