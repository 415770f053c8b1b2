"""The main job: the article's experiment, and its log on stdout.

Run as `python reproduce/run.py` or `python -m reproduce.run`.
"""
import argparse
import contextlib
import dataclasses
import os
import sys
import time
from typing import TYPE_CHECKING, Iterable, List, Optional

if not __package__:  # run as a file: look for the package beside it, not inside it
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from reproduce import __version__, cli, verdict
from reproduce.article import ARTICLE, Article
from reproduce.environment import set_up, without_banners
from reproduce.errors import InputError
from reproduce.files import check_writable
from reproduce.log import Record, StepRecord, Updated, format_record, parse_log
from reproduce.progress import ProgressBar

# NumPy and TensorFlow are imported where they are used: --help answers at once, and
# unusable data is reported before the seconds that TensorFlow's import takes.
if TYPE_CHECKING:
    import tensorflow.compat.v1 as tf

    from reproduce import replay
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
    parser.add_argument('--record', metavar='FILE.npz',
                        help='store the initial weights and the batches there')
    parser.add_argument('--replay', metavar='FILE.npz',
                        help='take the weights and the batches from there, and draw nothing')
    parser.add_argument('--init-checkpoint', metavar='PREFIX',
                        help="start from what tf.train.Saver wrote, such as model.ckpt-500, and "
                             'after its step; with --training-steps 0 only evaluate it')
    parser.add_argument('--save-checkpoint', metavar='PREFIX',
                        help='at the end write PREFIX-STEP, as tf.train.Saver does')
    parser.add_argument('--engine', choices=('fast', 'static'), default='fast',
                        help="how the LSTM is computed: 'static' is the article's graph, node for "
                             "node; 'fast' computes the same numbers in less time")
    parser.add_argument('--threads', type=cli.whole_number(1), metavar='N',
                        default=cli.available_cores(), help='cores to compute with')
    parser.add_argument('--quiet', action='store_true', help='write only errors to stderr')
    parser.add_argument('--check', action='store_true',
                        help='exit with 1 unless the log is the one recorded with this seed, on '
                             'TensorFlow 1.15 if it was, or where none is, a plausible one')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Read the data, train, and print."""
    started = time.monotonic()
    article = _article(args)
    incomparable = _why_incomparable(args)
    if args.check and incomparable:
        raise InputError(f'--check: {incomparable}')
    if args.save_checkpoint:
        check_writable(os.path.dirname(args.save_checkpoint) or '.', '--save-checkpoint')
    _check_one_start(args)
    data = _read_data(args, article)
    recording = _replayed(args, article, data)
    set_up()
    with contextlib.nullcontext() if args.debug else without_banners():
        from reproduce import checkpoint, training
        session, graph = training.open_session(article, args.seed, args.engine, args.threads)
    with session:
        steps_before = _set_start(session, recording, args)
        if args.record:
            recording = _record(session, data, article, args)
        records = training.train(session, graph, data, article, recording and recording.rows,
                                 steps_before)
        lines = _print_log(records, article, args, steps_before)
        if args.save_checkpoint:
            checkpoint.save(session, args.save_checkpoint,
                            max(steps_before, article.training_steps))
        if not args.quiet:
            right = training.count_right_answers(session, graph, data.test, article)
            _print_summary(right, data.test.num_examples, time.monotonic() - started, args)
    if incomparable:
        if not args.quiet:
            print(f'not comparable: {incomparable}', file=sys.stderr)
        return cli.EXIT_FINE
    return compare(lines, args)


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


def _check_one_start(args: argparse.Namespace) -> None:
    """Check that no two flags say where the run starts, and none stores the start of another."""
    given = [f'{flag} {value}' for flag, value in (
        ('--replay', args.replay), ('--init-checkpoint', args.init_checkpoint),
        ('--record', args.record)) if value]
    if len(given) > 1:
        raise InputError(f'{" and ".join(given)}: each has the run start in its own way; give '
                         'one of them')


def _replayed(args: argparse.Namespace, article: Article,
              data: 'Datasets') -> Optional['replay.Recording']:
    """What `--replay` names, if it is given."""
    if not args.replay:
        return None
    from reproduce import replay
    recording = replay.load(args.replay)
    replay.check_fits(recording, args.replay, article.training_steps, article.batch_size,
                      data.train.num_examples)
    return recording


def _set_start(session: 'tf.Session', recording: Optional['replay.Recording'],
               args: argparse.Namespace) -> int:
    """Give the variables what `--replay` or `--init-checkpoint` holds; the steps made before."""
    from reproduce import checkpoint, training
    if recording:
        training.set_weights(session, recording.weights, args.replay)
    if not args.init_checkpoint:
        return 0
    weights, step = checkpoint.read(args.init_checkpoint)
    training.set_weights(session, weights, args.init_checkpoint)
    return step


def _record(session: 'tf.Session', data: 'Datasets', article: Article,
            args: argparse.Namespace) -> 'replay.Recording':
    """Draw all batches, and store them with the weights, which are still the initial ones."""
    from reproduce import replay, training
    rows = training.draw_rows(data.train, article.training_steps, article.batch_size)
    recording = replay.Recording(training.weights(session), rows)
    replay.save(recording, args.record)
    return recording


def _print_log(records: Iterable[Record], article: Article, args: argparse.Namespace,
               steps_before: int) -> List[str]:
    """Print the article's lines on stdout, and a progress bar on stderr; return the lines."""
    lines = []
    bar = ProgressBar(article.training_steps - steps_before, sys.stderr, enabled=not args.quiet)
    for record in records:
        if isinstance(record, (Updated, StepRecord)):
            bar.update(record.step - steps_before)
        if not isinstance(record, Updated):
            bar.clear()
            lines.append(format_record(record))
            _print_line(lines[-1])
    return lines


def _print_line(line: str) -> None:
    print(line, flush=True)  # so that a redirected log grows as the run goes on


def _why_incomparable(args: argparse.Namespace) -> Optional[str]:
    """Why no recorded logs can tell whether the run is right; None where some can."""
    for name, wanted in dataclasses.asdict(ARTICLE).items():
        if getattr(args, name, wanted) != wanted:
            flag = '--' + name.replace('_', '-')
            return f'{flag} {getattr(args, name)} is not the article\'s {wanted}'
    for flag, value in (('--replay', args.replay), ('--init-checkpoint', args.init_checkpoint)):
        if value:
            return f'{flag} {value} is not where a recorded run started'
    if args.data_dir != cli.own_data_dir():
        return f'--data-dir {args.data_dir} is not the recorded runs\''
    return verdict.why_none(args.seed)


def compare(lines: List[str], args: argparse.Namespace) -> int:
    """Say whether these lines are the experiment's; the exit code."""
    result = verdict.of_run(parse_log(lines, 'stdout'), args.seed)
    if not result.same or not args.quiet:
        print(result.text, file=sys.stderr)
    return cli.EXIT_FAILED if args.check and not result.same else cli.EXIT_FINE


def _print_summary(right: int, images: int, seconds: float, args: argparse.Namespace) -> None:
    """Say on stderr what the log does not."""
    from reproduce.intervals import clopper_pearson
    low, high = clopper_pearson(right, images)
    print(f'Accuracy on all {images} test images: {right / images:.4f} '
          f'(95 % interval {low:.4f} to {high:.4f})', file=sys.stderr)
    print(f'{args.training_steps} steps, {seconds:.1f} s in all; seed {_seed(args)}',
          file=sys.stderr)


def _seed(args: argparse.Namespace) -> str:
    """The seed as the flag takes it."""
    return 'none' if args.seed is None else str(args.seed)


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
