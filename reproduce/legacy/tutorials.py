"""The tutorials' MNIST, `input_data.read_data_sets`, with this package's loader and files."""
import os
from typing import Any, Callable, Dict, Optional, Tuple

import numpy as np

from reproduce import mnist
from reproduce.mnist.source import FILES

# NumPy's global generator, which 1.x's data sets draw from; the module has its methods.
_GLOBAL_GENERATOR: Any = np.random
_FAKE_EXAMPLES = 10000  # that a set of fake data has

GetSeed = Callable[[Optional[int]], Tuple[Optional[int], Optional[int]]]


def symbols(data_dir: str, get_seed: GetSeed) -> Dict[str, Any]:
    """What the modules of MNIST hold.

    Args:
      data_dir: where the files are that a script's folder lacks.
      get_seed: gives 1.x's seeds of an operation; each data set reseeds NumPy with them.
    """
    def reseed(seed: Optional[int]) -> None:
        graph_seed, op_seed = get_seed(seed)
        np.random.seed(graph_seed if seed is None else op_seed)

    class DataSet(mnist.DataSet):
        """Images with their labels, in batches that NumPy's global generator shuffles."""

        def __init__(self, images: Any, labels: Any, fake_data: bool = False,
                     one_hot: bool = False, dtype: Any = np.float32, reshape: bool = True,
                     seed: Optional[int] = None) -> None:
            reseed(seed)
            self._one_hot = one_hot
            if fake_data:
                images, labels = np.zeros((_FAKE_EXAMPLES, 1, 1, 1), np.uint8), np.zeros(
                    _FAKE_EXAMPLES)
            super().__init__(images, labels, dtype, reshape, generator=_GLOBAL_GENERATOR)

        def next_batch(self, batch_size: int, fake_data: bool = False,
                       shuffle: bool = True) -> Any:
            """The next batch; with `fake_data` lists of all-one images of class 0."""
            if not fake_data:
                return super().next_batch(batch_size, shuffle)
            label = [1] + [0] * (mnist.NUM_CLASSES - 1) if self._one_hot else 0
            return [[1] * 784] * batch_size, [label] * batch_size

    def read_data_sets(train_dir: str, fake_data: bool = False, one_hot: bool = False,
                       dtype: Any = np.float32, reshape: bool = True,
                       validation_size: int = 5000, seed: Optional[int] = None,
                       source_url: Optional[str] = None) -> mnist.Datasets:
        """The data sets of the files in `train_dir`; where it lacks one, of MNIST's.

        Nothing is fetched; the lines that 1.x prints name `train_dir` in any case.
        """
        def make(images: Any, labels: Any) -> DataSet:
            return DataSet(images, labels, fake_data, one_hot, dtype, reshape, seed)

        if fake_data:
            return mnist.Datasets(*(make(None, None) for _ in mnist.Datasets._fields))
        folder = train_dir if _has_all(train_dir) else data_dir
        arrays = mnist.read_idx_files(folder, lambda line: print('Extracting', os.path.join(
            train_dir, os.path.basename(line))))
        return mnist.data_sets(arrays, folder, make, one_hot, validation_size)

    def load_data(path: str = 'mnist.npz') -> Any:
        """Keras' MNIST: ((images, labels) to train, the same to test), uint8, unscaled."""
        sets = mnist.read_data_sets(data_dir, dtype=np.uint8, validation_size=0)
        return tuple((part.images.reshape(-1, 28, 28), part.labels)
                     for part in (sets.train, sets.test))

    reading = {'read_data_sets': read_data_sets, 'DataSet': DataSet,
               'load_mnist': lambda train_dir='MNIST-data': read_data_sets(train_dir)}
    datasets = {'mnist': reading, 'load_dataset': _loader(reading['load_mnist'])}
    return {
        'examples': {'tutorials': {'mnist': {'input_data': {'read_data_sets': read_data_sets}}}},
        'learn': {'datasets': datasets, 'python': {'learn': {'datasets': datasets}}},
        'keras': {'datasets': {'mnist': {'load_data': load_data}}},
    }


def _loader(load_mnist: Callable[[], mnist.Datasets]) -> Callable[..., mnist.Datasets]:
    def load_dataset(name: str, size: str = 'small') -> mnist.Datasets:
        """The data set of that name.

        Raises:
          ValueError: it is not MNIST.
        """
        if name != 'mnist':
            raise ValueError(f'tf.contrib.learn.datasets.load_dataset: {name} is not here, only '
                             'mnist; load it from a file')
        return load_mnist()
    return load_dataset


def _has_all(folder: str) -> bool:
    return all(os.path.exists(file.path(folder)) for file in FILES)
