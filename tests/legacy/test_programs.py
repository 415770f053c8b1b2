"""What can be run: a script, standard input, a module, a notebook; and a process of one's own."""
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, List

import pytest

from reproduce.legacy import observe, script
from reproduce.shared.errors import InputError

RunModule = Callable[..., 'subprocess.CompletedProcess[str]']


def notebook(*cells: str, old: bool = False) -> str:
    code: List[Any] = [{'cell_type': 'markdown', 'source': ['# A title']}] + [
        {'cell_type': 'code', 'input' if old else 'source': cell.splitlines(True)}
        for cell in cells]
    return json.dumps({'worksheets': [{'cells': code}]} if old else {'cells': code})


def ran(source: str) -> dict:
    names: dict = {}
    exec(source, names)
    return names


@pytest.mark.parametrize('old', [False, True])
def test_the_code_cells_of_a_notebook_are_run_in_order(old: bool) -> None:
    source, passed_over = observe.notebook_source(notebook('a = 1\n', 'a += 1', old=old))
    assert ran(source)['a'] == 2
    assert passed_over == []


def test_what_is_ipython_s_is_passed_over() -> None:
    source, passed_over = observe.notebook_source(notebook(
        '%matplotlib inline\n%tensorflow_version 1.x\n!pip install x\na = 1\n',
        'for i in range(3):\n    !echo $i\n    a += 1\n', '%%bash\nls\necho\n', '%%time\na += 1\n'))
    assert ran(source)['a'] == 5
    assert passed_over == ['%matplotlib inline', '%tensorflow_version 1.x', '!pip install x',
                           '!echo $i', '%%bash', '%%time']


def test_a_line_that_goes_on_with_an_operator_is_python_s() -> None:
    source, passed_over = observe.notebook_source(notebook(
        "a = ('%d'\n     % 3)\nb = '''\n%no magic\n!nor this\n'''\n%pylab\nc = 7 \\\n% 4\n"))
    names = ran(source)
    assert (names['a'], names['b'], names['c']) == ('3', '\n%no magic\n!nor this\n', 3)
    assert passed_over == ['%pylab']


@pytest.mark.parametrize('text', ['', '{}', '[]', 'a = 1', '{"cells": [{"cell_type": "code"}]}'])
def test_what_is_no_notebook_is_said(text: str, tmp_path: Path) -> None:
    path = tmp_path / 'x.ipynb'
    path.write_text(text)
    with pytest.raises(InputError, match='is no notebook'):
        script.compiled(str(path))


def test_a_notebook_says_once_what_it_passes_over(tmp_path: Path,
                                                  capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / 'x.ipynb'
    path.write_text(notebook('%matplotlib inline\nprint(1)', '!ls'))
    exec(script.compiled(str(path)), {})
    said = capsys.readouterr()
    assert said.out == '1\n'
    assert said.err == f'{path}: passed over: %matplotlib inline; !ls\n'


def test_a_module_is_run_with_its_arguments(tmp_path: Path) -> None:
    (tmp_path / 'package').mkdir()
    (tmp_path / 'package' / '__init__.py').write_text('')
    (tmp_path / 'package' / 'main.py').write_text(
        'import sys, package\nprint(__name__, __package__, sys.argv[1:])\n')
    done = subprocess.run(
        [sys.executable, '-c', 'from reproduce.legacy.observe import run_program\n'
         'run_program("-m", ["package.main", "--flag", "x"], None)'],
        cwd=str(tmp_path), capture_output=True, text=True)
    assert done.stdout == "__main__ package ['--flag', 'x']\n", done.stderr


@pytest.mark.parametrize('given, program, args', [
    (['x.py', '--seed', '3'], 'x.py', ['--seed', '3']), (['-', 'a'], '-', ['a']),
    (['-m', 'pytest', '-q', 'tests'], '-m', ['pytest', '-q', 'tests'])])
def test_what_follows_the_program_is_its_own(given: List[str], program: str,
                                             args: List[str]) -> None:
    from reproduce.legacy.__main__ import parse_args
    found = parse_args(['--seed', '7', *given])
    assert (found.seed, found.script, found.args) == (7, program, args)


def test_a_process_that_has_tensorflow_already_is_refused(tmp_path: Path) -> None:
    for name in ('tensorflow_core', 'tensorflow_estimator', 'keras_applications',
                 'keras_preprocessing', 'astor'):
        (tmp_path / name).mkdir()
        (tmp_path / name / '__init__.py').write_text('')
    done = subprocess.run(
        [sys.executable, '-c', 'import sys, types\nsys.modules["tensorflow"] = types.ModuleType('
         '"tensorflow")\nimport reproduce.legacy\nreproduce.legacy.install(front=sys.argv[1])',
         str(tmp_path)], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1].endswith('was imported before; let this come first')


def test_an_error_in_a_notebook_is_placed_in_its_code(tmp_path: Path) -> None:
    path = tmp_path / 'x.ipynb'
    path.write_text(notebook('%pylab\na = 1\n', 'raise ValueError(\n    "x")\n'))
    assert observe._statement(str(path), 4) == 3
