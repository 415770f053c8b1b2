"""What to install."""
import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent

setup(
    name='reproduce-tf1-lstm',
    version=re.search(r"__version__ = '(.+)'", (HERE / 'reproduce/__init__.py').read_text())[1],
    description="A TensorFlow 1.x LSTM experiment, run and proven on today's TensorFlow",
    long_description=(HERE / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    packages=find_packages(include=['reproduce', 'reproduce.*']),
    package_dir={'': '.'},  # so that pip install -e puts this folder's plain path, and no hook
    # The logs that runs are compared with go along, through the link to golden/.
    package_data={'reproduce.legacy': ['symbols.txt'],
                  'reproduce.mnist': ['*.gz', 'README.md'],
                  'reproduce.comparison': ['references/' + logs for logs in (
                      'article.log', 'tf1/seed-*.log', 'ensemble/*.log', 'power.json',
                      'power/*/*.log')]},
    python_requires='>=3.7',
    install_requires=[
        'tensorflow>=1.15',  # the graph, the kernels and the session
        'numpy',  # the data and the statistics
    ],
    extras_require={
        'bench': ['torch', 'jax'],  # python -m reproduce.bench --peers; Keras comes with TensorFlow
        # python -m reproduce.legacy: 1.x's layers and cells; of TensorFlow's own minor version
        'legacy': ['tf_keras'],
        'plot': ['matplotlib'],  # python -m reproduce.plot
        'sweep': ['distributed'],  # python -m reproduce.sweep: Dask's scheduler and workers
        'test': [
            'pytest',  # runs the tests
            'hypothesis',  # the property tests
        ],
    },
)
