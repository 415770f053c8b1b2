"""Making `tensorflow` in this process TensorFlow 1.15's own Python."""
import logging
import os
import sys
import warnings
from types import ModuleType

from reproduce.legacy.front import runtime
from reproduce.legacy.front.dropped import numpy_scalars, protobuf
from reproduce.legacy.front.finder import Finder
from reproduce.legacy.names import install as names
from reproduce.shared.environment import without_banners
from reproduce.shared.errors import InputError

# What 1.15 says of its own names, which all were to go.
_ADVICE = ('Instructions for updating', 'is deprecated. Please use tf.compat',
           'The TensorFlow contrib module will not be included')


def install(front: str) -> ModuleType:
    """Import TensorFlow 1.15 from the folder `front`, which `fetch` has filled, and return it.

    Raises:
      InputError: TensorFlow was imported before, or lacks something that is needed.
    """
    if 'tensorflow' in sys.modules:
        raise InputError('tensorflow: was imported before; let this come first')
    _set_up()
    runtime_folder = runtime.folder()
    names.install()
    protobuf.install()
    sys.meta_path.insert(0, Finder(front, runtime_folder))
    with without_banners(), _without_tensorboard():
        import tensorflow
    numpy_scalars.install(tensorflow.Session, tensorflow.InteractiveSession)
    return tensorflow


def _set_up() -> None:
    os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '3')
    os.environ.setdefault('TF_ENABLE_ONEDNN_OPTS', '0')  # 1.15 had it not, and rounds as without
    warnings.filterwarnings('ignore', category=DeprecationWarning)
    warnings.filterwarnings('ignore', category=SyntaxWarning)  # of 1.15's own files
    logging.getLogger('tensorflow').addFilter(
        lambda record: not any(text in str(record.msg) for text in _ADVICE))


class _without_tensorboard:  # noqa: N801, reads as what it is used for
    """1.15 logs, by the root logger, that TensorBoard is not there; the root logger is the user's.

    With a handler there, logging makes none.
    """

    def __init__(self) -> None:
        self._handler = logging.NullHandler()

    def __enter__(self) -> None:
        logging.root.addHandler(self._handler)

    def __exit__(self, *error: object) -> None:
        logging.root.removeHandler(self._handler)
