"""Curves as SVG for a page: no fixed width, and text that keeps its size on any screen.

Places along a chart are shares of its width and height, so that it fills whatever column it
stands in.  The curves are drawn in units of a thousandth, in a picture of their own that is
stretched over the chart.
"""
import html
import math
import re
from typing import TYPE_CHECKING, List, NamedTuple, Optional, Sequence, Tuple

if TYPE_CHECKING:
    from reproduce.comparison.statistical import Envelope

_UNITS = 1000  # of the curves' picture, along each side
_MOST_TICKS = 6
_FEW = 3  # points; so few are drawn as dots too
# What no XML may hold, and surrogates, which no encoding can.
_UNPRINTABLE = re.compile('[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')


class Line(NamedTuple):
    """One curve."""

    name: str
    style: str  # its class in the style sheet
    points: Sequence[Tuple[float, float]]  # of step and value, which may be nan or infinite


class Axis(NamedTuple):
    """The numbers along one side of a chart."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Where `value` stands: 0 at the beginning, 1 at the end; not far out at the most."""
        return min(max((value - self.low) / (self.high - self.low), -1.0), 2.0)

    def ticks(self) -> List[float]:
        """Round numbers, at most six steps apart, from the beginning on."""
        rough = (self.high - self.low) / _MOST_TICKS
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
        first = math.ceil(self.low / step - 1e-9)
        return [round(number * step, 10)
                for number in range(first, math.floor(self.high / step + 1e-9) + 1)]


def escaped(text: str) -> str:
    """`text` as it may stand in HTML and XML; what neither can hold is replaced."""
    return html.escape(_UNPRINTABLE.sub('\ufffd', text))


def chart(key: str, title: str, description: str, lines: Sequence[Line],
          band: Optional['Envelope'], steps: Axis, values: Axis) -> str:
    """The SVG of `lines` over `band`.

    Args:
      key: what the ids in it begin with.
      title: its name for those who hear it.
      description: what there is to see, for them.
      lines: the curves, the last one on top.
      band: what right runs stay within; None draws none.
      steps: the axis below.
      values: the axis on the left.
    """
    parts = [f'<svg class="chart" role="img" aria-labelledby="{key}-title {key}-text">',
             f'<title id="{key}-title">{escaped(title)}</title>',
             f'<desc id="{key}-text">{escaped(description)}</desc>']
    for tick in values.ticks():
        y = _percent(1.0 - values.share(tick))
        parts.append(f'<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>'
                     f'<text class="left" x="-8" y="{y}" dy="0.35em">{tick:g}</text>')
    for tick in steps.ticks():
        x = _percent(steps.share(tick))
        parts.append(f'<text class="below" x="{x}" y="100%" dy="1.5em">{tick:,.0f}</text>')
    parts.append(f'<svg width="100%" height="100%" viewBox="0 0 {_UNITS} {_UNITS}" '
                 'preserveAspectRatio="none">')
    if band is not None:
        parts.append(f'<path class="band" d="{_outline(band, steps, values)}"/>')
    parts += [f'<path class="{line.style}" d="{_path(line.points, steps, values)}"/>'
              for line in lines]
    parts.append('</svg></svg>')
    return '\n'.join(parts)


def _percent(share: float) -> str:
    return f'{100 * share:.2f}%'


def _place(step: float, value: float, steps: Axis, values: Axis) -> str:
    return f'{_UNITS * steps.share(step):.1f} {_UNITS * (1.0 - values.share(value)):.1f}'


def _path(points: Sequence[Tuple[float, float]], steps: Axis, values: Axis) -> str:
    """The curve through `points`, interrupted where a value is not finite."""
    path, drawn = [], False
    for step, value in points:
        finite = math.isfinite(value)
        if finite:
            path.append(('L' if drawn else 'M') + _place(step, value, steps, values))
            if len(points) <= _FEW or not drawn:
                path.append('h0')  # a dot, by the stroke's round ends
        drawn = finite
    return ' '.join(path)


def _outline(band: 'Envelope', steps: Axis, values: Axis) -> str:
    """Along the upper edge, and back along the lower one."""
    upper = list(zip(band.steps.tolist(), band.high.tolist()))
    lower = list(zip(band.steps.tolist(), band.low.tolist()))
    return 'M' + ' L'.join(_place(step, value, steps, values)
                           for step, value in upper + lower[::-1]) + ' Z'
