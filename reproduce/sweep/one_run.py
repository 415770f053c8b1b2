"""One run among many: its printed log, made in this process on one core."""
from typing import Callable, Dict, Optional

from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.experiment import Experiment, open_experiment, read_data
from reproduce.experiment.provenance import provenance
from reproduce.shared.environment import configure_tensorflow, without_banners
from reproduce.shared.files import own_data_dir
from reproduce.shared.records import Updated, format_record

ENGINE, THREADS = 'fast', 1


def printed_log(seed: int, article: Article = ARTICLE,
                change: Optional[Callable[[Experiment], Experiment]] = None) -> str:
    """Run the experiment with `seed`; return its printed lines.

    Args:
      seed: as `tf.set_random_seed(seed)` on TensorFlow 1.x.
      article: the experiment's numbers.
      change: what to alter about the run before it begins.
    """
    configure_tensorflow()
    data = read_data(own_data_dir(), article, seed).sets
    with without_banners():
        experiment = open_experiment(article, seed, data, ENGINE, THREADS)
        if change:
            experiment = change(experiment)
    with experiment.network.session:
        return ''.join(format_record(record) + '\n' for record in experiment.records()
                       if not isinstance(record, Updated))


def circumstances() -> Dict[str, str]:
    """What `printed_log` runs on in this process."""
    return {**provenance(), 'engine': ENGINE, 'threads': str(THREADS)}
