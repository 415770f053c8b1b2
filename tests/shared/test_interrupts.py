import os
import signal
import threading

import pytest

from reproduce.shared import interrupts

pytestmark = pytest.mark.usefixtures('pythons_own_handler')


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_waits_for_the_end_of_the_block() -> None:
    after = []
    with pytest.raises(KeyboardInterrupt):
        with interrupts.deferred():
            interrupt()
            after.append('rest of the block')
        after.append('next statement')
    assert after == ['rest of the block']


def test_a_second_interrupt_does_not_wait() -> None:
    after = []
    with pytest.raises(KeyboardInterrupt), interrupts.deferred():
        interrupt()
        interrupt()
        after.append('rest of the block')
    assert after == []


@pytest.mark.parametrize('interrupted', [False, True])
def test_after_the_block_interrupts_are_handled_as_before(interrupted: bool) -> None:
    with pytest.raises(KeyboardInterrupt if interrupted else ZeroDivisionError), \
            interrupts.deferred():
        if interrupted:
            interrupt()
        else:
            raise ZeroDivisionError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ignored_interrupts_stay_ignored() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interrupts.deferred():
        interrupt()
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_other_threads_are_left_alone() -> None:
    reached = []

    def block() -> None:
        with interrupts.deferred():
            reached.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=block)
    thread.start()
    thread.join()
    assert reached == [signal.default_int_handler]
