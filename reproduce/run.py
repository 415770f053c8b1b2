"""The main job: the article's experiment, and its log on stdout.

Run as `python reproduce/run.py` or `python -m reproduce.run`.
"""
import contextlib
import dataclasses
import os
import sys
import time
from typing import TYPE_CHECKING, ContextManager, Iterator, List, Optional, Tuple

if not __package__:  # run as a file: look for the package beside it, not inside it
    sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from reproduce.comparison import verdict
from reproduce.comparison.comparable import why_incomparable
from reproduce.comparison.log import parse_log
from reproduce.experiment.article import ARTICLE
from reproduce.experiment.experiment import Data, Experiment, open_experiment, read_data
from reproduce.plan.flags import parse_args
from reproduce.plan.plan import Plan, check, continued
from reproduce.shared import cli
from reproduce.shared.environment import configure_tensorflow, without_banners
from reproduce.shared.errors import InputError, RunError
from reproduce.shared.progress import ProgressBar
from reproduce.shared.records import Record, StepRecord, Updated, format_record

# NumPy and TensorFlow are imported where they are used: --help answers at once, and
# unusable data is reported before the seconds that TensorFlow's import takes.
if TYPE_CHECKING:
    import numpy as np

    from reproduce.experiment.network import Network
    from reproduce.experiment.start import Start
    from reproduce.logdir.folder import Folder
    from reproduce.logdir.keeper import Keeper


def run(plan: Plan) -> int:
    """Check the plan, claim the folder, start, read the data, train and print, and conclude."""
    started = time.monotonic()
    check(plan)
    _check_comparable(plan)
    with _folder(plan) as folder:
        if folder and folder.manifest:
            plan = continued(plan, folder.manifest, folder.finished)
            _check_comparable(plan)
        if folder and folder.finished:
            return _answer_for_finished(plan, folder)
        with _quiet_import(plan):
            start = _start(plan, folder)
        data, heading = _read_data(plan, folder, start)
        with _quiet_import(plan):
            experiment = _opened(plan, data, start)
        with experiment.network.session, \
                _keeper(plan, folder, experiment, data, heading) as keeper:
            _print_log(_records(experiment, keeper, plan), experiment, plan)
            code, unsaved = _conclude(plan, experiment, keeper, data, started)
        if unsaved:  # the run itself is whole
            raise unsaved
        return code


def _check_comparable(plan: Plan, data: Optional[Data] = None) -> None:
    """Check that --check, if it is given, can be answered."""
    why_none = plan.check and _why_incomparable(plan, data)
    if why_none:
        raise InputError(f'--check: {why_none}')


def _folder(plan: Plan) -> ContextManager[Optional['Folder']]:
    """The run's folder, claimed, if it has one."""
    if not plan.logdir:
        return contextlib.nullcontext()
    from reproduce.logdir.folder import Folder
    return Folder(plan.logdir, plan.resume, plan.overwrite, plan.article)


def _answer_for_finished(plan: Plan, folder: 'Folder') -> int:
    """Do what the flags ask of a run that is finished; the exit code."""
    print(f'--resume: the run in {folder.path} is finished; its log is run.log there',
          file=sys.stderr)
    if plan.download or 'data_dir' in plan.given:
        _fetched(plan)
        folder.check_data(read_data(plan.data_dir, plan.article, plan.seed).digests)
    if plan.save_checkpoint:
        _save_final(plan, folder)
    if not plan.check:
        return cli.EXIT_FINE
    text, same = folder.manifest.get('verdict'), folder.manifest.get('same')
    if same is None:
        raise InputError(f'--check: the run in {folder.path} was judged: {text}')
    if not same or not plan.quiet:
        print(text, file=sys.stderr)
    return cli.EXIT_FINE if same else cli.EXIT_FAILED


def _save_final(plan: Plan, folder: 'Folder') -> None:
    """Write the checkpoint that is asked for from that of a finished run."""
    with _quiet_import(plan):
        from reproduce.experiment.network import open_network
        from reproduce.experiment.start import FRESH
        last = folder.start(FRESH, plan.article)
        if last.step < plan.training_steps:
            raise InputError(f'--save-checkpoint: {folder.path} has no whole checkpoint after step '
                             f'{last.step}; start anew with --overwrite')
        network = open_network(plan.article, plan.seed, plan.engine, plan.threads)
    with network.session:
        network.set_weights(last.weights)
        unsaved = _save(network, last.step, plan)
    if unsaved:
        raise unsaved


@contextlib.contextmanager
def _quiet_import(plan: Plan) -> Iterator[None]:
    """A block in which TensorFlow is imported, without its banners."""
    configure_tensorflow()
    with contextlib.nullcontext() if plan.debug else without_banners():
        yield


def _start(plan: Plan, folder: Optional['Folder']) -> 'Start':
    """Where the flags have the run start, or the folder has it go on."""
    from reproduce.experiment import start
    resumed = folder and folder.manifest
    found = start.FRESH
    if plan.replay:
        found = start.from_recording(plan.replay, plan.article)
    elif plan.init_checkpoint and not resumed:
        found = start.from_checkpoint(plan.init_checkpoint, plan.article)
    return folder.start(found, plan.article) if resumed else found


def _fetched(plan: Plan) -> None:
    """Fetch what the data folder lacks of MNIST, if that is asked for."""
    if plan.download:
        from reproduce.mnist.download import fetch_missing
        fetch_missing(plan.data_dir)


def _read_data(plan: Plan, folder: Optional['Folder'], start: 'Start') -> Tuple[Data, List[str]]:
    """The data sets, and the lines printed about them."""
    _fetched(plan)
    heading: List[str] = []

    def announce(line: str) -> None:
        heading.append(line)
        if not start.resumed:  # it was printed when the run began
            cli.print_line(line)

    data = read_data(plan.data_dir, plan.article, plan.seed, announce)
    _check_comparable(plan, data)
    if start.resumed:
        folder.check_data(data.digests)
    return data, heading


def _opened(plan: Plan, data: Data, start: 'Start') -> Experiment:
    """The experiment, ready to begin; with --record, its batches drawn and stored."""
    if plan.deterministic:
        from reproduce.experiment.network import make_deterministic
        make_deterministic()
    experiment = open_experiment(plan.article, plan.seed, data.sets, plan.engine, plan.threads,
                                 start)
    if plan.record and not start.resumed:
        from reproduce.experiment.start import record
        experiment = experiment._replace(next_batch=record(experiment.network, data.sets.train,
                                                           plan.record))
    return experiment


def _keeper(plan: Plan, folder: Optional['Folder'], experiment: Experiment, data: Data,
            heading: List[str]) -> 'Keeper':
    """What keeps the run: in its folder, if it has one."""
    from reproduce.logdir.keeper import FolderKeeper, Keeper, Schedule
    if not folder:
        return Keeper(heading)
    if not folder.manifest:
        from reproduce.logdir import manifest
        folder.begin(manifest.describe(experiment.network, plan.settings, plan.digests,
                                       plan.data_dir, data.digests), data.generator)
    incomplete = folder.why_incomplete(experiment.steps_before, plan.article)
    if plan.check and incomplete:
        raise InputError(f'--check: {incomplete}')
    folder.begin_session(sys.argv, plan.settings, experiment.steps_before)
    return FolderKeeper(folder, experiment,
                        Schedule(plan.save_every, plan.eval_every, plan.keep), heading, incomplete)


def _print_log(records: Iterator[Record], experiment: Experiment, plan: Plan) -> None:
    """Train; print the article's lines on stdout, and a progress bar on stderr."""
    before = experiment.steps_before
    bar = ProgressBar(plan.training_steps - before, sys.stderr, enabled=not plan.quiet)
    for record in records:
        if isinstance(record, (Updated, StepRecord)):
            bar.update(record.step - before)
        if not isinstance(record, Updated):
            bar.clear()
            cli.print_line(format_record(record))


def _records(experiment: Experiment, keeper: 'Keeper', plan: Plan) -> Iterator[Record]:
    """What the loop yields, kept, and watched for divergence."""
    from reproduce.experiment.training import until_divergence
    records = keeper.kept(experiment.records())
    return records if plan.keep_going else until_divergence(records, experiment.network)


def _conclude(plan: Plan, experiment: Experiment, keeper: 'Keeper', data: Data,
              started: float) -> Tuple[int, Optional[RunError]]:
    """Save what is asked for, say what came of the run, and note it.

    Returns:
      the exit code, and why the checkpoint that was asked for is not where it should be.
    """
    unsaved = _save(experiment.network, max(experiment.steps_before, plan.training_steps), plan)
    if plan.logdir or not plan.quiet:
        predicted = experiment.network.predicted(data.sets.test)
    if not plan.quiet:
        _print_summary(plan, (predicted == data.sets.test.labels.argmax(1)),
                       time.monotonic() - started)
    text, same = _say_verdict(keeper, data, plan)
    if plan.logdir:
        keeper.finish(predicted, text, same)
    return cli.EXIT_FAILED if plan.check and not same else cli.EXIT_FINE, unsaved


def _save(network: 'Network', step: int, plan: Plan) -> Optional[RunError]:
    """Write the checkpoint that is asked for; return why it is not where it should be."""
    if not plan.save_checkpoint:
        return None
    from reproduce.experiment import checkpoint
    try:
        checkpoint.save(network, plan.save_checkpoint, step)
    except RunError as error:
        kept = checkpoint.rescue(network, step)
        return RunError(f'--save-checkpoint {error}; it is kept as {kept}')
    return None


def _say_verdict(keeper: 'Keeper', data: Data, plan: Plan) -> Tuple[str, Optional[bool]]:
    """Say whether the log is the experiment's; what was said, and the answer if there is one."""
    why_none = _why_incomparable(plan, data) or keeper.incomplete
    if not why_none:
        return compare(keeper.lines, plan)
    text = f'not comparable: {why_none}'
    if not plan.quiet:
        print(text, file=sys.stderr)
    return text, None


def _why_incomparable(plan: Plan, data: Optional[Data]) -> Optional[str]:
    """Why no recorded logs can tell whether the run is right; None where some can."""
    return why_incomparable(vars(plan), dataclasses.asdict(ARTICLE),
                            None if data is None or data.is_mnist else plan.data_dir)


def compare(lines: List[str], plan: Plan) -> Tuple[str, bool]:
    """Say whether these lines are the experiment's; what was said, and the answer."""
    result = verdict.of_run(parse_log(lines, 'stdout'), plan.seed, plan.training_steps)
    if not result.same or not plan.quiet:
        print(result.text, file=sys.stderr)
    return result.text, result.same


def _print_summary(plan: Plan, right: 'np.ndarray', seconds: float) -> None:
    """Say on stderr what the log does not; `right` says which test images were read so."""
    from reproduce.comparison.intervals import clopper_pearson
    low, high = clopper_pearson(int(right.sum()), len(right))
    print(f'Accuracy on all {len(right)} test images: {right.mean():.4f} '
          f'(95 % interval {low:.4f} to {high:.4f})', file=sys.stderr)
    drawn = (f'replayed from {plan.replay}' if plan.replay
             else f'seed {"none" if plan.seed is None else plan.seed}')
    print(f'{plan.training_steps} steps, {seconds:.1f} s in all; {drawn}', file=sys.stderr)


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    args = parse_args(argv)
    return cli.run_command(run, args, unexpected=cli.EXIT_UNEXPECTED if args.check
                           else cli.EXIT_FAILED)


if __name__ == '__main__':
    sys.exit(main())
