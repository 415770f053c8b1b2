"""What scikit-learn had, as far as it takes more than today's name."""
from typing import Any, Callable, Dict


def cross_validation() -> Dict[str, Any]:
    """sklearn.cross_validation, whose folds were made of a number or of labels, and iterated."""
    import numpy as np
    from sklearn import model_selection

    class KFold:
        def __init__(self, n: int, n_folds: int = 3, shuffle: bool = False,
                     random_state: Any = None) -> None:
            self.n, self.n_folds = n, n_folds
            self._folds = model_selection.KFold(
                n_folds, shuffle=shuffle, random_state=random_state if shuffle else None)

        def __iter__(self) -> Any:
            return self._folds.split(np.zeros(self.n))

        def __len__(self) -> int:
            return self.n_folds

    class StratifiedKFold(KFold):
        def __init__(self, y: Any, n_folds: int = 3, shuffle: bool = False,
                     random_state: Any = None) -> None:
            self.y, self.n_folds = y, n_folds
            self._folds = model_selection.StratifiedKFold(
                n_folds, shuffle=shuffle, random_state=random_state if shuffle else None)

        def __iter__(self) -> Any:
            return self._folds.split(np.zeros(len(self.y)), self.y)

    return dict(vars(model_selection), KFold=KFold, StratifiedKFold=StratifiedKFold)


def imputer() -> Any:
    """sklearn.preprocessing.Imputer, for columns."""
    def made(missing_values: Any = 'NaN', strategy: str = 'mean', axis: int = 0, verbose: int = 0,
             copy: bool = True) -> Any:
        import numpy as np
        from sklearn.impute import SimpleImputer
        if axis:
            raise NotImplementedError('Imputer: axis=1 is gone; transpose the array')
        missing = np.nan if missing_values == 'NaN' else missing_values
        return SimpleImputer(missing_values=missing, strategy=strategy, copy=copy)
    return made


def linear_assignment() -> Dict[str, Callable[[Any], Any]]:
    """sklearn.utils.linear_assignment_: the pairs as an int array [pairs, 2]."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment
    return {'linear_assignment': lambda cost: np.stack(linear_sum_assignment(cost), 1)}
