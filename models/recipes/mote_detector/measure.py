"""Runs the model files: scores, and time per run of the variants taken in turns."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort

BATCHES = (1, 16, 32, 64)
REPETITIONS = 31
SECONDS_PER_REPETITION = 0.02


@dataclass(frozen=True)
class Latency:
    """Microseconds per run over all repetitions."""

    median: float
    p25: float
    p75: float


def session(path: Path) -> ort.InferenceSession:
    """A session as the gateway makes it: CPU, one thread, no spinning."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def scores(model: ort.InferenceSession, raw: np.ndarray) -> np.ndarray:
    """Scores float32 [n] of windows float32 [n, 16, 2] in raw units."""
    return model.run(["score"], {"input": raw})[0]


def latencies(models: dict[str, ort.InferenceSession], raw: np.ndarray) -> dict[str, dict[int, Latency]]:
    """Time per run by variant and batch size, on windows from raw [n, 16, 2].

    Within a repetition the variants run one after the other, and the order turns with every repetition, so that a
    slow moment of the machine falls on all of them.
    """
    result: dict[str, dict[int, Latency]] = {name: {} for name in models}
    for batch in BATCHES:
        runs = {name: _bound(model, np.ascontiguousarray(raw[:batch])) for name, model in models.items()}
        loops = {name: max(1, int(SECONDS_PER_REPETITION * 1e6 / _micros(run, 50))) for name, run in runs.items()}
        times: dict[str, list[float]] = {name: [] for name in models}
        names = list(models)
        for _ in range(REPETITIONS):
            names.reverse()
            for name in names:
                times[name].append(_micros(runs[name], loops[name]))
        for name in models:
            p25, median, p75 = np.percentile(times[name], [25, 50, 75]).round(1).tolist()
            result[name][batch] = Latency(median, p25, p75)
            print(f"  batch {batch:3d}  {name:5s} {median:7.1f} us  ({p25:.1f} to {p75:.1f})", flush=True)
    return result


def _bound(model: ort.InferenceSession, raw: np.ndarray):
    """A run with input and outputs bound once, so that Python's own cost stays small."""
    binding = model.io_binding()
    binding.bind_cpu_input("input", raw)
    for output in model.get_outputs():
        binding.bind_output(output.name)
    return lambda: model.run_with_iobinding(binding)


def _micros(run, loops: int) -> float:
    start = time.perf_counter()
    for _ in range(loops):
        run()
    return (time.perf_counter() - start) / loops * 1e6


def cpu() -> str:
    """The CPU's name, its cores, and the integer instructions that decide about int8."""
    name, flags = "unknown CPU", set()
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.exists() else []:
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            name = value.strip()
        elif key.strip() in ("flags", "Features"):
            flags = set(value.split())
    known = [flag for flag in ("avx2", "avx512_vnni", "avx_vnni", "asimddp", "i8mm") if flag in flags]
    return f"{name}, {os.cpu_count()} cores, {' '.join(known)}"
