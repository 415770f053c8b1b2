"""The report's page: whole, self-contained, and right in what it draws and says."""
import base64
import math
import re
import struct
import zlib
from html.parser import HTMLParser
from typing import Any, List
from xml.etree import ElementTree

import numpy as np
import pytest
from comparison_logs import LINES, REFERENCE, SEED_1, changed
from conftest import GOLDEN

from reproduce.comparison.log import Log, parse_log, read_log
from reproduce.comparison.statistical import Envelope
from reproduce.comparison.verdict import exact_result, statistical_result
from reproduce.page.chart import Axis, Line, chart, escaped
from reproduce.page.page import Predictions, Run, page, write_report
from reproduce.page.plain_words import plain_words
from reproduce.page.png import data_uri, png

LABELS = (np.arange(300) % 10).astype(np.uint8)
PREDICTED = LABELS.copy()
PREDICTED[[3, 127, 128, 200]] = [8, 8, 8, 1]  # 3, 7 and 0 are misread
IMAGES = (np.arange(128 * 28 * 28) % 251).astype(np.uint8).reshape(128, 28, 28)
WHOLE = Run({'versions': {'tensorflow': '2.21.0'}, 'command': ['run.py', '--logdir', 'a b'],
             'settings': {'seed': None, 'deterministic': True}, 'seconds': 12.345, 'odd': [1, 2]},
            Predictions(PREDICTED, LABELS), IMAGES)


class Parser(HTMLParser):
    """Checks that all tags are closed in order, and collects addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: List[str] = []
        self.addresses: List[str] = []

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.open.append(tag)
        self.handle_startendtag(tag, attributes)

    def handle_startendtag(self, _tag: str, attributes: list) -> None:
        self.addresses += [value for name, value in attributes
                           if name in ('src', 'href', 'xlink:href', 'action', 'data', 'srcset')]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def parsed(text: str) -> ElementTree.Element:
    """The page, which is HTML and XML alike and loads nothing."""
    parser = Parser()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    assert all(address.startswith('data:image/png;base64,') for address in parser.addresses)
    assert not re.search(r'//|url\(|@import|<script|<link|<iframe|\son\w+=', text)
    root = ElementTree.fromstring(text)
    ids = [element.get('id') for element in root.iter() if element.get('id')]
    assert len(ids) == len(set(ids))
    for element in root.iter():
        for name in element.get('aria-labelledby', '').split():
            assert name in ids
    return root


def headings(root: ElementTree.Element) -> List[str]:
    return [element.text for element in root.iter('h2')]


def exact(log: Log) -> Any:
    return exact_result('my.log', log, [(str(SEED_1), REFERENCE)])


def text_of(root: ElementTree.Element) -> str:
    return ' '.join(' '.join(root.itertext()).split())


def test_a_whole_page_has_all_its_parts() -> None:
    root = parsed(page('my.log', REFERENCE, exact(REFERENCE), WHOLE))
    assert headings(root) == ['The same experiment, number for number', 'How it learned',
                              'What it said of the test images', 'What it misread',
                              'What it was made on']
    said = text_of(root)
    assert 'All 53 lines are as in' in said
    assert 'match: 53 lines as in' in said  # the comparison's own words
    assert '99.00 % 297 of 300 test images' in said
    for svg in root.iter('svg'):
        if svg.get('role') == 'img':
            assert svg.find('title').text and 'The article' not in svg.find('desc').text[:5]
            assert 'this run goes from'.lower() in svg.find('desc').text.lower()
    for words in ('tensorflow: 2.21.0', "run.py --logdir 'a b'", 'seed: none',
                  'deterministic: yes', '12.3', 'odd [1, 2]'):
        assert words in said


def test_the_article_s_log_is_judged_by_the_ensemble() -> None:
    log = read_log(str(GOLDEN / 'article.log'))
    root = parsed(page('article.log', log, statistical_result('article.log', log)))
    assert headings(root) == ['Nothing tells this run from the experiment', 'How it learned',
                              'What a log does not tell']
    assert 'Of 100 right runs, about 98 would look as unusual' in text_of(root)
    assert '128 seeds, of which 95 % never leave' in text_of(root)


def test_what_differs_is_said_first() -> None:
    log = parse_log(changed(3, '1.9779', '1.9979'), 'my.log')
    said = text_of(parsed(page('my.log', log, exact(log))))
    assert said.index('1 number differs. The first is at step 400 (line 3): loss 1.9979 in place '
                      'of 1.9779') < said.index('How it learned')
    path = GOLDEN / 'power' / 'learning-rate-x2' / 'seed-0161.log'
    log = read_log(str(path))
    said = text_of(parsed(page('my.log', log, statistical_result('my.log', log))))
    assert 'This is not the experiment' in said
    assert 'It learns 2.20 times as fast' in said and 'most like learning-rate-x2' in said


@pytest.mark.parametrize('path, said', [
    ('power/batch-64/seed-0161.log', 'This is not the experiment All its training accuracies are '
                                     'shares of 64 images: its batches have another size.'),
    ('ensemble/seed-0007.log', 'This is the log of seed 7, a right run.'),
    ('power/adam/seed-0161.log', 'Its curve is not theirs, run faster or slower.'),
    ('power/adam/seed-0161.log', 'it looks most like adam. One right run in a hundred')])
def test_what_the_ensemble_tells_in_plain_words(path: str, said: str) -> None:
    result = statistical_result('my.log', read_log(str(GOLDEN / path)))
    words = plain_words(result)
    assert said in ' '.join([words.headline, *words.sentences])


@pytest.mark.parametrize('loss', ['nan', 'inf', '1e30', '0.0'])
def test_a_diverged_run(loss: str) -> None:
    lines = [re.sub('Loss= [^,]*', f'Loss= {loss}', line) if 'Step 1' in line[:6] and place > 1
             else line for place, line in enumerate(LINES)]
    log = parse_log(lines, 'my.log')
    root = parsed(page('my.log', log, statistical_result('my.log', log), WHOLE))
    assert headings(root)[0] == ('This is not the experiment' if loss in ('1e30', '0.0')
                                 else 'The training broke down')
    said = text_of(root)
    assert ('cannot be drawn' in said) == (loss in ('nan', 'inf'))
    assert ('lie above the picture' in said) == (loss == '1e30')
    assert not re.search(r'\d{12}', said)
    assert root.find(".//path[@class='band']") is not None
    for path in root.iter('path'):
        assert not re.search('nan|inf', path.get('d'))


@pytest.mark.parametrize('count', [1, 2, 8])
def test_a_short_log(count: int) -> None:
    log = parse_log(LINES[:count], 'my.log')
    result = exact_result('my.log', log, [('seed-1.log', REFERENCE.until(log.steps[-1].step))])
    root = parsed(page('my.log', log, result, Run()))
    assert headings(root)[0] == 'The same experiment, number for number, so far'
    said = text_of(root)
    assert f'All {count} lines' in said
    assert ('No band of right runs is drawn: the log has' in said) == (count < 6)
    assert 'no predictions.npz' in said and 'no manifest.json' in said


def test_why_there_is_no_verdict() -> None:
    said = text_of(parsed(page('my.log', REFERENCE, None, None, 'its batch_size is 64')))
    assert 'No verdict Nothing can be said of this run: its batch_size is 64.' in said


def test_the_misread_are_shown() -> None:
    root = parsed(page('my.log', REFERENCE, None, WHOLE))
    found = [(image.get('alt'), image.get('src')) for image in root.iter('img')]
    assert found == [('Test image 4: shows 3, read as 8', data_uri(IMAGES[3])),
                     ('Test image 128: shows 7, read as 8', data_uri(IMAGES[127]))]
    assert ''.join(list(root.iter('figure'))[-1].itertext()) == '7 read as 8'
    said = text_of(parsed(page('my.log', REFERENCE, None, WHOLE._replace(images=None))))
    assert 'not at hand. It read image 4 (3 as 8), image 128 (7 as 8)' in said
    none = Run(None, Predictions(LABELS, LABELS), None)
    assert 'None of the first 128 test images' in text_of(parsed(page('x', REFERENCE, None, none)))


def test_the_confusion_matrix_counts() -> None:
    root = parsed(page('my.log', REFERENCE, None, WHOLE))
    table = root.find(".//table[@class='matrix']")
    rows = [[cell.text for cell in row] for row in table.iter('tr')]
    assert rows[0][1:] == [*'0123456789', '%']
    assert rows[1] == ['0', '29', '1'] + ['0'] * 8 + ['97']
    assert rows[8] == ['7'] + ['0'] * 7 + ['29', '1', '0', '97']
    assert rows[9] == ['8'] + ['0'] * 8 + ['30', '0', '100']


def test_text_from_files_is_escaped() -> None:
    evil = '<script>alert("1")</script>&\x00\x1b\ud800'
    run = Run({evil: evil, 'versions': {evil: evil}, 'command': [evil], 'verdict': evil + '\n'})
    log = exact_result(evil, REFERENCE, [(evil, REFERENCE)])
    text = page(evil, REFERENCE, log, run, evil)
    parsed(text)
    assert '<script' not in text and text.encode()
    assert text.count('&lt;script&gt;') >= 8
    assert escaped('a\x07<\n') == 'a\ufffd&lt;\n'


def test_the_axis_has_round_ticks() -> None:
    assert Axis(0, 10000).ticks() == [0, 2000, 4000, 6000, 8000, 10000]
    assert Axis(0.0, 1.0).ticks() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert Axis(0.0, 3.92).ticks() == [0, 1, 2, 3]
    assert Axis(0, 1).share(0.25) == 0.25
    for high in (1e-9, 1e-3, 7, 1e6, 1e18):
        assert 2 <= len(Axis(0, high).ticks()) <= 7


def test_the_curves_stand_where_they_should() -> None:
    """Places that were worked out by hand, in thousandths from the upper left corner."""
    band = Envelope(np.array([0, 200]), np.array([1.0, 0.5]), np.array([3.0, 1.5]))
    points = [(0, 2.0), (50, 1.0), (100, math.nan), (150, 4.0), (200, 0.0)]
    text = chart('k', 'title', 'words', [Line('run', 'run', points)], band, Axis(0, 200),
                 Axis(0.0, 4.0))
    root = ElementTree.fromstring(text)
    paths = {path.get('class'): path.get('d') for path in root.iter('path')}
    assert paths['run'] == 'M0.0 500.0 h0 L250.0 750.0 M750.0 0.0 h0 L1000.0 1000.0'
    assert paths['band'] == 'M0.0 250.0 L1000.0 625.0 L1000.0 875.0 L0.0 750.0 Z'
    left = {element.text: element.get('y') for element in root.iter('text')
            if element.get('class') == 'left'}
    assert left == {'0': '100.00%', '1': '75.00%', '2': '50.00%', '3': '25.00%', '4': '0.00%'}
    below = {element.text: element.get('x') for element in root.iter('text')
             if element.get('class') == 'below'}
    assert below == {'0': '0.00%', '50': '25.00%', '100': '50.00%', '150': '75.00%',
                     '200': '100.00%'}


def test_the_curve_of_the_page_is_the_log_s() -> None:
    root = parsed(page('my.log', REFERENCE, None))
    accuracy = root.findall(".//path[@class='run']")[1].get('d')
    places = [tuple(map(float, place.split())) for place in re.findall(r'[\d.]+ [\d.]+', accuracy)]
    assert places == [(round(record.step / 10, 1), pytest.approx(1000 * (1 - record.accuracy)))
                      for record in REFERENCE.steps]


def test_a_png_holds_the_pixels() -> None:
    pixels = IMAGES[0][:5]
    data = png(pixels)
    assert data.startswith(b'\x89PNG\r\n\x1a\n')
    at, chunks = 8, {}
    while at < len(data):
        size, kind = struct.unpack_from('>I4s', data, at)
        content = data[at + 8:at + 8 + size]
        assert struct.unpack_from('>I', data, at + 8 + size)[0] == zlib.crc32(kind + content)
        chunks[kind] = content
        at += 12 + size
    assert list(chunks) == [b'IHDR', b'IDAT', b'IEND']
    assert struct.unpack('>2I5B', chunks[b'IHDR']) == (28, 5, 8, 0, 0, 0, 0)
    rows = np.frombuffer(zlib.decompress(chunks[b'IDAT']), np.uint8).reshape(5, 29)
    assert not rows[:, 0].any()
    np.testing.assert_array_equal(rows[:, 1:], pixels)
    assert base64.b64decode(data_uri(pixels).partition(',')[2]) == data


def test_the_page_is_written(tmp_path: Any) -> None:
    write_report(str(tmp_path / 'page.html'), 'my.log', REFERENCE, None, WHOLE)
    assert (tmp_path / 'page.html').read_text(encoding='utf-8') == page(
        'my.log', REFERENCE, None, WHOLE)
