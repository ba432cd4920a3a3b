"""Import of 5,000 households in one database, measured: ``python -m bench.importation``.

Started by ``python -m bench`` against a database of its own; it prints one JSON object.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import time

import django

FOYERS = 5000
TITRES = [
    "Référence famille", "Nom famille", "Adresse", "CP",
    "Ville", "Téléphone", "QF", "Date QF",
    "Responsable 1 civilité", "Responsable 1 nom", "Responsable 1 prénom", "Responsable 1 mail",
    "Responsable 1 portable", "Responsable 2 nom", "Responsable 2 prénom", "Id enfant",
    "Nom enfant", "Prénom enfant", "Sexe", "Date de naissance enfant",
    "Niveau",
]  # fmt: skip


def fichier(foyers: int = FOYERS) -> bytes:
    """Return a CSV of that many households, with two adults each and eight children for five households."""
    sortie = io.StringIO()
    ecrit = csv.writer(sortie, delimiter=";")
    ecrit.writerow(TITRES)
    for n in range(foyers):
        nom = f"FAMILLE{n}"
        for enfant in range(1 + (n % 5 < 3)):
            ecrit.writerow(
                [
                    f"R{n}", nom, f"{n % 90 + 1} rue du Port", "44740", "Batz-sur-Mer", "0240239225", 400 + n % 1200,
                    "01/01/2026", "Mme", nom, "Claire", f"claire.{n}@exemple.fr", f"06{n:08d}", nom, "Yann",
                    f"E{n}-{enfant}", nom, f"Enfant {enfant}", "F", f"{n % 28 + 1:02d}/03/{2015 + n % 8}", "CP",
                ]
            )  # fmt: skip
    return sortie.getvalue().encode()


def mesurer(foyers: int = FOYERS) -> dict[str, float]:
    """Return the seconds of each stage, and the largest number of queries of a batch."""
    from django.db import connection
    from django.utils import timezone

    from dossiers.actions import importation as gestes
    from dossiers.importation.colonnes import proposer
    from familles.models import Famille, Utilisateur

    auteur = Utilisateur.objects.create_user(f"import{time.time_ns()}@exemple.fr", is_staff=True)
    lots: list[int] = []

    def derouler(importation: object) -> None:
        while True:
            compteur = Compteur()
            with connection.execute_wrapper(compteur):
                suite = gestes.avancer(importation_id=importation.pk, maintenant=timezone.now())
            lots.append(compteur.nombre)
            if not suite:
                return

    mesures: dict[str, float] = {}
    contenu, avant = fichier(foyers), Famille.objects.count()
    for passage in ("premier", "second"):
        depart = time.monotonic()
        importation = gestes.recevoir(
            contenu=contenu, nom="bench.csv", source="bench", auteur=auteur, maintenant=timezone.now()
        )
        mesures[f"{passage}_lecture"] = time.monotonic() - depart
        depart = time.monotonic()
        gestes.choisir_les_colonnes(
            importation=importation,
            colonnes=proposer(importation.entetes),
            accepter_doublons=True,
            maintenant=timezone.now(),
        )
        derouler(importation)
        mesures[f"{passage}_verification"] = time.monotonic() - depart
        depart = time.monotonic()
        gestes.confirmer(importation=importation, auteur=auteur, maintenant=timezone.now())
        derouler(importation)
        mesures[f"{passage}_ecriture"] = time.monotonic() - depart
    mesures["familles"] = Famille.objects.count() - avant
    mesures["lignes"] = importation.nombre_lignes
    mesures["requetes_par_lot"] = max(lots)
    return mesures


class Compteur:
    """Counts the queries of a batch; an ``execute_wrapper`` of Django's connection."""

    def __init__(self) -> None:
        self.nombre = 0

    def __call__(self, execute: object, sql: str, params: object, many: bool, context: object) -> object:  # noqa: FBT001
        self.nombre += 1
        return execute(sql, params, many, context)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings")
    django.setup()
    sys.stdout.write(json.dumps(mesurer()))
