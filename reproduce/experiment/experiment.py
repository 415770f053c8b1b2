"""One run of the experiment: its data, its graph and session, and where it starts.

TensorFlow and NumPy are imported where they are used, so that flags are checked without them.
"""
from typing import TYPE_CHECKING, Callable, Dict, Iterator, NamedTuple, Optional

from reproduce.experiment.article import ARTICLE, Article
from reproduce.shared.environment import memory_size
from reproduce.shared.errors import InputError
from reproduce.shared.records import Record

if TYPE_CHECKING:
    from reproduce.experiment.network import Network
    from reproduce.experiment.start import Start
    from reproduce.mnist import Datasets
    from reproduce.mnist.dataset import Batch

_FLOAT = 4  # bytes


class Data(NamedTuple):
    """The data sets of an experiment."""

    sets: 'Datasets'
    digests: Dict[str, str]  # SHA-256 of each file's uncompressed content
    is_mnist: bool  # by these digests
    generator: tuple  # the state of the batches' generator before the first


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
    from reproduce.mnist.dataset import VALIDATION_SIZE, DataSet, data_sets, read_idx_files
    from reproduce.mnist.source import TEST_IMAGES, TRAIN_IMAGES
    arrays = read_idx_files(folder, announce)
    training, test = TRAIN_IMAGES.path(folder), TEST_IMAGES.path(folder)
    if len(arrays.train_images) <= VALIDATION_SIZE:
        raise InputError(f'{training}: holds {len(arrays.train_images)} training images, and the '
                         f'experiment needs more than {VALIDATION_SIZE}: as TensorFlow 1.x does, '
                         f'it holds the first {VALIDATION_SIZE} out for validation; name a larger '
                         'data set with --data-dir')
    if not len(arrays.test_images):
        raise InputError(f'{test}: holds no test images; name another --data-dir')
    for path, images in ((training, arrays.train_images), (test, arrays.test_images)):
        size = images.shape[1:]
        if size != (ARTICLE.timesteps, ARTICLE.num_input):
            raise InputError(f'{path}: its images are {size[0]} x {size[1]}, and the experiment '
                             f'reads {ARTICLE.timesteps} x {ARTICLE.num_input}; scale them, or '
                             'name another --data-dir')
    generator = batch_generator(seed)
    sets = data_sets(arrays, folder, lambda images, labels: DataSet(
        images, labels, reshape=False, generator=generator), one_hot=True)
    for flag, wanted, images in (('--batch-size', article.batch_size, sets.train),
                                 ('--test-len', article.test_len, sets.test)):
        if wanted > images.num_examples:
            raise InputError(f'{flag} {wanted}: there are {images.num_examples} images; give '
                             'so many at the most')
    return Data(sets, arrays.digests, arrays.is_mnist, generator.get_state(legacy=True))


def check_memory(article: Article) -> None:
    """Check that the machine can hold the graph's variables and what a step computes from them.

    Raises:
      InputError: it cannot.
    """
    from reproduce.experiment.variables import size_of_variables
    gates = _FLOAT * 4 * article.num_hidden * article.batch_size
    # The variables, their initial values and gradients; each timestep's gates and their gradient.
    needed = 3 * size_of_variables(article) + 2 * article.timesteps * gates
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
