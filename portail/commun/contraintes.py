"""Expressions for exclusion constraints, on a PostgreSQL without ``btree_gist``."""

from typing import Any

from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeBoundary
from django.db.models import F, Func, Value


class PeriodeDeDates(Func):
    """SQL ``daterange(du, au, '[]')`` over two date columns, both ends included; an empty ``au`` has no end."""

    function = "DATERANGE"
    output_field = DateRangeField()

    def __init__(self, du: str = "du", au: str = "au", *bornes: Any) -> None:
        super().__init__(du, au, *(bornes or (RangeBoundary(inclusive_upper=True),)))


class MemeObjet(Func):
    """SQL ``int8range(id, id, '[]')``: overlapping means equal."""

    function = "INT8RANGE"
    output_field = BigIntegerRangeField()

    def __init__(self, champ: str, *reste: Any) -> None:
        super().__init__(*((F(champ), F(champ), Value("[]")) if not reste else (champ, *reste)))
