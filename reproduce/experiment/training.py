"""The article's loop.  It yields records and prints nothing."""
from typing import Callable, Iterable, Iterator, Optional

import numpy as np

from reproduce.experiment.network import Network
from reproduce.mnist import Datasets
from reproduce.mnist.dataset import Batch
from reproduce.shared.errors import DivergedError
from reproduce.shared.records import FinalAccuracy, Finished, Record, StepRecord, Updated

# Nats.  Guessing among ten classes costs 2.3; from so far out no run comes back, and its losses
# soon are nan on one processor and 1e30 on another.
_LOST = 1e6


def train(network: Network, data: Datasets,
          next_batch: Optional[Callable[[int], Batch]] = None,
          steps_before: int = 0) -> Iterator[Record]:
    """Run the article's loop from the values that the variables have.

    Args:
      network: of the article's numbers.
      data: with float32 images of timesteps * num_input pixels and one-hot labels.
      next_batch: from a batch size to the next images and labels; None is that of the
        training set.
      steps_before: how many of the steps were made before, by another session; their
        batches are drawn and passed over.

    Yields:
      One record a step, in order: a StepRecord where the article prints a line, read
      AFTER the update by a second run on the same batch, else an Updated.  Then
      Finished, then a FinalAccuracy for the first `test_len` test images.
    """
    article, graph = network.article, network.graph
    next_batch = next_batch or data.train.next_batch
    for step in range(1, article.training_steps + 1):
        images, labels = next_batch(article.batch_size)
        if step <= steps_before:
            continue
        network.run(graph.train_op, images, labels)
        if article.measured(step):
            loss, accuracy = network.run([graph.loss, graph.accuracy], images, labels)
            yield StepRecord(step, loss, accuracy)
        else:
            yield Updated(step)
    yield Finished()
    yield FinalAccuracy(network.run(graph.accuracy, data.test.images[:article.test_len],
                                    data.test.labels[:article.test_len]))


def until_divergence(records: Iterable[Record], network: Network) -> Iterator[Record]:
    """The `records` of a run of `network`, up to a loss that is not finite, or a million.

    Raises:
      DivergedError: there was one, or the weights are not finite when the steps are done.
    """
    step = 0
    fix = 'lower --learning-rate, or see where it leads with --keep-going'
    for record in records:
        if isinstance(record, Finished) and not all(
                np.isfinite(value).all() for value in network.weights().values()):
            raise DivergedError(f'step {step}: the weights are not finite any more; {fix}')
        yield record
        if isinstance(record, (StepRecord, Updated)):
            step = record.step
        if isinstance(record, StepRecord) and not record.loss < _LOST:  # nan is not
            raise DivergedError(f'step {step}: the loss is {record.loss:.4g}, the run diverged; '
                                f'{fix}')
