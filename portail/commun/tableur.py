"""Tables for spreadsheets: CSV and XLSX in which nothing that people typed is ever a formula or a link."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from portail.commun.dates import PARIS

#: A text that starts so is a formula for some spreadsheet (OWASP, CSV injection), in full width too.
AMORCES = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
CSV, XLSX = "csv", "xlsx"
GENRES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LARGEUR_MAXIMALE = 60


def neutraliser(texte: str) -> str:
    """Return a text that every spreadsheet reads as text: an apostrophe comes before what would start a formula."""
    return f"'{texte}" if texte.startswith(AMORCES) else texte


def en_csv(entetes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> bytes:
    """Return a table as French spreadsheets open it: UTF-8 with its mark, semicolons, commas in numbers."""
    sortie = io.StringIO()
    ecrivain = csv.writer(sortie, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for ligne in (entetes, *lignes):
        ecrivain.writerow([_en_texte(valeur) for valeur in ligne])
    return b"\xef\xbb\xbf" + sortie.getvalue().encode()


def en_xlsx(titre: str, entetes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook of one sheet; texts are written as texts, so they are kept as they are."""
    import xlsxwriter  # noqa: PLC0415 - for exports only

    sortie = io.BytesIO()
    toutes = [list(ligne) for ligne in lignes]
    surs = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(sortie, surs) as classeur:
        gras, jour = classeur.add_format({"bold": True}), classeur.add_format({"num_format": "dd/mm/yyyy"})
        feuille = classeur.add_worksheet("".join(c for c in titre if c not in "[]:*?/\\'")[:31] or "Feuille")
        feuille.freeze_panes(1, 0)
        for colonne, entete in enumerate(entetes):
            feuille.write_string(0, colonne, entete, gras)
            largeurs = [len(entete), *(len(_affiche(ligne[colonne])) for ligne in toutes)]
            feuille.set_column(colonne, colonne, min(max(largeurs) + 2, LARGEUR_MAXIMALE))
        for rang, ligne in enumerate(toutes, start=1):
            for colonne, valeur in enumerate(ligne):
                _ecrire(feuille, rang, colonne, valeur, jour)
    return sortie.getvalue()


def reponse(genre: str, nom: str, entetes: Sequence[str], lignes: Iterable[Sequence[Any]]) -> HttpResponse:
    """Return a table to download; ``genre`` is ``csv`` or ``xlsx``, ``nom`` the name of the file without its ending."""
    contenu = en_csv(entetes, lignes) if genre == CSV else en_xlsx(nom, entetes, lignes)
    telechargement = HttpResponse(contenu, content_type=GENRES[genre])
    telechargement.headers["Content-Disposition"] = content_disposition_header(True, f"{nom}.{genre}")
    telechargement.headers["X-Content-Type-Options"] = "nosniff"
    telechargement.headers["Cache-Control"] = "no-store, private"
    return telechargement


def _ecrire(feuille: Any, rang: int, colonne: int, valeur: Any, format_jour: Any) -> None:
    if isinstance(valeur, datetime):
        feuille.write_datetime(rang, colonne, valeur.astimezone(PARIS).replace(tzinfo=None), format_jour)
    elif isinstance(valeur, date):
        feuille.write_datetime(rang, colonne, datetime(valeur.year, valeur.month, valeur.day), format_jour)  # noqa: DTZ001
    elif isinstance(valeur, int | Decimal) and not isinstance(valeur, bool):
        feuille.write_number(rang, colonne, valeur)
    else:
        feuille.write_string(rang, colonne, _affiche(valeur))


def _en_texte(valeur: Any) -> str:
    """Numbers are ours: their sign is kept."""
    return _affiche(valeur) if isinstance(valeur, int | Decimal) else neutraliser(_affiche(valeur))


def _affiche(valeur: Any) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return f"{valeur.astimezone(PARIS):%d/%m/%Y %H:%M}"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, Decimal):
        return str(valeur).replace(".", ",")
    return str(valeur)
