"""Vocabulary of the rights table: each app declares its URLs in ``tests/<app>/droits.py``, the table gathers them.

A module of that kind holds ``DROITS = {"app:geste_objet": Acces(…)}`` and, when its URLs need objects,
``def preparer(scene)`` that adds them to the scene. ``scene`` carries ``famille``, ``parent``, ``autre_famille``,
``etranger``, ``enfant`` (of ``famille``), and one login per role of the staff. Example::

    DROITS = {
        "factures:detail": parents(cles=lambda scene: {"cle": scene.facture.cle}),
        "factures:payer": parents("post", succes=302, donnees=lambda scene: {"factures": [scene.facture.cle]}),
        "admin:facturation_encaisser": gestion("regisseur", "administrateur"),
    }
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import connection

PERSONNEL = ("agent", "direction", "regisseur", "comptable", "administrateur")
ROLES = ("anonyme", "parent", "etranger", *PERSONNEL)
#: Answer: sent to the login page. A plain ``302`` is a redirection to anywhere else.
CONNEXION = "connexion"
REFUS = (CONNEXION, 403, 404, 405)
#: Tables that a refused request may write: sessions, rate limits.
TABLES_TECHNIQUES = {"django_session", "cache_partage", "usersessions_usersession"}

Cles = Callable[[SimpleNamespace], Mapping[str, Any]]


def rien(scene: SimpleNamespace) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Acces:
    """What one URL answers to each role: a status, or ``CONNEXION``. ``reponses`` names every role of ``ROLES``."""

    methode: str
    reponses: Mapping[str, int | str]
    #: Keyword arguments of the URL: always those of the household of ``parent``, whoever asks.
    cles: Cles = rien
    #: Body of a POST, or query of a GET.
    donnees: Cles = rien
    #: Methods that the URL takes; the others must answer 405.
    methodes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        assert set(self.reponses) == set(ROLES), f"chaque rôle une fois : {set(ROLES) ^ set(self.reponses)}"
        assert self.methode in {"get", "post"}


def acces(methode: str = "get", *, defaut: int | str, cles: Cles = rien, donnees: Cles = rien, **roles: int | str):
    """Declare any mix: ``acces(defaut=404, anonyme=CONNEXION, parent=200)``."""
    return Acces(methode, dict.fromkeys(ROLES, defaut) | roles, cles, donnees)


def public(methode: str = "get", *, succes: int = 200, cles: Cles = rien, donnees: Cles = rien, **roles: int | str):
    """Open to everybody."""
    return acces(methode, defaut=succes, cles=cles, donnees=donnees, **roles)


def connectes(methode: str = "get", *, succes: int = 200, cles: Cles = rien, donnees: Cles = rien, **roles: int | str):
    """Open to everybody who is logged in."""
    return acces(methode, **{"defaut": succes, "anonyme": CONNEXION, "cles": cles, "donnees": donnees} | roles)


def parents(methode: str = "get", *, succes: int = 200, cles: Cles = rien, donnees: Cles = rien, **roles: int | str):
    """An object of a household: its adults only; for all the others, staff included, it does not exist."""
    reponses = {"defaut": 404, "anonyme": CONNEXION, "parent": succes, "cles": cles, "donnees": donnees}
    return acces(methode, **reponses | roles)


def gestion(*admis: str, methode: str = "get", succes: int = 200, cles: Cles = rien, donnees: Cles = rien, **roles):
    """A page inside the staff's site: the named roles only; the other staff 403; families are sent to the login."""
    reponses = dict.fromkeys(PERSONNEL, 403) | dict.fromkeys(admis, succes) | roles
    return acces(methode, defaut=CONNEXION, cles=cles, donnees=donnees, **reponses)


def empreinte() -> str:
    """Hash every row of every table but the technical ones: a refused request leaves it as it was."""
    condense = hashlib.sha256()
    with connection.cursor() as curseur:
        for table in sorted(set(connection.introspection.table_names(curseur)) - TABLES_TECHNIQUES):
            curseur.execute(f"SELECT md5(COALESCE(string_agg(t::text, '' ORDER BY t::text), '')) FROM \"{table}\" t")
            condense.update(f"{table}{curseur.fetchone()[0]}".encode())
    return condense.hexdigest()
