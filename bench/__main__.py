"""Build a small town and one ten times larger in the embedded cluster, measure both, write ``bench/resultats.md``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from bench.rapport import Chiffres, rapport
from portail import embarque
from portail.embarque import services

RACINE = Path(__file__).resolve().parent.parent
DOSSIER = RACINE / "var" / "bench"
RESULTATS = RACINE / "bench" / "resultats.md"
#: Past months in which every household booked.
MOIS = 10
FAMILLES_CHARGEES = 1000


def principal() -> None:
    analyse = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    analyse.add_argument("--familles", type=int, default=500, help="familles de la petite commune (500)")
    analyse.add_argument("--fois", type=int, default=10, help="combien de fois plus en a la grande (10)")
    analyse.add_argument("--garder", action="store_true", help="mesurer de nouveau les communes déjà faites")
    options = analyse.parse_args()
    DOSSIER.mkdir(parents=True, exist_ok=True)
    lances = services.demarrer(DOSSIER, durable=False)
    try:
        petite = Base(f"bench_{options.familles}")
        grande = Base(f"bench_{options.familles * options.fois}")
        chargement = None
        if not options.garder:
            chargement = _chronometrer_un_chargement()
            _construire(petite, grande, options)
        chiffres = Chiffres(
            familles=(options.familles, options.familles * options.fois),
            mesures=(petite.mesurer(), grande.mesurer()),
            presences=grande.nombre("reservations_presence"),
            chargement=chargement,
        )
    finally:
        if lances:
            services.arreter(DOSSIER)
    RESULTATS.write_text(rapport(chiffres, mois=MOIS, charge=os.getloadavg()[0], coeurs=os.cpu_count() or 1))
    print(RESULTATS.read_text())


def _construire(petite: Base, grande: Base, options: argparse.Namespace) -> None:
    petite.creer()
    petite.executer("manage.py", "migrate", "--verbosity=0")
    petite.executer("manage.py", "demo", f"--familles={options.familles}", f"--mois={MOIS}")
    grande.creer(modele=petite)
    grande.executer("-m", "bench.ville", str(options.fois - 1))
    for base in (petite, grande):
        base.sql("VACUUM ANALYZE")


def _chronometrer_un_chargement() -> float:
    """Return the seconds that the demonstration takes to load a thousand households, as shipped."""
    base = Base("bench_chargement")
    base.creer()
    base.executer("manage.py", "migrate", "--verbosity=0")
    depart = time.monotonic()
    base.executer("manage.py", "demo", f"--familles={FAMILLES_CHARGEES}")
    duree = time.monotonic() - depart
    base.effacer()
    return duree


def _sql(ordre: str, base: str = "postgres") -> list[tuple]:
    with closing(psycopg2.connect(embarque.adresse_postgres(DOSSIER, base))) as connexion:
        connexion.autocommit = True
        with connexion.cursor() as curseur:
            curseur.execute(ordre)
            return curseur.fetchall() if curseur.description else []


@dataclass(frozen=True)
class Base:
    """One database of the embedded cluster, that holds one town."""

    nom: str

    def creer(self, modele: Base | None = None) -> None:
        self.effacer()
        _sql(f'CREATE DATABASE "{self.nom}"' + (f' TEMPLATE "{modele.nom}"' if modele else ""))

    def effacer(self) -> None:
        _sql(f'DROP DATABASE IF EXISTS "{self.nom}" WITH (FORCE)')

    def sql(self, ordre: str) -> list[tuple]:
        return _sql(ordre, self.nom)

    def nombre(self, table: str) -> int:
        return int(self.sql(f'SELECT count(*) FROM "{table}"')[0][0])  # noqa: S608 - a name of ours

    def mesurer(self) -> dict[str, dict[str, float]]:
        return json.loads(self.executer("-m", "bench.mesures"))

    def executer(self, *commande: str) -> str:
        environnement = {
            **os.environ,
            "DEMO": "oui",
            "DATABASE_URL": embarque.adresse_postgres(DOSSIER, self.nom),
            "REDIS_URL": embarque.adresse_redis(DOSSIER),
            "DOSSIER_DONNEES": str(DOSSIER / "donnees"),
            "PYTHONHASHSEED": "0",
        }
        lancee = [sys.executable, *commande]
        return subprocess.run(
            lancee, cwd=RACINE, env=environnement, check=True, stdout=subprocess.PIPE, text=True
        ).stdout


if __name__ == "__main__":
    principal()
