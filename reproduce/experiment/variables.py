"""The names and shapes of the graph's variables, as TensorFlow 1.15 has them."""
from typing import Dict, Tuple

import numpy as np

from reproduce.experiment.article import Article

OUT_WEIGHTS, OUT_BIASES = 'Variable', 'Variable_1'
KERNEL, BIAS = 'rnn/basic_lstm_cell/kernel', 'rnn/basic_lstm_cell/bias'


def variable_shapes(article: Article) -> Dict[str, Tuple[int, ...]]:
    """The shapes of the graph's variables, by name."""
    width = 4 * article.num_hidden
    return {OUT_WEIGHTS: (article.num_hidden, article.num_classes),
            OUT_BIASES: (article.num_classes,),
            KERNEL: (article.num_input + article.num_hidden, width), BIAS: (width,)}


def size_of_variables(article: Article) -> int:
    """How many bytes the graph's variables take, float32 each."""
    return 4 * sum(int(np.prod(shape)) for shape in variable_shapes(article).values())
