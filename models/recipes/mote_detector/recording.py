"""The recording of four sensor motes, cut into windows.

A series is a float64 array [readings, 2] in raw units: humidity in %RH, temperature in degC.
A window is 16 consecutive readings of one mote; windows start every 4 readings.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CHANNELS = ("humidity", "temperature")
UNITS = ("%RH", "degC")
WINDOW = 16
STRIDE = 4
SAMPLE_SECONDS = 5

# Both labelled events start after row 2340 of their mote. What decides anything (weights, scales, calibration,
# threshold) reads rows before 2300 only; false alarms are counted from row 2300 on.
TRAINED_BEFORE = 2300
# The last fifth, in time, of those rows is held out: the threshold comes from readings the network never saw.
FITTED_BEFORE = TRAINED_BEFORE * 4 // 5


@dataclass(frozen=True)
class Event:
    """A labelled event: first and last row, both inclusive, counted from 0 within the mote."""

    start: int
    end: int


@dataclass(frozen=True)
class Mote:
    """One mote's part of the recording, in time order."""

    number: int
    readings: np.ndarray
    events: tuple[Event, ...]


def read(path: Path) -> list[Mote]:
    """Reads the recording's CSV and returns its motes by number."""
    rows: dict[int, list[tuple[float, float, bool]]] = {}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            reading = (float(row["humidity"]), float(row["temperature"]), row["label"] == "1")
            rows.setdefault(int(row["mote_id"]), []).append(reading)
    return [_mote(number, rows[number]) for number in sorted(rows)]


def _mote(number: int, rows: list[tuple[float, float, bool]]) -> Mote:
    readings = np.array([row[:2] for row in rows])
    return Mote(number, readings, _events([row[2] for row in rows]))


def _events(labels: list[bool]) -> tuple[Event, ...]:
    """Runs of labelled rows; runs less than a window apart are one event."""
    events: list[Event] = []
    for row in np.flatnonzero(labels).tolist():
        if events and row - events[-1].end <= WINDOW:
            events[-1] = Event(events[-1].start, row)
        else:
            events.append(Event(row, row))
    return tuple(events)


def windows(readings: np.ndarray, start: int, stop: int, stride: int) -> np.ndarray:
    """Windows that lie wholly in rows [start, stop): float32 [windows, 16, 2] in raw units."""
    firsts = range(start, stop - WINDOW + 1, stride)
    return np.stack([readings[first : first + WINDOW] for first in firsts]).astype(np.float32)


def fitting_windows(motes: list[Mote]) -> np.ndarray:
    """Every window (stride 1) of the rows the network is fitted on, all motes: float32 [n, 16, 2]."""
    return np.concatenate([windows(mote.readings, 0, FITTED_BEFORE, 1) for mote in motes])


def held_out_windows(motes: list[Mote]) -> np.ndarray:
    """The windows, as the gateway forms them, of the held-out normal rows: float32 [n, 16, 2]."""
    return np.concatenate([windows(mote.readings, FITTED_BEFORE, TRAINED_BEFORE, STRIDE) for mote in motes])


def all_windows(mote: Mote) -> np.ndarray:
    """The whole recording of one mote as the gateway forms its windows: float32 [n, 16, 2]."""
    return windows(mote.readings, 0, len(mote.readings), STRIDE)


def last_rows(count: int) -> np.ndarray:
    """The row of the last reading of each of a mote's first `count` windows."""
    return np.arange(count) * STRIDE + WINDOW - 1
