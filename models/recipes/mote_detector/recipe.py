"""Makes the model package mote-detector from the recording of four sensor motes.

    python models/recipes/mote_detector/recipe.py            trains, measures, writes models/mote-detector/1.0.0
    python models/recipes/mote_detector/recipe.py --check    checks the package there

See README.md beside this file.
"""

import argparse
import logging
import math
import os
import sys
from pathlib import Path

# One thread and one kind of kernel, set before numpy loads them: sums are then added in the same order every time.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
if os.uname().machine == "x86_64":
    os.environ["OPENBLAS_CORETYPE"] = "Haswell"
sys.dont_write_bytecode = True

import numpy as np
import onnx

import alarms
import card
import graph
import measure
import package
import picture
import recording
from autoencoder import Network, Training, network_inputs, scales, train

ROOT = Path(__file__).resolve().parents[3]
RECORDING = ROOT / "kura-deploy/gateway/recordings/suthaharan_single_hop/data.csv"
PACKAGE = ROOT / "models" / package.NAME / package.VERSION
# The threshold is this many times the highest score of the held-out normal windows: room for weather that the few
# hours before the events did not show.
MARGIN = 2.0
COMPARED_MARGINS = (1.0, 1.5, 2.0, 3.0, 4.0)


def main() -> int:
    arguments = argparse.ArgumentParser(description="Makes the model package mote-detector.")
    arguments.add_argument("--check", action="store_true", help="only check the package that is there")
    arguments.add_argument("--recording", type=Path, default=RECORDING, help="the recording's data.csv")
    arguments.add_argument("--output", type=Path, default=PACKAGE, help="folder of the package")
    options = arguments.parse_args()
    if not options.check:
        make(options.recording, options.output)
    return check(options.output)


def make(source: Path, folder: Path) -> None:
    """Reads the recording and writes the whole package."""
    logging.disable(logging.WARNING)  # the quantiser asks for a pre-processing that this graph does not need
    folder.mkdir(parents=True, exist_ok=True)
    settings = Training()
    step(1, f"reading {source.name}")
    motes = recording.read(source)
    fitting = recording.fitting_windows(motes)
    held_out = recording.held_out_windows(motes)
    step(2, f"training on {len(fitting)} windows, seed {settings.seed}, {settings.epochs} epochs")
    scale = scales(fitting)
    network = train(network_inputs(fitting, scale), network_inputs(held_out, scale), settings)
    step(3, "writing fp32 and int8")
    models = write_models(folder, network, scale, fitting)
    step(4, "choosing the threshold on held-out normal windows and scoring the recording")
    held_out_scores = measure.scores(models["fp32"], held_out)
    held_out_max = float(held_out_scores.max())
    threshold = threshold_for(held_out_max, MARGIN)
    scores = {name: scored(model, motes) for name, model in models.items()}
    step(5, "timing both variants in turns")
    latencies = measure.latencies(models, held_out)
    step(6, "writing golden samples, model.json, picture and card")
    variants = [
        package.Variant(name, alarms.detector_outcome(motes, scores[name], threshold), latencies[name])
        for name in models
    ]
    package.write_golden(folder, motes)
    package.write_model_json(folder, variants, threshold, settings.seed)
    picture.draw(folder / "scores.png", motes, scores["int8"], threshold, variants[1].outcome)
    findings = card.Findings(
        variants=variants,
        baseline=alarms.baseline_outcome(motes),
        threshold=threshold,
        held_out_max=held_out_max,
        held_out_median=float(np.median(held_out_scores)),
        margin=MARGIN,
        false_alarms_by_margin=false_alarms_by_margin(motes, scores, held_out_max),
        scales=(float(scale[0]), float(scale[1])),
        parameters=sum(parameter.size for parameter in network.parameters()),
        seed=settings.seed,
    )
    card.write(folder, findings)
    report(findings)


def write_models(folder: Path, network: Network, scale: np.ndarray, calibration: np.ndarray) -> dict:
    """Writes both variants and returns a session on each, by name."""
    paths = {name: folder / file for name, file in package.FILES.items()}
    onnx.save(graph.build(network, scale), paths["fp32"])
    graph.quantise(paths["fp32"], paths["int8"], calibration)
    return {name: measure.session(path) for name, path in paths.items()}


def threshold_for(held_out_max: float, margin: float) -> float:
    return math.ceil(held_out_max * margin * 100) / 100


def scored(model, motes: list[recording.Mote]) -> dict[int, np.ndarray]:
    """Scores [windows] of the whole recording by mote number."""
    return {mote.number: measure.scores(model, recording.all_windows(mote)) for mote in motes}


def false_alarms_by_margin(motes, scores, held_out_max: float) -> dict[float, dict[str, int]]:
    """How many false alarms each variant would raise with other margins; both events must be found with each."""
    result = {}
    for margin in COMPARED_MARGINS:
        threshold = threshold_for(held_out_max, margin)
        outcomes = {name: alarms.detector_outcome(motes, by_mote, threshold) for name, by_mote in scores.items()}
        if any(len(outcome.detected) < outcome.labelled for outcome in outcomes.values()):
            raise SystemExit(f"an event is missed at margin {margin}: the card's sentence about margins is wrong")
        result[margin] = {name: len(outcome.false_alarms) for name, outcome in outcomes.items()}
    return result


def report(findings: card.Findings) -> None:
    """Prints the outcome, one line per detector."""
    print(f"  threshold {findings.threshold} (held-out maximum {findings.held_out_max:.4f})")
    named = [(variant.name, variant.outcome) for variant in findings.variants] + [("baseline", findings.baseline)]
    for name, outcome in named:
        print(f"  {name:8s} events {len(outcome.detected)} of {outcome.labelled}, "
              f"false alarms {len(outcome.false_alarms)}")
    print(f"  false alarms by margin {findings.false_alarms_by_margin}")


def check(folder: Path) -> int:
    """Prints what is wrong with the package, or that nothing is; returns the exit status."""
    found = package.problems(folder)
    print("\n".join(found) or f"{folder.name}: checksums and golden samples agree")
    return 1 if found else 0


def step(number: int, text: str) -> None:
    print(f"[{number}/6] {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
