"""Alarms from scores, the plain baseline, and how both are counted.

Everything here speaks of rows: the row of a raise is the last reading of the window (or the reading) that raised it.
"""

from dataclasses import dataclass

import numpy as np

from recording import TRAINED_BEFORE, WINDOW, Event, Mote, last_rows

RAISE_AFTER = 2
CLEAR_AFTER = 4
CLEAR_FACTOR = 0.8
BASELINE_SIGMAS = 3.0
BASELINE_CLEAR_AFTER = 16


@dataclass(frozen=True)
class Raise:
    """An alarm that was raised: on which mote, at which of its rows, how many rows after an event's start."""

    mote: int
    row: int
    delay: int = 0


@dataclass(frozen=True)
class Outcome:
    """What a detector did on the recording.

    `detected` are the raises that found an event, one per event; `early` those in the 16 rows before an event's first
    row, which are neither found nor false.
    """

    labelled: int
    detected: tuple[Raise, ...]
    early: tuple[Raise, ...]
    false_alarms: tuple[Raise, ...]


def raises(scores: np.ndarray, threshold: float) -> list[int]:
    """Windows [n] at which an alarm is raised, from scores [n] of one mote in order.

    Raised by RAISE_AFTER windows in a row at or above the threshold, cleared by CLEAR_AFTER in a row below
    CLEAR_FACTOR of it.
    """
    raised_at, raised, above, below = [], False, 0, 0
    for window, score in enumerate(scores):
        above = above + 1 if score >= threshold else 0
        below = below + 1 if score < CLEAR_FACTOR * threshold else 0
        if not raised and above >= RAISE_AFTER:
            raised = True
            raised_at.append(window)
        elif raised and below >= CLEAR_AFTER:
            raised = False
    return raised_at


def detector_outcome(motes: list[Mote], scores: dict[int, np.ndarray], threshold: float) -> Outcome:
    """Outcome of a detector from the scores [windows] of each mote, by mote number."""
    found = {}
    for mote in motes:
        rows = last_rows(len(scores[mote.number]))
        found[mote.number] = [int(rows[window]) for window in raises(scores[mote.number], threshold)]
    return count(motes, found)


def baseline_outcome(motes: list[Mote]) -> Outcome:
    """Outcome of three sigma of the first differences, sigma per mote and channel from the training rows."""
    return count(motes, {mote.number: _baseline_raises(mote) for mote in motes})


def _baseline_raises(mote: Mote) -> list[int]:
    """Raised by the first difference beyond the limit in either channel, cleared by 16 readings without one."""
    steps = np.diff(mote.readings, axis=0)
    limits = BASELINE_SIGMAS * steps[: TRAINED_BEFORE - 1].std(axis=0)
    exceeded = np.flatnonzero((np.abs(steps) > limits).any(axis=1)) + 1
    quiet_before = np.diff(exceeded, prepend=-BASELINE_CLEAR_AFTER - 1) > BASELINE_CLEAR_AFTER
    return exceeded[quiet_before].tolist()


def count(motes: list[Mote], found: dict[int, list[int]]) -> Outcome:
    """Counts raises, rows by mote number: events found, and raises far from any event from TRAINED_BEFORE on."""
    detected, early, false_alarms = [], [], []
    for mote in motes:
        rows = found[mote.number]
        for event in mote.events:
            hits = [row for row in rows if event.start <= row <= event.end + WINDOW]
            before = [row for row in rows if event.start - WINDOW <= row < event.start]
            early += [Raise(mote.number, row, row - event.start) for row in before]
            detected += [Raise(mote.number, row, row - event.start) for row in hits[:1]]
        strays = [row for row in rows if row >= TRAINED_BEFORE and not _near(row, mote.events)]
        false_alarms += [Raise(mote.number, row) for row in strays]
    return Outcome(sum(len(mote.events) for mote in motes), tuple(detected), tuple(early), tuple(false_alarms))


def _near(row: int, events: tuple[Event, ...]) -> bool:
    return any(event.start - WINDOW <= row <= event.end + WINDOW for event in events)
