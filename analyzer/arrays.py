"""Names for array types, and the few array operations that several modules share.

Shapes stand in a comment behind each field or parameter, as `# (n, m)`. Arrays that leave a module are read-only.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.datetime64]

_Array = TypeVar("_Array", bound=np.ndarray[Any, Any])


def settled(values: Floats, digits: int = 10) -> Floats:
    """Computed numbers to a few significant digits: the last bits of exp, log and sums differ between machines.

    So a report is the same to the last byte whether the shell or the browser makes it (but for one number in 10^(15 -
    digits), which lies between two roundings: take few digits where there are many numbers). Not for what a study stores.

    >>> settled(np.array([0.1 + 0.2, 1 / 3, np.nan]), 3).tolist()
    [0.3, 0.333, nan]
    """
    return np.char.mod(f"%.{digits - 1}e", values).astype(np.float64)


def frozen(array: _Array) -> _Array:
    """Mark an array read-only and return it (the array itself, not a copy).

    >>> frozen(np.zeros(2)).flags.writeable
    False
    """
    array.flags.writeable = False
    return array
