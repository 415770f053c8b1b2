"""One run of the experiment: how it is set up, and its log.

TensorFlow and NumPy are imported where they are used, so that flags are checked without them.
"""
import os
import platform
from typing import TYPE_CHECKING, Callable, Dict, Iterator, NamedTuple, Optional

from reproduce import __version__
from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.kernels import best_build
from reproduce.shared.environment import memory_size, processor, set_up, without_banners
from reproduce.shared.errors import InputError
from reproduce.shared.files import own_data_dir
from reproduce.shared.records import Record, Updated, format_record

if TYPE_CHECKING:
    from reproduce.experiment.network import Network
    from reproduce.experiment.start import Start
    from reproduce.mnist import Datasets
    from reproduce.mnist.dataset import Batch

SWEEP_ENGINE, SWEEP_THREADS = 'fast', 1  # of a run among many, which has one core
_FLOAT = 4  # bytes


class Data(NamedTuple):
    """The data sets of an experiment."""

    sets: 'Datasets'
    digests: Dict[str, str]  # SHA-256 of each file's uncompressed content
    is_mnist: bool  # by these digests


class Experiment(NamedTuple):
    """A run that has not begun; its variables hold the values that it starts from."""

    seed: Optional[int]
    network: 'Network'
    data: 'Datasets'
    next_batch: Callable[[int], 'Batch']
    steps_before: int = 0  # updates made before, by another session

    def records(self) -> Iterator[Record]:
        """Train, and yield what `training.train` does."""
        from reproduce.experiment import training
        return training.train(self.network, self.data, self.next_batch, self.steps_before)


def read_data(folder: str, article: Article = ARTICLE, seed: Optional[int] = None,
              announce: Callable[[str], None] = lambda line: None) -> Data:
    """The data sets in `folder`, checked for all that a run of `article` asks of them.

    Args:
      folder: with the four IDX files.
      article: the experiment's numbers.
      seed: as `tf.set_random_seed(seed)` on TensorFlow 1.x; the batches' order follows it.
      announce: called with each line that TensorFlow 1.x prints, `Extracting ...`.

    Raises:
      InputError: the files cannot be read, or hold too few images or such of another size.
    """
    from reproduce.experiment.seeds import batch_generator
    from reproduce.mnist.dataset import VALIDATION_SIZE, DataSet, data_sets, read_arrays
    arrays = read_arrays(folder, announce)
    if len(arrays.train_images) <= VALIDATION_SIZE:
        raise InputError(f'{folder}: holds {len(arrays.train_images)} training images and needs '
                         f'more than {VALIDATION_SIZE}: the first {VALIDATION_SIZE} are held out '
                         'for validation; name another --data-dir')
    if not len(arrays.test_images):
        raise InputError(f'{folder}: holds no test images; name another --data-dir')
    for kind, images in (('training', arrays.train_images), ('test', arrays.test_images)):
        size = images.shape[1:]
        if size != (ARTICLE.timesteps, ARTICLE.num_input):
            raise InputError(f'{folder}: its {kind} images are {size[0]} x {size[1]}, and the '
                             f'experiment reads {ARTICLE.timesteps} x {ARTICLE.num_input}; name '
                             'another --data-dir')
    generator = batch_generator(seed)
    sets = data_sets(arrays, folder, lambda images, labels: DataSet(
        images, labels, reshape=False, generator=generator), one_hot=True)
    for flag, wanted, images in (('--batch-size', article.batch_size, sets.train),
                                 ('--test-len', article.test_len, sets.test)):
        if wanted > images.num_examples:
            raise InputError(f'{flag} {wanted}: there are {images.num_examples} images; give '
                             'so many at the most')
    return Data(sets, arrays.digests, arrays.is_mnist)


def check_memory(article: Article) -> None:
    """Check that the machine can hold the graph's variables and what a step computes from them.

    Raises:
      InputError: it cannot.
    """
    gates = 4 * article.num_hidden
    kernel = (article.num_input + article.num_hidden) * gates
    # The kernel, its initial value and its gradient; each timestep's gates and their gradient.
    needed = _FLOAT * (3 * kernel + 2 * article.timesteps * article.batch_size * gates)
    present = memory_size()
    if present is not None and needed > present:
        raise InputError(f'--num-hidden {article.num_hidden} with --batch-size '
                         f'{article.batch_size}: takes {needed / 2**30:,.0f} GB of memory at the '
                         f'least, and the machine has {present / 2**30:,.0f}; give fewer')


def open_experiment(article: Article, seed: Optional[int], data: 'Datasets', engine: str = 'fast',
                    threads: int = 1, start: Optional['Start'] = None) -> Experiment:
    """Build the graph, open a session, and give the variables what the run starts from.

    Args:
      article: the experiment's numbers.
      seed: as `tf.set_random_seed(seed)` on TensorFlow 1.x; None leaves the graph unseeded.
      data: from `read_data` with the same seed.
      engine: `static` for the article's graph, `fast` for the same function in less time.
      threads: cores to compute with.
      start: where to start from; None starts fresh.

    Raises:
      InputError: `start` was recorded with another data set.
    """
    from reproduce.experiment import replay
    from reproduce.experiment.network import open_network
    from reproduce.experiment.start import FRESH, replayed_batches
    start = start or FRESH
    if start.recording:
        replay.check_rows(start.recording, start.source, data.train.num_examples)
    if start.generator:
        data.train.generator.set_state(start.generator)
    network = open_network(article, seed, engine, threads)
    if start.weights:
        network.set_weights(start.weights)
    next_batch = (replayed_batches(start.recording, data.train) if start.recording
                  else data.train.next_batch)
    return Experiment(seed, network, data, next_batch, start.step)


def printed_log(seed: int, article: Article = ARTICLE,
                change: Optional[Callable[[Experiment], Experiment]] = None) -> str:
    """Run the experiment with `seed`, in this process and on one core; return its printed lines.

    Args:
      seed: as `tf.set_random_seed(seed)` on TensorFlow 1.x.
      article: the experiment's numbers.
      change: what to alter about the run before it begins.
    """
    set_up()
    data = read_data(own_data_dir(), article, seed).sets
    with without_banners():
        experiment = open_experiment(article, seed, data, SWEEP_ENGINE, SWEEP_THREADS)
        if change:
            experiment = change(experiment)
    with experiment.network.session:
        return ''.join(format_record(record) + '\n' for record in experiment.records()
                       if not isinstance(record, Updated))


def machine() -> Dict[str, str]:
    """What decides the last bits, beside the versions and the threads."""
    return {'processor': processor(),
            'oneDNN': 'off' if os.environ.get('TF_ENABLE_ONEDNN_OPTS') == '0' else 'on',
            'kernels': best_build().text}


def circumstances() -> Dict[str, str]:
    """What `printed_log` runs on in this process."""
    import numpy as np
    import tensorflow as tf
    return {'reproduce': __version__, 'tensorflow': tf.__version__, 'numpy': np.__version__,
            'python': platform.python_version(), 'engine': SWEEP_ENGINE,
            'threads': str(SWEEP_THREADS), **machine()}
