"""What every contender does: the same updates, from the same weights, on the same batches."""
import abc
import dataclasses
from typing import Iterable, Iterator, NamedTuple, Optional, Tuple

import numpy as np

from reproduce.experiment.article import Article
from reproduce.mnist import DataSet

Batch = Tuple[np.ndarray, np.ndarray]  # images [batch, timesteps, num_input], one-hot labels


class Weights(NamedTuple):
    """The experiment's variables, in the order in which its graph makes them; float32."""

    out_weights: np.ndarray  # [num_hidden, num_classes]
    out_biases: np.ndarray  # [num_classes]
    kernel: np.ndarray  # [num_input + num_hidden, 4 * num_hidden], gates i, j, f, o
    bias: np.ndarray  # [4 * num_hidden], without the forget bias


class Contender(abc.ABC):
    """A program that trains.  Its constructor takes the article and the initial Weights."""

    version: str  # of what it runs on

    @abc.abstractmethod
    def __init__(self, article: Article, weights: Weights) -> None:
        """Make ready to train from `weights`, by plain gradient descent."""

    @abc.abstractmethod
    def train(self, batches: Iterable[Batch]) -> None:
        """Make one update a batch, and return when the last one is done."""

    @abc.abstractmethod
    def weights(self) -> Optional[Weights]:
        """The present weights; None from what trains nothing."""


def initial_weights(article: Article) -> Weights:
    """Weights of the sizes that `article` asks for; every call gives the same."""
    generator = np.random.RandomState(0)

    def normal(*shape: int) -> np.ndarray:
        return generator.normal(scale=shape[0] ** -0.5, size=shape).astype(np.float32)

    return Weights(normal(article.num_hidden, article.num_classes), normal(article.num_classes),
                   normal(article.num_input + article.num_hidden, 4 * article.num_hidden),
                   np.zeros(4 * article.num_hidden, np.float32))


def batches(article: Article, data: DataSet) -> Iterator[Batch]:
    """Batches without end.  An image's pixels, in order, are its timesteps' inputs."""
    while True:
        images, labels = data.next_batch(article.batch_size)
        yield (images.reshape(-1, article.timesteps, article.num_input),
               labels.astype(np.float32))


def gradients(contender: type, article: Article, batch: Batch) -> Optional[Weights]:
    """What one update at learning rate 1 takes from the initial weights, float32.

    It is the same code as in the timed updates.  None from what trains nothing.
    """
    before = initial_weights(article)
    one = contender(dataclasses.replace(article, learning_rate=1.0), before)
    one.train([batch])
    after = one.weights()
    return after and Weights(*(old - new for old, new in zip(before, after)))


def largest_difference(found: Weights, expected: Weights) -> float:
    """The largest difference in any variable, as a share of its largest expected gradient."""
    return float(np.max([np.abs(a - b).max() / np.abs(b).max()
                         for a, b in zip(found, expected)]))
