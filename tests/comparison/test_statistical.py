"""Each statistic against a case worked out by hand, and the p-values against theory."""
import argparse
import json
import math
import os
import shutil
from pathlib import Path
from typing import List

import numpy as np
import pytest
from conftest import GOLDEN

from reproduce import compare, run
from reproduce.comparison import picture, recorded, verdict
from reproduce.comparison import statistical as stats
from reproduce.comparison.log import Log, StepRecord, format_log, parse_log, read_log
from reproduce.shared.errors import InputError

STEPS = np.array([1, 10, 100, 1000])


def article() -> Log:
    return read_log(str(GOLDEN / 'article.log'))


def of_losses(losses: List[List[float]], accuracies: object = 0.5,
              test: object = 0.5) -> stats.Curves:
    """Curves with these losses, one row a run."""
    array = np.array(losses)
    return stats.Curves(STEPS[:array.shape[1]], array, np.broadcast_to(accuracies, array.shape),
                       np.broadcast_to(test, array.shape[:1]))


def test_residuals_are_in_standard_deviations_of_the_log() -> None:
    # Logs 0, 1, 2 have the mean 1 and the deviation 1.
    found = stats.residuals(of_losses([[1.0], [np.e], [np.e ** 2]]))
    np.testing.assert_allclose(found, [[-1.0], [0.0], [1.0]], atol=1e-12)


def test_a_run_that_learns_faster_is_found_to_do_so() -> None:
    """Curves L = t ^ -0.5 moved along log t: at k times the rate log L falls by 0.5 log k."""
    rates = np.array([2.0, 1.0, 0.5])
    noise = np.array([[1, -1, 1, -1], [-1, 1, -1, 1], [0, 0, 0, 0]]) * 1e-9
    losses = np.exp(-0.5 * (np.log(STEPS) + np.log(rates)[:, None]) + noise)
    np.testing.assert_allclose(stats.log_learning_rates(of_losses(losses)), np.log(rates),
                               atol=1e-6)
    np.testing.assert_allclose(stats.learning_rate(of_losses(losses)), np.log([2, 1, 2]),
                               atol=1e-6)


def test_a_step_counts_for_the_learning_rate_by_its_slope_and_its_scatter() -> None:
    steps = np.exp(np.arange(9.0))
    times = np.log(steps)
    noise = np.random.RandomState(0).normal(0, 0.02 + 0.01 * times, (6, 9))
    log_losses = -0.05 * times ** 2 + noise - noise.mean(0)
    halves = []
    for half in (range(1, 5), range(5, 9)):  # not the first step
        by_run = []
        for residual in noise - noise.mean(0):
            above = below = 0.0
            for t in half:
                slope, variance = -0.1 * times[t], np.var(log_losses[:, t], ddof=1)
                above += slope * residual[t] / variance
                below += slope * slope / variance
            by_run.append(above / below)
        halves.append(np.array(by_run))
    # Of all a + k (b - a), that with the least variance.
    first, second = halves
    gap = second - first
    expected = first - gap * (first @ gap) / (gap @ gap)
    found = stats.log_learning_rates(stats.Curves(steps, np.exp(log_losses), np.ones((6, 9)),
                                                np.ones(6)))
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_sum_of_squares_is_the_sum_of_squares() -> None:
    found = stats.sum_of_squares(of_losses(np.exp([[0, 2], [1, 1], [2, 0]])))
    np.testing.assert_allclose(found, [2.0, 0.0, 2.0], atol=1e-12)


def test_ranks_count_from_the_bundle_s_edge() -> None:
    losses = of_losses([[1.0, 5.0], [2.0, 5.0], [3.0, 4.0], [4.0, 3.0]])
    assert stats.pointwise_ranks(losses.losses).tolist() == [[1, 2], [2, 2], [2, 2], [1, 1]]
    # Sorted: (1, 2), (2, 2), (2, 2), (1, 1); the last is the farthest out, then the first.
    assert stats.rank_envelope(losses).tolist() == [-1.0, -2.0, -2.0, -0.0]


def test_spread_and_autocorrelation_of_residuals() -> None:
    z = np.array([[1, -1, 1, -1], [-1, 1, -1, 1], [2, 2, -2, -2], [-2, -2, 2, 2]], float)
    curves = of_losses(np.exp(z))  # each step's deviation is the same
    np.testing.assert_allclose(stats.spread(curves), np.full(4, np.log(2) / 2))
    # The correlations are -3/4 for the alternating ones and 1/4 for the others.
    np.testing.assert_allclose(stats.autocorrelation(curves), np.full(4, 0.5))


def test_a_run_s_level_is_no_autocorrelation() -> None:
    a, b = np.array([1, -1, 1, -1]), np.array([2, 2, -2, -2])
    z = np.array([3 + a, -3 - a, 3 - a, -3 + a, b, -b], float)  # each step's deviation the same
    # As above; the mean of four times -3/4 and twice 1/4 is -5/12.
    np.testing.assert_allclose(stats.autocorrelation(of_losses(np.exp(z))),
                               [1 / 3] * 4 + [2 / 3] * 2)


def test_the_first_loss_counts_alone() -> None:
    found = stats.first_loss(of_losses(np.exp([[0, 9], [1, 9], [2, 5]])))
    np.testing.assert_allclose(found, [1.0, 0.0, 1.0], atol=1e-12)


def test_accuracy_given_loss_sees_accuracies_and_not_losses() -> None:
    losses = np.exp(np.linspace([0, -1, -2, -3], [0.5, -0.5, -1.5, -2.5], 5))
    right = 0.1 - 0.2 * np.log(losses)
    np.testing.assert_allclose(stats.accuracy_given_loss(of_losses(losses, right)), np.zeros(5),
                               atol=1e-9)
    right[0] += 0.05
    found = stats.accuracy_given_loss(of_losses(losses, right))
    assert found[0] > 2 * found[1:].max()


def test_the_test_accuracy_counts_alone() -> None:
    curves = of_losses([[1.0]] * 4, test=np.array([0.9, 0.8, 0.8, 0.7]))
    np.testing.assert_allclose(stats.test_accuracy(curves), [0.1, 0.0, 0.0, 0.1], atol=1e-12)


def test_p_is_the_share_that_is_at_least_as_extreme() -> None:
    assert stats.p_values(np.array([3.0, 1.0, 2.0, 2.0])).tolist() == [0.25, 1.0, 0.75, 0.75]


def test_continuous_ranks_have_no_ties_but_those_of_equal_values() -> None:
    # The median is 4, so 13 lies (13 - 7) / (7 - 4) = 2 beyond its neighbour; 7 lies three
    # quarters of the way from 13 to 5, of which 6 of 8 are on the near side.
    found = stats.continuous_ranks(np.array([4.0, 13.0, 1.0, 5.0, 7.0, 4.0, 0.0]))
    np.testing.assert_allclose(
        found, [4.0, np.exp(-2), 5 + 3 / 4, 2 + 2 / 3, 1 + 6 / 8, 4.0, 7.0], atol=1e-12)


def test_equal_values_have_one_rank() -> None:
    # Next to the median, 9 is infinitely far beyond it.
    found = stats.continuous_ranks(np.array([4.0, 9.0, 4.0, 1.0, 4.0, 0.0]))
    assert found.tolist() == [3.0, 0.0, 3.0, 4.75, 3.0, 6.0]


def test_the_smallest_rank_is_ranked_once_more() -> None:
    one, other = np.array([9.0, 1.0, 2.0, 4.0, 3.0]), np.array([1.0, 2.0, 90.0, 3.0, 4.0])
    # Run 2 is farther out in its statistic than run 0 in its own; then come run 3, whose rank is
    # 1 + 5/6, and run 4 with 1 + 86/87.
    np.testing.assert_allclose(stats.combined({'spread': one, 'sum_of_squares': other}),
                               [0.4, 1.0, 0.2, 0.6, 0.8])
    # Half of run 4's rank is less than run 3's.
    np.testing.assert_allclose(stats.combined({'spread': one, 'learning_rate': other}),
                               [0.4, 1.0, 0.2, 0.8, 0.6])


def drawn_runs(generator: np.random.RandomState, runs: int) -> stats.Curves:
    """Runs of one law: a common curve, a rate of their own, and noise from step to step."""
    steps = np.arange(1, 21) * 10
    logs = (-0.4 * np.log(steps) + generator.normal(0, 0.03, (runs, 1))
            + generator.normal(0, 0.1, (runs, 20)))
    right = np.clip(0.2 - 0.3 * logs + generator.normal(0, 0.04, (runs, 20)), 0, 1)
    return stats.Curves(steps, np.exp(logs), right, generator.normal(0.8, 0.03, runs))


def test_p_is_uniform_for_a_run_of_the_same_law() -> None:
    generator = np.random.RandomState(5)
    p = np.array([stats.plausibility(drawn_runs(generator, 40)).p for _ in range(400)])
    for level in (0.05, 0.1, 0.25, 0.5, 0.75):
        deviation = (level * (1 - level) / len(p)) ** 0.5
        assert abs((p <= level).mean() - level) < 3.5 * deviation + 1 / 40


@pytest.mark.parametrize('change', [
    lambda c: c._replace(losses=c.losses * np.where(np.arange(100) == 0, 0.8, 1)[:, None]),
    lambda c: c._replace(accuracies=c.accuracies - 0.05 * (np.arange(100) == 0)[:, None]),
    lambda c: c._replace(test_accuracies=c.test_accuracies - 0.3 * (np.arange(100) == 0))])
def test_a_run_of_another_law_is_found(change: object) -> None:
    curves = change(drawn_runs(np.random.RandomState(3), 100))
    assert stats.plausibility(curves).p <= 0.02


@pytest.mark.parametrize('factor', [0.3, 3.0])
@pytest.mark.parametrize('column', [0, 7])
def test_one_loss_elsewhere_is_found_with_its_step(column: int, factor: float) -> None:
    curves = drawn_runs(np.random.RandomState(3), 100)
    curves.losses[0, column] *= factor
    found = stats.plausibility(curves)
    assert found.p <= 0.02
    assert found.farthest_step == curves.steps[column]


def test_a_run_moved_to_another_learning_rate_is_found_at_it() -> None:
    curves = drawn_runs(np.random.RandomState(6), 200)
    moved = stats.at_learning_rate(curves, 1.1)
    before, after = stats.log_learning_rates(curves), stats.log_learning_rates(moved)
    # The mean moves along, by a 200th.
    assert after[0] - before[0] == pytest.approx(np.log(1.1) * 199 / 200, rel=0.05)
    np.testing.assert_array_equal(moved.losses[1:], curves.losses[1:])
    assert stats.accuracy_given_loss(moved)[0] == pytest.approx(
        stats.accuracy_given_loss(curves)[0], abs=2e-4)
    assert moved.accuracies[0].mean() - curves.accuracies[0].mean() > 0.005


@pytest.mark.parametrize('loss', ['nan', 'inf', '-1.0'])
def test_losses_that_are_no_draw(loss: str) -> None:
    log = article()
    steps = tuple(record._replace(loss=float(loss)) if record.step == 600 else record
                  for record in log.steps)
    with pytest.raises(InputError, match=f'run:4: the loss is {loss}'):
        stats.curves(log._replace(steps=steps), [article()], 'run')


def test_a_loss_that_was_rounded_to_zero_is_small_and_no_breakdown() -> None:
    log = article()
    fitted = log._replace(steps=(*log.steps[:-1], log.steps[-1]._replace(loss=0.0)))
    assert fitted.diverged is None
    assert stats.curves(fitted, [log], 'run').losses[0, -1] == 0.00005
    result = verdict.statistical_result('run', fitted)
    assert not result.same and result.text.startswith('differ: stands out from all 128 right runs')


@pytest.mark.parametrize('steps', [
    article().steps[1:], article().steps[:3] + article().steps[4:],
    (article().steps[0], article().steps[1]._replace(step=199), *article().steps[2:]),
    (*article().steps, article().steps[-1]._replace(step=10200))])
def test_other_steps_are_refused(steps: tuple) -> None:
    with pytest.raises(InputError, match='run: does not print the steps of the ensemble'):
        stats.curves(article()._replace(steps=steps), [article()], 'run')


def first_lines(count: int) -> Log:
    return article()._replace(steps=article().steps[:count])


def test_a_run_that_stopped_early_is_compared_up_to_there() -> None:
    curves = stats.curves(first_lines(11), [article()] * 3, 'run')
    assert curves.steps.tolist() == [1] + list(range(200, 2001, 200))
    assert curves.losses.shape == curves.accuracies.shape == (4, 11)
    assert curves.test_accuracies is None
    curves = drawn_runs(np.random.RandomState(4), 5)
    assert list(stats.statistics_of(curves)) == list(stats.STATISTICS)
    assert set(stats.STATISTICS) - set(stats.statistics_of(
        curves._replace(test_accuracies=None))) == {'test_accuracy'}


def test_too_few_lines_are_refused() -> None:
    stats.curves(first_lines(6), [article()], 'run')
    with pytest.raises(InputError, match='run: has 5 lines, too few .* 1000 steps or more'):
        stats.curves(first_lines(5), [article()], 'run')


def test_one_curve_in_twenty_leaves_the_envelope() -> None:
    values = drawn_runs(np.random.RandomState(4), 200).losses
    envelope = stats.envelope(np.arange(values.shape[1]), values)
    farthest = (np.abs(values - values.mean(0)) / values.std(0)).max(1)
    outside = [bool(envelope.left_at(row)) for row in values]
    assert sum(outside) == 10
    assert outside == (farthest >= np.sort(farthest)[-10]).tolist()


@pytest.mark.parametrize('loss', [1e-4, 9.0, 1e30])
def test_one_value_that_is_far_out_leaves_the_envelope_and_does_not_widen_it(loss: float) -> None:
    values = drawn_runs(np.random.RandomState(4), 100).losses
    values[0, 7] = loss
    envelope = stats.envelope(np.arange(values.shape[1]), values)
    assert 7 in envelope.left_at(values[0])
    assert (envelope.high <= values[1:].max(0)).all()
    assert (envelope.low >= values[1:].min(0)).all()


def test_the_envelope_names_the_steps_where_a_curve_left_it() -> None:
    envelope = stats.Envelope(np.array([1, 200, 400]), np.array([1, 1, 1]), np.array([3, 3, 3]))
    assert envelope.left_at(np.array([0.9, 2, 3.1])) == [1, 400]
    assert envelope.left_at(np.array([1, 3, 2])) == []


@pytest.fixture
def made_ensemble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A golden folder whose ensemble is 100 noisy copies of the article's log."""
    folder = tmp_path / 'golden'
    (folder / 'ensemble').mkdir(parents=True)
    shutil.copy(str(GOLDEN / 'article.log'), str(folder))
    generator = np.random.RandomState(1)
    for seed in range(100):
        (folder / 'ensemble' / f'seed-{seed:04d}.log').write_text(noisy(generator))
    monkeypatch.setattr(recorded, 'folder', lambda: str(folder))
    return folder


def noisy(generator: np.random.RandomState, rate: float = 1.0) -> str:
    """A curve like the article's with noise, as it would be at `rate` times the learning rate."""
    log = article()
    times = np.log([record.step for record in log.steps])
    parabola = np.polyfit(times, np.log([record.loss for record in log.steps]), 2)
    losses = np.exp(np.polyval(parabola, times + np.log(rate)))
    return format_log(log._replace(steps=tuple(
        StepRecord(record.step, loss * np.exp(generator.normal(0, 0.08)),
                   round(record.accuracy * 128 + generator.normal(0, 2)) / 128)
        for record, loss in zip(log.steps, losses))))


@pytest.mark.parametrize('rate, code, word', [(1.0, 0, 'match: this log looks like'),
                                              (2.0, 1, 'differ: stands out from all')])
def test_the_command_without_a_reference(rate: float, code: int, word: str, made_ensemble: Path,
                                         capsys: pytest.CaptureFixture) -> None:
    path = made_ensemble / 'run.log'
    path.write_text(noisy(np.random.RandomState(7), rate))
    facts = made_ensemble / 'facts.json'
    assert compare.main([str(path), '--json', str(facts)]) == code
    assert capsys.readouterr().out.startswith(word)
    assert '"comparison": "statistical"' in facts.read_text()


def test_too_small_an_ensemble_gives_no_verdict(made_ensemble: Path,
                                                capsys: pytest.CaptureFixture) -> None:
    assert verdict.why_none(977) is None
    for path in sorted((made_ensemble / 'ensemble').iterdir())[98:]:
        path.unlink()
    assert 'holds 98 runs, too few' in verdict.why_none(977)
    assert compare.main([str(GOLDEN / 'article.log')]) == 2
    assert 'holds 98 runs, too few' in capsys.readouterr().err


@pytest.mark.parametrize('runs', [99, 128, 199, 499])
def test_how_often_fresh_runs_of_a_right_program_confirm(runs: int) -> None:
    """By counting the orders of the ensemble's runs, the first one and the four fresh ones."""
    rarest = int(verdict.LEVEL * (runs + 1) + 1e-9)
    total = confirmed = 0
    for before in range(6):  # of the five, those that stand before the last rare one
        orders = (math.comb(before + rarest - 1, before)
                  * math.comb(runs - rarest + 5 - before, 5 - before))
        total += orders * before  # the first run is among them, in `before` of five cases
        confirmed += orders * before * (before >= 3)
    assert verdict.false_confirmation(runs) == pytest.approx(confirmed / total, rel=1e-9)


def test_the_chances_are_those_of_the_published_ensemble(made_ensemble: Path) -> None:
    # One run of 100 at the most, and five of the six in one order: (5 4 3 ...) by hand.
    of_five = [60 / (133 * 132 * 131), 120 / (133 * 132 * 131 * 130)]
    by_hand = 129 * (3 / 5 * of_five[0] + 1 / 5 * of_five[1] * (1 + 1 / 129))
    assert verdict.false_confirmation(128) == pytest.approx(by_hand, rel=1e-9)
    path = made_ensemble / 'run.log'
    path.write_text(noisy(np.random.RandomState(7), 2.0))
    text = verdict.statistical_result('run', read_log(str(path))).text
    # An ensemble of 100 calls the most extreme of 101 runs different.
    assert '"differ" needs fewer than 1, as 0.99 % of right runs have' in text
    assert f'in {100 * verdict.false_confirmation(100):.2f} % of such cases' in text


def test_the_order_of_the_runs_decides_nothing() -> None:
    """The run in question is treated as each of the others is."""
    curves = drawn_runs(np.random.RandomState(9), 40)
    order = np.random.RandomState(2).permutation(40)
    mixed = stats.Curves(curves.steps, *(values[order] for values in curves[1:]))
    statistics = stats.statistics_of(mixed)
    for name, values in stats.statistics_of(curves).items():
        np.testing.assert_allclose(statistics[name], values[order], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(stats.combined_p(mixed), stats.combined_p(curves)[order])


def test_a_run_is_not_compared_with_itself(made_ensemble: Path) -> None:
    member = made_ensemble / 'ensemble' / 'seed-0005.log'
    log = read_log(str(member))
    rounded = log._replace(steps=(log.steps[0]._replace(loss=log.steps[0].loss + 1e-4),
                                  *log.steps[1:]))
    other_end = log._replace(test_accuracy=0.5)
    for same, seed in ((log, 5), (log.until(2000), 5), (rounded, 5), (other_end, None)):
        facts = verdict.statistical_result('run', same).facts
        assert (facts['runs'], facts['seed']) == (99, seed)
    member.unlink()
    another = parse_log(noisy(np.random.RandomState(8)).splitlines(), 'run')
    assert verdict.statistical_result('run', another).facts['runs'] == 99


@pytest.mark.parametrize('path, lines, others', [
    ('tf1/seed-42.log', 53, 127), ('ensemble/seed-0007.log', 53, 127),
    ('held-out/seed-0130.log', 53, 128)])
def test_a_recorded_run_s_log_is_called_by_its_seed(path: str, lines: int, others: int) -> None:
    log = read_log(str(GOLDEN / path))
    seed = recorded.seed_of(path)
    result = verdict.statistical_result('my.log', log)
    assert result.same
    assert result.text.startswith(f"match: this is seed {seed}'s log, {lines} lines as in ")
    assert f'; among {others} other right runs:\n' in result.text
    part = verdict.statistical_result('my.log', log.until(2000)).text
    assert part.startswith(f"match: this is seed {seed}'s log, 11 lines as in ")
    shorter = log.until(2000)._replace(finished=True, test_accuracy=0.25)  # of a shorter run's end
    assert verdict.statistical_result('my.log', shorter).text == part
    assert verdict.statistical_result('my.log', log._replace(test_accuracy=0.25)).facts[
        'seed'] is None


def test_a_recorded_run_matches_although_it_is_the_oddest(made_ensemble: Path) -> None:
    odd = made_ensemble / 'ensemble' / 'seed-0005.log'
    odd.write_text(noisy(np.random.RandomState(7), 2.0))
    result = verdict.statistical_result('run', read_log(str(odd)))
    assert result.facts['p'] <= verdict.LEVEL
    assert result.same and result.text.startswith("match: this is seed 5's log")


def test_a_run_of_no_recorded_seed_is_compared_with_the_ensemble(made_ensemble: Path) -> None:
    log = parse_log(noisy(np.random.RandomState(8)).splitlines(), 'noisy')
    result = verdict.of_run(log, seed=None)
    assert (result.comparison, result.same) == ('statistical', True)
    assert 'no proof' not in result.text
    (made_ensemble / 'power.json').write_text(json.dumps({'smallest_effect': {'overlooked': [
        {'factor': 0.7, 'share': 0.125, 'interval': [0.043, 0.256]},
        {'factor': 1.3, 'share': 0.08, 'interval': [0.02, 0.19]}]}}))
    assert ('no proof: in simulation 12 of 100 runs at 0.7 times the learning rate (4 to 26) and '
            '8 at 1.3 (2 to 19) would match too') in verdict.of_run(log, None).text
    fast = parse_log(noisy(np.random.RandomState(8), 2.0).splitlines(), 'noisy')
    assert 'no proof' not in verdict.of_run(fast, None).text  # it differs
    assert 'no proof' not in verdict.of_run(log.until(2000), None).text  # nothing was measured


def test_the_picture_shows_the_run_the_article_and_the_envelope(
        made_ensemble: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip('matplotlib', reason='drawing is an extra')
    drawn = []
    monkeypatch.setattr(picture, 'draw', lambda *arguments: drawn.append(arguments))
    path = made_ensemble / 'run.log'
    path.write_text(noisy(np.random.RandomState(7)))
    compare.main([str(path), '--plot', 'picture.png'])
    compare.main([str(GOLDEN / 'article.log'), '--plot', 'picture.png'])
    (logs, names, _, bands), (_, own_names, _, _) = drawn
    assert names == [str(path), str(made_ensemble / 'article.log')]
    assert [len(log.steps) for log in logs] == [51, 51]
    assert own_names == [str(GOLDEN / 'article.log')]  # not twice
    assert bands.name.startswith('100 seeds')
    inside = [bands.loss.low[at] <= record.loss <= bands.loss.high[at]
              for at, record in enumerate(logs[0].steps)]
    assert all(inside)
    assert (bands.accuracy.low < bands.accuracy.high).all()


@pytest.mark.parametrize('rate, same, word', [(1.0, True, 'match'), (2.0, False, 'differ')])
def test_run_py_ends_with_the_verdict(rate: float, same: bool, word: str, made_ensemble: Path,
                                      capsys: pytest.CaptureFixture) -> None:
    lines = noisy(np.random.RandomState(7), rate).splitlines()
    flags = argparse.Namespace(seed=977, quiet=False, training_steps=10000)
    assert run.compare(lines, flags)[1] == same
    output = capsys.readouterr()
    assert (output.out, output.err.split(':')[0]) == ('', word)


def test_what_differs_is_likened_to_a_mistake(made_ensemble: Path) -> None:
    for name, rate in (('learning-rate-x2', 2.0), ('learning-rate-x0.5', 0.5)):
        folder = made_ensemble / 'power' / name
        folder.mkdir(parents=True)
        for seed in range(20):
            (folder / f'seed-{seed}.log').write_text(noisy(np.random.RandomState(seed), rate))
    log = parse_log(noisy(np.random.RandomState(90), 2.0).splitlines(), 'noisy')
    result = verdict.of_run(log, seed=None)
    assert not result.same
    low, high = result.facts['speed_of_learning']['interval']
    assert low <= 2.0 <= high and not result.facts['speed_of_learning']['equivalent']
    assert result.facts['most_like'] == {'name': 'learning-rate-x2', 'last_step': 10000}
    assert 'looks most like: learning-rate-x2, up to step 10000' in result.text


@pytest.mark.parametrize('size', [64, 32, 100, 50, 256])
def test_batches_of_another_size_differ(size: int, made_ensemble: Path,
                                        capsys: pytest.CaptureFixture) -> None:
    path = made_ensemble / 'run.log'
    log = article()
    path.write_text(format_log(log._replace(steps=tuple(
        record._replace(accuracy=round(record.accuracy * size + place % 2) / size)
        for place, record in enumerate(log.steps)))))
    assert compare.main([str(path)]) == 1
    assert capsys.readouterr().out == (
        f'differ: batches of {size}, not 128; all 51 training accuracies are shares of {size} '
        'images\n')


@pytest.mark.parametrize('path', recorded.mistake_logs('batch-64'), ids=os.path.basename)
def test_recorded_runs_with_batches_of_64_differ(path: str,
                                                 capsys: pytest.CaptureFixture) -> None:
    assert compare.main([path]) == 1
    assert capsys.readouterr().out.startswith('differ: batches of 64, not 128;')
    assert compare.main([path, str(GOLDEN / 'tf1' / 'seed-1.log')]) == 1
    assert 'accuracies are shares of 64 images, not 128' in capsys.readouterr().out
    assert compare.main([path, path]) == 2  # which batches both have is to be said
    assert compare.main([path, path, '--batch-size', '64']) == 0


def test_one_damaged_accuracy_is_no_other_batch_size(made_ensemble: Path,
                                                     capsys: pytest.CaptureFixture) -> None:
    path = made_ensemble / 'run.log'
    text = format_log(article())
    for found, damaged in (('0.227', '0.228'), ('0.227', '0.9'), ('0.227', 'nan')):
        path.write_text(text.replace(found, damaged))
        assert compare.main([str(path)]) == 2
        said = capsys.readouterr().err
        assert 'is no share of 128 images; give the log as it was printed' in said


def test_the_report_says_where_the_band_is_left(made_ensemble: Path) -> None:
    log = parse_log(noisy(np.random.RandomState(7)).splitlines(), 'noisy')
    wrong = log._replace(steps=tuple(
        record._replace(loss=record.loss * {400: 1.5, 5000: 9.0}.get(record.step, 1.0))
        for record in log.steps))
    result = verdict.statistical_result('run', wrong)
    outside = result.facts['outside_envelope']
    assert {400, 5000} <= set(outside) and outside[0] == 400
    assert (f'loss curve: outside their band at {len(outside)} of 51 printed steps, first 400, '
            'farthest 5000; 5 of 100 right runs leave it') in result.text
    assert 'fewer than 1 of 100 right runs are as odd there' in result.text
    assert ('loss curve: inside their band at all 51 printed steps, as 95 of 100 right runs are'
            in verdict.statistical_result('run', log).text)


@pytest.mark.parametrize('flag', ['--batch-size', '--test-len'])
def test_other_settings_than_the_ensemble_s_are_refused(
        flag: str, made_ensemble: Path, capsys: pytest.CaptureFixture) -> None:
    assert compare.main([str(GOLDEN / 'article.log'), flag, '256']) == 2
    assert f'{flag} 256: the ensemble' in capsys.readouterr().err
