"""The README's figures of the statistical rung are what the recorded runs give."""
import json
from pathlib import Path

import pytest
from conftest import ROOT

from reproduce import compare
from reproduce.comparison import recorded
from reproduce.comparison.log import read_log
from reproduce.comparison.mistakes import CONTRACT, EXACT, STATISTICAL
from reproduce.comparison.verdict import statistical_result

README = (ROOT / 'README.md').read_text(encoding='utf-8')
UNWRAPPED = ' '.join(README.split())
ARTICLE = 'golden/article.log'


@pytest.mark.parametrize('log', [ARTICLE, 'golden/power/learning-rate-x2/seed-0161.log'])
def test_the_reports_are_as_printed(log: str, monkeypatch: pytest.MonkeyPatch,
                                    capsys: pytest.CaptureFixture) -> None:
    monkeypatch.chdir(ROOT)
    compare.main([log])
    assert f'{capsys.readouterr().out}```\n' in README


def test_the_verdict_on_the_article_is_the_same_in_all_places() -> None:
    facts = statistical_result(ARTICLE, read_log(str(Path(ROOT, ARTICLE)))).facts
    p, rate = (f'{facts[name]:.2f}' for name in ('p', 'learning_rate'))
    low, high = (f'{bound:.2f}' for bound in facts['interval'])
    for sentence in (
            f'as far as {facts["runs"]} seeded runs can tell: p = {p}, at {rate} times their '
            f'learning rate (95 % interval {low} to {high})',
            f'| p = {p}; effective learning rate {rate} ({low} to {high}) |',
            f'p = {p}，等效学习率为 {rate} 倍，95 % 区间 {low} 至 {high}'):
        assert sentence in UNWRAPPED


def test_the_measured_power_is_as_recorded() -> None:
    found = json.loads(Path(recorded.power_file()).read_text())
    held_out, (slower, faster) = found['held_out'], found['smallest_effect']['factors']
    low, high = (f'{100 * share:.1f}' for share in held_out['interval'])
    for sentence in (
            f'of {held_out["runs"]} with further seeds, {held_out["alarms"]} called different at '
            f'the level {found["level"]} (95 % interval of the share: {low} % to {high} %); for '
            f'{held_out["learning_rate_covered"]} the learning rate',
            f'are {found["leave_one_out"]["largest_gap"]:.3f} from evenly spread',
            f'show a learning rate {slower} or {faster} times'):
        assert sentence in UNWRAPPED
    for name, mistake in found['mistakes'].items():
        caught = {rung: str(mistake['caught'].get(rung, '–'))
                  for rung in (CONTRACT, STATISTICAL, EXACT)}
        caught[mistake['rung']] = f'**{caught[mistake["rung"]]}**'
        low, high = (f'{100 * share:.0f} %' for share in mistake['interval'])
        assert (f'| `{name}` | {mistake["steps"]:,} | {" | ".join(caught.values())} | '
                f'{low} to {high} |') in README
        assert mistake.get('looks_like_it') in (None, mistake['runs'])  # the right mistake's name
