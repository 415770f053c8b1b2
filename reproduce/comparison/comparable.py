"""Whether a run can be compared with what was recorded, by its settings."""
from typing import Any, Mapping, Optional

from reproduce.comparison.verdict import why_none


def why_incomparable(settings: Mapping[str, Any], article: Mapping[str, Any],
                     other_data: Optional[str] = None) -> Optional[str]:
    """Why nothing recorded tells whether a run is right; None where something does.

    Args:
      settings: the run's, by the names of its flags; what is left out is the article's.
      article: the article's settings.
      other_data: the folder of the run's data, if these are not MNIST.
    """
    for name, wanted in article.items():
        given, flag = settings.get(name, wanted), '--' + name.replace('_', '-')
        if name == 'training_steps' and isinstance(given, int) and 0 < given < wanted:
            continue  # as many lines are compared as there are
        if given != wanted:
            return f"{flag} {given} is not the article's {wanted}"
    for name in ('replay', 'init_checkpoint'):
        if settings.get(name):
            return (f'--{name.replace("_", "-")} {settings[name]} is not where a recorded run '
                    'started')
    if other_data:
        return f'--data-dir {other_data} does not hold MNIST, as the recorded runs read it'
    return why_none(settings.get('seed'), settings.get('training_steps'))
