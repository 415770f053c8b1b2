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

from reproduce.comparison import verdict
from reproduce.comparison.comparable import why_incomparable
from reproduce.comparison.log import parse_log
from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.flags import parse_args
from reproduce.experiment.setup import (
    Data,
    Experiment,
    check_memory,
    open_experiment,
    read_data,
)
from reproduce.shared import cli
from reproduce.shared.environment import set_up, without_banners
from reproduce.shared.errors import InputError, RunError
from reproduce.shared.files import check_writable
from reproduce.shared.progress import ProgressBar
from reproduce.shared.records import Record, StepRecord, Updated, format_record

# NumPy and TensorFlow are imported where they are used: --help answers at once, and
# unusable data is reported before the seconds that TensorFlow's import takes.
if TYPE_CHECKING:
    from reproduce.experiment.start import Start
    from reproduce.logdir.folder import Folder
    from reproduce.logdir.keeper import Keeper


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
        incomparable = why_incomparable(vars(args), dataclasses.asdict(ARTICLE))
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
        raise InputError(f'--check: {_why_incomparable(data, args)}')
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
    why_none = _why_incomparable(data, args)
    if not why_none:
        return compare(lines, args)
    text = f'not comparable: {why_none}'
    if not args.quiet:
        print(text, file=sys.stderr)
    return text, cli.EXIT_FINE


def _why_incomparable(data: Data, args: argparse.Namespace) -> Optional[str]:
    return why_incomparable(vars(args), dataclasses.asdict(ARTICLE),
                            None if data.is_mnist else args.data_dir)


def compare(lines: List[str], args: argparse.Namespace) -> Tuple[str, int]:
    """Say whether these lines are the experiment's; what was said, and the exit code."""
    result = verdict.of_run(parse_log(lines, 'stdout'), args.seed, args.training_steps)
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
