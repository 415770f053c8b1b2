"""The files that a run writes are compared, and each run has a fresh copy of its folder."""
import os
from pathlib import Path
from typing import Dict

import numpy as np
import pytest

from reproduce.legacy import observe
from reproduce.legacy.proof.against import Settings, _Runner
from reproduce.legacy.proof.ladder import Report, climb
from reproduce.legacy.proof.recording import Recording, Written, read_recording
from reproduce.shared.errors import InputError


def written(folder: Path, files: Dict[str, object]) -> Dict[str, dict]:
    """What is kept of files that are written below `folder`."""
    watched = observe.WrittenFiles(str(folder), str(folder / 'recording'))
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, np.ndarray):
            np.save(str(path), content)
        else:
            path.write_bytes(content)
    return {one['name']: one for one in watched.described()}


def test_new_and_changed_files_are_kept_and_others_are_not(tmp_path: Path) -> None:
    (tmp_path / 'old.txt').write_text('as before')
    (tmp_path / 'changed.txt').write_text('as before')
    (tmp_path / 'env').mkdir()
    (tmp_path / 'env' / 'pyvenv.cfg').write_text('')
    found = written(tmp_path, {
        'changed.txt': b'one\ntwo\n', 'out/new.npy': np.arange(3.0), 'model.bin': b'\xff\x00',
        'events.out.tfevents.1448.host': b'', 'recording/stdout': b'', 'env/x': b'',
        '.git/x': b''})
    assert sorted(found) == ['changed.txt', 'events.out.tfevents.*', 'model.bin', 'out/new.npy']
    assert found['changed.txt']['text'] == ['one', 'two']
    assert found['out/new.npy']['values'][0]['numbers'] == [0.0, 1.0, 2.0]
    assert len(found['model.bin']['digest']) == 64


def ran(**files: Written) -> Recording:
    return Recording({'tensorflow': '1.15.5'}, 0, None, (), 0, (), {}, (), 0, 0, ('done',), files,
                     {})


def compared(found: Dict[str, Written], expected: Dict[str, Written]) -> Report:
    return climb(ran(**found), ran(**expected), [])


def array_file(*numbers: float) -> Written:
    kept = observe._summary('array', np.array(numbers, np.float32))
    from reproduce.legacy.proof.recording import _value
    return Written(values=(_value(kept),))


@pytest.mark.parametrize('found, expected, same', [
    (Written(text=('loss 0.5',)), Written(text=('loss 0.5',)), True),
    (Written(text=('loss 0.5',)), Written(text=('loss 0.6',)), False),
    (Written(text=('at 10:00:01',)), Written(text=('at 11:30:00',)), True),
    (Written(digest='1'), Written(digest='1'), True),
    (Written(digest='1'), Written(digest='2'), False),
    (Written(digest='1'), Written(text=('a',)), False),
    (array_file(1.0, 2.0), array_file(1.0, 2.0), True),
    (array_file(1.0, 2.0 + 2**-20), array_file(1.0, 2.0), True),  # some ulps
    (array_file(1.0, 2.1), array_file(1.0, 2.0), False),
    (array_file(1.0, 2.0, 3.0), array_file(1.0, 2.0), False),
    (Written(graph=True), Written(graph=True), True)])
def test_a_file_is_compared_by_what_it_holds(found: Written, expected: Written,
                                             same: bool) -> None:
    report = compared({'file': found}, {'file': expected})
    assert report.same == same, report.text
    if not same:
        assert report.verdict == ('differs: the script writes other files here, though it prints '
                                  'the same')


def test_a_file_of_one_side_alone_is_a_difference() -> None:
    assert '`b` is written there alone' in compared(
        {'a': Written(digest='1')}, {'a': Written(digest='1'), 'b': Written(digest='1')}).text
    assert compared({}, {}).same


def runner(folder: Path, script: str = 'script.py', in_place: bool = False) -> _Runner:
    return _Runner(Settings('python', script, [], None, None, None, in_place=in_place), None,
                   str(folder), lambda line: None)


def test_no_run_sees_what_another_has_written(tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / 'place'
    (place / 'data').mkdir(parents=True)
    (place / 'data' / 'x').write_text('1')
    monkeypatch.chdir(place)
    one = runner(tmp_path)
    places = []
    for _ in range(2):
        with one._fresh_folder() as (folder, script):
            assert script == 'script.py'
            assert sorted(os.listdir(folder)) == ['data']
            Path(folder, 'kept').write_text('')
            Path(folder, 'data', 'x').write_text('2')
            places.append(folder)
    assert places[0] == places[1]  # a path that is printed is the same
    assert (place / 'data' / 'x').read_text() == '1'
    assert os.listdir(str(place)) == ['data']
    with runner(tmp_path, in_place=True)._fresh_folder() as (folder, _):
        assert folder == str(place)


def test_a_script_that_lies_elsewhere_is_copied_with_its_folder(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, other = tmp_path / 'place', tmp_path / 'other'
    place.mkdir()
    other.mkdir()
    (other / 'script.py').write_text('')
    monkeypatch.chdir(place)
    one = runner(tmp_path, '../other/script.py')
    for _ in range(2):
        with one._fresh_folder() as (_, script):
            beside = Path(script).parent
            assert os.listdir(str(beside)) == ['script.py']
            (beside / 'kept').write_text('')
    assert os.listdir(str(other)) == ['script.py']


def test_a_folder_that_is_too_large_is_refused(tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / 'x').write_bytes(bytes(1000))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr('reproduce.legacy.proof.against._MOST_COPIED', 500)
    with pytest.raises(InputError, match='--in-place'):
        runner(tmp_path)
    runner(tmp_path, in_place=True)


@pytest.mark.parametrize('text, line, statement', [
    ('a = 1\nraise ValueError(\n    "x"\n    "y")\n', 4, 2), ('a = 1\nb = 2\n', 2, 2),
    ('def f():\n    return g(\n        1)\n', 3, 2), ('no python', 7, 7)])
def test_an_error_is_placed_at_its_statement(text: str, line: int, statement: int,
                                             tmp_path: Path) -> None:
    script = tmp_path / 'script.py'
    script.write_text(text)
    assert observe._statement(str(script), line) == statement


def test_a_recording_is_of_what_was_run(tmp_path: Path) -> None:
    from recorded import unpack
    unpack('restored-there', tmp_path)
    recording = read_recording(str(tmp_path), 0)
    assert sorted(recording.files or ()) == ['kept/checkpoint', 'kept/m.data-00000-of-00001',
                                             'kept/m.index', 'kept/m.meta']
    assert recording.about['seed'] == 7
