"""Start the processes of the demonstration, watch over them and stop them, and nothing else."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from portail.embarque import processus
from portail.embarque.erreurs import EmbarqueErreur

PAS_SECONDES = 0.1
ARRET_SECONDES = 15
SIGNAUX_D_ARRET = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ArretDemande(Exception):
    """The person, or the machine, asked to stop."""


@dataclass
class Enfant:
    nom: str
    journal: Path
    processus: subprocess.Popen[bytes]

    @property
    def mort(self) -> bool:
        return self.processus.poll() is not None

    def fin_du_journal(self, lignes: int = 15) -> str:
        return "\n".join(self.journal.read_text(errors="replace").splitlines()[-lignes:])


@dataclass
class Superviseur:
    """Children die with their supervisor, even when it is killed outright: the kernel tells them."""

    racine: Path
    journaux: Path
    environnement: Mapping[str, str]
    enfants: list[Enfant] = field(default_factory=list)
    #: Processes watched but not owned: the embedded services, by name.
    surveilles: dict[str, int] = field(default_factory=dict)
    signal_recu: int = 0

    def ecouter_les_signaux(self) -> None:
        for numero in SIGNAUX_D_ARRET:
            signal.signal(numero, self._noter)

    def _noter(self, numero: int, cadre: FrameType | None) -> None:
        if self.signal_recu:
            # Somebody insists: no more patience for those that take their time.
            self._tuer()
        self.signal_recu = numero

    def lancer(self, nom: str, commande: list[str], journal: str) -> Enfant:
        """Start a child in its own session, so that the terminal's Ctrl-C reaches the supervisor alone."""
        fichier = self.journaux / journal
        with fichier.open("wb") as sortie:
            lance = subprocess.Popen(
                commande,
                cwd=self.racine,
                env=dict(self.environnement),
                stdin=subprocess.DEVNULL,
                stdout=sortie,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=processus.mourir_avec_le_parent(signal.SIGTERM),
            )
        enfant = Enfant(nom, fichier, lance)
        self.enfants.append(enfant)
        return enfant

    def executer(self, nom: str, commande: list[str], journal: str) -> None:
        """Run a step to its end. Raises ``EmbarqueErreur`` when it fails, ``ArretDemande`` when asked to stop."""
        enfant = self.lancer(nom, commande, journal)
        while not enfant.mort:
            self._verifier_l_arret()
            time.sleep(PAS_SECONDES)
        self.enfants.remove(enfant)
        if enfant.processus.returncode:
            raise EmbarqueErreur(f"{nom} a échoué :\n{enfant.fin_du_journal(30)}")

    def attendre(self, nom: str, repond: Callable[[], bool], secondes: float = 90) -> None:
        """Wait until something answers, as long as everything lives."""
        limite = time.monotonic() + secondes
        while not repond():
            self.verifier()
            if time.monotonic() > limite:
                raise EmbarqueErreur(f"{nom} ne répond pas après {secondes:.0f} s ; les journaux : {self.journaux}")
            time.sleep(PAS_SECONDES)

    def veiller(self) -> None:
        """Stay until asked to stop (``ArretDemande``) or until one of the processes dies (``EmbarqueErreur``)."""
        while True:
            self.verifier()
            time.sleep(PAS_SECONDES * 2)

    def verifier(self) -> None:
        self._verifier_l_arret()
        for enfant in self.enfants:
            if enfant.mort:
                raise EmbarqueErreur(
                    f"{enfant.nom} s'est arrêté (code {enfant.processus.returncode}) ; "
                    f"fin de {enfant.journal} :\n{enfant.fin_du_journal()}"
                )
        for nom, pid in self.surveilles.items():
            if not processus.vivant(pid):
                raise EmbarqueErreur(f"{nom} s'est arrêté ; les journaux : {self.journaux}")

    def _verifier_l_arret(self) -> None:
        if self.signal_recu:
            raise ArretDemande

    def arreter(self) -> None:
        """Ask every child to finish, latest started first, then leave none of their own children behind."""
        for enfant in reversed(self.enfants):
            if not enfant.mort:
                enfant.processus.terminate()
        limite = time.monotonic() + ARRET_SECONDES
        while any(not enfant.mort for enfant in self.enfants) and time.monotonic() < limite:
            time.sleep(PAS_SECONDES)
        self._tuer()
        for enfant in self.enfants:
            enfant.processus.wait()
        self.enfants.clear()

    def _tuer(self) -> None:
        for enfant in self.enfants:
            # Each child leads its own group; it may be dead and its group still hold workers.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(enfant.processus.pid, signal.SIGKILL)
