"""`read_data_sets` and `next_batch`, as TensorFlow 1.x's tutorial package had them.

Source: the behaviour of `tensorflow.examples.tutorials.mnist.input_data` on
TensorFlow 1.15, with two differences.  The 1.x functions print, and they seed and use
NumPy's global generator; these tell a callback, and draw from the generator that they
are given.
"""
import logging
import os
from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

import numpy as np

from reproduce.mnist.idx import content_sha256, read_idx
from reproduce.mnist.source import (
    FILES,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    IdxFile,
)
from reproduce.shared.errors import InputError

NUM_CLASSES = 10
VALIDATION_SIZE = 5000  # TensorFlow 1.x's default

_logger = logging.getLogger(__name__)

Batch = Tuple[np.ndarray, np.ndarray]


class DataSet:
    """Images with their labels, handed out in shuffled batches."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, dtype: Any = np.float32,
                 reshape: bool = True, generator: Optional[np.random.RandomState] = None) -> None:
        """Take uint8 `images` [n, rows, columns, 1] and `labels` [n, ...].

        Args:
          images: uint8.
          labels: class numbers [n] or one-hot [n, classes].
          dtype: float32 scales the images into [0, 1]; uint8 leaves them.
          reshape: flatten the images to [n, rows * columns].
          generator: draws the shuffles; None makes one without a seed.

        Raises:
          TypeError: `dtype` is neither uint8 nor float32.
          InputError: images and labels differ in number.
        """
        dtype = np.dtype(getattr(dtype, 'as_numpy_dtype', dtype))
        if dtype not in (np.uint8, np.float32):
            raise TypeError(f'Invalid image dtype {dtype}, expected uint8 or float32')
        if len(images) != len(labels):
            raise InputError(f'{len(images)} images but {len(labels)} labels')
        if reshape:
            count, rows, columns, _ = images.shape
            images = images.reshape(count, rows * columns)
        if dtype == np.float32:
            images = np.multiply(images.astype(np.float32), 1.0 / 255.0)
        self._generator = generator or np.random.RandomState()
        self._images = images
        self._labels = labels
        self._order = np.arange(len(images))
        self._in_order: Optional[Batch] = (images, labels)  # None after a shuffle, until asked for
        self._epochs_completed = 0
        self._index_in_epoch = 0

    @property
    def images(self) -> np.ndarray:
        """The images in their present order."""
        return self._ordered()[0]

    @property
    def labels(self) -> np.ndarray:
        """The labels in their present order."""
        return self._ordered()[1]

    def _ordered(self) -> Batch:
        if self._in_order is None:
            self._in_order = self.examples(self._order)
        return self._in_order

    @property
    def generator(self) -> np.random.RandomState:
        """What draws the shuffles."""
        return self._generator

    @property
    def num_examples(self) -> int:
        """How many examples an epoch has."""
        return len(self._images)

    @property
    def epochs_completed(self) -> int:
        """How often `next_batch` has come to the end."""
        return self._epochs_completed

    def next_batch(self, batch_size: int, shuffle: bool = True) -> Batch:
        """The next `batch_size` examples: (images, labels), each with so many rows.

        The order is shuffled before the first batch and at the end of each epoch;
        the batch at that end joins the old order's tail to the new order's head.
        """
        return self.examples(self.next_rows(batch_size, shuffle))

    def examples(self, rows: np.ndarray) -> Batch:
        """Images and labels of `rows`, which count in the order that the files have."""
        return self._images[rows], self._labels[rows]

    def next_rows(self, batch_size: int, shuffle: bool = True) -> np.ndarray:
        """The rows of the next batch, for `examples`: int64 [batch_size]."""
        start = self._index_in_epoch
        if self._epochs_completed == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= self.num_examples:
            self._index_in_epoch += batch_size
            return self._order[start:self._index_in_epoch]
        self._epochs_completed += 1
        tail = self._order[start:]
        if shuffle:
            self._shuffle()
        self._index_in_epoch = batch_size - (self.num_examples - start)
        return np.concatenate((tail, self._order[:self._index_in_epoch]))

    def _shuffle(self) -> None:
        # A new shuffle permutes the order that the last one left.
        permutation = np.arange(self.num_examples)
        self._generator.shuffle(permutation)
        self._order = self._order[permutation]
        self._in_order = None


class Datasets(NamedTuple):
    """What `read_data_sets` returns."""

    train: DataSet
    validation: DataSet
    test: DataSet


class Arrays(NamedTuple):
    """What the four files of a folder hold."""

    train_images: np.ndarray  # uint8 [n, rows, columns]
    train_labels: np.ndarray  # uint8 [n]
    test_images: np.ndarray
    test_labels: np.ndarray
    digests: Dict[str, str]  # SHA-256 of each file's uncompressed content, by MNIST's names

    @property
    def is_mnist(self) -> bool:
        """Whether all four files hold MNIST."""
        return all(self.digests[file.name] == file.sha256 for file in FILES)


def read_data_sets(train_dir: str, one_hot: bool = False, dtype: Any = np.float32,
                   reshape: bool = True, validation_size: int = VALIDATION_SIZE,
                   generator: Optional[np.random.RandomState] = None,
                   announce: Callable[[str], None] = lambda line: None) -> Datasets:
    """Read the four IDX files in `train_dir` as three data sets.

    Args:
      train_dir: a folder with the four files, gzip or raw.
      one_hot: labels as float64 [n, 10] in place of uint8 [n].
      dtype: float32, scaled into [0, 1], or uint8, as stored.
      reshape: images as [n, rows * columns] in place of [n, rows, columns, 1].
      validation_size: the first so many training images form the validation set.
      generator: draws the shuffles of all three sets; None makes one without a seed.
      announce: called with each line that TensorFlow 1.x prints, `Extracting ...`.

    Returns:
      Datasets: train, validation, test.  For MNIST 55,000, 5,000 and 10,000.

    Raises:
      InputError: as `read_idx_files` and `data_sets`.
    """
    generator = generator or np.random.RandomState()
    return data_sets(read_idx_files(train_dir, announce), train_dir,
                     lambda images, labels: DataSet(images, labels, dtype, reshape, generator),
                     one_hot, validation_size)


def read_idx_files(folder: str, announce: Callable[[str], None] = lambda line: None) -> Arrays:
    """Read the four IDX files in `folder`, in TensorFlow 1.x's order.

    Raises:
      InputError: a file is missing or damaged, the files do not belong together,
        or a label is over 9.
    """
    arrays, digests = {}, {}
    for file in FILES:
        arrays[file] = _read_file(file, folder, announce)
        digests[file.name] = content_sha256(arrays[file], file.magic)
        if digests[file.name] != file.sha256:
            _logger.warning('%s: not MNIST (its digest differs); read as another data set',
                            file.path(folder))
        if file in (TRAIN_LABELS, TEST_LABELS):
            images = TRAIN_IMAGES if file is TRAIN_LABELS else TEST_IMAGES
            _check_pair(images, arrays[images], file, arrays[file], folder)
    return Arrays(*(arrays[file] for file in FILES), digests)


def data_sets(arrays: Arrays, folder: str, make: Callable[[np.ndarray, np.ndarray], DataSet],
              one_hot: bool = False, validation_size: int = VALIDATION_SIZE) -> Datasets:
    """The three data sets of `arrays`.

    Args:
      arrays: from `read_idx_files`.
      folder: what errors call them.
      make: from uint8 images [n, rows, columns, 1] and their labels to a data set; called for
        the training, the validation and the test set, in this order.
      one_hot: labels as float64 [n, 10] in place of uint8 [n].
      validation_size: the first so many training images form the validation set.

    Raises:
      InputError: there are fewer training images than `validation_size`.
    """
    if not 0 <= validation_size <= len(arrays.train_images):
        raise InputError(f'{folder}: holds {len(arrays.train_images)} training images, and the '
                         f'first {validation_size} are held out for validation; name a data set '
                         'with more')

    def data_set(images: np.ndarray, labels: np.ndarray) -> DataSet:
        return make(images[..., np.newaxis], _one_hot(labels) if one_hot else labels)

    return Datasets(
        train=data_set(arrays.train_images[validation_size:],
                       arrays.train_labels[validation_size:]),
        validation=data_set(arrays.train_images[:validation_size],
                            arrays.train_labels[:validation_size]),
        test=data_set(arrays.test_images, arrays.test_labels))


def _check_pair(images_file: IdxFile, images: np.ndarray, labels_file: IdxFile,
                labels: np.ndarray, folder: str) -> None:
    """Check that uint8 images [n, rows, columns] and labels [n] belong together."""
    if len(images) != len(labels):
        raise InputError(f'{images_file.path(folder)}: holds {len(images)} images, and '
                         f'{labels_file.path(folder)} holds {len(labels)} labels; take both '
                         'files from one data set')
    if labels.max(initial=0) >= NUM_CLASSES:
        raise InputError(f'{labels_file.path(folder)}: holds the label {labels.max()}; take a '
                         f'data set with the classes 0 to {NUM_CLASSES - 1}')


def _read_file(file: IdxFile, folder: str, announce: Callable[[str], None]) -> np.ndarray:
    path = file.path(folder)
    misnamed = None if os.path.exists(path) else file.misnamed(folder)
    if misnamed:
        raise InputError(f'{path}: no such file; rename {misnamed} to {file.right_name(misnamed)}')
    announce('Extracting ' + path)
    return read_idx(path, file.magic)


def _one_hot(labels: np.ndarray) -> np.ndarray:
    """float64 [n, 10] with a one in the column of each of the `labels` [n]."""
    return np.eye(NUM_CLASSES)[labels]
