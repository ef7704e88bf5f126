"""Makes the small models of the tests: python make_models.py, with onnx installed. All score windows of 4 rows.

    sum.onnx          score = sum of the window's two channels, contributions = each channel's sum
    twice.onnx        the same times two: another version with other weights
    root.onnx         score = square root of the sum: not a number when the sum is negative
    table.onnx        score = table[sum], with 10 rows: the run fails for a sum outside of 0..9
    three_rows.onnx   sum over windows of 3 rows instead of 4
    batch_mean.onnx   score depends on the other windows in the batch
    double.onnx       the input is float64
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent


def node(operator, inputs, output, **attributes):
    return helper.make_node(operator, inputs, [output], **attributes)


def save(name, nodes, constants=None, rows=4, contributions=False, dtype=TensorProto.FLOAT):
    outputs = [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["N"])]
    if contributions:
        outputs.append(helper.make_tensor_value_info("contributions", TensorProto.FLOAT, ["N", 2]))
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info("input", dtype, ["N", rows, 2])],
        outputs,
        [numpy_helper.from_array(np.asarray(value), key) for key, value in (constants or {}).items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="")
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


AXES = {"rows": np.array([1], np.int64)}
SUM = node("ReduceSum", ["input", "all"], "sum", keepdims=0)
ALL = {"all": np.array([1, 2], np.int64)}


def weighted(name, weight, rows=4):
    save(
        name,
        [
            node("ReduceSum", ["input", "rows"], "channels", keepdims=0),
            node("Mul", ["channels", "weight"], "contributions"),
            node("ReduceSum", ["contributions", "rows"], "score", keepdims=0),
        ],
        AXES | {"weight": np.float32(weight)},
        rows=rows,
        contributions=True,
    )


weighted("sum", 1)
weighted("twice", 2)
weighted("three_rows", 1, rows=3)
save("root", [SUM, node("Sqrt", ["sum"], "score")], ALL)
save(
    "table",
    [SUM, node("Cast", ["sum"], "index", to=TensorProto.INT64), node("Gather", ["table", "index"], "score")],
    ALL | {"table": np.arange(10, dtype=np.float32)},
)
save(
    "batch_mean",
    [SUM, node("ReduceMean", ["sum"], "mean", axes=[0], keepdims=1), node("Sub", ["sum", "mean"], "score")],
    ALL,
)
save(
    "double",
    [SUM, node("Cast", ["sum"], "score", to=TensorProto.FLOAT)],
    ALL,
    dtype=TensorProto.DOUBLE,
)
