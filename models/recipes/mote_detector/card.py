"""Writes CARD.md from what was measured, so that no figure is typed by hand."""

from dataclasses import dataclass
from pathlib import Path

import measure
from alarms import Outcome, Raise
from package import FILES, Variant
from recording import FITTED_BEFORE, TRAINED_BEFORE


@dataclass(frozen=True)
class Findings:
    """All that the card tells."""

    variants: list[Variant]
    baseline: Outcome
    threshold: float
    held_out_max: float
    held_out_median: float
    margin: float
    false_alarms_by_margin: dict[float, dict[str, int]]
    scales: tuple[float, float]
    parameters: int
    seed: int


def write(folder: Path, findings: Findings) -> None:
    """Writes CARD.md into the package's folder."""
    (folder / "CARD.md").write_text(_text(folder, findings))


def _text(folder: Path, f: Findings) -> str:
    fp32, int8 = f.variants
    return f"""# mote-detector 1.0.0

Finds readings that do not look like a mote's everyday ones: 16 readings of humidity (%RH) and temperature (degC) of
one sensor mote, one every 5 seconds, give one score, and each channel's share of it. Made for the demo that replays a
recording of four motes; a start for similar slow climate sensors, after training on their own readings.

![scores of motes 1 and 4](scores.png)

## Results

| | fp32 `{FILES["fp32"]}` | int8 `{FILES["int8"]}` | baseline (3 sigma of first differences) |
|---|---|---|---|
| events found, of {fp32.outcome.labelled} labelled | {_outcomes(f, lambda o: str(len(o.detected)))} |
| raised at (readings after the event's first row) | {_outcomes(f, lambda o: _places(o.detected))} |
| raised up to 16 readings before an event: neither found nor false | {_outcomes(f, lambda o: _places(o.early))} |
| false alarms from row {TRAINED_BEFORE} on | {_outcomes(f, lambda o: str(len(o.false_alarms)))} |
| false alarms, mote: rows | {_outcomes(f, _false_alarms)} |
| file, bytes | {_size(folder, "fp32")} | {_size(folder, "int8")} | - |
{_latency_rows(fp32, int8)}

Latency on {measure.cpu()}:
onnxruntime {measure.ort.__version__}, one intra-op thread, no spinning, inputs and outputs bound; both variants in turns,
{measure.REPETITIONS} repetitions of about {round(measure.SECONDS_PER_REPETITION * 1000)} ms each, median and (quartiles).
Other CPUs differ, also in which variant is faster: measure on the device.

Every figure here, and the picture, is written by

    python models/recipes/mote_detector/recipe.py

run from the repository root with the packages of `models/recipes/mote_detector/requirements.txt`.
`python models/recipes/mote_detector/recipe.py --check` compares the package with its checksums and golden samples.

**Counting.** Windows of 16 readings, one every 4. An alarm is raised by 2 windows in a row at or above the threshold
({f.threshold:g}) and cleared by 4 in a row below 0.8 of it. An event is found when an alarm is raised between its first
row and 16 rows after its last. A false alarm is one raised more than 16 rows away from every event, from row
{TRAINED_BEFORE} on. The baseline takes its sigma per mote and channel from rows before {TRAINED_BEFORE}, raises at the
first difference beyond 3 sigma in either channel and clears after 16 readings without one; it is counted alike. That
the baseline misses mote 1's event is the counting's doing: humidity begins to climb at row 2341, the baseline is raised
there, and the labels begin two rows later.
{_false_alarm_note(f)}
## Model

In the graph: the window's own mean is taken away (so the score is blind to level and to slow drift), the rest is
divided by a scale per channel ({f.scales[0]:.4f} %RH, {f.scales[1]:.4f} degC), an autoencoder (dense,
32-512-512-8-512-512-32, ReLU, {f.parameters:,} parameters) draws the window again, and the score is the root of the
summed mean squared residuals of both channels. `contributions` are the channels' shares; their sum is the score. Large
deviations are clipped before the network, not before the residual. Scores have no unit: half of the held-out normal
windows score below {f.held_out_median:.2f}.

int8: QDQ, weights int8 symmetric per output channel in 7 bits, activations uint8, calibrated (min-max) on the fitting
windows. With 7 bits no partial sum saturates on x86 CPUs that have AVX2 but no VNNI. Normalisation, scoring and the
layer that reads the 8-number code stay fp32; that layer was chosen by comparing int8 with fp32 scores over the whole
recording, without looking at labels.

## Data and training

[Single-hop sensor network recording](../../../kura-deploy/gateway/recordings/suthaharan_single_hop/SOURCE.md): two
motes indoors, two outdoors, 18,914 readings; the data base under ODC-By 1.0, its contents under CC BY 4.0; Suthaharan,
Alzahrani, Rajasegarar, Leckie and Palaniswami 2010. The model's own licence is Apache-2.0.

- Fitted on rows before {FITTED_BEFORE} of each mote (weights, scales, calibration), seed {f.seed}.
- Rows {FITTED_BEFORE} to {TRAINED_BEFORE - 1}, the last fifth in time of the normal rows before the events, are held out
  for the threshold: {f.margin:g} times the highest fp32 score there ({f.held_out_max:.3f}), rounded up to a hundredth:
  **{f.threshold:g}**. No event takes part in it.
- Rows from {TRAINED_BEFORE} on, events included, are not trained on.

## Limits

- Two labelled events of one kind (a sudden rise in humidity, with temperature following) in one six-hour recording:
  enough to show that the chain works, not to promise a detection rate.
- A level that is wrong but steady, or a drift over many minutes, is not seen, on purpose. A stuck sensor looks quiet.
- A jump between two readings, real or made by a gap in the recording, scores high for the four windows that hold it.
- The scale is that of these motes at 5 seconds; another sensor or rate needs training on its own normal readings.
- Measured on one x86 CPU with VNNI only. There int8 scores with the graph optimised and unoptimised are the
  same to 4 digits on the golden samples and within 5 % over the whole recording; the tolerances for AVX2 without VNNI
  and for ARM rest on the arithmetic described above, not on a run.
- NaN in a window gives a NaN score: reject such readings before.
"""


def _outcomes(f: Findings, cell) -> str:
    return " | ".join(cell(outcome) for outcome in (*(variant.outcome for variant in f.variants), f.baseline))


def _places(raised: tuple[Raise, ...]) -> str:
    return "; ".join(f"mote {alarm.mote} row {alarm.row} ({alarm.delay:+d})" for alarm in raised) or "-"


def _false_alarms(outcome: Outcome) -> str:
    """Rows by mote, while they are few enough to read."""
    if len(outcome.false_alarms) > 8:
        motes = sorted({alarm.mote for alarm in outcome.false_alarms})
        return "; ".join(f"{mote}: {sum(a.mote == mote for a in outcome.false_alarms)} alarms" for mote in motes)
    return "; ".join(f"{alarm.mote}: {alarm.row}" for alarm in outcome.false_alarms) or "-"


def _size(folder: Path, variant: str) -> str:
    return f"{(folder / FILES[variant]).stat().st_size:,}"


def _latency_rows(fp32: Variant, int8: Variant) -> str:
    rows = []
    for batch in measure.BATCHES:
        a, b = fp32.latencies[batch], int8.latencies[batch]
        rows.append(f"| batch {batch}, us per run | {_latency(a)} | {_latency(b)}, {a.median / b.median:.1f} times "
                    "as fast | - |")
    return "\n".join(rows)


def _latency(latency: measure.Latency) -> str:
    return f"{latency.median} ({latency.p25} to {latency.p75})"


def _false_alarm_note(f: Findings) -> str:
    cells = "\n".join(f"| {margin:g} | {counts['fp32']} | {counts['int8']} |"
                      for margin, counts in f.false_alarms_by_margin.items())
    return f"""
How much the rule for the threshold matters. The margin {f.margin:g} was fixed before any row from {TRAINED_BEFORE} on was
scored (though the readings themselves had been looked at); the others are shown for comparison only. Both events are
found at every one.

| margin over the held-out maximum | false alarms fp32 | false alarms int8 |
|---|---|---|
{cells}
{_shared_jump(f)}"""


def _shared_jump(f: Findings) -> str:
    """Explains the false alarms of the released package, and says nothing where a new run has others."""
    found = [alarm for variant in f.variants for alarm in variant.outcome.false_alarms]
    if not found or any(alarm.mote not in (1, 2) or not 3664 <= alarm.row <= 3684 for alarm in found):
        return ""
    return f"""
The false alarms at margin {f.margin:g} are one moment: at row 3668 temperature falls by 1 degC and humidity by 0.4 to 0.7
%RH between two readings of both indoor motes. Nothing is labelled there. It may be a gap in the recording (at row 1015
or 1016 humidity jumps by 0.7 to 1.0 %RH at all four motes); a detector of shapes finds it unusual, and it is counted as
false.
"""
