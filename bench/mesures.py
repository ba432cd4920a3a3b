"""Costs of the pages in one database, through the WSGI handler, without a network: ``python -m bench.mesures``."""

from __future__ import annotations

import io
import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import django
from django.utils import timezone

if TYPE_CHECKING:
    from reservations.models import Reservation

TOURS = 8
APPELS_PAR_TOUR = 10
CHAUFFE = 5
BOUCLE_TEMOIN = 60_000
JOURS_ENREGISTRES = 20
AGENT = "agent@exemple.fr"
#: The queue of the agents: days that wait for an answer.
A_TRAITER = "/gestion/reservations/presence/?etat__exact=demandee"
TOPS_PAR_SECONDE = os.sysconf("SC_CLK_TCK")
SECRET_CSRF = "a" * 32


class Formulaire(HTMLParser):
    """Fields of the first form whose address ends as asked; ``libres`` are the days that can still be ticked."""

    def __init__(self, fin: str) -> None:
        super().__init__()
        self.fin, self.dedans, self.action = fin, False, ""
        self.champs: list[tuple[str, str]] = []
        self.libres: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        valeurs = dict(attrs)
        if tag == "form" and (valeurs.get("action") or "").endswith(self.fin) and not self.action:
            self.dedans, self.action = True, valeurs["action"] or ""
        elif self.dedans and tag == "input" and valeurs.get("name") not in {None, "csrfmiddlewaretoken"}:
            champ = (valeurs["name"] or "", valeurs.get("value") or "")
            if valeurs.get("type") == "checkbox" and "checked" not in valeurs:
                if champ[0] == "jours":
                    self.libres.append(champ)
            elif "disabled" not in valeurs:
                self.champs.append(champ)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.dedans = False


class Visiteur:
    """Sends requests to the WSGI application as one person."""

    def __init__(self, application: Callable, utilisateur: object | None) -> None:
        from django.conf import settings
        from django.test import Client

        self.application = application
        self.temoins = {settings.CSRF_COOKIE_NAME: SECRET_CSRF}
        if utilisateur is not None:
            client = Client()
            client.force_login(utilisateur)
            self.temoins[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def demander(self, adresse: str, champs: list[tuple[str, str]] | None = None) -> tuple[int, bytes]:
        """Return the status and the bytes of an answer; with ``champs`` it is a POST."""
        chemin, _, requete = adresse.partition("?")
        corps = b"" if champs is None else urlencode([*champs, ("csrfmiddlewaretoken", SECRET_CSRF)]).encode()
        environ = {
            "REQUEST_METHOD": "GET" if champs is None else "POST",
            "PATH_INFO": chemin,
            "QUERY_STRING": requete.partition("#")[0],
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": "; ".join(f"{nom}={valeur}" for nom, valeur in self.temoins.items()),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(corps)),
            "wsgi.input": io.BytesIO(corps),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        recu: dict[str, int] = {}

        def commencer(statut: str, entetes: object, exc_info: object = None) -> None:
            recu["statut"] = int(statut[:3])

        reponse = self.application(environ, commencer)
        try:
            return recu["statut"], b"".join(reponse)
        finally:
            reponse.close()


def mesurer(
    geste: Callable[[], tuple[int, bytes]],
    avant: Callable[[], None] = lambda: None,
    *,
    tours: int = TOURS,
    appels: int = APPELS_PAR_TOUR,
) -> dict[str, float]:
    """Repeat a gesture and return its cost; ``avant`` prepares each call and is not counted.

    The times are those of the quietest round: a neighbour on the machine can only make a round dearer. A page that
    answers an error has no cost: its status is returned instead.
    """
    from django.db import connection

    for _ in range(min(CHAUFFE, appels)):
        avant()
        statut, corps = geste()
        if statut not in {200, 302}:
            return {"statut": statut}
    requetes = 0
    for _ in range(2):  # a gesture and its reverse: the dearer of both
        avant()
        requetes = max(requetes, _compter(geste))
    medianes, bases, temoins = [], [], []
    for _ in range(tours):
        temoins.append(_temoin())
        durees, base = [], 0
        for _ in range(appels):
            avant()
            depart_base, depart = _cpu_de_la_base(connection), time.process_time()
            geste()
            durees.append((time.process_time() - depart) * 1000)
            base += _cpu_de_la_base(connection) - depart_base
        medianes.append(statistics.median(durees))
        bases.append(base * 1000 / TOPS_PAR_SECONDE / appels)
    return {
        "cpu_ms": min(medianes),
        "base_ms": statistics.median(bases),
        "temoin_ms": min(temoins),
        "requetes": requetes,
        "octets": len(corps),
    }


def _temoin() -> float:
    """Return the CPU time of a fixed loop, beside which the others are read: a busy machine slows it down too."""
    depart = time.process_time()
    sum(nombre * nombre % 7 for nombre in range(BOUCLE_TEMOIN))
    return (time.process_time() - depart) * 1000


def _compter(geste: Callable[[], object]) -> int:
    from django.db import connection

    nombre = 0

    def compteur(execute: Callable, sql: str, params: object, many: object, context: object) -> object:
        nonlocal nombre
        nombre += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(compteur):
        geste()
    return nombre


def _cpu_de_la_base(connection: object) -> int:
    """Return the clock ticks spent so far by the PostgreSQL process of this connection."""
    pid = connection.connection.info.backend_pid  # type: ignore[attr-defined]
    champs = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(champs[11]) + int(champs[12])


def toutes(*, tours: int = TOURS, appels: int = APPELS_PAR_TOUR) -> dict[str, dict[str, float]]:
    """Measure every page for the family of the tutorial."""
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection

    from bench.foyer import foyer
    from facturation import pdf
    from facturation.models import Facture
    from familles.models import Utilisateur

    # One connection for all: its process is the one whose time is counted.
    connection.settings_dict["CONN_MAX_AGE"], connection.close_at = None, None
    application = WSGIHandler()
    mesure = foyer(timezone.now())
    passant, famille = Visiteur(application, None), Visiteur(application, mesure.parent)
    agent = Visiteur(application, Utilisateur.objects.get(email=AGENT))
    facture = Facture.objects.visibles().filter(famille=mesure.reservations[0].famille).latest("numero")
    seul, cote_a_cote = Adresses(mesure.reservations[:1]), Adresses(mesure.reservations)
    enregistrer, enregistrer_deux = Enregistrement(famille, seul), Enregistrement(famille, cote_a_cote)
    famille.demander(f"/factures/{facture.cle}/pdf/")
    gestes: dict[str, tuple[Callable[[], tuple[int, bytes]], Callable[[], None]]] = {
        "Accueil": (lambda: passant.demander("/"), rien),
        "Tableau de bord": (lambda: famille.demander("/espace/"), rien),
        "Planning d'un mois": (lambda: famille.demander(seul.mois(enregistrer.mois)), rien),
        "Planning d'un mois, deux enfants": (lambda: famille.demander(cote_a_cote.mois(enregistrer.mois)), rien),
        "Année": (lambda: famille.demander(seul.annee()), rien),
        "Année, deux enfants": (lambda: famille.demander(cote_a_cote.annee()), rien),
        "Enregistrer 20 jours": (enregistrer.envoyer, enregistrer.preparer),
        "Enregistrer 20 jours, deux enfants": (enregistrer_deux.envoyer, enregistrer_deux.preparer),
        "Liste des réservations": (lambda: famille.demander("/reservations/"), rien),
        "Demandes à traiter (agents)": (lambda: agent.demander(A_TRAITER), rien),
        "Liste des factures": (lambda: famille.demander("/factures/"), rien),
        "Facture en PDF, fabriquée": (lambda: (200, pdf.rendre(facture)), rien),
        "Facture en PDF, gardée": (lambda: famille.demander(f"/factures/{facture.cle}/pdf/"), rien),
        # Last: it leaves unsent days behind, of which every page speaks.
        "Vérifier 20 jours, deux enfants": (lambda: famille.demander(cote_a_cote.verifier()), enregistrer_deux.cocher),
    }
    return {page: mesurer(geste, avant, tours=tours, appels=appels) for page, (geste, avant) in gestes.items()}


def rien() -> None:
    """Nothing to prepare before a page that is only read."""


class Adresses:
    """Addresses of the pages of one or several plannings side by side."""

    def __init__(self, reservations: list[Reservation]) -> None:
        self.reservations = reservations
        self.racine = f"/reservations/{reservations[0].cle}"
        self.avec = [("avec", str(autre.enfant.cle)) for autre in reservations[1:]]

    def mois(self, premier: date) -> str:
        return f"{self.racine}/planning/?{urlencode([('mois', f'{premier:%Y-%m}'), *self.avec])}"

    def verifier(self) -> str:
        return f"{self.racine}/verifier/"

    def annee(self) -> str:
        return f"{self.racine}/annee/?{urlencode(self.avec)}"


class Enregistrement:
    """Ticks twenty free days of a month, then unticks them, and so on: each turn saves twenty changes.

    Side by side, the days are shared among the children. The month is the first that has them.
    """

    def __init__(self, visiteur: Visiteur, adresses: Adresses) -> None:
        self.visiteur, self.adresses = visiteur, adresses
        self.mois, self.choisis = self._mois_libre()
        self.action = ""
        self.champs: list[tuple[str, str]] = []

    def _mois_libre(self) -> tuple[date, list[tuple[str, str]]]:
        from portail.demonstration.calendrier import mois_plus

        premier, au = mois_plus(timezone.localdate(), 1), self.adresses.reservations[0].periode.au
        while premier <= au:
            libres = self._lire(premier).libres
            if len(libres) >= JOURS_ENREGISTRES:
                pas = len(libres) / JOURS_ENREGISTRES
                return premier, [libres[int(rang * pas)] for rang in range(JOURS_ENREGISTRES)]
            premier = mois_plus(premier, 1)
        raise SystemExit("Aucun mois n'a vingt jours libres.")

    def _lire(self, premier: date) -> Formulaire:
        page = Formulaire("/enregistrer/")
        page.feed(self.visiteur.demander(self.adresses.mois(premier))[1].decode())
        return page

    def preparer(self) -> None:
        page = self._lire(self.mois)
        self.action = page.action
        if self.choisis[0] in page.libres:
            self.champs = [*page.champs, *self.choisis]
        else:
            self.champs = [champ for champ in page.champs if champ not in self.choisis]

    def cocher(self) -> None:
        """Leave the days ticked, whatever was done before."""
        self.preparer()
        if all(choisi in self.champs for choisi in self.choisis):
            self.envoyer()

    def envoyer(self) -> tuple[int, bytes]:
        return self.visiteur.demander(self.action, self.champs)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portail.settings")
    django.setup()
    logging.disable(logging.WARNING)
    sys.stdout.write(json.dumps(toutes()))
