"""Reading of a CSV or XLSX file: every size is bounded, no formula is computed, a refusal says what is wrong."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dossiers.erreurs import DossierRefuse

OCTETS_AU_PLUS = 10 * 1024 * 1024
#: Of a workbook, once decompressed.
OCTETS_DECOMPRESSES_AU_PLUS = 150 * 1024 * 1024
PARTIES_AU_PLUS = 500
LIGNES_AU_PLUS = 30_000
COLONNES_AU_PLUS = 120
CARACTERES_PAR_CASE = 500
SEPARATEURS = ";,\t|"


class FichierIllisible(DossierRefuse):
    """The file is refused as a whole; one sentence says why."""

    def __init__(self, phrase: str) -> None:
        super().__init__([phrase])


@dataclass(frozen=True)
class Feuille:
    """Titles, then lines as (number in the spreadsheet, cells as text); empty lines are left out."""

    entetes: list[str]
    lignes: list[tuple[int, list[str]]]


def lire(contenu: bytes) -> Feuille:
    """Read a file, recognised by its content whatever its name."""
    if len(contenu) > OCTETS_AU_PLUS:
        raise FichierIllisible("Ce fichier dépasse 10 Mo : découpez-le, ou enregistrez-le en CSV.")
    if contenu.startswith(b"\xd0\xcf\x11\xe0"):
        raise FichierIllisible("Ce classeur est dans l’ancien format .xls : enregistrez-le en .xlsx ou en CSV.")
    rangees = _classeur(contenu) if contenu.startswith(b"PK") else _csv(contenu)
    return _feuille(rangees)


def _feuille(rangees: Iterable[list[str]]) -> Feuille:
    entetes: list[str] = []
    lignes: list[tuple[int, list[str]]] = []
    for numero, cases in enumerate(rangees, 1):
        if len(cases) > COLONNES_AU_PLUS:
            raise FichierIllisible(f"La ligne {numero} a plus de {COLONNES_AU_PLUS} colonnes.")
        if any(len(case) > CARACTERES_PAR_CASE for case in cases):
            raise FichierIllisible(f"Une case de la ligne {numero} dépasse {CARACTERES_PAR_CASE} caractères.")
        propres = [case.replace("\x00", "").strip() for case in cases]
        if numero == 1:
            entetes = propres
        elif any(propres):
            lignes.append((numero, propres[: len(entetes)]))
        if numero > LIGNES_AU_PLUS:
            raise FichierIllisible(f"Ce fichier a plus de {LIGNES_AU_PLUS} lignes : découpez-le.")
    while entetes and not entetes[-1]:
        entetes.pop()
    if not entetes:
        raise FichierIllisible("La première ligne est vide : elle doit porter les titres des colonnes.")
    if not lignes:
        raise FichierIllisible("Ce fichier n’a que des titres : aucune ligne à importer.")
    return Feuille(entetes, [(numero, cases + [""] * (len(entetes) - len(cases))) for numero, cases in lignes])


def _csv(contenu: bytes) -> Iterator[list[str]]:
    texte = _decoder(contenu)
    premiere = texte.split("\n", 1)[0]
    separateur = max(SEPARATEURS, key=premiere.count)
    try:
        yield from csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    except csv.Error as erreur:
        raise FichierIllisible(
            "Ce fichier CSV est mal formé : ouvrez-le dans un tableur et enregistrez-le."
        ) from erreur


def _decoder(contenu: bytes) -> str:
    """Decode UTF-8 with or without its mark, UTF-16 with it, else the Windows code page, as exports come."""
    en_utf_16 = contenu.startswith((b"\xff\xfe", b"\xfe\xff"))
    codages = ["utf-16"] if en_utf_16 else ["utf-8-sig", "cp1252"]
    for codage in codages:
        try:
            texte = contenu.decode(codage)
        except UnicodeDecodeError:
            continue
        if "\x00" in texte:
            break
        return texte
    raise FichierIllisible("Ce fichier n’est ni un CSV ni un classeur .xlsx.")


def _classeur(contenu: bytes) -> Iterator[list[str]]:
    _verifier_l_archive(contenu)
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import, and used here only

    try:
        classeur = load_workbook(io.BytesIO(contenu), read_only=True, data_only=True, keep_links=False)
        feuille = classeur.worksheets[0]
        feuille.reset_dimensions()
        for rangee in feuille.iter_rows(values_only=True, max_row=LIGNES_AU_PLUS + 2, max_col=COLONNES_AU_PLUS + 1):
            cases = [_texte(valeur) for valeur in rangee]
            while cases and not cases[-1]:
                cases.pop()
            yield cases
        classeur.close()
    except FichierIllisible:
        raise
    except Exception as erreur:  # noqa: BLE001 - whatever a hostile workbook makes the parser raise
        raise FichierIllisible("Ce classeur est abîmé : ouvrez-le dans un tableur et enregistrez-le.") from erreur


def _verifier_l_archive(contenu: bytes) -> None:
    """Refuse a bomb before anything is decompressed, and what is a ZIP but no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            parties = archive.infolist()
    except zipfile.BadZipFile as erreur:
        raise FichierIllisible("Ce classeur est abîmé : ouvrez-le dans un tableur et enregistrez-le.") from erreur
    if len(parties) > PARTIES_AU_PLUS or sum(p.file_size for p in parties) > OCTETS_DECOMPRESSES_AU_PLUS:
        raise FichierIllisible("Ce classeur est trop gros une fois ouvert : enregistrez la feuille en CSV.")
    if "xl/workbook.xml" not in {partie.filename for partie in parties}:
        raise FichierIllisible("Ce fichier n’est ni un CSV ni un classeur .xlsx.")


def _texte(valeur: Any) -> str:
    """Write a cell as a person would have typed it."""
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date | datetime):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, float) and valeur.is_integer():
        return str(int(valeur))
    return str(valeur)
