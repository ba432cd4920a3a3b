"""Import of 5,000 households in one database, measured: ``python -m bench.importation``.

``--ici`` measures in the database of the environment, and prints one JSON object.
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
    from dossiers.importation.titres import proposer
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


def rapport(mesures: dict[str, float], charge: float, coeurs: int) -> str:
    def duree(passage: str) -> str:
        etapes = [mesures[f"{passage}_{etape}"] for etape in ("lecture", "verification", "ecriture")]
        return " | ".join(f"{seconde:.1f}".replace(".", ",") for seconde in (*etapes, sum(etapes)))

    return (
        "# Import de familles\n\n"
        f"{mesures['familles']:.0f} familles, {mesures['lignes']:.0f} lignes, dans une base vide ; au plus "
        f"{mesures['requetes_par_lot']:.0f} requêtes par lot de 250 familles. Visée : deux minutes. "
        "`python -m bench.importation` refait tout.\n\n"
        "| Passage | lecture (s) | vérification (s) | écriture (s) | total (s) |\n|---|---:|---:|---:|---:|\n"
        f"| premier import | {duree('premier')} |\n| le même fichier, de nouveau | {duree('second')} |\n\n"
        f"Charge de la machine à la fin : {charge:.1f} pour {coeurs} cœurs".replace(".", ",", 0)
        + " ; au-delà d’un processus par cœur, les temps sont trop hauts.\n"
    )


def principal() -> None:
    """Make a database of the embedded cluster, measure in it, write ``bench/import.md``."""
    from bench.__main__ import DOSSIER, RACINE, Base
    from portail.embarque import services

    DOSSIER.mkdir(parents=True, exist_ok=True)
    lances = services.demarrer(DOSSIER, durable=False)
    try:
        base = Base("bench_import")
        base.creer()
        base.executer("manage.py", "migrate", "--verbosity=0")
        mesures = json.loads(base.executer("-m", "bench.importation", "--ici"))
        base.effacer()
    finally:
        if lances:
            services.arreter(DOSSIER)
    resultat = rapport(mesures, os.getloadavg()[0], os.cpu_count() or 1)
    (RACINE / "bench" / "import.md").write_text(resultat)
    sys.stdout.write(resultat)


if __name__ == "__main__":
    if "--ici" in sys.argv:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings")
        django.setup()
        sys.stdout.write(json.dumps(mesurer()))
    else:
        principal()
