"""The benchmark's tables."""
from statistics import median
from typing import Any, Dict, List

# What each contender is called; {} is what it ran on.
_PROGRAMS = {
    'fast': '`--engine fast`, the default, {}',
    'uncompiled': 'the same without compiled operations',
    'static': "`--engine static`, the article's graph", 'torch': '{}, `nn.LSTM`',
    'jax': '{}, `lax.scan`', 'keras': '{}, `fit`', 'tf1': "{}, the article's program",
    'limit': "the step's matrix products alone, by TensorFlow",
    'peak': 'their multiply-adds alone, {}: a limit that no program passes'}
_COST = '{:<10} {:>6} {:<8} {:>10} {:>18} {:>7}'


def table(contenders: Dict[str, Dict[str, Any]]) -> str:
    """The README's table: a row for each of the contenders, which are as in the JSON file."""
    rows = ['| program | steps/s | `fast` is | memory |', '|---|---|---|---|']
    for name in sorted(contenders, key=list(_PROGRAMS).index):
        found = contenders[name]
        ratio = '' if name == 'fast' else _median(found['fast_times_this'], '.2f', ' x')
        rows.append(f'| {_PROGRAMS[name].format(found["version"])} | '
                    f'{_median(found["rates"], ".1f")} | {ratio} | {found["memory"]:.0f} MB |')
    return '\n'.join(rows)


def print_contenders(contenders: Dict[str, Dict[str, Any]]) -> None:
    """The table, and what its columns say."""
    print(table(contenders))
    print("\n`fast` is: medians of the rounds' ratios.  memory: the most that the process held.")


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


def _median(values: List[float], form: str, unit: str = '') -> str:
    return f'{median(values):{form}}{unit} ({_range(values, form)})'


def _range(values: List[float], form: str) -> str:
    return f'{min(values):{form}} to {max(values):{form}}'
