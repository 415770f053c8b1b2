"""The README's figures of the statistical comparison are what the recorded runs give."""
import importlib.util
import json
import re
from pathlib import Path
from typing import Any, Dict

import pytest
from conftest import GOLDEN, ROOT

from reproduce import compare
from reproduce.comparison import recorded
from reproduce.comparison.log import read_log
from reproduce.comparison.mistakes import CONTRACT, EXACT, STATISTICAL
from reproduce.comparison.verdict import false_confirmation, statistical_result

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


def says(text: str, sentence: str) -> bool:
    """Whether the sentence stands in the text, whatever its line breaks."""
    return ' '.join(sentence.split()) in ' '.join(text.split())


def percent(share: float) -> str:
    return f'{100 * share:.0f} %'


def test_the_verdict_on_the_article_is_the_same_in_all_places() -> None:
    facts = statistical_result(ARTICLE, read_log(str(Path(ROOT, ARTICLE)))).facts
    p, speed = f'{facts["p"]:.2f}', facts['speed_of_learning']
    factor, low, high = (f'{number:.2f}' for number in (speed['factor'], *speed['interval']))
    assert (f'| article | the published log among {facts["runs"]} seeded runs | p = {p}; it learns '
            f'{factor} times as fast as they do ({low} to {high}) |') in README
    assert f'与 {facts["runs"]} 个种子的运行结果做统计比较' in README
    assert f'（p = {p}，学习速度为 {factor} 倍，95 % 区间 {low} 至 {high}）' in README


@pytest.fixture(scope='module')
def measured() -> Dict[str, Any]:
    return json.loads(Path(recorded.power_file()).read_text())


def test_the_errors_of_the_comparison_are_as_measured(measured: Dict[str, Any]) -> None:
    held_out, runs = measured['held_out'], measured['runs']
    low, high = (f'{100 * share:.1f} %' for share in held_out['interval'])
    assert says(RECORDED, f'Of {held_out["runs"]} right runs with further seeds, '
                f'{held_out["count"]} were called different at the level {measured["level"]} (95 % '
                f'interval of the share: {low} to {high}). Among {runs + 1} runs only the most '
                f'extreme one is called different, so that a right run is in '
                f'{100 / (runs + 1):.2f} % of cases.')
    assert says(RECORDED, f'are too in {100 * false_confirmation(runs):.2f} % of cases')
    slower, faster = measured['smallest_effect']['overlooked']
    (low, high), (least, most) = (map(percent, one['interval']) for one in (slower, faster))
    assert says(RECORDED, f'Of the {slower["runs"]} right runs held out, simulated by stretching '
                f'them in time, {slower["count"]} at {slower["factor"]} times the article\'s '
                f'learning rate match ({percent(slower["share"])}, 95 % interval {low} to {high}), '
                f'and {faster["count"]} at {faster["factor"]} times ({percent(faster["share"])}, '
                f'{least} to {most}).')


def test_the_reported_details_are_as_measured(measured: Dict[str, Any]) -> None:
    for speed in measured['speed_of_learning']:
        low, high = map(percent, speed['interval'])
        assert (f'| x {speed["factor"]:g} | {speed["runs"] + speed["without"]} | '
                f'{speed["without"]} | {speed["count"]} of {speed["runs"]} | {low} to {high} |'
                ) in RECORDED
    band = measured['band']
    assert says(RECORDED, f'Of the ensemble\'s {band["runs"]} runs, {band["leave_losses"]} leave '
                f'the band of the losses at some step and {band["leave_accuracies"]} that of the '
                f'accuracies; {band["leave_either"]} leave one or the other.')
    assert says(README, f'95 of 100 right runs stay within a grey band; {band["leave_either"]} of '
                f'the {band["runs"]} leave one or the other.')
    likeness = [f'`{name}` {found["looks_like_it"]} of {found["runs"]}'
                for name, found in measured['mistakes'].items() if 'looks_like_it' in found]
    assert says(RECORDED, f'so many look like it: {", ".join(likeness)}.')


def test_the_mistakes_are_caught_as_measured(measured: Dict[str, Any]) -> None:
    for name, mistake in measured['mistakes'].items():
        caught = {check: str(mistake['caught'].get(check, '–'))
                  for check in (CONTRACT, STATISTICAL, EXACT)}
        caught[mistake['check']] = f'**{caught[mistake["check"]]}**'
        low, high = map(percent, mistake['interval'])
        assert (f'| `{name}` | {mistake["steps"]:,} | {mistake["runs"]} | '
                f'{" | ".join(caught.values())} | {low} to {high} |') in RECORDED


def test_the_commands_that_are_named_are_there() -> None:
    for text in (README, RECORDED):
        for module in re.findall(r'python -m (reproduce\.\w+)', text):
            assert importlib.util.find_spec(module), module
        for path in re.findall(r'`((?:reproduce|golden|tests)/[\w./-]+)`', text):
            assert (ROOT / path.rstrip('/.')).exists(), path
