"""What to install."""
import hashlib
import os
import re
import sys
from pathlib import Path

from setuptools import Extension, find_packages, setup
from setuptools.command.build_ext import build_ext

HERE = Path(__file__).parent
FRAMEWORK = 'libtensorflow_framework.so.2'
# The fast engine's compiled operations, for each width of vectors.  Where a build fails, such as
# without a C compiler or on another processor, the engine does without it.
KERNELS = [
    Extension(f'reproduce.experiment.lstm_kernels_{vectors}',
              ['reproduce/experiment/lstm_kernels.c'], optional=True,
              # Inlined into one function, the two loops would lack registers.
              extra_compile_args=['-O3', '-fno-inline-functions-called-once', '-Wno-psabi', *flags])
    for vectors, flags in (('plain', []), ('avx2', ['-mavx2', '-mfma']),
                           ('avx512', ['-mavx512f']))]


def sha256(content: bytes) -> bytes:
    """The digest of `content`."""
    return hashlib.sha256(content).digest()


class BuildKernels(build_ext):
    """Builds what uses TensorFlow's library before TensorFlow is installed."""

    def build_extension(self, ext: Extension) -> None:
        """Link with an empty library of the same name; append the SHA-256 that are checked."""
        empty = os.path.join(self.build_temp, FRAMEWORK)
        os.makedirs(self.build_temp, exist_ok=True)
        self.spawn([*self.compiler.linker_so, '-x', 'c', os.devnull, '-o', empty,
                    f'-Wl,-soname,{FRAMEWORK}'])
        ext.extra_link_args = ['-Wl,--no-as-needed', empty]
        self.force = True  # the time of the source's last change does not say which source it is
        super().build_extension(ext)
        built = Path(self.get_ext_fullpath(ext.name))
        content = built.read_bytes() + sha256((HERE / ext.sources[0]).read_bytes())
        built.write_bytes(content + sha256(content))


setup(
    name='reproduce-tf1-lstm',
    version=re.search(r"__version__ = '(.+)'", (HERE / 'reproduce/__init__.py').read_text())[1],
    description="A TensorFlow 1.x LSTM experiment, run and proven on today's TensorFlow",
    long_description=(HERE / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    packages=find_packages(include=['reproduce', 'reproduce.*']),
    package_dir={'': '.'},  # so that pip install -e puts this folder's plain path, and no hook
    ext_modules=KERNELS if sys.platform == 'linux' else [],
    cmdclass={'build_ext': BuildKernels},
    # The logs that runs are compared with go along, through the link to golden/.
    package_data={'reproduce.mnist': ['*.gz', 'README.md'],
                  'reproduce.comparison': ['references/' + logs for logs in (
                      'article.log', 'tf1/seed-*.log', 'tf1/short/seed-*.log', 'ensemble/*.log',
                      'power.json', 'power/*/*.log')]},
    python_requires='>=3.7',
    install_requires=[
        'tensorflow>=1.15',  # the graph, the kernels and the session
        'numpy',  # the data and the statistics
    ],
    extras_require={
        'bench': ['torch', 'jax'],  # python -m reproduce.bench --peers; Keras comes with TensorFlow
        # python -m reproduce.legacy: 1.x's arithmetic; there is none for 3.13
        'legacy': ['numpy<2; python_version < "3.13"'],
        'plot': ['matplotlib'],  # python -m reproduce.plot
        'sweep': ['distributed'],  # python -m reproduce.sweep: Dask's scheduler and workers
        'test': [
            'pytest',  # runs the tests
            'hypothesis',  # the property tests
        ],
    },
)
