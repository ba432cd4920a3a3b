"""``python -m portail.embarque demarrer|arreter|etat [dossier]``: the embedded services alone, for development."""

import argparse
import sys
from pathlib import Path

from portail.embarque import adresse_postgres, adresse_redis
from portail.embarque.erreurs import EmbarqueErreur
from portail.embarque.services import arreter, demarrer, etat

DOSSIER_PAR_DEFAUT = Path(__file__).resolve().parent.parent.parent / "var"


def principal() -> int:
    analyse = argparse.ArgumentParser(prog="python -m portail.embarque", description=__doc__)
    analyse.add_argument("geste", choices=["demarrer", "arreter", "etat"])
    analyse.add_argument("dossier", nargs="?", type=Path, default=DOSSIER_PAR_DEFAUT)
    analyse.add_argument("--jetable", action="store_true", help="rapide, sans garantie d'écriture : pour des tests")
    options = analyse.parse_args()
    try:
        return _executer(options.geste, options.dossier, durable=not options.jetable)
    except EmbarqueErreur as erreur:
        sys.stderr.write(f"{erreur}\n")
        return 1


def _executer(geste: str, dossier: Path, *, durable: bool) -> int:
    if geste == "demarrer":
        demarrer(dossier, durable=durable)
    elif geste == "arreter":
        arreter(dossier)
    services = etat(dossier)
    for nom, pid in services.items():
        sys.stdout.write(f"{nom} : {f'processus {pid}' if pid else 'arrêté'}\n")
    if geste != "arreter":
        sys.stdout.write(f"DATABASE_URL={adresse_postgres(dossier)}\nREDIS_URL={adresse_redis(dossier)}\n")
    return 0 if geste != "etat" or all(services.values()) else 3


if __name__ == "__main__":
    sys.exit(principal())
