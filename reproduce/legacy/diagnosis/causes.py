"""The errors that people meet with TensorFlow 1.x scripts: how they read, their cause and fix."""
import re
from typing import List, NamedTuple, Tuple

_RUN = 'run it unchanged: python -m reproduce.legacy SCRIPT'


class Cause(NamedTuple):
    """What stands behind an error text."""

    cause: str
    fix: str
    patterns: Tuple[str, ...]  # regular expressions; one that is found is enough


CAUSES = (
    Cause('tensorflow.contrib is gone since TensorFlow 2.0',
          _RUN + ', or python -m reproduce.doctor SCRIPT to see which parts are there',
          (r"No module named '?tensorflow\.contrib", r"has no attribute '?contrib\b",
           r'cannot import name .?contrib\b',
           r'deprecated module tf\.contrib')),
    Cause("1.x's recurrent cells and tf.layers are not in Keras 3, which TensorFlow takes since "
          '2.16',
          _RUN,
          (r'is not available with Keras 3', r"No module named '?tf_keras",
           r"module 'keras[\w.]*' has no attribute '(layers|__internal__|legacy)")),
    Cause('the tutorials with their input_data are gone since TensorFlow 2.0',
          _RUN + '; copy no folder into site-packages',
          (r"No module named '?tensorflow\.examples", r"No module named '?input_data",
           r"module 'tensorflow' has no attribute 'examples'")),
    Cause("Colab has no TensorFlow 1.x any more, and its magic line %tensorflow_version 1.x fails",
          _RUN, (r'Tensorflow 1 is unsupported in Colab', r'%tensorflow_version')),
    Cause('estimators are gone since TensorFlow 2.16',
          _RUN, (r"has no attribute '?estimator\b", r"No module named '?tensorflow[\w.]*estimator",
                 r'cannot import name .?estimator\b')),
    Cause('tf.contrib.seq2seq.DynamicAttentionWrapper became AttentionWrapper in TensorFlow 1.2',
          'write AttentionWrapper, and its state is AttentionWrapperState',
          (r'DynamicAttentionWrapper',)),
    Cause('tf.nn.seq2seq became tf.contrib.legacy_seq2seq in TensorFlow 1.0',
          'write tf.contrib.legacy_seq2seq, and ' + _RUN,
          (r"has no attribute '?seq2seq\b", r"No module named '?tensorflow[\w.]*nn\.seq2seq")),
    Cause('the program has built its variables twice in one graph, as a notebook cell does that is '
          'run again',
          'call tf.reset_default_graph() before the graph is built, or restart the kernel',
          (r'already exists, disallowed',)),
    Cause('TensorFlow 1.15 and NumPy 1.20 do not fit: a tensor is made an array where its shape is '
          'reckoned',
          'pip install "numpy<1.20" beside TensorFlow 1.15, or ' + _RUN,
          (r'Cannot convert a symbolic Tensor',)),
    Cause("an argument has had its old name since TensorFlow 1.5, which TensorFlow 2 does not take",
          _RUN, (r"unexpected keyword argument '(dim|keep_dims|reduction_indices|concat_dim|"
                 r"squeeze_dims|split_dim|batch_dim|seq_dim|input_dims)'",)),
    Cause("TensorFlow 1.x's build for GPUs wants the CUDA of its time",
          'no CUDA is needed: ' + _RUN + ' computes on the CPU',
          (r'libcu\w+\.so\.(8|9|10)\.\d+', r'libcudnn\.so\.[5-7]')),
    Cause("MNIST's old addresses refuse, or answer with a page in place of the file",
          _RUN + '; MNIST comes with this package and nothing is fetched',
          (r'(?s)HTTP Error (403|404|429|50\d).*|(403|404)[:,]? (Forbidden|Not Found)',
           r'(?s)yann\.lecun\.com', r'Not a gzipped file', r'Invalid magic number \d+ in MNIST',
           r'CRC check failed', r'(?s)urlopen error.*|URLError')),
    Cause("the program is TensorFlow 1.x's, graph and session, and TensorFlow 2 computes at once",
          _RUN,
          (r"module 'tensorflow' has no attribute '(placeholder|Session|InteractiveSession|"
           r"global_variables_initializer|set_random_seed|get_variable|variable_scope|app|flags|"
           r"ConfigProto|random_normal|truncated_normal|layers|log|logging|reset_default_graph|"
           r"get_default_graph|matrix_\w+|to_float|to_int\d+)'",
           r'not compatible with eager execution', r'RuntimeError: The Session graph is empty',
           r"module 'tensorflow\.(nn|train|summary)' has no attribute",
           r'`?loss`? passed to Optimizer.compute_gradients should be a function')),
    Cause("the package index has no TensorFlow 1.x for this Python: 1.15 was built for 3.5 to 3.7",
          'no downgrade is needed: ' + _RUN,
          (r'(?s)(Could not find a version that satisfies the requirement|'
           r'No matching distribution found for) tensorflow(-gpu)?\s*==\s*1\.',)),
    Cause('a checkpoint has other variable names than the graph: a port, or another version of a '
          'cell or layer, has made it',
          _RUN + ", whose names are 1.15's; tf.train.list_variables(PATH) shows those of the "
          'checkpoint',
          (r'Key \S+ not found in checkpoint',
           r'(?s)Assign requires shapes of both tensors to match.*save',
           r'Tensor name "[^"]*" not found in checkpoint')),
    Cause('tf_upgrade_v2 has no replacement for this name',
          'no upgrade is needed: ' + _RUN,
          (r'tf_upgrade_v2', r'cannot be converted automatically')),
    Cause("Python, or a package beside TensorFlow, has dropped the name since",
          _RUN + ', where the old names are back',
          (r"module '(numpy|scipy|PIL|sklearn|networkx|matplotlib)[\w.]*' has no attribute '\w+'",
           r"module '(time|collections|inspect|fractions|base64|cgi|os|platform)' has no attribute",
           r"cannot import name '\w+' from '(scipy|PIL|sklearn|networkx|matplotlib|collections|"
           r"fractions|inspect|time)",
           r"No module named '?(imp|distutils|scipy\.misc|scipy\.sparse\.linalg\.eigen|"
           r"sklearn\.(externals|cross_validation|grid_search|learning_curve))",
           r'setting an array element with a sequence',
           r"has no attribute '(node|nodes_iter|edges_iter|textsize|getsize|isAlive)'",
           r'`np\.\w+` was (a deprecated alias|removed)',
           r"reshape\(\) got an unexpected keyword argument 'newshape'")),
    Cause("the script is Python 2's",
          'convert it with 2to3, or put the parentheses in',
          (r"Missing parentheses in call to '?(print|exec)", r"name '(xrange|raw_input|unicode)' "
           r'is not defined', r"No module named '?(urllib2|cPickle|Queue|StringIO|ConfigParser)'")),
    Cause('TensorFlow 1.x needs an older protobuf',
          'pip install "protobuf<3.21" in its environment',
          (r'Descriptors cannot (not )?be created directly',)),
    Cause('the processor lacks the instructions that this TensorFlow was built for',
          'python -m reproduce.doctor shows those it has; take a build for this processor',
          (r'Illegal instruction', r'compiled to use \w+ instructions, but these aren.t')),
)

# No errors; what a redirected log has of them is noise.
NOISE = (
    Cause('oneDNN adds in another order, so the last digits may differ; it is no error',
          'TF_ENABLE_ONEDNN_OPTS=0 switches it off, as python -m reproduce.legacy SCRIPT does; '
          'with --against PYTHON it tells rounding from a change',
          (r'oneDNN custom operations are on', r'TF_ENABLE_ONEDNN_OPTS')),
    Cause("these are TensorFlow's banners, and no errors",
          'leave them on stderr, as python -m reproduce.legacy SCRIPT > my.log does, or set '
          'TF_CPP_MIN_LOG_LEVEL=2',
          (r'This TensorFlow binary is optimized', r'Could not (load|find) (dynamic library|cuda)',
           r'failed call to cuInit', r'Unable to register cu(DNN|BLAS|FFT) factory',
           r'Your CPU supports instructions', r'Instructions for updating',
           r'The name tf\.\S+ is deprecated')),
)


def find_causes(text: str) -> List[Cause]:
    """The known causes of what `text` says, in the order of CAUSES; noise where it is alone."""
    return _found(CAUSES, text) or _found(NOISE, text)


def _found(causes: Tuple[Cause, ...], text: str) -> List[Cause]:
    return [cause for cause in causes
            if any(re.search(pattern, text) for pattern in cause.patterns)]
