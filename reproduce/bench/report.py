"""The benchmark's tables."""
from statistics import median
from typing import Any, Dict, List

_CONTENDER = '{:<10} {:<24} {:>8} {:>14} {:>8} {:>14} {:>6} {:>10}'
_COST = '{:<10} {:>6} {:<8} {:>10} {:>18} {:>7}'


def print_contenders(contenders: Dict[str, Dict[str, Any]]) -> None:
    """A row for each of the contenders, which are as in the JSON file."""
    print(_CONTENDER.format('', 'on', 'steps/s', 'from to', 'fast is', 'from to', 'MB',
                            'gradients'))
    for name, found in contenders.items():
        rates, ratios = found['rates'], found['fast_times_this']
        difference = found['gradient_difference']
        print(_CONTENDER.format(
            name, found['version'], f'{median(rates):.1f}', _range(rates, '.1f'),
            f'{median(ratios):.2f} x', _range(ratios, '.2f'), f'{found["memory"]:.0f}',
            '' if difference is None else f'{difference:.1e}'))
    print("\nfast is: medians of the rounds' ratios.  MB: the most that the process held.  "
          "gradients: the\nlargest difference from static's, as a share of the variable's "
          'largest gradient.')


def print_cost_head() -> None:
    """The head of the table of costs."""
    print('\n' + _COST.format('', '', '', 'ms a step', 'from to', 'MB'))


def print_cost(cost: Dict[str, Any]) -> None:
    """A row of that table."""
    print(_COST.format(cost['varied'], cost['value'], cost['engine'],
                       f'{median(cost["milliseconds"]):.1f}',
                       _range(cost['milliseconds'], '.1f'), f'{cost["memory"]:.0f}'), flush=True)


def print_start_up(seconds: Dict[str, List[float]]) -> None:
    """The two commands, the first one's phases, and their ratio."""
    print()
    for name, values in seconds.items():
        print(f'{name:<55} {median(values):6.2f} s  ({_range(values, ".2f")})')
    command, bare = list(seconds)[:2]
    ratios = [a / b for a, b in zip(seconds[command], seconds[bare])]
    print(f'{"the first over the second":<55} {median(ratios):6.2f}    ({_range(ratios, ".2f")})')


def print_throughput(rates: Dict[int, List[float]], limit: float) -> None:
    """Steps a second of the sweeps by few and by many workers, beside the limit's."""
    print()
    for workers, values in rates.items():
        print(f'sweep by {workers} worker(s): {median(values):.1f} steps/s of all seeds together '
              f'({_range(values, ".1f")}), {median(values) / limit:.2f} of the limit')
    few, *more = rates.values()
    for many in more:
        ratios = [b / a for a, b in zip(few, many)]
        print(f'the second over the first: {median(ratios):.2f} ({_range(ratios, ".2f")})')


def _range(values: List[float], form: str) -> str:
    return f'{min(values):{form}} to {max(values):{form}}'
