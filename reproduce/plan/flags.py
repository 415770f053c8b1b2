"""The flags of the main job; their defaults are the article's."""
import argparse
from typing import Any, List, Optional

from reproduce import __version__
from reproduce.experiment.article import ARTICLE
from reproduce.plan.plan import Plan
from reproduce.shared import cli
from reproduce.shared.environment import available_cores, without_banners
from reproduce.shared.files import own_data_dir

_NOT_GIVEN = object()


class _Version(argparse.Action):
    """--version, worked out only where it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from reproduce.experiment.kernels import in_use
        with without_banners():
            text = in_use()
        print(f'reproduce {__version__}, compiled operations: {text}')
        parser.exit()


def parse_args(argv: Optional[List[str]]) -> Plan:
    """The flags, and which of them were given."""
    parser = _parser()
    plan = parser.parse_args(argv, Plan(**dict.fromkeys(vars(parser.parse_args([])), _NOT_GIVEN)))
    plan.given = frozenset(name for name, value in vars(plan).items() if value is not _NOT_GIVEN)
    for name in vars(plan).keys() - plan.given - {'given'}:
        setattr(plan, name, parser.get_default(name))
    if 'threads' not in plan.given:
        plan.threads = 1 if plan.deterministic else available_cores()
    return plan


def _parser() -> cli.Parser:
    """The article's variables, then what this program adds."""
    parser = cli.Parser(prog='run.py', description="Run the article's LSTM experiment on MNIST "
                                                   "and print its log.")
    parser.add_argument('--version', action=_Version, nargs=0, help="show this package's version, "
                        "and which compiled operations the fast engine uses")
    article = parser.add_argument_group("the article's numbers")
    article.add_argument('--training-steps', type=cli.whole_number(0), metavar='N',
                         default=ARTICLE.training_steps, help='updates')
    article.add_argument('--batch-size', type=cli.whole_number(1), metavar='N',
                         default=ARTICLE.batch_size, help='images an update')
    article.add_argument('--learning-rate', type=cli.positive_number, metavar='X',
                         default=ARTICLE.learning_rate, help='of plain gradient descent')
    article.add_argument('--display-step', type=cli.whole_number(1), metavar='N',
                         default=ARTICLE.display_step,
                         help='print a line at step 1 and at every N-th')
    article.add_argument('--num-hidden', type=cli.whole_number(1), metavar='N',
                         default=ARTICLE.num_hidden, help="the LSTM's units")
    article.add_argument('--forget-bias', type=cli.finite_number, metavar='X',
                         default=ARTICLE.forget_bias, help='added to the forget gate')
    article.add_argument('--test-len', type=cli.whole_number(1), metavar='N',
                         default=ARTICLE.test_len,
                         help='first test images, for the printed test accuracy')
    parser.add_argument('--data-dir', metavar='DIR', default=own_data_dir(),
                        help="folder with MNIST's four files, or another data set's of the "
                             "same names, gzip or raw")
    parser.add_argument('--download', action='store_true',
                        help='fetch what the folder lacks of MNIST')
    parser.add_argument('--seed', type=cli.seed, metavar='N', default=1,
                        help="as tf.set_random_seed(N) on TensorFlow 1.x; 'none' leaves the run "
                             "unseeded, as the article's was")
    parser.add_argument('--record', metavar='FILE.npz',
                        help='store the initial weights and the batches there')
    parser.add_argument('--replay', metavar='FILE.npz',
                        help='take the weights and the batches from there, and draw nothing')
    parser.add_argument('--init-checkpoint', metavar='PREFIX',
                        help="start from what tf.train.Saver wrote, such as model.ckpt-500, and "
                             'after its step; with --training-steps 0 only evaluate it')
    parser.add_argument('--save-checkpoint', metavar='PREFIX',
                        help='at the end write PREFIX-STEP, as tf.train.Saver does')
    folder = parser.add_argument_group("the run's folder")
    folder.add_argument('--logdir', metavar='DIR',
                        help="keep the run there: its log, checkpoints, TensorBoard's events, and "
                             'what it was made on')
    folder.add_argument('--resume', action='store_true',
                        help='go on with the run in --logdir, from its last whole checkpoint, or '
                             'begin it; flags that are not given are what they were')
    folder.add_argument('--overwrite', action='store_true',
                        help='delete the run in --logdir, and begin anew')
    folder.add_argument('--save-every', type=cli.whole_number(1), metavar='N', default=500,
                        help='write a checkpoint to --logdir after every N-th step')
    folder.add_argument('--keep', type=cli.whole_number(1), metavar='N', default=5,
                        help='checkpoints to keep there; older ones are deleted')
    folder.add_argument('--eval-every', type=cli.whole_number(1), metavar='N', default=2500,
                        help='note the accuracy on all test images there after every N-th step')
    parser.add_argument('--engine', choices=('fast', 'static'), default='fast',
                        help="how the LSTM is computed: 'static' is the article's graph, node for "
                             "node; 'fast' computes the same numbers in less time")
    parser.add_argument('--threads', type=cli.whole_number(1, cli.MOST_THREADS), metavar='N',
                        default=argparse.SUPPRESS,
                        help='cores to compute with (default: all, here '
                             f'{available_cores()}; with --deterministic 1)')
    parser.add_argument('--deterministic', action='store_true',
                        help='have TensorFlow compute the same bits in each run')
    parser.add_argument('--quiet', action='store_true', help='write only errors to stderr')
    parser.add_argument('--keep-going', action='store_true',
                        help='train on when the loss is not finite any more, as TensorFlow 1.x '
                             'did')
    parser.add_argument('--check', action='store_true',
                        help='exit with 1 unless the log is the one recorded with this seed, on '
                             'TensorFlow 1.15 if it was, or where none is, a plausible one')
    return parser
