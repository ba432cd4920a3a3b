"""Posting the result to the creditor's address: at most once, without retry, and never a condition of the payment."""

from __future__ import annotations

import contextlib
import http.client
import logging
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode, urlsplit

from simulateur.horloge import maintenant
from simulateur.operations import Envoi, Operation, Registre
from simulateur.regles import Issue, champs_de_notification

DELAI_MAXIMAL_S = 10
journal = logging.getLogger("simulateur")


@dataclass(frozen=True)
class Mode:
    """How the next operations are notified; the default is a service that works."""

    supprimer: bool = False
    retard_ms: int = 0
    exemplaires: int = 1
    #: amount in cents put in place of the real one
    montant: str | None = None
    #: letter put in place of the real result, known or not
    resultrans: str | None = None


class ModeRefuse(Exception):
    """The wanted mode is not one; carries one French sentence per field."""

    def __init__(self, erreurs: Mapping[str, str]) -> None:
        super().__init__(", ".join(erreurs))
        self.erreurs = dict(erreurs)


def lire_mode(contenu: object) -> Mode:
    """Reads a mode from decoded JSON; what is absent takes its default, so ``{}`` is back to normal."""
    if not isinstance(contenu, dict):
        raise ModeRefuse({"mode": "Un objet JSON est attendu."})
    attendus: dict[str, tuple[Callable[[Any], bool], str]] = {
        "supprimer": (lambda v: isinstance(v, bool), "Vrai ou faux."),
        "retard_ms": (lambda v: _est_entier(v, 0, 600_000), "Un entier de 0 à 600000."),
        "exemplaires": (lambda v: _est_entier(v, 1, 20), "Un entier de 1 à 20."),
        "montant": (lambda v: v is None or _a_la_forme(v, r"-?[0-9]{1,12}"), "Un texte de chiffres, en centimes."),
        "resultrans": (lambda v: v is None or _a_la_forme(v, r"[A-Za-z0-9]{0,3}"), "Une lettre."),
    }
    erreurs = {cle: "Champ inconnu." for cle in contenu if cle not in attendus}
    for cle, (convient, phrase) in attendus.items():
        if cle in contenu and not convient(contenu[cle]):
            erreurs[cle] = phrase
    if erreurs:
        raise ModeRefuse(erreurs)
    return Mode(**contenu)


def _est_entier(valeur: Any, minimum: int, maximum: int) -> bool:
    return isinstance(valeur, int) and not isinstance(valeur, bool) and minimum <= valeur <= maximum


def _a_la_forme(valeur: Any, forme: str) -> bool:
    return isinstance(valeur, str) and re.fullmatch(forme, valeur) is not None


def mode_en_dict(mode: Mode) -> dict[str, Any]:
    return {champ.name: getattr(mode, champ.name) for champ in fields(mode)}


#: what the operator can send by hand: code → label
VARIANTES = {
    "identique": "Renvoyer à l’identique (doublon)",
    "tardive": "Envoyer en retard (dans 5\u00a0s)",
    "autre-montant": "Envoyer avec un autre montant",
    "contrefaite": "Envoyer une contrefaçon (référence inventée)",
    "jeton-invente": "Envoyer à une adresse inventée",
}
#: those that need the true result; a forger needs none
VARIANTES_VERIDIQUES = frozenset({"identique", "tardive", "autre-montant"})
RETARD_TARDIVE_S = 5


class Notificateur:
    """Sends notifications from background threads and writes down what came of them."""

    def __init__(self, registre: Registre) -> None:
        self._registre = registre
        self.mode = Mode()

    def annoncer(self, operation: Operation) -> None:
        """The service's own notification, once the operation has ended; waits for the answer unless it is delayed.

        The wait lets the payer find an up-to-date site when following the ticket's link; it changes nothing else.
        """
        mode = self.mode
        fil = threading.Thread(target=self._annoncer, args=(operation, mode), daemon=True)
        fil.start()
        if not mode.retard_ms:
            fil.join(DELAI_MAXIMAL_S + 1)

    def _annoncer(self, operation: Operation, mode: Mode) -> None:
        champs = self._champs_veridiques(operation)
        if mode.montant is not None:
            champs["montant"] = mode.montant
        if mode.resultrans is not None:
            champs["resultrans"] = mode.resultrans
        if mode.supprimer:
            self._noter(operation, "automatique", champs, "supprimée par le mode d’essai", 0)
            return
        time.sleep(mode.retard_ms / 1000)
        for _ in range(mode.exemplaires):
            self._poster(operation, "automatique", operation.demande.urlcl, champs)

    def envoyer_variante(self, operation: Operation, variante: str) -> None:
        """Sends by hand one of VARIANTES; the true ones need an ended operation."""
        url = operation.demande.urlcl
        if variante in VARIANTES_VERIDIQUES:
            champs = self._champs_veridiques(operation)
        else:
            champs = self._champs_inventes(operation)
        if variante == "autre-montant":
            champs["montant"] = str(int(champs["montant"]) + 100)
        if variante == "contrefaite":
            champs["refdet"] = "".join(secrets.choice("0123456789") for _ in champs["refdet"])
            champs["objet"] = "CONTREFACON"
        if variante == "jeton-invente":
            url = adresse_inventee(url)
        attente_s = RETARD_TARDIVE_S if variante == "tardive" else 0
        fil = threading.Thread(target=self._poster, args=(operation, variante, url, champs, attente_s), daemon=True)
        fil.start()
        if not attente_s:
            fil.join(DELAI_MAXIMAL_S + 1)

    @staticmethod
    def _champs_veridiques(operation: Operation) -> dict[str, str]:
        if operation.issue is None:
            raise ValueError("operation still open")
        return champs_de_notification(operation.demande, operation.issue)

    @staticmethod
    def _champs_inventes(operation: Operation) -> dict[str, str]:
        return champs_de_notification(
            operation.demande, Issue(resultrans="P", le=maintenant(), numauto=secrets.token_hex(3))
        )

    def _poster(
        self, operation: Operation, variante: str, url: str, champs: Mapping[str, str], retard_s: float = 0
    ) -> None:
        time.sleep(retard_s)
        debut = time.monotonic()
        try:
            reponse = str(poster_formulaire(url, champs))
        except (OSError, http.client.HTTPException, ValueError) as erreur:
            reponse = f"sans réponse ({type(erreur).__name__})"
        self._noter(operation, variante, champs, reponse, round((time.monotonic() - debut) * 1000))

    def _noter(
        self, operation: Operation, variante: str, champs: Mapping[str, str], reponse: str, duree_ms: int
    ) -> None:
        envoi = Envoi(maintenant(), variante, champs["resultrans"], champs["montant"], reponse, duree_ms)
        self._registre.noter(operation, envoi)
        journal.info(
            "notification %s refdet=%s resultrans=%s montant=%s vers %s : %s en %d ms",
            variante,
            champs["refdet"],
            envoi.resultrans,
            envoi.montant,
            operation.demande.origine,
            reponse,
            duree_ms,
        )


def poster_formulaire(url: str, champs: Mapping[str, str]) -> int:
    """Posts a form and returns the status; proxies of the environment are ignored and redirects are not followed."""
    parties = urlsplit(url)
    genre = http.client.HTTPSConnection if parties.scheme == "https" else http.client.HTTPConnection
    chemin = (parties.path or "/") + (f"?{parties.query}" if parties.query else "")
    with contextlib.closing(genre(parties.hostname or "", parties.port, timeout=DELAI_MAXIMAL_S)) as connexion:
        entetes = {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "simulateur-tipi"}
        connexion.request("POST", chemin, urlencode(champs).encode("ascii"), entetes)
        return connexion.getresponse().status


def adresse_inventee(url: str) -> str:
    """The same address with its longest path segment, where a token would be, drawn anew at the same length."""
    parties = urlsplit(url)
    segments = parties.path.split("/")
    rang = max(range(len(segments)), key=lambda i: len(segments[i]))
    segments[rang] = secrets.token_urlsafe(len(segments[rang]) or 16)[: len(segments[rang]) or 16]
    return parties._replace(path="/".join(segments)).geturl()
