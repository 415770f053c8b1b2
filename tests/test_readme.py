"""The README's figures of the statistical comparison are what the recorded runs give."""
import importlib.util
import json
import re
from pathlib import Path

import pytest
from conftest import GOLDEN, ROOT

from reproduce import compare
from reproduce.comparison import recorded
from reproduce.comparison.log import read_log
from reproduce.comparison.mistakes import CONTRACT, EXACT, STATISTICAL
from reproduce.comparison.verdict import statistical_result

README = (ROOT / 'README.md').read_text(encoding='utf-8')
RECORDED = (GOLDEN / 'README.md').read_text(encoding='utf-8')
ARTICLE = 'golden/article.log'


@pytest.mark.parametrize('log, text', [
    (ARTICLE, README), ('golden/power/learning-rate-x2/seed-0161.log', RECORDED)])
def test_the_reports_are_as_printed(log: str, text: str, monkeypatch: pytest.MonkeyPatch,
                                    capsys: pytest.CaptureFixture) -> None:
    monkeypatch.chdir(ROOT)
    compare.main([log])
    assert f'{capsys.readouterr().out}```\n' in text


def figures(text: str) -> set:
    """The numbers in `text`."""
    return set(re.findall(r'\d+(?:\.\d+)?', text.replace(',', '')))


def test_the_verdict_on_the_article_is_the_same_in_all_places() -> None:
    facts = statistical_result(ARTICLE, read_log(str(Path(ROOT, ARTICLE)))).facts
    wanted = {f'{number:.2f}' for number in (
        facts['p'], facts['learning_rate'], *facts['interval'])} | {str(facts['runs'])}
    row, = [line for line in README.splitlines() if line.startswith('| article |')]
    chinese = README[README.index('## 中文'):]
    assert wanted <= figures(row)
    assert wanted <= figures(chinese)


def test_the_measured_power_is_as_recorded() -> None:
    found = json.loads(Path(recorded.power_file()).read_text())
    held_out, (slower, faster) = found['held_out'], found['smallest_effect']['factors']
    section = RECORDED[RECORDED.index('## How often'):RECORDED.index('## Versions')]
    assert {str(held_out['runs']), str(held_out['alarms']), str(found['level']),
            *(f'{100 * share:.1f}' for share in held_out['interval']),
            str(held_out['learning_rate_covered']), str(slower), str(faster),
            f'{found["leave_one_out"]["largest_gap"]:.3f}'} <= figures(section)
    for name, mistake in found['mistakes'].items():
        caught = {check: str(mistake['caught'].get(check, '–'))
                  for check in (CONTRACT, STATISTICAL, EXACT)}
        caught[mistake['rung']] = f'**{caught[mistake["rung"]]}**'
        low, high = (f'{100 * share:.0f} %' for share in mistake['interval'])
        assert (f'| `{name}` | {mistake["steps"]:,} | {mistake["runs"]} | '
                f'{" | ".join(caught.values())} | {low} to {high} |') in RECORDED


def test_the_commands_that_are_named_are_there() -> None:
    for text in (README, RECORDED):
        for module in re.findall(r'python -m (reproduce\.\w+)', text):
            assert importlib.util.find_spec(module), module
        for path in re.findall(r'`((?:reproduce|golden|tests)/[\w./-]+)`', text):
            assert (ROOT / path.rstrip('/.')).exists(), path
