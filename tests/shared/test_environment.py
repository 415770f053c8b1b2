"""What native code writes to stderr, and what is ours."""
import subprocess
import sys

import pytest
from conftest import ROOT

from reproduce.experiment.network import open_network, session_config
from reproduce.shared import environment

COMMAND = '''
import argparse, logging, os, sys
from reproduce.shared import cli
from reproduce.shared.environment import without_banners
from reproduce.shared.errors import InputError, RunError

def command(args):
    with without_banners():
        os.write(2, b'banner of native code\\n')
        logging.getLogger('reproduce').warning('a warning of ours')
        print('a line of ours', file=sys.stderr)
        {}
    return 0

sys.exit(cli.run_command(command, argparse.Namespace(debug=False)))
'''


@pytest.mark.parametrize('end, code, banner, last', [
    ('pass', 0, False, ''),
    ('raise InputError("unusable")', 2, False, 'error: unusable'),
    ('raise RunError("disk full")', 1, False, 'error: disk full'),
    ('raise ValueError("odd")', 1, True, 'error: ValueError: odd; --debug shows where'),
    ('os.abort()', -6, True, ''),
    ('import signal; os.kill(os.getpid(), signal.SIGILL)', -4, True, '')])
def test_banners_are_shown_if_the_block_fails_and_our_lines_always(
        end: str, code: int, banner: bool, last: str) -> None:
    done = subprocess.run([sys.executable, '-c', COMMAND.format(end)], cwd=str(ROOT),
                          capture_output=True, text=True)
    lines = done.stderr.splitlines()
    assert done.returncode == code
    assert lines[:2] == ['a warning of ours', 'a line of ours']
    assert ('banner of native code' in lines) == banner
    assert not last or lines[-1] == last


def test_no_session_has_a_gpu() -> None:
    assert dict(session_config(2).device_count) == {'GPU': 0}
    with open_network(engine='fast').session as session:
        assert {device.device_type for device in session.list_devices()} <= {'CPU', 'XLA_CPU'}


@pytest.mark.parametrize('own, found', [(None, '-1'), ('0', '0')])
def test_tensorflow_looks_for_no_gpu_unless_it_is_told_to(
        own: object, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv('CUDA_VISIBLE_DEVICES', raising=False)
    if own is not None:
        monkeypatch.setenv('CUDA_VISIBLE_DEVICES', str(own))
    environment.configure_tensorflow()
    assert environment.os.environ['CUDA_VISIBLE_DEVICES'] == found
