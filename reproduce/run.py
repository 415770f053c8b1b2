"""The main job: the article's experiment, and its log on stdout.

Run as `python reproduce/run.py` or `python -m reproduce.run`.
"""
import argparse
import contextlib
import dataclasses
import os
import sys
import time
from typing import TYPE_CHECKING, Any, ContextManager, Dict, Iterator, List, Optional, Tuple

if not __package__:  # run as a file: look for the package beside it, not inside it
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from reproduce import __version__
from reproduce.comparison import verdict
from reproduce.comparison.log import parse_log
from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.setup import (
    Data,
    Experiment,
    check_memory,
    open_experiment,
    read_data,
)
from reproduce.shared import cli
from reproduce.shared.environment import available_cores, set_up, without_banners
from reproduce.shared.errors import InputError, RunError
from reproduce.shared.files import check_writable, own_data_dir
from reproduce.shared.progress import ProgressBar
from reproduce.shared.records import Record, StepRecord, Updated, format_record

# NumPy and TensorFlow are imported where they are used: --help answers at once, and
# unusable data is reported before the seconds that TensorFlow's import takes.
if TYPE_CHECKING:
    from reproduce.experiment.start import Start
    from reproduce.logdir.folder import Folder
    from reproduce.logdir.keeper import Keeper


class _Version(argparse.Action):
    """--version, worked out only where it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from reproduce.experiment.kernels import in_use
        with without_banners():
            text = in_use()
        print(f'reproduce {__version__}, compiled operations: {text}')
        parser.exit()


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags: the article's variables, then what this program adds."""
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
                        help='go on with the run in --logdir, from its last whole checkpoint')
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
    args = parser.parse_args(argv)
    if not hasattr(args, 'threads'):
        args.threads = 1 if args.deterministic else available_cores()
    return args


def run(args: argparse.Namespace) -> int:
    """Check the flags, claim the run's folder, and run."""
    article = _article(args)
    _check_flags(args, article)
    if not args.logdir:
        return _run(args, article, None)
    from reproduce.logdir.folder import Folder
    with contextlib.closing(Folder(args.logdir, args.resume, args.overwrite, article)) as folder:
        folder.check_settings(_settings(args, article))
        if folder.finished:
            print(f'--resume: the run in {folder.path} is finished; its log is run.log there',
                  file=sys.stderr)
            return cli.EXIT_FINE
        return _run(args, article, folder)


def _run(args: argparse.Namespace, article: Article, folder: Optional['Folder']) -> int:
    """Read the data, build the graph, start, train and print, and say what came of it."""
    started = time.monotonic()
    with _quiet_import(args):
        start = _start(args, article, folder)
    data, heading = _read_data(args, article, start)
    generator = data.sets.train.generator.get_state(legacy=True)
    with _quiet_import(args):
        experiment = _opened(args, article, data, start)
    with experiment.network.session, _keeping(
            args, folder, experiment, data, generator, heading) as keeper:
        lines = _print_log(_records(experiment, keeper, args), experiment, args)
        unsaved = _save(experiment, args)
        if not args.quiet:
            _print_summary(experiment, time.monotonic() - started)
        text, code = _say_verdict(keeper.lines if keeper else lines, data, args)
        if keeper:
            keeper.finish(text)
    if unsaved:
        raise unsaved
    return code


def _article(args: argparse.Namespace) -> Article:
    """The article's numbers, with those that flags changed."""
    flags = {name: value for name, value in vars(args).items()
             if name in Article.__dataclass_fields__}
    return dataclasses.replace(ARTICLE, **flags)


def _settings(args: argparse.Namespace, article: Article) -> Dict[str, Any]:
    """What decides what a run computes."""
    return dict(dataclasses.asdict(article), **{name: getattr(args, name) for name in (
        'seed', 'engine', 'threads', 'deterministic', 'replay', 'init_checkpoint')})


def _check_flags(args: argparse.Namespace, article: Article) -> None:
    """Check what can be refused at once, before anything is read."""
    cli.check_stdout()
    given = [f'{flag} {value}' for flag, value in (
        ('--replay', args.replay), ('--init-checkpoint', args.init_checkpoint),
        ('--record', args.record)) if value]
    if len(given) > 1:
        raise InputError(f'{" and ".join(given)}: each has the run start in its own way; give '
                         'one of them')
    if not args.logdir and (args.resume or args.overwrite):
        raise InputError(f'{"--resume" if args.resume else "--overwrite"}: is of --logdir; name '
                         'the folder by it')
    if args.resume and args.overwrite:
        raise InputError('--resume and --overwrite: give one of them')
    if args.deterministic and args.seed is None:
        raise InputError('--deterministic --seed none: an unseeded run draws other numbers each '
                         'time; give a seed')
    if args.check:
        incomparable = _why_flags_are_incomparable(args)
        if incomparable:
            raise InputError(f'--check: {incomparable}')
    check_memory(article)
    if args.save_checkpoint:
        _check_prefix(args.save_checkpoint, article)


def _check_prefix(prefix: str, article: Article) -> None:
    """Check that a checkpoint can be written at `prefix`, and read again."""
    from reproduce.experiment.start import check_prefix
    from reproduce.experiment.variables import size_of_variables
    folder, name = os.path.split(prefix)
    if not name:
        raise InputError(f"--save-checkpoint {prefix}: names a folder; name the files' beginning "
                         f'too, such as {os.path.join(prefix, "model.ckpt")}')
    check_prefix(prefix, 'name another for --save-checkpoint')
    check_writable(folder or os.curdir, '--save-checkpoint', size_of_variables(article) + 2**16)


@contextlib.contextmanager
def _quiet_import(args: argparse.Namespace) -> Iterator[None]:
    """A block in which TensorFlow is imported, without its banners."""
    set_up()
    with contextlib.nullcontext() if args.debug else without_banners():
        yield


def _start(args: argparse.Namespace, article: Article, folder: Optional['Folder']) -> 'Start':
    """Where the flags have the run start, or the folder has it go on."""
    from reproduce.experiment import start
    found = start.FRESH
    if args.replay:
        found = start.from_recording(args.replay, article)
    elif args.init_checkpoint:
        found = start.from_checkpoint(args.init_checkpoint, article)
    return folder.start(found, article) if folder else found


def _read_data(args: argparse.Namespace, article: Article,
               start: 'Start') -> Tuple[Data, List[str]]:
    """The data sets, fetched first if that is asked for, and the lines printed about them."""
    if args.download:
        from reproduce.mnist.download import fetch_missing
        fetch_missing(args.data_dir)
    heading: List[str] = []

    def announce(line: str) -> None:
        heading.append(line)
        if not start.resumed:  # it was printed when the run began
            _print_line(line)

    data = read_data(args.data_dir, article, args.seed, announce)
    if args.check and not data.is_mnist:
        raise InputError(f'--check: {_not_mnist(args)}')
    return data, heading


def _opened(args: argparse.Namespace, article: Article, data: Data,
            start: 'Start') -> Experiment:
    """The experiment, ready to begin; with --record, its batches drawn and stored."""
    if args.deterministic:
        from reproduce.experiment.network import make_deterministic
        make_deterministic()
    experiment = open_experiment(article, args.seed, data.sets, args.engine, args.threads, start)
    if args.record and not start.resumed:
        from reproduce.experiment.start import record
        experiment = experiment._replace(next_batch=record(experiment.network, data.sets.train,
                                                           args.record))
    return experiment


def _keeping(args: argparse.Namespace, folder: Optional['Folder'], experiment: Experiment,
             data: Data, generator: tuple,
             heading: List[str]) -> ContextManager[Optional['Keeper']]:
    """What keeps the run in its folder, if it has one."""
    if not folder:
        return contextlib.nullcontext()
    from reproduce.logdir import manifest
    from reproduce.logdir.keeper import Keeper, Schedule
    if folder.manifest:
        folder.check_data(data.digests)
    else:
        settings = _settings(args, experiment.network.article)
        folder.begin(manifest.describe(experiment.network, settings, args.data_dir, data.digests,
                                       sys.argv), generator)
    return Keeper(folder, experiment, Schedule(args.save_every, args.eval_every, args.keep),
                  heading)


def _print_log(records: Iterator[Record], experiment: Experiment,
               args: argparse.Namespace) -> List[str]:
    """Train; print the article's lines on stdout, and a progress bar on stderr.

    Returns:
      the lines.
    """
    lines = []
    before = experiment.steps_before
    bar = ProgressBar(args.training_steps - before, sys.stderr, enabled=not args.quiet)
    for record in records:
        if isinstance(record, (Updated, StepRecord)):
            bar.update(record.step - before)
        if not isinstance(record, Updated):
            bar.clear()
            lines.append(format_record(record))
            _print_line(lines[-1])
    return lines


def _records(experiment: Experiment, keeper: Optional['Keeper'],
             args: argparse.Namespace) -> Iterator[Record]:
    """What the loop yields, watched for divergence and kept in the run's folder."""
    from reproduce.experiment.training import until_divergence
    records = experiment.records()
    if keeper:
        records = keeper.kept(records)
    return records if args.keep_going else until_divergence(records, experiment.network)


def _print_line(line: str) -> None:
    print(line, flush=True)  # so that a redirected log grows as the run goes on


def _save(experiment: Experiment, args: argparse.Namespace) -> Optional[RunError]:
    """Write the checkpoint that is asked for; return why it is not where it should be."""
    if not args.save_checkpoint:
        return None
    from reproduce.experiment import checkpoint
    step = max(experiment.steps_before, args.training_steps)
    try:
        checkpoint.save(experiment.network, args.save_checkpoint, step)
    except RunError as error:
        kept = checkpoint.rescue(experiment.network, step)
        return RunError(f'--save-checkpoint {error}; it is kept as {kept}')
    return None


def _say_verdict(lines: List[str], data: Data, args: argparse.Namespace) -> Tuple[str, int]:
    """Say whether these lines are the experiment's, if anything can tell; also the exit code."""
    why_none = _why_flags_are_incomparable(args) or (
        None if data.is_mnist else _not_mnist(args))
    if not why_none:
        return compare(lines, args)
    text = f'not comparable: {why_none}'
    if not args.quiet:
        print(text, file=sys.stderr)
    return text, cli.EXIT_FINE


def _not_mnist(args: argparse.Namespace) -> str:
    return f'--data-dir {args.data_dir} does not hold MNIST, as the recorded runs read it'


def _why_flags_are_incomparable(args: argparse.Namespace) -> Optional[str]:
    """Why no recorded logs can tell whether the run is right; None where some can."""
    for name, wanted in dataclasses.asdict(ARTICLE).items():
        if getattr(args, name, wanted) != wanted:
            flag = '--' + name.replace('_', '-')
            return f'{flag} {getattr(args, name)} is not the article\'s {wanted}'
    for flag, value in (('--replay', args.replay), ('--init-checkpoint', args.init_checkpoint)):
        if value:
            return f'{flag} {value} is not where a recorded run started'
    return verdict.why_none(args.seed)


def compare(lines: List[str], args: argparse.Namespace) -> Tuple[str, int]:
    """Say whether these lines are the experiment's; what was said, and the exit code."""
    result = verdict.of_run(parse_log(lines, 'stdout'), args.seed)
    if not result.same or not args.quiet:
        print(result.text, file=sys.stderr)
    differs = args.check and not result.same
    return result.text, cli.EXIT_FAILED if differs else cli.EXIT_FINE


def _print_summary(experiment: Experiment, seconds: float) -> None:
    """Say on stderr what the log does not."""
    from reproduce.comparison.intervals import clopper_pearson
    right = experiment.network.count_right_answers(experiment.data.test)
    images = experiment.data.test.num_examples
    low, high = clopper_pearson(right, images)
    print(f'Accuracy on all {images} test images: {right / images:.4f} '
          f'(95 % interval {low:.4f} to {high:.4f})', file=sys.stderr)
    steps, seed = experiment.network.article.training_steps, experiment.seed
    print(f'{steps} steps, {seconds:.1f} s in all; seed {"none" if seed is None else seed}',
          file=sys.stderr)


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    args = parse_args(argv)
    return cli.run_command(run, args, unexpected=cli.EXIT_UNEXPECTED if args.check
                           else cli.EXIT_FAILED)


if __name__ == '__main__':
    sys.exit(main())
