"""Files to import, and the run of an import as the worker does it."""

import csv
import io

from django.utils import timezone

from dossiers.actions import importation as gestes
from dossiers.importation.titres import proposer

TITRES = [
    "N° famille", "Nom famille", "Adresse", "CP", "Ville", "Téléphone", "QF", "Date QF",
    "Responsable 1 civilité", "Responsable 1 nom", "Responsable 1 prénom", "Responsable 1 mail",
    "Responsable 1 portable",
    "Responsable 2 nom", "Responsable 2 prénom",
    "Id enfant", "Nom enfant", "Prénom enfant", "Sexe", "Date de naissance enfant", "École", "Niveau",
]  # fmt: skip
LE_GALL = {
    "N° famille": "1042", "Nom famille": "LE GALL", "Adresse": "3 rue du Port", "CP": "44740", "Ville": "Batz-sur-Mer",
    "Téléphone": "0240239225", "QF": "812,50", "Date QF": "01/01/2026", "Responsable 1 civilité": "Madame",
    "Responsable 1 nom": "LE GALL", "Responsable 1 prénom": "Maëlle", "Responsable 1 mail": "Maelle@Exemple.fr",
    "Responsable 1 portable": "612345678", "Responsable 2 nom": "LE GALL", "Responsable 2 prénom": "Yann",
    "Id enfant": "E7", "Nom enfant": "LE GALL", "Prénom enfant": "Noé", "Sexe": "Garçon",
    "Date de naissance enfant": "02/03/2018", "École": "Groupe scolaire Alain Boutle", "Niveau": "CE1",
}  # fmt: skip


def lignes(*differences):
    """The household above, once for each dictionary of what differs."""
    return [LE_GALL | difference for difference in differences] or [LE_GALL]


def en_csv(rangees, titres=TITRES, separateur=";", codage="utf-8"):
    sortie = io.StringIO()
    ecrit = csv.writer(sortie, delimiter=separateur)
    ecrit.writerow(titres)
    ecrit.writerows([ligne.get(titre, "") for titre in titres] for ligne in rangees)
    return sortie.getvalue().encode(codage)


def recevoir(contenu, auteur, source="ancien"):
    return gestes.recevoir(contenu=contenu, nom="familles.csv", source=source, auteur=auteur, maintenant=timezone.now())


def verifier(importation, colonnes=None, *, accepter_doublons=False):
    gestes.choisir_les_colonnes(
        importation=importation,
        colonnes=colonnes or proposer(importation.entetes),
        accepter_doublons=accepter_doublons,
        maintenant=timezone.now(),
    )
    avancer(importation)
    return importation


def avancer(importation):
    while gestes.avancer(importation_id=importation.pk, maintenant=timezone.now()):
        pass
    importation.refresh_from_db()


def confirmer(importation, auteur):
    gestes.confirmer(importation=importation, auteur=auteur, maintenant=timezone.now())
    avancer(importation)
    return importation


def importer(rangees, auteur, source="ancien", **options):
    """Receive, check, confirm and write, whole."""
    importation = verifier(recevoir(en_csv(rangees), auteur, source), **options)
    return confirmer(importation, auteur)


def problemes(importation):
    return [
        (ligne.numero, probleme["colonne"], probleme["phrase"])
        for ligne in importation.lignes.order_by("numero")
        for probleme in ligne.problemes
    ]
