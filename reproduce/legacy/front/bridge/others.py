"""What is left: numbers of 16 bits, py_func, statistics, graph tools."""
from typing import Any

from reproduce.legacy.front.runtime import load

_summarizer = load('util._pywrap_stat_summarizer')

NAMES = {'InitializePyTrampoline': load('lib.core._pywrap_py_func').initialize_py_trampoline}


def TF_bfloat16_type() -> Any:
    """NumPy's type of bfloat16."""
    import ml_dtypes
    return ml_dtypes.bfloat16


def NewStatSummarizer(unused: Any) -> Any:
    """A summarizer of step statistics."""
    return _summarizer.StatSummarizer()


def DeleteStatSummarizer(summarizer: Any) -> None:
    """Python frees it."""


def do_quantize_training_on_graphdef(graph_def: Any, bits: int) -> Any:
    """The graph with operations that imitate quantization."""
    from tensorflow.core.framework import graph_pb2
    rewrite = load('_pywrap_quantize_training').DoQuantizeTrainingOnGraphDefHelper
    return graph_pb2.GraphDef.FromString(rewrite(graph_def.SerializeToString(), bits))
