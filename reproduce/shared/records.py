"""What a run yields, step by step, and the line that the article prints for it."""
from typing import NamedTuple, Union


class Updated(NamedTuple):
    """A step is done that the article's program neither measures nor prints."""

    step: int


class StepRecord(NamedTuple):
    """What a step line says, measured after the step's update on the step's batch."""

    step: int
    loss: float  # mean cross entropy, nats
    accuracy: float  # share of right answers


class Finished(NamedTuple):
    """All training steps are done."""


class FinalAccuracy(NamedTuple):
    """What the last line says."""

    accuracy: float  # share of right answers on the first test images, float32


PrintedRecord = Union[StepRecord, Finished, FinalAccuracy]
Record = Union[Updated, PrintedRecord]

FINISHED = 'Optimization Finished!'
TESTING = 'Testing Accuracy:'


def short_number(number: float, form: str) -> str:
    """`number` in this form, or in four digits and an exponent where it would be too long."""
    return format(number, form if abs(number) < 1e6 else form.split('.')[0] + '.4g')


def counted(count: int, noun: str) -> str:
    """So many of what `noun` names."""
    return f'{count} {noun}' + ('' if count == 1 else 's')


def format_record(record: PrintedRecord) -> str:
    """The line, without its end, that the article's program prints for `record`."""
    if isinstance(record, StepRecord):
        return 'Step {}, Minibatch Loss= {:.4f}, Training Accuracy= {:.3f}'.format(*record)
    if isinstance(record, FinalAccuracy):
        return f'{TESTING} {record.accuracy!s}'  # as print() does it
    return FINISHED
