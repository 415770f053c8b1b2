"""The report on a run: one HTML file with all that it shows, without scripts."""
import math
import shlex
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional, Tuple

from reproduce import __version__
from reproduce.comparison.log import Log, read_log
from reproduce.comparison.picture import Bands, ensemble_bands, highest_loss
from reproduce.comparison.recorded import article_log
from reproduce.comparison.verdict import Result
from reproduce.page.chart import Axis, Line, chart, escaped
from reproduce.page.plain_words import plain_words
from reproduce.page.style import CSS
from reproduce.shared.errors import InputError
from reproduce.shared.files import replacing
from reproduce.shared.records import short_number

if TYPE_CHECKING:
    import numpy as np

_ROOM = 1.05  # of the axis of losses above the highest value
_LONGEST = 10000  # characters that are shown of a value in the manifest
_SHORT = 30  # characters of an entry; such ones stand side by side
_SHADES = (0.04, 0.6)  # how dark a cell of the matrix is, from the first image on to all
_LABELS = {  # of the manifest's entries, in the order in which they are shown
    'status': 'Status', 'started': 'Started', 'ended': 'Ended', 'seconds': 'Seconds',
    'command': 'Command', 'verdict': 'Verdict at its end', 'same': 'A match',
    'op_seeds': 'Seeds of the operations', 'settings': 'Settings', 'sessions': 'Sessions',
    'digests': 'SHA-256 of what it started from', 'commit': 'Commit of this package',
    'processor': 'Processor', 'oneDNN': 'oneDNN', 'kernels': 'Compiled operations',
    'data_dir': 'Data from',
    'data': 'SHA-256 of the data', 'initial_weights': 'SHA-256 of the initial weights'}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


class Predictions(NamedTuple):
    """What a run said of all test images, in their order."""

    predicted: 'np.ndarray'  # uint8 [n]
    labels: 'np.ndarray'  # uint8 [n], what is right


class Run(NamedTuple):
    """What is known of a run beside its log; what is None is not."""

    manifest: Optional[Dict[str, Any]] = None  # what it was made on
    predictions: Optional[Predictions] = None
    images: Optional['np.ndarray'] = None  # uint8 [n, rows, columns], the first test images
    test_len: int = 128  # test images behind the printed test accuracy


def write_report(path: str, name: str, log: Log, result: Optional[Result],
                 run: Optional[Run] = None, why_none: str = '') -> None:
    """Write the page at `path`; its arguments are those of `page`.

    Raises:
      RunError: it cannot be written.
    """
    text = page(name, log, result, run, why_none)
    with replacing(path) as temporary, open(temporary, 'w', encoding='utf-8') as file:
        file.write(text)


def page(name: str, log: Log, result: Optional[Result], run: Optional[Run] = None,
         why_none: str = '') -> str:
    """The page on the run called `name`.

    Args:
      name: what the page calls it, such as the log's path.
      log: what it printed; it may have stopped early, or diverged.
      result: the verdict; None where there is none.
      run: what else is known of it; None where there is nothing but the log.
      why_none: why there is no verdict, without a full stop.
    """
    sections = [_head(name, log, result, run, why_none), _curves(log)]
    if run is None:
        sections.append('<h2>What a log does not tell</h2>\n<p>Which test images were misread, '
                        'and what the run was made on: <code>python -m reproduce.report</code> '
                        'shows that of a folder which <code>python reproduce/run.py '
                        '--logdir</code> wrote.</p>')
    else:
        sections += [_test_images(run), _made_on(run.manifest)]
    body = '\n'.join(f'<section>\n{section}\n</section>' for section in sections)
    return (f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8"/>\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n'
            f'<title>{escaped(name)}: report</title>\n<style>{CSS}</style>\n</head>\n<body>\n'
            f'<main>\n{body}\n</main>\n<footer>Written by reproduce {__version__}. This page loads '
            'nothing and can be kept as it is.</footer>\n</body>\n</html>\n')


# The verdict and the most telling numbers.

def _head(name: str, log: Log, result: Optional[Result], run: Optional[Run],
          why_none: str) -> str:
    words = plain_words(result, why_none, log.finished)
    sentences = '\n'.join(f'<p>{escaped(sentence)}</p>' for sentence in words.sentences)
    facts = '\n'.join(f'<div><dt>{escaped(term)}</dt><dd>{escaped(value)}'
                      f'<small>{escaped(more)}</small></dd></div>'
                      for term, value, more in _facts(log, run))
    said = ('' if result is None else '\n<p class="said">The comparison\'s own words:</p>\n'
            f'<pre>{escaped(result.text)}</pre>')
    return (f'<h1>Report on <span class="name">{escaped(name)}</span></h1>\n'
            f'<div class="verdict {words.kind}">\n<h2>{escaped(words.headline)}</h2>\n{sentences}\n'
            f'</div>\n<dl class="facts">\n{facts}\n</dl>{said}')


def _facts(log: Log, run: Optional[Run]) -> List[Tuple[str, str, str]]:
    """What each is, its value, and what belongs to it."""
    last = log.steps[-1]
    facts = [('Steps', f'{last.step:,}', 'finished' if log.finished else 'stopped before its end'),
             ('Last loss', short_number(last.loss, '.4f'),
              f'at step {last.step:,}; guessing gives 2.3')]
    if log.test_accuracy is not None:
        facts.append(('Test accuracy, printed', f'{100 * log.test_accuracy:.1f} %',
                      f'on the first {run.test_len} test images' if run
                      else 'on the first test images'))
    if run and run.predictions:
        from reproduce.comparison.intervals import clopper_pearson
        right, images = _right(run.predictions), len(run.predictions.labels)
        low, high = clopper_pearson(right, images)
        facts.append(('Accuracy on all', f'{100 * right / images:.2f} %',
                      f'{right:,} of {images:,} test images; 95\u00a0% interval {100 * low:.2f} to '
                      f'{100 * high:.2f}'))
    return facts


def _right(predictions: Predictions) -> int:
    return int((predictions.predicted == predictions.labels).sum())


# The curves.

def _curves(log: Log) -> str:
    last = log.steps[-1].step
    article = read_log(article_log()).until(last)
    bands, notes = _bands(log)
    steps = Axis(0, max(last, 1))
    losses, more = _loss_axis(log, bands)
    notes += more
    figures = []
    for key, title, axis, band, meaning in (
            ('loss', 'Loss of the minibatch, in nats', losses, bands and bands.loss,
             'How far the answers on a step\'s images are from the right ones. Lower is better.'),
            ('accuracy', 'Training accuracy, share of right answers', Axis(0.0, 1.0),
             bands and bands.accuracy, 'Of the images of a step. Higher is better; few images make '
                                       'it jump.')):
        lines = [Line(label, style, [(record.step, getattr(record, key)) for record in one.steps])
                 for label, style, one in (('the article', 'article', article),
                                           ('this run', 'run', log)) if one.steps]
        drawn = chart(key, f'{title}, by training step', _described(lines, bands), lines, band,
                      steps, axis)
        figures.append(f'<figure>\n<h3>{title}</h3>\n{drawn}\n<figcaption>By training step. '
                       f'{meaning}</figcaption>\n</figure>')
    legend = [('run', 'this run'), ('article', 'the log that the article printed')]
    if bands:
        legend.append(('band', bands.name))
    entries = ''.join(f'<li><span class="{style}"></span>{escaped(text)}</li>'
                      for style, text in legend)
    remarks = '\n'.join(f'<p>{escaped(note)}</p>' for note in notes)
    return (f'<h2>How it learned</h2>\n<ul class="legend">{entries}</ul>\n{remarks}\n'
            '<div class="charts">\n' + '\n'.join(figures) + '\n</div>')


def _bands(log: Log) -> Tuple[Optional[Bands], List[str]]:
    """What right runs stay within, as far as `log` goes; or why nothing is known of that."""
    try:
        return ensemble_bands(log), []
    except InputError as error:
        reason = str(error).partition(': ')[2].partition(';')[0]  # between the name and the advice
        return None, [f'No band of right runs is drawn: the log {reason}.']


def _loss_axis(log: Log, bands: Optional[Bands]) -> Tuple[Axis, List[str]]:
    """The axis that shows what matters, and what is to be said of what it does not show."""
    top = highest_loss([log, read_log(article_log())], bands)
    finite = [record.loss for record in log.steps if math.isfinite(record.loss)]
    notes = []
    above = [record for record in log.steps if top < record.loss < math.inf]
    if above:
        notes.append(f'Losses of this run lie above the picture: {len(above)} from step '
                     f'{above[0].step:,} on, up to {max(finite):.4g}.')
    lost = next((record for record in log.steps if not math.isfinite(record.loss)), None)
    if lost:
        notes.append(f'At step {lost.step:,} the loss is {lost.loss}: no number, which cannot be '
                     'drawn.')
    return Axis(0.0, _ROOM * top), notes


def _described(lines: List[Line], bands: Optional[Bands]) -> str:
    """What a chart shows, for those who cannot see it."""
    parts = [f'{line.name} goes from {line.points[0][1]:.4g} at step {line.points[0][0]:,} to '
             f'{line.points[-1][1]:.4g} at step {line.points[-1][0]:,}' for line in lines[::-1]]
    if bands:
        parts.append(f'behind them a band: {bands.name}')
    text = '; '.join(parts)
    return text[0].upper() + text[1:] + '.'


# The test images.

def _test_images(run: Run) -> str:
    if run.predictions is None:
        return ('<h2>What it said of the test images</h2>\n<p>The folder holds no '
                '<code>predictions.npz</code>, so nothing is known of the single images.</p>')
    return (f'<h2>What it said of the test images</h2>\n{_matrix(run.predictions)}\n'
            f'<h2>What it misread</h2>\n{_mistakes(run)}')


def _matrix(predictions: Predictions) -> str:
    """The confusion matrix as a table."""
    import numpy as np
    classes = int(max(predictions.predicted.max(initial=9), predictions.labels.max(initial=9))) + 1
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (predictions.labels, predictions.predicted), 1)
    rows = [f'<tr><td class="rate"></td>{"".join(f"<th>{k}</th>" for k in range(classes))}'
            '<th>%</th></tr>']
    for label, row in enumerate(counts):
        cells = ''.join(_cell(int(count), int(row.sum()), label == answer)
                        for answer, count in enumerate(row))
        rate = f'{100 * row[label] / row.sum():.0f}' if row.sum() else '–'
        rows.append(f'<tr><th scope="row">{label}</th>{cells}<td class="rate">{rate}</td></tr>')
    wrong = counts - np.diag(np.diag(counts))
    label, answer = np.unravel_index(wrong.argmax(), wrong.shape)
    most = (f'<p>Most often, {label} was read as {answer}: {wrong[label, answer]} times of '
            f'{counts[label].sum():,}.</p>' if wrong.any() else '<p>All answers are right.</p>')
    return (f'{most}\n<div class="scroll">\n<table class="matrix">\n<caption>All '
            f'{len(predictions.labels):,} test images: what each shows (down), what it was read '
            'as (across), and how many of 100 were read right (%)</caption>\n'
            + '\n'.join(rows) + '\n</table>\n</div>')


def _cell(count: int, images: int, right: bool) -> str:
    if not count:
        return '<td class="nothing" style="--share:0">0</td>'
    least, most = _SHADES
    share = least + (most - least) * (count / images if right else math.sqrt(count / images))
    return (f'<td{" class=" + chr(34) + "right" + chr(34) if right else ""} '
            f'style="--share:{share:.2f}">{count}</td>')


def _mistakes(run: Run) -> str:
    """The misread images among the first, as pictures."""
    predicted, labels = (values[:run.test_len] for values in run.predictions)
    wrong = [place for place in range(len(labels)) if predicted[place] != labels[place]]
    if not wrong:
        return f'<p>None of the first {len(labels)} test images.</p>'
    said = (f'<p>{len(wrong)} of the first {len(labels)} test images, on which the printed test '
            'accuracy is measured.</p>')
    if run.images is None or len(run.images) <= wrong[-1]:
        listed = ', '.join(f'image {place + 1} ({labels[place]} as {predicted[place]})'
                           for place in wrong)
        return (f'{said}\n<p>The pictures of the run\'s data set are not at hand. It read '
                f'{listed}.</p>')
    from reproduce.page.png import data_uri
    figures = '\n'.join(
        f'<figure><img src="{data_uri(run.images[place])}" alt="Test image {place + 1}: shows '
        f'{labels[place]}, read as {predicted[place]}"/><figcaption><strong>{labels[place]}'
        f'</strong> read as <strong>{predicted[place]}</strong></figcaption></figure>'
        for place in wrong)
    return f'{said}\n<div class="mistakes">\n{figures}\n</div>'


# What it was made on.

def _made_on(manifest: Optional[Dict[str, Any]]) -> str:
    if not manifest:
        return ('<h2>What it was made on</h2>\n<p>The folder holds no <code>manifest.json</code>, '
                'so nothing is known of it.</p>')
    names = [name for name in _LABELS if name in manifest]
    names += [name for name in manifest if name not in _LABELS]
    rows = '\n'.join(f'<tr><th scope="row">{escaped(_LABELS.get(name, name))}</th>'
                     f'<td>{_value(name, manifest[name])}</td></tr>' for name in names)
    return f'<h2>What it was made on</h2>\n<table class="made">\n{rows}\n</table>'


def _value(name: str, value: Any) -> str:
    """A value of the manifest as HTML."""
    if isinstance(value, dict) and value:
        entries = [f'{_plain(key)}: {_value(key, item)}' for key, item in value.items()]
        style = ' class="short"' if max(map(len, entries)) <= _SHORT else ''
        return f'<ul{style}>' + ''.join(f'<li>{entry}</li>' for entry in entries) + '</ul>'
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        return ''.join(_value(name, item) for item in value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return f'<code>{_plain(" ".join(shlex.quote(item) for item in value))}</code>'
    if isinstance(value, str) and '\n' in value:
        return f'<pre>{_plain(value)}</pre>'
    if name == 'seconds' and isinstance(value, float) and math.isfinite(value):
        return f'{value:.1f}'
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return 'none'
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    return escaped(str(value)[:_LONGEST])
