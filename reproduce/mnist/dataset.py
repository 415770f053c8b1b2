"""`read_data_sets` and `next_batch`, as TensorFlow 1.x's tutorial package had them.

Source: the behaviour of `tensorflow.examples.tutorials.mnist.input_data` on
TensorFlow 1.15, with two differences.  The 1.x functions print and reseed NumPy's
global generator; these tell a callback and own their generator, which draws the
same numbers.
"""
import logging
from typing import Any, Callable, List, NamedTuple, Optional, Tuple, Union

import numpy as np

from reproduce.errors import InputError
from reproduce.mnist.idx import content_sha256, read_idx
from reproduce.mnist.source import (
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    IdxFile,
)
from reproduce.seeds import get_seed

NUM_CLASSES = 10
_FAKE_EXAMPLES = 10000
_FAKE_PIXELS = 784

_logger = logging.getLogger(__name__)

FakeBatch = Tuple[List[List[int]], List[Any]]
Batch = Tuple[np.ndarray, np.ndarray]


class DataSet:
    """Images with their labels, handed out in shuffled batches."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, fake_data: bool = False,
                 one_hot: bool = False, dtype: Any = np.float32, reshape: bool = True,
                 seed: Optional[int] = None, graph_seed: Optional[int] = None,
                 generator: Optional[np.random.RandomState] = None) -> None:
        """Take uint8 `images` [n, rows, columns, 1] and `labels` [n, ...].

        Args:
          images: uint8; ignored with `fake_data`.
          labels: class numbers [n] or one-hot [n, classes]; ignored with `fake_data`.
          fake_data: hold nothing, and count 10,000 examples.
          one_hot: whether the labels of fake batches are one-hot.
          dtype: float32 scales the images into [0, 1]; uint8 leaves them.
          reshape: flatten the images to [n, rows * columns].
          seed: this data set's own seed.
          graph_seed: what `tf.set_random_seed` set on TensorFlow 1.x.
          generator: draws the shuffles in place of one seeded from the two seeds.

        Raises:
          TypeError: `dtype` is neither uint8 nor float32.
          InputError: images and labels differ in number.
        """
        dtype = np.dtype(getattr(dtype, 'as_numpy_dtype', dtype))
        if dtype not in (np.uint8, np.float32):
            raise TypeError(f'Invalid image dtype {dtype}, expected uint8 or float32')
        self._generator = generator or _generator(seed, graph_seed)
        self._one_hot = one_hot
        if not fake_data:
            if len(images) != len(labels):
                raise InputError(f'{len(images)} images but {len(labels)} labels')
            if reshape:
                count, rows, columns, _ = images.shape
                images = images.reshape(count, rows * columns)
            if dtype == np.float32:
                images = np.multiply(images.astype(np.float32), 1.0 / 255.0)
        self._images = images
        self._labels = labels
        self._num_examples = _FAKE_EXAMPLES if fake_data else len(images)
        self._order: Optional[np.ndarray] = None  # the shuffled order, once there is one
        self._epochs_completed = 0
        self._index_in_epoch = 0

    @property
    def images(self) -> np.ndarray:
        """The images in their present order."""
        return self._images if self._order is None else self._images[self._order]

    @property
    def labels(self) -> np.ndarray:
        """The labels in their present order."""
        return self._labels if self._order is None else self._labels[self._order]

    @property
    def num_examples(self) -> int:
        """How many examples an epoch has."""
        return self._num_examples

    @property
    def epochs_completed(self) -> int:
        """How often `next_batch` has come to the end."""
        return self._epochs_completed

    def next_batch(self, batch_size: int, fake_data: bool = False,
                   shuffle: bool = True) -> Union[Batch, FakeBatch]:
        """The next `batch_size` examples.

        The order is shuffled before the first batch and at the end of each epoch;
        the batch at that end joins the old order's tail to the new order's head.

        Returns:
          (images, labels), each with `batch_size` rows; with `fake_data` two lists
          of that length, of all-one images and labels of class 0.
        """
        if fake_data:
            return self._fake_batch(batch_size)
        return self.examples(self.next_rows(batch_size, shuffle))

    def examples(self, rows: np.ndarray) -> Batch:
        """Images and labels of `rows`, which count in the order that the files have."""
        return self._images[rows], self._labels[rows]

    def next_rows(self, batch_size: int, shuffle: bool = True) -> np.ndarray:
        """The rows of the next batch, for `examples`: int64 [batch_size]."""
        start = self._index_in_epoch
        if self._order is None:
            self._order = np.arange(self._num_examples)
        if self._epochs_completed == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= self._num_examples:
            self._index_in_epoch += batch_size
            return self._order[start:self._index_in_epoch]
        self._epochs_completed += 1
        tail = self._order[start:]
        if shuffle:
            self._shuffle()
        self._index_in_epoch = batch_size - (self._num_examples - start)
        return np.concatenate((tail, self._order[:self._index_in_epoch]))

    def _shuffle(self) -> None:
        # A new shuffle permutes the order that the last one left.
        permutation = np.arange(self._num_examples)
        self._generator.shuffle(permutation)
        self._order = self._order[permutation]

    def _fake_batch(self, batch_size: int) -> FakeBatch:
        image = [1] * _FAKE_PIXELS
        label = [1] + [0] * (NUM_CLASSES - 1) if self._one_hot else 0
        return [image] * batch_size, [label] * batch_size


class Datasets(NamedTuple):
    """What `read_data_sets` returns."""

    train: DataSet
    validation: DataSet
    test: DataSet


def read_data_sets(train_dir: str, fake_data: bool = False, one_hot: bool = False,
                   dtype: Any = np.float32, reshape: bool = True,
                   validation_size: int = 5000, seed: Optional[int] = None,
                   graph_seed: Optional[int] = None,
                   generator: Optional[np.random.RandomState] = None,
                   announce: Callable[[str], None] = lambda line: None) -> Datasets:
    """Read the four IDX files in `train_dir` as three data sets.

    Args:
      train_dir: a folder with the four files, gzip or raw.
      fake_data: read nothing; the sets give fake batches.
      one_hot: labels as float64 [n, 10] in place of uint8 [n].
      dtype: float32, scaled into [0, 1], or uint8, as stored.
      reshape: images as [n, rows * columns] in place of [n, rows, columns, 1].
      validation_size: the first so many training images form the validation set.
      seed: the data sets' own seed, which wins over `graph_seed`.
      graph_seed: what `tf.set_random_seed` set on TensorFlow 1.x, where each data
        set reseeds the generator with it; None draws a fresh seed.
      generator: draws the shuffles in place of one seeded from the two seeds.
      announce: called with each line that TensorFlow 1.x prints, `Extracting ...`.

    Returns:
      Datasets: train, validation, test.  For MNIST 55,000, 5,000 and 10,000.

    Raises:
      InputError: a file is missing or damaged, the files do not belong together,
        a label is over 9, or `validation_size` is more than the training images.
    """
    # TensorFlow 1.x's sets share NumPy's global generator, and the last of them
    # to be built leaves it freshly seeded: one shared generator draws the same.
    generator = generator or _generator(seed, graph_seed)
    if fake_data:
        fake = [DataSet(np.empty(0), np.empty(0), fake_data=True, one_hot=one_hot, dtype=dtype,
                        generator=generator) for _ in Datasets._fields]
        return Datasets(*fake)

    train_images, train_labels = _read_pair(TRAIN_IMAGES, TRAIN_LABELS, train_dir, one_hot,
                                            announce)
    test_images, test_labels = _read_pair(TEST_IMAGES, TEST_LABELS, train_dir, one_hot, announce)
    if not 0 <= validation_size <= len(train_images):
        raise InputError(f'{train_dir}: the validation size should be between 0 and '
                         f'{len(train_images)}, and is {validation_size}')

    def data_set(images: np.ndarray, labels: np.ndarray) -> DataSet:
        return DataSet(images, labels, dtype=dtype, reshape=reshape, generator=generator)

    return Datasets(
        train=data_set(train_images[validation_size:], train_labels[validation_size:]),
        validation=data_set(train_images[:validation_size], train_labels[:validation_size]),
        test=data_set(test_images, test_labels))


def _generator(seed: Optional[int], graph_seed: Optional[int]) -> np.random.RandomState:
    """A generator seeded as TensorFlow 1.x's DataSet seeds NumPy's global one."""
    seed1, seed2 = get_seed(graph_seed, seed, number_of_operations=0)
    return np.random.RandomState(seed1 if seed is None else seed2)


def _read_pair(images_file: IdxFile, labels_file: IdxFile, folder: str, one_hot: bool,
               announce: Callable[[str], None]) -> Batch:
    """uint8 images [n, rows, columns, 1] and their labels, uint8 [n] or one-hot [n, 10]."""
    images = _read_file(images_file, folder, announce)[..., np.newaxis]
    labels = _read_file(labels_file, folder, announce)
    if len(images) != len(labels):
        raise InputError(f'{images_file.path(folder)}: holds {len(images)} images, and '
                         f'{labels_file.path(folder)} holds {len(labels)} labels; take both '
                         'files from one data set')
    if labels.max(initial=0) >= NUM_CLASSES:
        raise InputError(f'{labels_file.path(folder)}: holds the label {labels.max()}; take a '
                         f'data set with the classes 0 to {NUM_CLASSES - 1}')
    return images, _dense_to_one_hot(labels) if one_hot else labels


def _read_file(file: IdxFile, folder: str, announce: Callable[[str], None]) -> np.ndarray:
    path = file.path(folder)
    announce('Extracting ' + path)
    array = read_idx(path, file.magic)
    if content_sha256(array, file.magic) != file.sha256:
        _logger.warning('%s: not MNIST (its digest differs); read as another data set', path)
    return array


def _dense_to_one_hot(labels: np.ndarray) -> np.ndarray:
    """float64 [n, 10] with a one in the column of each of the `labels` [n]."""
    return np.eye(NUM_CLASSES)[labels]
