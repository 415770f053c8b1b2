import hashlib
import json
import logging
from pathlib import Path

import numpy as np
import pytest
from conftest import GOLDEN, MNIST, idx_bytes, write_data_set

from reproduce.experiment.seeds import batch_generator
from reproduce.mnist import DataSet, Datasets, read_data_sets
from reproduce.shared.errors import InputError

RECORDED = json.loads((GOLDEN / 'tf1' / 'next_batch.json').read_text())


def numbered(examples: int, **options: object) -> DataSet:
    """A set whose image and label are the example's number."""
    numbers = np.arange(examples, dtype=np.uint8)
    return DataSet(numbers.reshape(-1, 1, 1, 1), numbers, dtype=np.uint8, **options)


@pytest.mark.parametrize('recorded', RECORDED['tiny'], ids=lambda r: (
    f"{r['batch_size']} of {r['examples']}, seeds {r['graph_seed']} {r['seed']}"))
def test_tiny_sets_give_the_rows_that_tensorflow_1_gives(recorded: dict) -> None:
    data = numbered(recorded['examples'],
                    generator=batch_generator(recorded['graph_seed'], recorded['seed']))
    for rows, epochs in zip(recorded['rows'], recorded['epochs_completed']):
        images, labels = data.next_batch(recorded['batch_size'], shuffle=recorded['shuffle'])
        assert labels.tolist() == rows
        assert images.ravel().tolist() == rows
        assert data.epochs_completed == epochs


def test_three_epochs_of_mnist_give_the_batches_that_tensorflow_1_gives(
        mnist_data: Datasets) -> None:
    digest = hashlib.sha256()
    step = 0
    for until, epochs, expected in RECORDED['mnist']:
        while step < until:
            images, labels = mnist_data.train.next_batch(128)
            digest.update(images.astype('<f4').tobytes() + labels.astype('<f8').tobytes())
            step += 1
        assert mnist_data.train.epochs_completed == epochs
        assert digest.hexdigest() == expected
    assert epochs == 3


def test_the_split_and_the_scaling(mnist_data: Datasets) -> None:
    raw = read_data_sets(str(MNIST), dtype=np.uint8, reshape=False)
    assert [data.num_examples for data in mnist_data] == [55000, 5000, 10000]
    assert mnist_data.train.images.shape == (55000, 784)
    assert mnist_data.train.images.dtype == np.float32
    assert mnist_data.train.labels.dtype == np.float64
    assert raw.test.images.shape == (10000, 28, 28, 1)
    assert raw.test.images.dtype == raw.test.labels.dtype == np.uint8
    np.testing.assert_array_equal(mnist_data.test.images, raw.test.images.reshape(10000, 784)
                                  * np.float32(1 / 255))
    np.testing.assert_array_equal(mnist_data.test.labels, np.eye(10)[raw.test.labels])
    assert raw.validation.labels[:5].tolist() == [5, 0, 4, 1, 9]  # MNIST's first digits
    assert raw.train.labels[:3].tolist() == [7, 3, 4]  # and those from the 5,001st on


def test_the_images_show_their_present_order() -> None:
    data = numbered(9, generator=np.random.RandomState(1))
    assert data.images.ravel().tolist() == list(range(9))
    rows = [row for _ in range(3) for row in data.next_batch(3)[1].tolist()]
    assert data.images.ravel().tolist() == data.labels.tolist() == rows
    assert data.images is data.images  # not copied at each access
    assert sorted(rows) == list(range(9)) != rows


def test_without_a_seed_two_orders_differ() -> None:
    assert numbered(200).next_batch(200)[1].tolist() != numbered(200).next_batch(200)[1].tolist()


def test_the_lines_that_tensorflow_1_prints(idx_folder: Path) -> None:
    lines = []
    read_data_sets(str(idx_folder), announce=lines.append)
    assert lines == [f'Extracting {idx_folder}/{name}' for name in (
        'train-images-idx3-ubyte', 'train-labels-idx1-ubyte',
        't10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte')]


def test_nothing_is_printed(idx_folder: Path, capfd: pytest.CaptureFixture) -> None:
    read_data_sets(str(idx_folder)).train.next_batch(5)
    assert capfd.readouterr() == ('', '')


def test_another_data_set_is_read_and_announced(idx_folder: Path,
                                                caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        data = read_data_sets(str(idx_folder), validation_size=100)
    assert [d.num_examples for d in data] == [5900, 100, 200]
    assert len([r for r in caplog.records if 'not MNIST' in r.message]) == 4


def test_other_dtypes_are_refused() -> None:
    with pytest.raises(TypeError, match='Invalid image dtype float64'):
        DataSet(np.zeros((1, 1, 1, 1), np.uint8), np.zeros(1), dtype=np.float64)


def test_files_that_do_not_belong_together(tmp_path: Path) -> None:
    write_data_set(tmp_path, train=10, test=10)
    labels = tmp_path / 'train-labels-idx1-ubyte'
    labels.write_bytes(idx_bytes(np.zeros(11, np.uint8)))
    with pytest.raises(InputError, match='holds 10 images, and .*labels.* holds 11 labels'):
        read_data_sets(str(tmp_path), validation_size=0)
    labels.write_bytes(idx_bytes(np.full(10, 10, np.uint8)))
    with pytest.raises(InputError, match='holds the label 10'):
        read_data_sets(str(tmp_path), validation_size=0)


def test_a_validation_set_larger_than_the_images(tmp_path: Path) -> None:
    write_data_set(tmp_path, train=10, test=10)
    with pytest.raises(InputError, match='holds 10 training images, and the first 5000'):
        read_data_sets(str(tmp_path))
    assert read_data_sets(str(tmp_path), validation_size=10).train.num_examples == 0
