"""Draws the scores of the motes that have an event, with threshold and events."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from alarms import Outcome
from recording import SAMPLE_SECONDS, TRAINED_BEFORE, Mote, last_rows


def draw(path: Path, motes: list[Mote], scores: dict[int, np.ndarray], threshold: float, outcome: Outcome) -> None:
    """Writes a PNG with one panel per mote that has an event; scores [windows] by mote number."""
    shown = [mote for mote in motes if mote.events]
    figure, panels = plt.subplots(len(shown), 1, figsize=(9, 5.4), sharex=True, layout="constrained")
    for panel, mote in zip(panels, shown):
        _panel(panel, mote, scores[mote.number], threshold, outcome)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", fontsize=8, ncols=6)
    panels[-1].set_xlabel("hours since the first reading (one reading every 5 s)")
    # No software name in the file: the same scores give the same bytes.
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def _panel(panel, mote: Mote, scores: np.ndarray, threshold: float, outcome: Outcome) -> None:
    panel.semilogy(_hours(last_rows(len(scores))), scores, lw=0.7, color="#1f4e79", label="score (int8)")
    panel.axhline(threshold, color="#b02a2a", lw=1, ls="--", label=f"threshold {threshold:g}")
    panel.axvline(_hours(TRAINED_BEFORE), color="#777777", lw=0.8, ls=":", label="end of the training rows")
    for event in mote.events:
        panel.axvspan(_hours(event.start), _hours(event.end), color="#f2b84b", alpha=0.5, lw=0, label="labelled event")
    _raises(panel, mote, outcome.detected, threshold, "#2a7d2a", "alarm, event found")
    _raises(panel, mote, outcome.false_alarms, threshold, "#b02a2a", "false alarm")
    panel.set_ylim(0.04, 900)
    panel.set_ylabel("score")
    panel.set_title(f"mote {mote.number}", loc="left", fontsize=10)


def _raises(panel, mote: Mote, found, threshold: float, colour: str, label: str) -> None:
    rows = np.array([alarm.row for alarm in found if alarm.mote == mote.number])
    if rows.size:
        panel.plot(_hours(rows), np.full(rows.size, threshold), "^", ms=6, color=colour, label=label)


def _hours(rows):
    return rows * SAMPLE_SECONDS / 3600
