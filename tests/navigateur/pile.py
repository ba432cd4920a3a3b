"""The product as it really runs: web, Celery worker, beat and TIPI simulator, each a process of its own.

The database is real and separate from that of the other tests; the mails leave by SMTP for a mailbox of the test.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)
RACINE = Path(__file__).resolve().parents[2]
ATTENTE_SECONDES = 60


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def attendre(condition, *, quoi: str, secondes: float = ATTENTE_SECONDES):
    """Return the first true value of ``condition``; fail with ``quoi`` past the limit."""
    fin = time.monotonic() + secondes
    while time.monotonic() < fin:
        if resultat := condition():
            return resultat
        time.sleep(0.1)
    msg = f"attendu en vain : {quoi}"
    raise AssertionError(msg)


class Boite:
    """A mail server that keeps what it receives; it can be stopped for a while."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.port = port_libre()
        self.serveur = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, serveur, session, enveloppe):  # noqa: N802 - name given by aiosmtpd
        self.messages.append(message_from_bytes(enveloppe.content, policy=default))
        return "250 OK"

    def pour(self, destinataire: str, sujet: str) -> list[Message]:
        return [m for m in self.messages if destinataire in m["To"] and sujet.lower() in m["Subject"].lower()]

    def attendre(self, destinataire: str, sujet: str) -> Message:
        return attendre(
            lambda: self.pour(destinataire, sujet),
            quoi=f"un courriel « {sujet} » pour {destinataire} parmi {[m['Subject'] for m in self.messages]}",
        )[-1]


@dataclass
class Pile:
    """The running processes, by name: ``web``, ``worker``, ``beat``, ``simulateur``."""

    dossier: Path
    base: str
    boite: Boite = field(default_factory=Boite)
    processus: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.port_web, self.port_simulateur = port_libre(), port_libre()
        self.site = f"http://127.0.0.1:{self.port_web}"
        self.simulateur = f"http://127.0.0.1:{self.port_simulateur}"
        racine = urlsplit(os.environ["DATABASE_URL"])
        self.environnement = os.environ | {
            "DEMO": "oui",
            "DATABASE_URL": urlunsplit(racine._replace(path=f"/{self.base}")),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.boite.port}",
            "SITE_URL": self.site,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "TIPI_URL_PAIEMENT": f"{self.simulateur}/tpa/paiement.web",
            "DOSSIER_DONNEES": str(self.dossier),
        }
        self.commandes = {
            "web": [
                *("-m", "gunicorn", "portail.wsgi", "--bind", f"127.0.0.1:{self.port_web}"),
                *("--worker-class", "gthread", "--threads", "4", "--no-control-socket"),
            ],
            "worker": ["-m", "celery", "-A", "portail", "worker", "--pool", "solo", "--loglevel", "warning"],
            "beat": ["-m", "celery", "-A", "portail", "beat", "--loglevel", "warning"],
            "simulateur": ["-m", "simulateur", "--port", str(self.port_simulateur), "--autorise", self.site],
        }

    def gerer(self, *mots: str) -> str:
        """Run a ``manage.py`` command on the database of the stack."""
        fini = subprocess.run(
            [sys.executable, "manage.py", *mots], cwd=RACINE, env=self.environnement, capture_output=True, text=True
        )
        assert fini.returncode == 0, fini.stdout + fini.stderr
        return fini.stdout

    def lancer(self, *noms: str) -> None:
        for nom in noms:
            with (self.dossier / f"{nom}.log").open("ab") as journal:
                self.processus[nom] = subprocess.Popen(
                    [sys.executable, *self.commandes[nom]],
                    cwd=RACINE,
                    env=self.environnement,
                    stdout=journal,
                    stderr=journal,
                    start_new_session=True,
                )
        if "web" in noms:
            attendre(lambda: _repond(f"{self.site}/"), quoi=f"le portail\n{self.journal('web')}")
        if "simulateur" in noms:
            attendre(lambda: _ecoute(self.port_simulateur), quoi=f"le simulateur\n{self.journal('simulateur')}")

    def tuer(self, *noms: str) -> None:
        """Kill without warning, children included."""
        for nom in noms:
            processus = self.processus.pop(nom)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(processus.pid, signal.SIGKILL)
            processus.wait()

    def journal(self, nom: str) -> str:
        chemin = self.dossier / f"{nom}.log"
        return chemin.read_text()[-4000:] if chemin.exists() else ""

    def lire(self, requete: str, *valeurs: object) -> list[tuple]:
        """Read the database of the stack directly, as a witness that owes nothing to the product."""
        adresse = self.environnement["DATABASE_URL"]
        with contextlib.closing(psycopg2.connect(adresse)) as liaison, liaison.cursor() as curseur:
            curseur.execute(requete, valeurs)
            return curseur.fetchall()


def _repond(adresse: str) -> bool:
    try:
        with urllib.request.urlopen(adresse, timeout=5) as reponse:
            return reponse.status == 200
    except OSError:
        return False


def _ecoute(port: int) -> bool:
    with socket.socket() as prise:
        return prise.connect_ex(("127.0.0.1", port)) == 0


def _administrer(requete: str) -> None:
    racine = urlsplit(os.environ["DATABASE_URL"])
    with contextlib.closing(psycopg2.connect(urlunsplit(racine._replace(path="/postgres")))) as liaison:
        liaison.autocommit = True
        with liaison.cursor() as curseur:
            curseur.execute(requete)


@contextlib.contextmanager
def pile_en_marche(dossier: Path, modele: str | None, *preparation: tuple[str, ...]):
    """Start the whole product on a database of its own, after the given ``manage.py`` commands."""
    base = f"pile_{uuid.uuid4().hex[:10]}"
    _administrer(f'CREATE DATABASE "{base}"' + (f' TEMPLATE "{modele}"' if modele else ""))
    pile = Pile(dossier, base)
    pile.boite.serveur.start()
    try:
        if not modele:
            pile.gerer("migrate", "--verbosity", "0")
        for commande in preparation:
            pile.gerer(*commande)
        pile.lancer("simulateur", "web", "worker", "beat")
        yield pile
    finally:
        pile.tuer(*list(pile.processus))
        pile.boite.serveur.stop()
        _administrer(f'DROP DATABASE "{base}" WITH (FORCE)')
