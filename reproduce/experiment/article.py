"""The article's numbers.  Nothing else in the project repeats them."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """What the article's program sets at its top, under the article's names."""

    learning_rate: float = 0.001
    training_steps: int = 10000
    batch_size: int = 128
    display_step: int = 200
    num_input: int = 28  # pixels of an image's row: the features of a timestep
    timesteps: int = 28  # rows of an image
    num_hidden: int = 128
    num_classes: int = 10
    forget_bias: float = 1.0  # BasicLSTMCell's argument
    test_len: int = 128  # test images behind the printed test accuracy

    def measured(self, step: int) -> bool:
        """Whether the loop reads and prints loss and accuracy after `step`."""
        return step == 1 or step % self.display_step == 0


ARTICLE = Article()
