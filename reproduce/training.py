"""The Session loop.  It yields records and prints nothing."""
import functools
from typing import Any, Dict, Iterable, Iterator, Optional, Tuple

import numpy as np
import tensorflow.compat.v1 as tf

from reproduce import interrupts
from reproduce.article import ARTICLE, Article
from reproduce.errors import InputError
from reproduce.fast_rnn import fast_rnn
from reproduce.graph import ArticleGraph, Recurrent, build_graph, last_static_output
from reproduce.log import FinalAccuracy, Finished, Record, StepRecord, Updated
from reproduce.mnist import DataSet, Datasets

Weights = Dict[str, np.ndarray]  # float32, by the variable's name

_LEAST_IMAGES = 16  # in a chain of the fast engine; below, two chains take longer than one
_EVALUATION_BATCH = 1000  # images; bounds the memory, and the result does not depend on it


def open_session(article: Article = ARTICLE, seed: Optional[int] = None,
                 engine: str = 'static', threads: int = 1) -> Tuple[tf.Session, ArticleGraph]:
    """Build the article's graph and open a session on it, with the initial values drawn.

    Args:
      article: the experiment's numbers.
      seed: as `tf.set_random_seed(seed)` on TensorFlow 1.x; None leaves it unseeded.
      engine: `static` for the article's graph, `fast` for the same function in less time.
      threads: how many threads run operations side by side, each operation in one:
        the graph's matrix products are too small to be worth splitting.
    """
    with tf.Graph().as_default():
        graph = build_graph(article, seed, _recurrent_part(engine, article, threads))
        session = tf.Session(config=session_config(threads))
    session.run(graph.init)
    return session, graph


def session_config(threads: int) -> tf.ConfigProto:
    """So many threads run operations side by side, each operation in one."""
    return tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=threads)


def _recurrent_part(engine: str, article: Article, threads: int) -> Recurrent:
    if engine == 'static':
        return last_static_output
    return functools.partial(fast_rnn, chains=number_of_chains(article, threads))


def number_of_chains(article: Article, threads: int) -> int:
    """Into how many chains the fast engine cuts a batch of `article`."""
    return max(1, min(threads, article.batch_size // _LEAST_IMAGES))


def train(session: tf.Session, graph: ArticleGraph, data: Datasets,
          article: Article = ARTICLE, rows: Optional[Iterable[np.ndarray]] = None,
          steps_before: int = 0) -> Iterator[Record]:
    """Run the article's loop from the values that the variables have.

    Args:
      session: from `open_session`.
      graph: from `open_session`.
      data: with float32 images of timesteps * num_input pixels and one-hot labels.
      article: the experiment's numbers.
      rows: for each step its batch's rows of the training images, int [batch_size];
        None draws them, as `next_batch` does.
      steps_before: how many of the steps were made before, by another session.

    Yields:
      One record a step, in order: a StepRecord where the article prints a line, read
      AFTER the update by a second run on the same batch, else an Updated.  Then
      Finished, then a FinalAccuracy for the first `test_len` test images.
    """
    if rows is None:
        rows = draw_rows(data.train, article.training_steps, article.batch_size)
    for step, step_rows in zip(range(1, article.training_steps + 1), rows):
        if step <= steps_before:
            continue
        images, labels = data.train.examples(step_rows)
        feed = _feed(graph, article, images, labels)
        _run(session, graph.train_op, feed)
        if article.measured(step):
            loss, accuracy = _run(session, [graph.loss, graph.accuracy], feed)
            yield StepRecord(step, loss, accuracy)
        else:
            yield Updated(step)
    yield Finished()
    feed = _feed(graph, article, data.test.images[:article.test_len],
                 data.test.labels[:article.test_len])
    yield FinalAccuracy(_run(session, graph.accuracy, feed))


def draw_rows(data: DataSet, steps: int, batch_size: int) -> np.ndarray:
    """The rows of the next batches, as `next_batch` draws them: int32 [steps, batch_size]."""
    rows = np.empty([steps, batch_size], np.int32)
    for step_rows in rows:
        step_rows[:] = data.next_rows(batch_size)
    return rows


def weights(session: tf.Session) -> Weights:
    """The variables' present values."""
    with session.graph.as_default():
        return session.run({v.op.name: v for v in tf.trainable_variables()})


def set_weights(session: tf.Session, values: Weights, source: str) -> None:
    """Give the variables `values`, which errors call `source`.

    Raises:
      InputError: the names or shapes are not the variables'.
    """
    with session.graph.as_default():
        variables = {v.op.name: v for v in tf.trainable_variables()}
        wanted = {name: tuple(v.shape.as_list()) for name, v in variables.items()}
        found = {name: value.shape for name, value in values.items()}
        if found != wanted:
            raise InputError(f'{source}: holds {found}, and the graph has {wanted}; give what a '
                             'run with the same flags saved')
        for name, variable in variables.items():
            variable.load(values[name], session)


def count_right_answers(session: tf.Session, graph: ArticleGraph, data: DataSet,
                        article: Article = ARTICLE) -> int:
    """How many of all images in `data` the network now labels right."""
    right = 0
    for start in range(0, data.num_examples, _EVALUATION_BATCH):
        rows = slice(start, start + _EVALUATION_BATCH)
        labels = data.labels[rows]
        feed = _feed(graph, article, data.images[rows], labels)
        right += round(float(_run(session, graph.accuracy, feed)) * len(labels))
    return right


def _run(session: tf.Session, fetches: Any, feed: Dict[tf.Tensor, np.ndarray]) -> Any:
    """`session.run`, which an interrupt does not break off but follows."""
    with interrupts.deferred():
        return session.run(fetches, feed)


def _feed(graph: ArticleGraph, article: Article, images: np.ndarray,
          labels: np.ndarray) -> Dict[tf.Tensor, np.ndarray]:
    """The feed for `images` [n, ...] of any such shape and `labels` [n, num_classes]."""
    return {graph.x: images.reshape(len(images), article.timesteps, article.num_input),
            graph.y: labels}
