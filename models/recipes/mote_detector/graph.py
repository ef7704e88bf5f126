"""The detector as ONNX: normalisation, network and scoring in one graph, and its int8 variant.

    input [N,16,2] raw units
      - window's mean, / scale            -> x [N,16,2] in scales
      clip, reshape [N,32], six Gemm      -> y [N,16,2]      (five of the six are all that int8 touches)
      mean over time of (x - y)^2         -> e [N,2]
      score = sqrt(e_humidity + e_temperature)     [N]
      contributions = e / score                    [N,2], their sum is the score
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from autoencoder import CLIP, INPUTS, LAYERS, LINEAR, Network
from recording import WINDOW

OPSET = 17
IR_VERSION = 8
PRODUCER = "qanat-recipe"
# The layer that reads the code of 8 numbers stays fp32: in 8 bits the code moved high scores by up to 30 %, without it
# by 8 %; and 8 x 512 products are too few to gain time.
CODE_READER = 3


def build(network: Network, scale: np.ndarray) -> onnx.ModelProto:
    """The fp32 model for a trained network and the scales float32 [2] of its channels."""
    constants = {
        "scale": scale.reshape(1, 1, 2),
        "clip_low": np.float32(-CLIP),
        "clip_high": np.float32(CLIP),
        "flat": np.array([-1, INPUTS], np.int64),
        "unflat": np.array([-1, WINDOW, 2], np.int64),
        "channel_axis": np.array([1], np.int64),
        "tiny": np.float32(1e-6),
    }
    layers, parameters = _layers(network)
    graph = helper.make_graph(
        _normalisation() + layers + _scoring(),
        "mote_detector",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", WINDOW, 2])],
        [
            helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N"]),
            helper.make_tensor_value_info("contributions", TensorProto.FLOAT, ["N", 2]),
        ],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants | parameters).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name=PRODUCER)
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model, full_check=True)
    return model


def _normalisation() -> list[onnx.NodeProto]:
    """Taking the window's own mean away makes the score blind to level, and so to slow drift."""
    return [
        helper.make_node("ReduceMean", ["input"], ["mean"], "mean_over_time", axes=[1], keepdims=1),
        helper.make_node("Sub", ["input", "mean"], ["centred"], "centre"),
        helper.make_node("Div", ["centred", "scale"], ["x"], "normalise"),
        helper.make_node("Clip", ["x", "clip_low", "clip_high"], ["clipped"], "clip"),
        helper.make_node("Reshape", ["clipped", "flat"], ["layer0"], "flatten"),
    ]


def _layers(network: Network) -> tuple[list[onnx.NodeProto], dict[str, np.ndarray]]:
    nodes, parameters = [], {}
    for index, (weight, bias) in enumerate(zip(network.weights, network.biases)):
        linear = index in LINEAR
        names = [f"layer{index}", f"weight{index}", f"bias{index}"]
        parameters |= {names[1]: weight, names[2]: bias}
        result = f"layer{index + 1}" if linear else f"sum{index}"
        nodes.append(helper.make_node("Gemm", names, [result], f"gemm{index}"))
        if not linear:
            nodes.append(helper.make_node("Relu", [f"sum{index}"], [f"layer{index + 1}"], f"relu{index}"))
    nodes.append(helper.make_node("Reshape", [f"layer{len(network.weights)}", "unflat"], ["y"], "unflatten"))
    return nodes, parameters


def _scoring() -> list[onnx.NodeProto]:
    """The residual is taken from the unclipped x, so a large excursion keeps its full size in the score."""
    return [
        helper.make_node("Sub", ["x", "y"], ["residual"], "residual"),
        helper.make_node("Mul", ["residual", "residual"], ["squared"], "square"),
        helper.make_node("ReduceMean", ["squared"], ["e"], "error_per_channel", axes=[1], keepdims=0),
        helper.make_node("ReduceSum", ["e", "channel_axis"], ["total"], "error", keepdims=1),
        helper.make_node("Sqrt", ["total"], ["score_column"], "root"),
        helper.make_node("Max", ["score_column", "tiny"], ["divisor"], "never_zero"),
        helper.make_node("Div", ["e", "divisor"], ["contributions"], "share"),
        helper.make_node("Squeeze", ["score_column", "channel_axis"], ["score"], "flat_score"),
    ]


class _Windows(CalibrationDataReader):
    """Hands the calibration set [n, 16, 2] to the quantiser in batches."""

    def __init__(self, raw: np.ndarray, size: int = 256):
        self._batches = iter([raw[first : first + size] for first in range(0, len(raw), size)])

    def get_next(self):
        batch = next(self._batches, None)
        return None if batch is None else {"input": batch}


def quantise(fp32: Path, int8: Path, calibration: np.ndarray) -> None:
    """Writes the int8 variant (QDQ) of a model, calibrated with raw windows [n, 16, 2].

    Weights are int8, symmetric, per output channel, in 7 bits (reduce_range). An x86 CPU with AVX2 but no VNNI adds
    two products of a uint8 activation and an int8 weight in 16 bits and saturates; 2 * 255 * 64 still fits, so the
    sums are exact, and equal, on AVX2, on VNNI and on ARM.
    """
    layers = [f"gemm{index}" for index in range(len(LAYERS) - 1) if index != CODE_READER]
    quantize_static(
        fp32,
        int8,
        _Windows(calibration),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        calibrate_method=CalibrationMethod.MinMax,
        nodes_to_quantize=layers,
        # The scoring subtracts the network's output from x: left in fp32, it adds no rounding of its own.
        extra_options={"WeightSymmetric": True, "OpTypesToExcludeOutputQuantization": ["Gemm"]},
    )
    _tidy(int8)


def _tidy(path: Path) -> None:
    """Takes out what the quantiser adds beside the graph and checks the result."""
    model = onnx.load(path)
    model.producer_name, model.producer_version = PRODUCER, ""
    model.ir_version = IR_VERSION
    del model.metadata_props[:]
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)
