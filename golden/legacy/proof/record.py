"""Record the proof's runs: real TensorFlow 1.15's, and what deliberate changes make of them here.

Run from the project's root, with a Python that has TensorFlow 1.x:

    python golden/legacy/proof/record.py tf1/bin/python

It makes `recordings/NAME.tar.gz` from each of RUNS; today's side needs 1.15's Python (--get).
"""
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import List

HERE = Path(__file__).resolve().parent
OBSERVER = HERE.parents[2] / 'reproduce' / 'legacy' / 'observe.py'
SEED = '7'

# (name, flags, script, its arguments); the name says on which side, `there` being 1.x.
RUNS = [('changed-there', [], 'changed.py', ['none']),
        ('changed-there-thread', ['--threads', '1'], 'changed.py', ['none']),
        ('changed-there-nudged', ['--nudge'], 'changed.py', ['none'])]
RUNS += [(f'changed-here-{change}', [], 'changed.py', [change])
         for change in ('none', 'seed', 'more', 'layer', 'rate', 'epsilon', 'schedule', 'data',
                        'crash')]
RUNS += [('zero-bias-there', [], 'zero_bias.py', []),
         ('zero-bias-there-thread', ['--threads', '1'], 'zero_bias.py', []),
         ('zero-bias-there-nudged', ['--nudge'], 'zero_bias.py', []),
         ('zero-bias-here', [], 'zero_bias.py', []),
         ('several-there', [], 'several.py', []),
         ('mnist-seeds-there', [], 'mnist_seeds.py', []),
         ('counter-there', [], 'counter.py', []),
         ('restored-there', [], 'restored.py', [])]


def record(python: str, name: str, flags: List[str], script: str, arguments: List[str]) -> None:
    """Make one recording, a tar file without names of users or times."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as place:
        command = ([os.path.abspath(python), str(OBSERVER), '--record'] if '-there' in name
                   else [sys.executable, '-m', 'reproduce.legacy', '--observe'])
        done = subprocess.run([*command, folder, '--seed', SEED, *flags,
                               str(HERE / 'scripts' / script), *arguments],
                              stdout=subprocess.PIPE, cwd=place, check=False)
        Path(folder, 'stdout').write_bytes(done.stdout)
        target = HERE / 'recordings' / f'{name}.tar.gz'
        target.parent.mkdir(exist_ok=True)
        with tarfile.open(str(target), 'w:gz') as tar:
            for file in sorted(os.listdir(folder)):
                content = Path(folder, file).read_bytes()
                entry = tarfile.TarInfo(file)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    print(name, done.returncode, target.stat().st_size)


if __name__ == '__main__':
    for run in RUNS:
        if not sys.argv[2:] or any(run[0].startswith(start) for start in sys.argv[2:]):
            record(sys.argv[1], *run)
