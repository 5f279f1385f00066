"""Several networks trained at once, on a share of the cores each.

Two on a core each are done sooner than one after the other on both, since a network is too small to keep two cores
busy: 32 clips there and back through R3D-18 took 5.9 s on two cores, twice 32 clips on one each 9.1 s.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from queue import Empty
from typing import Any, TypeVar

import torch

from formcheck.learn.criteria.train import Progress
from formcheck.replicas.production import belong_to_the_parent

_TICK_S = 0.5

J = TypeVar("J")


def beside(
    jobs: Sequence[J], work: Callable[[J, Progress], None], workers: int, progress: Progress | None = None
) -> None:
    """Do `work(job, progress)` for every job, begun in their order, so many at a time in processes of their own.

    `work` is a function of a module, so that other processes can run it; it is stopped where it tells its progress.
    Raises what a job raises, when those that were begun have stopped, and ValueError where a process was ended.
    """
    context = get_context("spawn")
    told, stop = context.Queue(), context.Event()
    threads = max(1, torch.get_num_threads() // workers)
    try:
        with ProcessPoolExecutor(min(workers, len(jobs)), context, _begin, (told, stop, threads)) as pool:
            waiting = {pool.submit(_do, work, job) for job in jobs}
            try:
                while waiting:
                    done, waiting = wait(waiting, _TICK_S, FIRST_COMPLETED)
                    _pass_on(told, progress)
                    for each in done:
                        each.result()
            except BaseException:
                stop.set()
                pool.shutdown(cancel_futures=True)
                raise
    except BrokenProcessPool as error:
        raise ValueError(
            "expected the processes that train to live, one of them was ended, perhaps for want of memory; run the "
            "same command again with fewer --workers, it goes on where it was"
        ) from error


class _Stopped(Exception):
    """Another job failed."""


_told: Any = None
_stop: Any = None


def _begin(told: Any, stop: Any, threads: int) -> None:
    """What a process begins with."""
    global _told, _stop
    belong_to_the_parent()
    told.cancel_join_thread()  # nobody may be listening any more
    torch.set_num_threads(threads)
    _told, _stop = told, stop


def _do(work: Callable[[J, Progress], None], job: J) -> None:
    work(job, _tell)


def _tell(step: str, share: float) -> None:
    if _stop.is_set():
        raise _Stopped
    _told.put((step, share))


def _pass_on(told: Any, progress: Progress | None) -> None:
    while True:
        try:
            step, share = told.get_nowait()
        except Empty:
            return
        if progress is not None:
            progress(step, share)
