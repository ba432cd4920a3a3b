"""Files as they come, and hostile ones: read, or refused in a sentence."""

import datetime
import io
import zipfile

import openpyxl
import pytest

from dossiers.importation import lecture
from dossiers.importation.colonnes import COLONNES, proposer
from dossiers.importation.lecture import FichierIllisible, lire
from tests.dossiers.fichiers import TITRES, en_csv, lignes


def classeur(*rangees):
    livre = openpyxl.Workbook()
    for rangee in rangees:
        livre.active.append(rangee)
    sortie = io.BytesIO()
    livre.save(sortie)
    return sortie.getvalue()


@pytest.mark.parametrize("separateur", list(";,\t|"))
@pytest.mark.parametrize("codage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_every_usual_csv_is_read(separateur, codage):
    feuille = lire(en_csv(lignes(), separateur=separateur, codage=codage))
    assert feuille.entetes == TITRES
    assert feuille.lignes[0][0] == 2
    assert "Maëlle" in feuille.lignes[0][1]


def test_a_workbook_is_read_as_a_person_would_type_it():
    feuille = lire(classeur(["Id", "Né le", "CP", "QF", "Actif"], [7.0, datetime.date(2018, 3, 2), 1000, 812.5, True]))
    assert feuille.lignes == [(2, ["7", "02/03/2018", "1000", "812.5", "oui"])]


def test_a_formula_is_never_computed_and_its_text_never_kept():
    feuille = lire(classeur(["A", "B"], ["x", '=HYPERLINK("http://mechant.example","y")']))
    assert feuille.lignes == [(2, ["x", ""])]


def test_empty_lines_are_left_out_and_numbers_are_those_of_the_spreadsheet():
    assert lire(b"a;b\n\n;\n1;2\n").lignes == [(4, ["1", "2"])]


def bombe(octets=200_000_000):
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * octets)
    return sortie.getvalue()


def archive_quelconque():
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr("a.txt", "b")
    return sortie.getvalue()


def entites():
    """A workbook whose sheet swells by entities when a parser believes it."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(classeur(["a"], ["b"]))) as bon, zipfile.ZipFile(sortie, "w") as archive:
        for nom in bon.namelist():
            contenu = bon.read(nom)
            if nom == "xl/worksheets/sheet1.xml":
                contenu = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
            archive.writestr(nom, contenu)
    return sortie.getvalue()


HOSTILES = {
    "vide": (b"", "vide"),
    "titres seuls": (b"a;b\n", "aucune ligne"),
    "image": (b"\x89PNG\r\n\x1a\n\x00\x00", "ni un CSV"),
    "ancien classeur": (b"\xd0\xcf\x11\xe0reste", "xlsx"),
    "archive": (archive_quelconque(), "ni un CSV"),
    "classeur tronqué": (classeur(["a"], ["b"])[:400], "abîmé"),
    "bombe": (bombe(), "trop gros"),
    "entités": (entites(), "abîmé"),
    "trop d’octets": (b"a" * (lecture.OCTETS_AU_PLUS + 1), "10 Mo"),
    "trop de colonnes": (b";" * 200 + b"\na\n", "colonnes"),
    "case énorme": (b"a;b\n" + b"x" * 600 + b";y\n", "500 caractères"),
    "guillemet jamais fermé": (b'a;b\n"' + b"x" * 140_000, "mal formé"),
}


@pytest.mark.parametrize("cas", HOSTILES)
def test_a_hostile_file_is_refused_in_a_sentence(cas):
    contenu, mot = HOSTILES[cas]
    with pytest.raises(FichierIllisible, match=mot):
        lire(contenu)


def test_too_many_lines_are_refused(monkeypatch):
    monkeypatch.setattr(lecture, "LIGNES_AU_PLUS", 3)
    with pytest.raises(FichierIllisible, match="lignes"):
        lire(b"a\n1\n2\n3\n4\n")


def test_the_titles_of_other_products_are_recognised():
    trouvees = proposer(TITRES)
    assert len(trouvees) == len(TITRES)
    assert proposer(["ID_FAMILLE", "Nom de famille ?", "RESP1_PRENOM", "ENFANT_NOM", "couleur"]) == {
        "famille.reference": 0,
        "adulte1.prenom": 2,
        "enfant.nom": 3,
    }


def test_every_column_is_recognised_by_its_own_name():
    assert proposer([colonne.libelle for colonne in COLONNES]) == {
        colonne.nom: rang for rang, colonne in enumerate(COLONNES)
    }
