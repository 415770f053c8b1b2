"""What the flags ask for: checked before anything is read, or made to go on with a run's folder.

One rule holds for a run that is there: a flag that is not given is what it was; one that is given
is honoured, or refused where the run can no longer follow it.
"""
import argparse
import copy
import dataclasses
import glob
import hashlib
import os
from typing import Any, Dict, FrozenSet, Optional

from reproduce.experiment.article import ARTICLE, Article
from reproduce.experiment.experiment import check_memory
from reproduce.shared import cli
from reproduce.shared.errors import InputError
from reproduce.shared.files import check_writable
from reproduce.shared.outputs import check_outputs

_NUMBERS = tuple(field.name for field in dataclasses.fields(Article))
# They decide what a run computes.
_FIXED = (*_NUMBERS, 'seed', 'engine', 'threads', 'deterministic')
_SCHEDULE = ('save_every', 'keep', 'eval_every')  # how a run is kept, while it goes on
_KEPT = (*_FIXED, *_SCHEDULE, 'keep_going')  # from one session to the next
_FILES = ('replay', 'init_checkpoint', 'record')  # have to hold what they held


class Plan(argparse.Namespace):
    """The flags, by their names; those that are not given have their defaults."""

    given: FrozenSet[str]  # names of the flags that were given

    @property
    def article(self) -> Article:
        """The article's numbers, with those that flags changed."""
        return dataclasses.replace(ARTICLE, **{name: value for name, value in vars(self).items()
                                               if name in _NUMBERS})

    @property
    def settings(self) -> Dict[str, Any]:
        """What a run's folder keeps of the flags."""
        kept = dataclasses.asdict(self.article)
        kept.update((name, getattr(self, name)) for name in _KEPT if name not in kept)
        for name in _FILES:
            path = getattr(self, name)
            kept[name] = path and os.path.abspath(path)
        return kept

    @property
    def digests(self) -> Dict[str, str]:
        """The SHA-256 of the files that the run starts from, or has recorded, by flag."""
        found = {name: _digest(getattr(self, name)) for name in _FILES}
        return {name: digest for name, digest in found.items() if digest}


def flag(name: str) -> str:
    """As it is typed."""
    return '--' + name.replace('_', '-')


def check(plan: Plan) -> None:
    """Check what can be refused at once, before anything is read or made.

    Raises:
      InputError: flags contradict each other, or cannot be followed.
      RunError: there is no stdout.
    """
    cli.check_stdout()
    starts = [f'{flag(name)} {getattr(plan, name)}' for name in _FILES if getattr(plan, name)]
    if len(starts) > 1:
        raise InputError(f'{" and ".join(starts)}: each has the run start in its own way; give '
                         'one of them')
    if plan.replay and 'seed' in plan.given and plan.seed is not None:
        raise InputError(f'--replay {plan.replay} and --seed {plan.seed}: a replayed run draws '
                         'nothing; leave out --seed')
    for name in ('resume', 'overwrite', *_SCHEDULE):
        if name in plan.given and not plan.logdir:
            raise InputError(f'{flag(name)} needs --logdir DIR')
    if plan.resume and plan.overwrite:
        raise InputError('--resume and --overwrite: give one of them')
    if plan.deterministic and plan.seed is None:
        raise InputError('--deterministic --seed none: an unseeded run draws other numbers each '
                         'time; give a seed')
    check_memory(plan.article)
    if plan.record:
        _check_recording(plan.record)
    if plan.save_checkpoint:
        _check_prefix(plan.save_checkpoint, plan.article)


def _check_recording(path: str) -> None:
    """Check that a recording can be written at `path`."""
    if not path.endswith('.npz'):
        raise InputError(f'--record {path}: end the name in .npz')
    check_outputs({'--record': path}, [])


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


def continued(plan: Plan, manifest: Dict[str, Any], finished: bool) -> Plan:
    """The plan that goes on with the run that `manifest` describes.

    Args:
      plan: what the flags ask for now.
      manifest: of the folder that the plan names.
      finished: whether no step is left, so that the folder's schedule has been followed.

    Raises:
      InputError: a flag is given that the run can no longer follow.
    """
    before, plan = manifest['settings'], copy.copy(plan)
    fixed = {*_FIXED, *_SCHEDULE} if finished else set(_FIXED)
    for name in (*_KEPT, *_FILES):
        if not hasattr(plan, name):  # one of the article's numbers that has no flag
            continue
        value = getattr(plan, name)
        was = before.get(name, value)
        if name not in plan.given:
            setattr(plan, name, was)
        elif (name in fixed and value != was) or (name in _FILES and not was):
            raise _refused(plan, f'{flag(name)} was {_shown(was)}, and is {_shown(value)}')
    if 'data_dir' not in plan.given:
        plan.data_dir = manifest.get('data_dir', plan.data_dir)
    _check_files(plan, manifest)
    return plan


def _check_files(plan: Plan, manifest: Dict[str, Any]) -> None:
    """Check that the files that the flags name hold what they held when the run began."""
    for name in _FILES:
        path = getattr(plan, name)
        if not path or not (name in plan.given or name == 'replay'):
            continue
        digest = _digest(path)
        # A resumed run has weights of its own.
        needless = name == 'init_checkpoint' and os.path.abspath(path) == manifest['settings'][name]
        if digest != manifest.get('digests', {}).get(name) and not (needless and digest is None):
            raise _refused(plan, f'{flag(name)} {path} is not what it was' if digest else
                           f'{flag(name)} {path} is not there any more')


def _refused(plan: Plan, why: str) -> InputError:
    return InputError(f'--resume: the run in {plan.logdir} cannot go on: {why}; give what it '
                      'began with, or start anew with --overwrite')


def _shown(value: Any) -> str:
    return 'none' if value is None else str(value)


def _digest(path: Optional[str]) -> Optional[str]:
    """The SHA-256 of the file at `path`, or of a checkpoint's files; None where there is none."""
    if not path:
        return None
    paths = [path] if os.path.isfile(path) else [
        *glob.glob(glob.escape(path) + '.index'),
        *sorted(glob.glob(glob.escape(path) + '.data-*'))]
    digest = hashlib.sha256()
    try:
        for found in paths:
            with open(found, 'rb') as file:
                digest.update(file.read())
    except OSError:  # who reads it says why it cannot be read
        return None
    return digest.hexdigest() if paths else None
