"""Running TensorFlow 1.x scripts on today's TensorFlow."""
from typing import Any, Optional


def install(seed: Optional[int] = None, front: Optional[str] = None) -> Any:
    """Make `tensorflow` in this process TensorFlow 1.15's own Python, and return it.

    For notebooks and for a conftest.py, before the first import of TensorFlow:

        import reproduce.legacy
        tf = reproduce.legacy.install(seed=7)

    Args:
      seed: of every graph, of eager execution, and of random and numpy.random; None sets none.
      front: the folder of 1.15's Python, which `python -m reproduce.legacy --get` fetches.

    Raises:
      InputError: it is not there, or TensorFlow was imported before.
    """
    from reproduce.legacy import observe
    from reproduce.legacy.front import location, start
    from reproduce.shared.files import own_data_dir
    tensorflow = start.install(location.needed(front))
    observe.serve_mnist(own_data_dir())
    if seed is not None:
        observe.set_seeds(seed)
    return tensorflow
