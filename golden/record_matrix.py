"""Run seed 1 on many versions of TensorFlow, each in an environment that this command makes.

    python golden/record_matrix.py --envs /tmp/matrix

On TensorFlow 1.x it runs the article's own calls (record_tf1.py), on 1.15 also this package, on
2.x this package.  It writes golden/matrix/: a log a run, and versions.json with what each ran on
and, of this package, the unrounded losses (record_tolerance.py), or why it failed.  Versions that
are there already are not run again.  It needs python3.6 to python3.13 on the PATH, the package
index, and an hour or more.
"""
import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
from typing import Dict, List, NamedTuple, Optional

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
OUT = os.path.join(HERE, 'matrix')
ARTICLE, PACKAGE = 'the article\'s calls', 'this package'
WHOLE, SHORT = 10000, 400  # steps


class Run(NamedTuple):
    """One version to run."""

    tensorflow: str
    python: str  # first the newest that this TensorFlow and its requirements have wheels for
    program: str = PACKAGE
    steps: int = SHORT
    pins: tuple = ()  # where a requirement of that time has since moved on
    onednn: int = 1


_OLD_PROTOBUF = ('protobuf<3.20',)
# The last releases for Python 3.6, whose pip does not always find out by itself.
_PYTHON_36 = _OLD_PROTOBUF + (
    'absl-py<1.2', 'bleach==1.5', 'grpcio<1.41', 'html5lib<0.99999999', 'importlib-metadata<5',
    'Markdown<3.4', 'numpy<1.20', 'setuptools<60', 'six<1.17', 'termcolor<2',
    'typing-extensions<4.2', 'Werkzeug<2.1', 'wheel<0.38', 'zipp<3.7', 'h5py<3.2',
    'cached-property<2', 'gast<0.5', 'astor<0.9', 'keras-applications<1.1',
    'keras-preprocessing<1.2')
RUNS = [
    Run('1.5.0', '3.6', ARTICLE, WHOLE, _PYTHON_36),
    Run('1.8.0', '3.6', ARTICLE, SHORT, _PYTHON_36),
    Run('1.12.0', '3.6', ARTICLE, SHORT, _PYTHON_36),
    Run('1.15.5', '3.7', ARTICLE, SHORT, _OLD_PROTOBUF),
    Run('1.15.5', '3.7', PACKAGE, SHORT, _OLD_PROTOBUF),
    Run('2.4.4', '3.8', pins=_OLD_PROTOBUF),
    # With oneDNN these two end in a floating point exception (signal 8) on the machine used.
    Run('2.5.3', '3.8', pins=_OLD_PROTOBUF, onednn=0),
    Run('2.6.5', '3.8', pins=_OLD_PROTOBUF, onednn=0),
    Run('2.7.4', '3.8', pins=_OLD_PROTOBUF),
    Run('2.8.4', '3.8', pins=_OLD_PROTOBUF),
    Run('2.9.3', '3.8'),
    Run('2.10.1', '3.8', pins=('numpy<2',)),
    Run('2.11.1', '3.8', pins=('numpy<2',)),
    Run('2.12.1', '3.11', pins=('numpy<2',)),
    Run('2.13.1', '3.11'),
    Run('2.14.1', '3.11', pins=('numpy<2',)),
    Run('2.15.1', '3.11', pins=('numpy<2',)),
    Run('2.16.2', '3.12'),
    Run('2.17.1', '3.12'),
    Run('2.18.1', '3.12'),
    Run('2.19.1', '3.12'),
    Run('2.20.0', '3.13'),
    Run('2.20.0', '3.9'),
    Run('2.21.0', '3.13', steps=WHOLE),
    Run('2.21.0', '3.10'),
    Run('2.21.0', '3.12'),
]


def name(run: Run) -> str:
    """What the run's files are called."""
    program = 'article' if run.program == ARTICLE else 'package'
    first = [other.python for other in RUNS if other.tensorflow == run.tensorflow][0]
    python = '' if run.python == first else f'-python{run.python}'
    return f'tensorflow-{run.tensorflow}-{program}{python}'


def environment_of(run: Run, envs: str) -> str:
    """The folder of its environment."""
    return os.path.join(envs, f'{run.tensorflow}-python{run.python}')


def record(run: Run, envs: str) -> Dict[str, object]:
    """Make the environment, run, write the log; return what is to be said of it."""
    said: Dict[str, object] = {'tensorflow': run.tensorflow, 'program': run.program,
                               'steps': run.steps, 'pins': list(run.pins), 'onednn': run.onednn,
                               'platform': f'{platform.system()} {platform.machine()}'}
    folder = environment_of(run, envs)
    python = os.path.join(folder, 'bin', 'python')
    if not os.path.exists(python):
        interpreter = shutil.which('python' + run.python)
        if interpreter is None:
            return dict(said, failed=f'there is no python{run.python} here')
        problem = call([interpreter, '-m', 'venv', folder]) or call(
            [python, '-m', 'pip', 'install', '--quiet', '--prefer-binary',
             'tensorflow==' + run.tensorflow, *run.pins])
        if problem:
            shutil.rmtree(folder, ignore_errors=True)
            return dict(said, failed=problem)
    said['python'], said['numpy'] = subprocess.run(
        [python, '-c', 'import numpy, platform; '
         'print(platform.python_version(), numpy.__version__)'],
        stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    environment = dict(os.environ, TF_ENABLE_ONEDNN_OPTS=str(run.onednn))
    log = os.path.join(OUT, name(run) + '.log')
    command = [os.path.join('golden', 'record_tf1.py'), 'log', '--seed', '1', '--steps']
    if run.program == PACKAGE:
        command = ['-m', 'reproduce.run', '--quiet', '--training-steps']
    problem = call([python] + command + [str(run.steps)], log, environment)
    if run.program == PACKAGE and not problem:
        losses = os.path.join(envs, 'losses')
        problem = call([python, os.path.join('golden', 'record_tolerance.py'), '--variant',
                        'static, 1 thread', '--steps', str(SHORT)], losses, environment)
        if not problem:
            with open(losses) as file:
                said['trace'] = json.loads(file.read().splitlines()[-1])['trace']
    return dict(said, failed=problem) if problem else dict(said, log=os.path.basename(log))


def call(command: List[str], output: Optional[str] = None,
         environment: Optional[Dict[str, str]] = None) -> Optional[str]:
    """Run `command`, its stdout going to the file `output`; why it failed, or None."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        return (done.stderr.strip().splitlines() or [f'exit code {done.returncode}'])[-1]
    if output:
        with open(output, 'w') as file:
            file.write(done.stdout)
    return None


def is_done(run: Run, said: Dict[str, object]) -> bool:
    """Whether all that is wanted of `run` has been recorded."""
    return 'log' in said and (run.program == ARTICLE or 'trace' in said)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description='Run seed 1 on many versions of TensorFlow.')
    parser.add_argument('--envs', required=True, help='folder for the environments')
    parser.add_argument('--keep', action='store_true', help='leave the environments there')
    args = parser.parse_args()
    path = os.path.join(OUT, 'versions.json')
    found: Dict[str, Dict[str, object]] = {}
    if os.path.exists(path):
        with open(path) as file:
            found = json.load(file)
    for number, run in enumerate(RUNS):
        if not is_done(run, found.get(name(run), {})):
            found[name(run)] = record(run, args.envs)
            print(name(run), found[name(run)].get('failed', 'done'), flush=True)
            with open(path, 'w') as file:
                json.dump(found, file, indent=1)
                file.write('\n')
        folder = environment_of(run, args.envs)
        if not args.keep and folder not in [environment_of(later, args.envs)
                                            for later in RUNS[number + 1:]]:
            shutil.rmtree(folder, ignore_errors=True)
    return int(any('failed' in said for said in found.values()))


if __name__ == '__main__':
    sys.exit(main())
