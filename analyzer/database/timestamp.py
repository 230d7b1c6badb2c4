"""Timestamps as SQLAlchemy writes them into SQLite, read by the column. Every other spelling is `decode.times`' part."""

from __future__ import annotations

import numpy as np

from analyzer.arrays import Bools, Ints, Times
from analyzer.database.btree import Bytes

LIKE_TIME = "2026-01-02 03:04:05.678901"
_DAYS = np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def moments_in(characters: list[Bytes]) -> tuple[Times, Bools]:
    """The times that 26 columns of characters (k,) spell, and which rows are times that look like `LIKE_TIME`."""
    digits = [column - np.uint8(48) for column in characters]  # above 9 for whatever is no digit
    fits = np.ones(len(characters[0]), bool)
    for like, column, digit in zip(LIKE_TIME, characters, digits, strict=True):
        fits &= digit <= 9 if like.isdigit() else column == ord(like)

    def number(first: int, last: int) -> Ints:
        total = np.zeros(len(fits), np.int64)
        for digit in digits[first:last]:
            total = total * 10 + digit
        return total

    year, month, day = number(0, 4), number(5, 7), number(8, 10)
    hour, minute, second = number(11, 13), number(14, 16), number(17, 19)
    fits &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (second < 60)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    fits &= day <= _DAYS[np.clip(month, 1, 12) - 1] - ((month == 2) & ~leap)
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    microseconds = ((hour * 60 + minute) * 60 + second) * 1_000_000 + number(20, 26)
    return days.astype("datetime64[us]") + microseconds.astype("timedelta64[us]"), fits
