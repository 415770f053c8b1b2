"""The README's figures of the statistical rung are what the recorded runs give."""
from pathlib import Path

import pytest
from conftest import ROOT

from reproduce import compare
from reproduce.log import read_log
from reproduce.verdict import statistical_result

README = (ROOT / 'README.md').read_text(encoding='utf-8')
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
    unwrapped = ' '.join(README.split())
    for sentence in (
            f'as far as {facts["runs"]} seeded runs can tell: p = {p}, at {rate} times their '
            f'learning rate (95 % interval {low} to {high})',
            f'| p = {p}; effective learning rate {rate} ({low} to {high}) |',
            f'p = {p}，等效学习率为 {rate} 倍，95 % 区间 {low} 至 {high}'):
        assert sentence in unwrapped
