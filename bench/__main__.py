"""Build a small and a large demonstration town in the embedded cluster, measure both, write ``bench/resultats.md``."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg2

from portail import embarque
from portail.embarque import services

RACINE = Path(__file__).resolve().parent.parent
DOSSIER = RACINE / "var" / "bench"
RESULTATS = RACINE / "bench" / "resultats.md"
#: Closest open-source peer on the same kind of machine: CPU in ms, SQL queries.
COMPARAISON = {"Accueil": (33, 24), "Planning d'un mois": (119, 39), "Enregistrer 20 jours": (82, 53)}


def principal() -> None:
    analyse = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    analyse.add_argument("--petite", type=int, default=100, help="familles de la petite commune (100)")
    analyse.add_argument("--grande", type=int, default=1000, help="familles de la grande commune (1000)")
    options = analyse.parse_args()
    DOSSIER.mkdir(parents=True, exist_ok=True)
    lances = services.demarrer(DOSSIER, durable=False)
    try:
        mesures, durees = {}, {}
        for familles in (options.petite, options.grande):
            mesures[familles], durees[familles] = _mesurer(familles)
    finally:
        if lances:
            services.arreter(DOSSIER)
    RESULTATS.write_text(_rapport(mesures[options.petite], mesures[options.grande], options, durees))
    print(RESULTATS.read_text())


def _mesurer(familles: int) -> tuple[dict[str, dict[str, float]], float]:
    base = f"bench_{familles}"
    adresse = embarque.adresse_postgres(DOSSIER, "postgres")
    connexion = psycopg2.connect(adresse)
    connexion.autocommit = True
    with connexion.cursor() as curseur:
        curseur.execute(f'DROP DATABASE IF EXISTS "{base}" WITH (FORCE)')
        curseur.execute(f'CREATE DATABASE "{base}"')
    connexion.close()
    environnement = {
        **os.environ,
        "DEMO": "oui",
        "DATABASE_URL": embarque.adresse_postgres(DOSSIER, base),
        "REDIS_URL": embarque.adresse_redis(DOSSIER),
        "DOSSIER_DONNEES": str(DOSSIER / "donnees"),
        "PYTHONHASHSEED": "0",
    }

    def executer(*commande: str) -> str:
        lancee = [sys.executable, *commande]
        return subprocess.run(
            lancee, cwd=RACINE, env=environnement, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    executer("manage.py", "migrate", "--verbosity=0")
    depart = time.monotonic()
    executer("manage.py", "demo", f"--familles={familles}")
    duree = time.monotonic() - depart
    executer(
        "-c",
        f"import psycopg2; c = psycopg2.connect({environnement['DATABASE_URL']!r}); c.autocommit = True; "
        "c.cursor().execute('ANALYZE')",
    )
    return json.loads(executer("-m", "bench.mesures")), duree


def _rapport(petite: dict, grande: dict, options: argparse.Namespace, durees: dict[int, float]) -> str:
    lignes = [
        "# Coût des pages",
        "",
        f"Commune de {options.grande} familles, et de {options.petite} pour voir ce qui grandit avec la commune. "
        "Famille du tutoriel, pages chaudes, appels WSGI directs sans réseau, médiane de dix appels dans le "
        "plus calme de huit tours. « CPU » : processus Python ; « base » : processus PostgreSQL de la connexion. "
        "`python -m bench` refait tout.",
        "",
        "| Page | CPU (ms) | base (ms) | requêtes | octets "
        f"| CPU à {options.petite} familles | requêtes à {options.petite} | pair : CPU, requêtes | visée : un quart |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for page, cout in grande.items():
        temoin = petite[page]
        if "statut" in cout or "statut" in temoin:
            lignes.append(f"| {page} | non mesurée : réponse {cout.get('statut', temoin.get('statut'))} |" + " |" * 7)
            continue
        pair = COMPARAISON.get(page)
        atteinte = ""
        if pair:
            atteinte = "atteinte" if cout["cpu_ms"] * 4 <= pair[0] and cout["requetes"] * 4 <= pair[1] else "pas encore"
        lignes.append(
            f"| {page} | {_nombre(cout['cpu_ms'])} | {_nombre(cout['base_ms'])} | {cout['requetes']:.0f} | "
            f"{cout['octets']:.0f} | {_nombre(temoin['cpu_ms'])} | {temoin['requetes']:.0f} | "
            f"{f'{pair[0]} ms, {pair[1]}' if pair else '–'} | {atteinte or '–'} |"
        )
    lignes += [
        "",
        f"Chargement de la commune de {options.grande} familles : {_nombre(durees[options.grande])} s.",
        "",
        f"Charge de la machine à la fin : {_nombre(os.getloadavg()[0])} pour {os.cpu_count()} cœurs ; au-delà d’un "
        "processus par cœur, les temps sont trop hauts et ne se comparent qu’entre eux.",
    ]
    return "\n".join(lignes) + "\n"


def _nombre(valeur: float) -> str:
    return f"{valeur:.1f}".replace(".", ",")


if __name__ == "__main__":
    principal()
