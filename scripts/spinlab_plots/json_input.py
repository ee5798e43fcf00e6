"""JSON that a user hands in: the one place that takes numbers and texts out of it.

What has another type or is out of its range is a UserError that names the file and the key.
"""

from __future__ import annotations

import json
import math
from typing import Any

from .user_error import UserError

# Neither sums nor squares of such numbers are too large for a float.
LARGEST_NUMBER = 1e100
LARGEST_COUNT = 2**31 - 1


def parse_json(path: str, text: str) -> Any:
    """Also what json.loads() ends with otherwise: half of a pair of UTF-16, numbers of any length."""
    try:
        document = json.loads(text)
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UserError(f"{path}: a text in it is not Unicode: half of a surrogate pair") from None
    except (ValueError, RecursionError) as error:
        raise UserError(
            f"{path}: not complete JSON ({error}); was its run cut short? Run it again"
        ) from None
    return document


def shown(value: Any) -> str:
    """In a message: short."""
    return repr(value)[:40]


def number_in(where: str, value: Any, lowest: float, highest: float) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if lowest <= value <= highest:  # Not a number is in no range.
            return float(value)
    raise UserError(f"{where}: {shown(value)} is no number from {lowest:g} to {highest:g}")


def count_in(where: str, value: Any, lowest: int = 0, highest: int = LARGEST_COUNT) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
        return value
    raise UserError(f"{where}: {shown(value)} is no whole number from {lowest} to {highest}")


def counter_in(where: str, value: Any) -> float:
    """Google Benchmark writes NaN and Infinity, spinlab null: not measured, which is nan here."""
    if value is None or isinstance(value, float) and not math.isfinite(value):
        return math.nan
    return number_in(where, value, -LARGEST_NUMBER, LARGEST_NUMBER)


def matrix_in(where: str, rows: Any, size: int, highest: float) -> list[list[float]]:
    """Square; a null is nan."""
    if not isinstance(rows, list) or len(rows) != size:
        raise UserError(f"{where}: not an array of {size}, as there are processors")
    for number, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != size:
            raise UserError(f"{where}.{number}: not an array of {size}, as there are processors")
    return [
        [math.nan if value is None else number_in(f"{where}.{i}.{j}", value, 0, highest)
         for j, value in enumerate(row)]
        for i, row in enumerate(rows)
    ]
