"""Files as they come, and hostile ones: read, or refused in a sentence."""

import datetime
import io
import zipfile

import openpyxl
import pytest

from dossiers.importation import lecture
from dossiers.importation.colonnes import COLONNES
from dossiers.importation.lecture import FichierIllisible, lire
from dossiers.importation.titres import proposer
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


FICHIERS = [
    # A parent first, whose birth date does not say whose it is; then the child's, which does not either.
    (
        "Dossier;Nom parent;Prénom parent;Courriel;Né le;Tél portable;Nom enfant;Prénom enfant;Date de naissance",
        "famille.reference adulte1.nom adulte1.prenom adulte1.email adulte1.date_naissance adulte1.telephone_mobile "
        "enfant.nom enfant.prenom enfant.date_naissance",
    ),
    # The child first, named by nothing but its class.
    (
        "N° famille;Nom;Prénom;Né(e) le;Classe;Nom parent;Prénom parent;Mail;Tél. portable",
        "famille.reference enfant.nom enfant.prenom enfant.date_naissance enfant.classe "
        "adulte1.nom adulte1.prenom adulte1.email adulte1.telephone_mobile",
    ),
    # The child named by nothing at all.
    (
        "Réf. dossier;Nom;Prénom;Date naissance;Nom mère;Prénom mère;Tél mère;Nom père;E-mail père",
        "famille.reference enfant.nom enfant.prenom enfant.date_naissance "
        "adulte1.nom adulte1.prenom adulte1.telephone_mobile adulte2.nom adulte2.email",
    ),
    # Abbreviations.
    (
        "Num. dossier;Nom RL1;Prénom RL1;Port. RL1;DDN RL1;Nom RL2;Mail RL2;Nom élève;DDN élève;Ville naissance",
        "famille.reference adulte1.nom adulte1.prenom adulte1.telephone_mobile adulte1.date_naissance "
        "adulte2.nom adulte2.email enfant.nom enfant.date_naissance enfant.lieu_naissance",
    ),
    # Words stuck together, adults alone.
    (
        "IdFamille;NomResponsable;PrenomResponsable;DateNaissance;Courriel;TelPortable;TelDomicile;Adresse1;CodePostal",
        "famille.reference adulte1.nom adulte1.prenom adulte1.date_naissance adulte1.email adulte1.telephone_mobile "
        "famille.telephone famille.adresse famille.code_postal",
    ),
    # Long words, and a parent's column left after the child.
    (
        "N° famille;Nom du responsable légal 1;Prénom du responsable légal 1;Nom du responsable légal 2;"
        "Nom de l’enfant;Prénom de l’enfant;Né le;Adresse mail;Tél. pro",
        "famille.reference adulte1.nom adulte1.prenom adulte2.nom enfant.nom enfant.prenom enfant.date_naissance "
        "adulte1.email adulte1.telephone_travail",
    ),
    # The same titles twice: two persons.
    (
        "Famille;Civilité;Nom;Prénom;Date de naissance;Courriel;Nom;Prénom;Date de naissance;Sexe;Niveau",
        "famille.nom adulte1.civilite adulte1.nom adulte1.prenom adulte1.date_naissance adulte1.email "
        "enfant.nom enfant.prenom enfant.date_naissance enfant.sexe enfant.niveau",
    ),
    # Nothing is invented.
    ("N°;Couleur;Date d’entrée;Nom de famille;Téléphone urgence", "- - - - -"),
]


@pytest.mark.parametrize(("titres", "donnees"), FICHIERS, ids=lambda textes: textes[:30])
def test_the_usual_titles_of_other_products_are_guessed_with_whose_they_are(titres, donnees):
    entetes = titres.split(";")
    noms = {rang: nom for nom, rang in proposer(entetes).items()}
    assert [noms.get(rang, "-") for rang in range(len(entetes))] == donnees.split()
