import math

import pytest

from reproduce.comparison.intervals import clopper_pearson


# 112 of 128: the article's test accuracy.  7 of 20 and the corners: by the defining sums.
@pytest.mark.parametrize('successes, trials', [(112, 128), (7, 20), (1, 20), (8453, 10000)])
def test_each_end_has_half_of_what_is_left_beyond_it(successes: int, trials: int) -> None:
    low, high = clopper_pearson(successes, trials)

    def tail(share: float, counts: range) -> float:
        return sum(math.exp(math.lgamma(trials + 1) - math.lgamma(n + 1)
                            - math.lgamma(trials - n + 1) + n * math.log(share)
                            + (trials - n) * math.log(1 - share)) for n in counts)

    assert low < successes / trials < high
    assert tail(low, range(successes, trials + 1)) == pytest.approx(0.025, rel=1e-6)
    assert tail(high, range(0, successes + 1)) == pytest.approx(0.025, rel=1e-6)


def test_the_article_s_interval() -> None:
    assert clopper_pearson(112, 128) == pytest.approx((0.805, 0.927), abs=5e-4)


def test_none_and_all() -> None:
    assert clopper_pearson(0, 10) == pytest.approx((0.0, 1 - 0.025 ** 0.1))
    assert clopper_pearson(10, 10) == pytest.approx((0.025 ** 0.1, 1.0))
