import io

from reproduce.shared.progress import ProgressBar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_rate_and_time_left() -> None:
    terminal, clock = Terminal(), Clock()
    bar = ProgressBar(1000, terminal, clock=clock)
    clock.now = 10.0
    bar.update(250)
    assert terminal.getvalue() == (
        '\r\x1b[K[' + '#' * 7 + ' ' * 23 + '] 250/1000  25.0 steps/s  0:30 left')


def test_it_is_drawn_ten_times_a_second_at_the_most() -> None:
    terminal, clock = Terminal(), Clock()
    bar = ProgressBar(1000, terminal, clock=clock)
    for step in range(1, 101):
        clock.now = step / 100
        bar.update(step)
    assert 8 <= terminal.getvalue().count('\r') <= 10


def test_clear_leaves_an_empty_line() -> None:
    terminal, clock = Terminal(), Clock()
    bar = ProgressBar(10, terminal, clock=clock)
    clock.now = 1.0
    bar.update(1)
    bar.clear()
    assert terminal.getvalue().endswith('\r\x1b[K')


def test_nothing_is_written_elsewhere() -> None:
    file, terminal, clock = io.StringIO(), Terminal(), Clock()
    for bar in (ProgressBar(10, file, clock=clock),
                ProgressBar(10, terminal, enabled=False, clock=clock)):
        clock.now += 1.0
        bar.update(5)
        bar.clear()
    assert file.getvalue() == terminal.getvalue() == ''
