import argparse
import dataclasses
import functools
import hashlib
import io
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Dict, Iterable, Iterator, List

import pytest
from conftest import ROOT

from reproduce.experiment.article import ARTICLE, Article
from reproduce.shared.errors import InputError
from reproduce.sweep import origins
from reproduce.sweep.__main__ import seed_list
from reproduce.sweep.cluster import Outcome, connect
from reproduce.sweep.jobs import Job, keep, log_path, missing_seeds, sweep
from reproduce.sweep.one_run import printed_log

pytest.importorskip('distributed', reason='sweeps are an extra')
needs_cluster = pytest.mark.full  # starting processes that import TensorFlow takes a while

SHORT = dataclasses.replace(ARTICLE, training_steps=4, batch_size=8, num_hidden=4, test_len=16)


@pytest.fixture(scope='module')
def client() -> Iterator[object]:
    with connect(2, scheduler=None) as client:
        yield client


def swept(client: object, seeds: Iterable[int], folder: Path,
          article: Article = SHORT) -> Dict[int, BaseException]:
    return sweep(client, functools.partial(printed_log, article=article),
                       [Job(seed, log_path(str(folder), seed), article.training_steps)
                        for seed in seeds], io.StringIO())


def logs(folder: Path) -> List[str]:
    return sorted(path.name for path in folder.glob('*.log'))


@needs_cluster
def test_one_log_a_seed_as_a_run_prints_it(client: object, tmp_path: Path) -> None:
    assert swept(client, [3, 12], tmp_path) == {}
    assert logs(tmp_path) == ['seed-0003.log', 'seed-0012.log']
    for seed in (3, 12):
        assert Path(log_path(str(tmp_path), seed)).read_text() == printed_log(seed, SHORT)
    entry, = origins.read(str(tmp_path))
    assert (entry['engine'], list(entry['logs'])) == ('fast', ['seed-0003.log', 'seed-0012.log'])


@needs_cluster
def test_a_stopped_sweep_goes_on(client: object, tmp_path: Path) -> None:
    done = printed_log(5, SHORT)
    (tmp_path / 'seed-0005.log').write_text(done)
    before = (tmp_path / 'seed-0005.log').stat().st_mtime_ns
    missing = missing_seeds(str(tmp_path), [4, 5], SHORT)
    assert missing == [4]
    swept(client, missing, tmp_path)
    assert logs(tmp_path) == ['seed-0004.log', 'seed-0005.log']
    assert (tmp_path / 'seed-0005.log').stat().st_mtime_ns == before


def once_held(seed: int, folder: str) -> str:
    """A run that says which process makes it, and the first time does not end."""
    path = Path(folder, f'{seed}.pid')
    if path.exists():
        return f'log of {seed}\n'
    path.write_text(str(os.getpid()))
    threading.Event().wait()
    raise AssertionError('it was to be killed')


@needs_cluster
def test_the_run_of_a_killed_worker_is_done_again(tmp_path: Path) -> None:
    with connect(1, scheduler=None) as client, ThreadPoolExecutor(1) as pool:
        pid = tmp_path / '1.pid'
        sweeping = pool.submit(sweep, client, functools.partial(once_held, folder=str(tmp_path)),
                               [Job(1, log_path(str(tmp_path), 1), 1)], io.StringIO())
        while not (pid.exists() and pid.read_text()):
            assert not sweeping.done()
        os.kill(int(pid.read_text()), signal.SIGKILL)  # it is held in the middle of its run
        assert sweeping.result(timeout=120) == {}
        assert int(pid.read_text()) not in client.run(os.getpid).values()
    assert Path(log_path(str(tmp_path), 1)).read_text() == 'log of 1\n'


@pytest.mark.parametrize('renames', [0, 1])
def test_no_log_is_there_without_its_entry(renames: int, tmp_path: Path,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill between the two files, as an exception that nothing there catches."""
    made_on = {'tensorflow': '2.21.0'}
    path = log_path(str(tmp_path), 1)
    replace, done = os.replace, []

    def killed(source: str, target: str) -> None:
        if len(done) == renames:
            raise SystemExit
        done.append(target)
        replace(source, target)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(os, 'replace', killed)
        keep(Outcome(1, 'the log', made_on, None), path)
    assert not os.path.exists(path)  # so that the seed is run again
    keep(Outcome(1, 'the log', made_on, None), path)
    digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert origins.read(str(tmp_path)) == [dict(made_on, logs={'seed-0001.log': digest})]


@needs_cluster
def test_a_seed_that_fails_costs_no_other(client: object, tmp_path: Path) -> None:
    impossible = dataclasses.replace(SHORT, num_classes=9)  # MNIST has ten
    failed = swept(client, [1, 2], tmp_path, impossible)
    assert sorted(failed) == [1, 2]
    assert logs(tmp_path) == []
    assert swept(client, [1], tmp_path) == {}


def test_a_log_of_something_else_is_not_taken_for_done(tmp_path: Path) -> None:
    path = tmp_path / 'seed-0001.log'
    path.write_text('Step 7, Minibatch Loss= 2.0000, Training Accuracy= 0.500\n')
    with pytest.raises(InputError, match='not the log of a finished run'):
        missing_seeds(str(tmp_path), [1], SHORT)


@pytest.mark.parametrize('text, seeds', [('7', [7]), ('1-3', [1, 2, 3]), ('9-9', [9]),
                                         ('5,1-3,2', [1, 2, 3, 5])])
def test_lists_of_seeds(text: str, seeds: List[int]) -> None:
    assert seed_list(text) == seeds


@pytest.mark.parametrize('text, said', [
    ('1,9-5', "'9-5' lists no seed"), ('3-1', "'3-1' lists no seed"), ('', 'is not a list'),
    ('1,', 'is not a list'), ('-1', 'is not a list'), ('1-2-3', 'is not a list'),
    ('0-1000000', 'lists more than 1000000 seeds'),
    ('1-600000,600001-1200000', 'lists more than 1000000 seeds')])
def test_lists_that_say_something_else_than_was_meant(text: str, said: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=said):
        seed_list(text)


@pytest.mark.parametrize('flags, word', [
    (('--seeds', 'many', '--out', 'x'), '--seeds'), (('--seeds', '3-1', '--out', 'x'), '--seeds'),
    (('--seeds', '1'), '--out'), (('--seeds', '1', '--out', '/dev/null/x'), '--out'),
    (('--seeds', '1', '--out', 'x', '--workers', '99', '--scheduler', 'tcp://127.0.0.1:9'),
     'not allowed with argument --workers'),
    pytest.param(('--seeds', '1', '--out', '.', '--scheduler', 'tcp://127.0.0.1:9'),
                 '--scheduler', marks=pytest.mark.full)])  # ten seconds of trying
def test_unusable_flags(run_module: Callable, tmp_path: Path, flags: tuple, word: str) -> None:
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    done = run_module('reproduce.sweep', *flags, cwd=str(tmp_path), env=environment)
    assert done.returncode == 2
    assert 'Traceback' not in done.stderr
    assert word in done.stderr.splitlines()[-1]


@needs_cluster
def test_the_command(run_module: Callable, tmp_path: Path) -> None:
    done = run_module('reproduce.sweep', '--seeds', '1', '--out', tmp_path, '--workers', 1,
                      '--training-steps', 1)
    assert (done.returncode, done.stdout) == (0, ''), done.stderr
    assert done.stderr == f'1 of 1 logs in {tmp_path}\n'
    assert (tmp_path / 'seed-0001.log').read_text().startswith(
        'Step 1, Minibatch Loss= 2.7300, Training Accuracy= 0.180\n')
