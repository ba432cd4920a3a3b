"""Start and stop the embedded services of one data folder."""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from portail.embarque import postgres, redis
from portail.embarque.lieux import Lieux, effacer_les_donnees, lieux
from portail.embarque.verrou import verrou


@dataclass(frozen=True)
class Choix:
    """Which of the two are embedded: those that the environment does not give."""

    postgres: bool
    redis: bool


LES_DEUX = Choix(postgres=True, redis=True)


def choix_de(environnement: Mapping[str, str]) -> Choix:
    """Return what to embed: an address given by the environment replaces the embedded service."""

    def absent(nom: str) -> bool:
        return not (environnement.get(nom) or environnement.get(f"{nom}_FILE"))

    return Choix(postgres=absent("DATABASE_URL"), redis=absent("REDIS_URL"))


def demarrer(
    donnees: Path, *, durable: bool = True, choix: Choix | None = None, lie_au_parent: bool = False
) -> dict[str, int]:
    """Start what does not answer yet and return the process number of each service **started here**, by name.

    ``durable=False`` is for tests: commits are not written through. Two simultaneous calls start one set of services.
    Raises ``EmbarqueErreur``.
    """
    choix = choix or choix_de(os.environ)
    endroit = lieux(donnees)
    lances: dict[str, int | None] = {}
    with _exclusivite(endroit):
        if choix.postgres:
            lances["PostgreSQL"] = postgres.demarrer(endroit, durable=durable, lie_au_parent=lie_au_parent)
        if choix.redis:
            lances["Redis"] = redis.demarrer(endroit, lie_au_parent=lie_au_parent)
    return {nom: pid for nom, pid in lances.items() if pid is not None}


def arreter(donnees: Path, *, choix: Choix = LES_DEUX) -> None:
    """Stop what is chosen, whoever started it, and remove the folder of the sockets when nothing is left in it."""
    endroit = lieux(donnees)
    with _exclusivite(endroit):
        if choix.redis:
            redis.arreter(endroit)
        if choix.postgres:
            postgres.arreter(endroit)
        if endroit.sockets.is_dir() and not any(endroit.sockets.iterdir()):
            endroit.sockets.rmdir()


def etat(donnees: Path) -> dict[str, int | None]:
    """Return, by name, the process number of each service that answers."""
    endroit = lieux(donnees)
    return {
        "PostgreSQL": postgres.numero(endroit) if postgres.repond(endroit) else None,
        "Redis": redis.numero(endroit) if redis.repond(endroit) else None,
    }


def _exclusivite(endroit: Lieux) -> AbstractContextManager[int]:
    return verrou(endroit.donnees / "embarque.verrou")


def effacer(donnees: Path) -> None:
    """Stop both and remove the cluster with all its data."""
    arreter(donnees)
    endroit = lieux(donnees)
    with _exclusivite(endroit):
        effacer_les_donnees(endroit)
