"""One whole run with a seed, in this process and on one core, as its printed log."""
import os
import platform
from typing import TYPE_CHECKING, Callable, Dict, NamedTuple, Optional

from reproduce import __version__, cli
from reproduce.article import ARTICLE, Article
from reproduce.environment import processor, set_up, without_banners
from reproduce.log import Updated, format_record

if TYPE_CHECKING:
    import numpy as np
    import tensorflow.compat.v1 as tf

    from reproduce.graph import ArticleGraph
    from reproduce.mnist import Datasets

_ENGINE, _THREADS = 'fast', 1


class Experiment(NamedTuple):
    """A run that has not begun; its variables hold their initial values."""

    article: Article
    seed: int
    session: 'tf.Session'
    graph: 'ArticleGraph'
    data: 'Datasets'
    rows: Optional['np.ndarray'] = None  # as `training.train` takes them


def printed_log(seed: int, article: Article = ARTICLE,
                change: Optional[Callable[[Experiment], Experiment]] = None) -> str:
    """Run the experiment with `seed`; return the lines that it prints.

    Args:
      seed: as `tf.set_random_seed(seed)` on TensorFlow 1.x.
      article: the experiment's numbers.
      change: what to alter about the run before it begins.
    """
    from reproduce.mnist import read_data_sets
    set_up()
    with without_banners():
        from reproduce import training
        data = read_data_sets(cli.own_data_dir(), one_hot=True, graph_seed=seed)
        session, graph = training.open_session(article, seed, _ENGINE, _THREADS)
        experiment = Experiment(article, seed, session, graph, data)
        if change:
            experiment = change(experiment)
    with session:
        return ''.join(format_record(record) + '\n' for record in training.train(
            session, experiment.graph, experiment.data, article, experiment.rows)
            if not isinstance(record, Updated))


def circumstances() -> Dict[str, str]:
    """What `printed_log` runs on in this process."""
    import numpy as np
    import tensorflow as tf
    return {'reproduce': __version__, 'tensorflow': tf.__version__, 'numpy': np.__version__,
            'python': platform.python_version(), 'processor': processor(),
            'engine': _ENGINE, 'threads': str(_THREADS),
            'oneDNN': 'off' if os.environ.get('TF_ENABLE_ONEDNN_OPTS') == '0' else 'on'}
