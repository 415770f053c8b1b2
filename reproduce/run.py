"""The main job: the article's experiment, and its log on stdout.

Run as `python reproduce/run.py` or `python -m reproduce.run`.
"""
import argparse
import contextlib
import dataclasses
import logging
import os
import sys
import time
from typing import TYPE_CHECKING, Iterable, List, Optional

if not __package__:  # run as a file: look for the package beside it, not inside it
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from reproduce import __version__, cli
from reproduce.article import ARTICLE, Article
from reproduce.environment import set_up, without_banners
from reproduce.errors import InputError
from reproduce.log import Record, StepRecord, Updated, format_record
from reproduce.progress import ProgressBar

# NumPy and TensorFlow are imported where they are used: --help answers at once, and
# unusable data is reported before the seconds that TensorFlow's import takes.
if TYPE_CHECKING:
    from reproduce.mnist import Datasets


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags: the article's variables, then what this program adds."""
    parser = cli.Parser(prog='run.py', description="Run the article's LSTM experiment on MNIST "
                                                   "and print its log.")
    parser.add_argument('--version', action='version', version='reproduce ' + __version__)
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
    parser.add_argument('--data-dir', metavar='DIR', default=cli.own_data_dir(),
                        help="folder with MNIST's four files, or another data set's of the "
                             "same names, gzip or raw")
    parser.add_argument('--download', action='store_true',
                        help='fetch what the folder lacks of MNIST')
    parser.add_argument('--seed', type=cli.seed, metavar='N', default=1,
                        help="as tf.set_random_seed(N) on TensorFlow 1.x; 'none' leaves the run "
                             "unseeded, as the article's was")
    parser.add_argument('--engine', choices=('fast', 'static'), default='fast',
                        help="how the LSTM is computed: 'static' is the article's graph, node for "
                             "node; 'fast' computes the same numbers in less time")
    parser.add_argument('--threads', type=cli.whole_number(1), metavar='N',
                        default=cli.available_cores(), help='cores to compute with')
    parser.add_argument('--quiet', action='store_true', help='write only errors to stderr')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Read the data, train, and print."""
    started = time.monotonic()
    if args.quiet:
        logging.getLogger('reproduce').setLevel(logging.ERROR)
    article = _article(args)
    data = _read_data(args, article)
    set_up()
    with contextlib.nullcontext() if args.debug else without_banners():
        from reproduce import training
        session, graph = training.open_session(article, args.seed, args.engine, args.threads)
    with session:
        _print_log(training.train(session, graph, data, article), article, args)
        if not args.quiet:
            right = training.count_right_answers(session, graph, data.test, article)
            _print_summary(right, data.test.num_examples, time.monotonic() - started, args)
    return cli.EXIT_FINE


def _article(args: argparse.Namespace) -> Article:
    """The article's numbers, with those that flags changed."""
    flags = {name: value for name, value in vars(args).items()
             if name in Article.__dataclass_fields__}
    return dataclasses.replace(ARTICLE, **flags)


def _read_data(args: argparse.Namespace, article: Article) -> 'Datasets':
    """The data sets, checked against what the experiment asks of them."""
    from reproduce.mnist import read_data_sets
    from reproduce.mnist.download import fetch_missing
    if args.download:
        fetch_missing(args.data_dir)
    data = read_data_sets(args.data_dir, one_hot=True, reshape=False, graph_seed=args.seed,
                          announce=_print_line)
    size = data.train.images.shape[1:3]
    if size != (article.timesteps, article.num_input):
        raise InputError(f'{args.data_dir}: its images are {size[0]} x {size[1]}, and the '
                         f'experiment reads {article.timesteps} x {article.num_input}; name '
                         'another --data-dir')
    for flag, wanted, images in (('--batch-size', article.batch_size, data.train),
                                 ('--test-len', article.test_len, data.test)):
        if wanted > images.num_examples:
            raise InputError(f'{flag} {wanted}: there are {images.num_examples} images; give '
                             'so many at the most')
    return data


def _print_log(records: Iterable[Record], article: Article, args: argparse.Namespace) -> None:
    """Print the article's lines on stdout, and a progress bar on stderr."""
    bar = ProgressBar(article.training_steps, sys.stderr, enabled=not args.quiet)
    for record in records:
        if isinstance(record, (Updated, StepRecord)):
            bar.update(record.step)
        if not isinstance(record, Updated):
            bar.clear()
            _print_line(format_record(record))


def _print_line(line: str) -> None:
    print(line, flush=True)  # so that a redirected log grows as the run goes on


def _print_summary(right: int, images: int, seconds: float, args: argparse.Namespace) -> None:
    """Say on stderr what the log does not."""
    from reproduce.intervals import clopper_pearson
    low, high = clopper_pearson(right, images)
    print(f'Accuracy on all {images} test images: {right / images:.4f} '
          f'(95 % interval {low:.4f} to {high:.4f})', file=sys.stderr)
    seed = 'none' if args.seed is None else args.seed
    print(f'{args.training_steps} steps, {seconds:.1f} s in all; seed {seed}', file=sys.stderr)


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
