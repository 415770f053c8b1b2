"""The command `python -m reproduce.bench`."""
import argparse
import importlib.util
import json
import os
import platform
import shutil
import sys
from statistics import median
from typing import Any, Dict, List, Optional

from reproduce.bench import report
from reproduce.bench.growth import SIZES, growth
from reproduce.bench.rounds import RECORDER, TF1, Rounds, alternate, started
from reproduce.bench.startup import start_up
from reproduce.bench.throughput import throughput
from reproduce.bench.work import largest_difference
from reproduce.bench.worker import ENGINES, PEERS
from reproduce.experiment import kernels
from reproduce.experiment.article import ARTICLE
from reproduce.shared import cli
from reproduce.shared.environment import available_cores, processor
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing
from reproduce.shared.outputs import check_outputs

_REFERENCE = 'static'  # whose gradients are the others' measure
_SUBJECT = 'fast'  # whose speed the ratios are of
# Of float32's rounding over 28 timesteps: ten times what any of the contenders shows.
TOLERANCE = 2e-5


def parse_args(argv: Optional[List[str]]) -> argparse.Namespace:
    """The flags."""
    parser = cli.Parser(prog='python -m reproduce.bench', description=(
        "Measure how fast the experiment trains: the engines and the limit that the processor's "
        'arithmetic sets, in alternating rounds, each in a process of its own.'))
    parser.add_argument('--rounds', type=cli.whole_number(1), default=5, metavar='N',
                        help='rounds that count')
    parser.add_argument('--steps', type=cli.whole_number(1), default=40, metavar='N',
                        help='updates a round')
    parser.add_argument('--threads', type=cli.whole_number(1), default=available_cores(),
                        metavar='N', help='cores for each contender')
    parser.add_argument('--peers', action='store_true',
                        help='also what is installed of PyTorch, JAX and Keras 3')
    parser.add_argument('--tf1', metavar='PYTHON',
                        help="also the article's program, under this interpreter's TensorFlow 1.x")
    parser.add_argument('--growth', action='store_true',
                        help='also time and memory of a step as the work grows (takes long)')
    parser.add_argument('--start-up', action='store_true',
                        help='also the time from the command to the first trained step')
    parser.add_argument('--sweep', action='store_true',
                        help='also the throughput of sweeps of seeds')
    parser.add_argument('--json', metavar='FILE', help='write every single measurement there')
    return parser.parse_args(argv)


def run(args: argparse.Namespace) -> int:
    """Measure and print."""
    cores = _cores(args.threads)
    check_outputs({'--json': args.json}, [])
    if args.sweep and not importlib.util.find_spec('distributed'):
        raise InputError('--sweep needs Dask; run pip install -e ".[sweep]"')
    names = _engines() + _peers(args)
    found: Dict[str, Any] = {'processor': processor(), 'python': platform.python_version(),
                             'threads': args.threads, 'steps': args.steps}
    print(f'{found["processor"]}; {args.threads} threads; Python {found["python"]}\n'
          f'batch {ARTICLE.batch_size}, {ARTICLE.timesteps} timesteps, {ARTICLE.num_hidden} '
          f'units; {args.rounds} alternating rounds of {args.steps} steps\n')
    with started(names, ARTICLE, cores, gradients=True, tf1=args.tf1) as processes:
        rounds = alternate(processes, args.rounds, dict.fromkeys(names, args.steps))
    found['contenders'] = {name: contender(rounds, name) for name in rounds}
    report.print_contenders(found['contenders'])
    if args.growth:
        found['growth'] = _growth(cores)
    if args.start_up:
        found['start_up'] = start_up(args.rounds)
        report.print_start_up(found['start_up'])
    if args.sweep:
        found['sweep'] = throughput(args.threads, args.rounds)
        report.print_throughput(found['sweep'], median(found['contenders']['limit']['rates']))
    if args.json:
        with replacing(args.json) as temporary, open(temporary, 'w') as file:
            json.dump(found, file, indent=1)
    return verdict(found['contenders'])


def _cores(threads: int) -> List[int]:
    cores = (sorted(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity')
             else list(range(available_cores())))
    if threads > len(cores):
        raise InputError(f'--threads {threads}: there are {len(cores)} cores; give so many at '
                         'the most')
    return cores[:threads]


def _engines() -> List[str]:
    """The contenders that are always there, and the one that needs the compiled operations."""
    build = kernels.best_build()
    if build.path is None:
        print(f'peak: needs the compiled operations, which are {build.text}', file=sys.stderr)
    return [name for name in ENGINES if name != 'peak' or build.path]


def _peers(args: argparse.Namespace) -> List[str]:
    """The contenders that the flags add."""
    names = []
    for name in PEERS if args.peers else ():
        if importlib.util.find_spec(name):
            names.append(name)
        else:
            print(f'{name}: not installed; pip install -e ".[bench]" installs it',
                  file=sys.stderr)
    if not args.tf1:
        return names
    if not os.path.exists(RECORDER):
        raise InputError(f'--tf1 needs {RECORDER}, which is not installed; run it in the '
                         "project's folder")
    if not shutil.which(args.tf1):
        raise InputError(f'--tf1 {args.tf1}: is not a program; name the Python that has '
                         'TensorFlow 1.x')
    return names + [TF1]


def contender(rounds: Dict[str, Rounds], name: str) -> Dict[str, Any]:
    """What is reported of one contender; rates are updates a second, round by round."""
    measured = rounds[name]
    rates = [1 / seconds for seconds in measured.seconds]
    difference = None if measured.gradients is None else largest_difference(
        measured.gradients, rounds[_REFERENCE].gradients)
    return {'version': measured.version, 'rates': rates, 'memory': measured.memory,
            'fast_times_this': [seconds / fast for seconds, fast
                                in zip(measured.seconds, rounds[_SUBJECT].seconds)],
            'gradient_difference': difference}


def _growth(cores: List[int]) -> List[Dict[str, Any]]:
    report.print_cost_head()
    costs = []
    for cost in growth(cores, SIZES):
        costs.append({'varied': cost.varied, 'value': cost.value, 'engine': cost.engine,
                      'milliseconds': [1000 * seconds for seconds in cost.rounds.seconds],
                      'memory': cost.rounds.memory})
        report.print_cost(costs[-1])
    return costs


def verdict(contenders: Dict[str, Dict[str, Any]]) -> int:
    """The exit code; says on stderr who did other work."""
    differing = [name for name, found in contenders.items()
                 if not (found['gradient_difference'] or 0.0) <= TOLERANCE]
    for name in differing:
        print(f"{name}: its gradients are not {_REFERENCE}'s, so it did other work",
              file=sys.stderr)
    return cli.EXIT_FAILED if differing else cli.EXIT_FINE


def main(argv: Optional[List[str]] = None) -> int:
    """The command; returns its exit code."""
    return cli.run_command(run, parse_args(argv))


if __name__ == '__main__':
    sys.exit(main())
