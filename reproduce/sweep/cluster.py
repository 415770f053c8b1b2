"""Runs on Dask's scheduler: on processes of this machine, or on the workers of a cluster."""
import contextlib
import logging
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Hashable,
    Iterable,
    Iterator,
    NamedTuple,
    Optional,
    Tuple,
)

from reproduce.shared.errors import InputError
from reproduce.sweep.one_run import circumstances

if TYPE_CHECKING:
    from distributed import Client


class Outcome(NamedTuple):
    """How a run ended."""

    key: Hashable  # of the run
    log: Optional[str]  # the printed log, or None where the run failed
    circumstances: Optional[Dict[str, str]]  # what it ran on
    error: Optional[BaseException]


def outcomes(client: 'Client', run: Callable[[Any], str],
             keys: Iterable[Hashable]) -> Iterator[Outcome]:
    """Call `run` with each of `keys` on the workers of `client`; yield what they return.

    The outcomes come as the runs end.  A run whose worker dies is done again on another; Dask
    gives it up after its setting `distributed.scheduler.allowed-failures`, three deaths by
    default.
    """
    from distributed import as_completed
    futures = {client.submit(_run_here, run, key, pure=False): key for key in keys}
    for future in as_completed(futures):
        error = future.exception()
        log, here = (None, None) if error else future.result()
        yield Outcome(futures[future], log, here, error)
        future.release()  # the scheduler need not keep the log


def _run_here(run: Callable[[Any], str], key: Hashable) -> Tuple[str, Dict[str, str]]:
    """On a worker: the run's log, and what it ran on."""
    return run(key), circumstances()


@contextlib.contextmanager
def connect(workers: int, scheduler: Optional[str]) -> Iterator['Client']:
    """A client of the scheduler at that address, or of a cluster of `workers` processes here.

    Raises:
      InputError: Dask is not installed, or the scheduler does not answer.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise InputError('a sweep needs Dask; run pip install -e ".[sweep]"') from error
    logging.getLogger('distributed').setLevel(logging.CRITICAL)  # what matters is reported here
    if scheduler:
        try:
            client = Client(scheduler, timeout=10)
        except (OSError, ValueError) as error:
            raise InputError(f'--scheduler {scheduler}: does not answer ({error}); start one '
                             'there with dask scheduler') from error
        with client:
            yield client
    else:
        with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True,
                          memory_limit=None, dashboard_address=':0',
                          silence_logs=logging.CRITICAL) as cluster, \
                Client(cluster) as client:
            yield client
