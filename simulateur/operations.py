"""The operations in progress, in memory only: a restart forgets them, as the real service forgets closed tabs."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from simulateur.regles import Demande, Issue

#: the oldest operations are forgotten beyond this number, so that a load test cannot fill the memory
CAPACITE = 5_000


@dataclass(frozen=True)
class Envoi:
    """One notification that left, or was meant to: ``reponse`` is an HTTP status, or the reason why there is none."""

    le: datetime
    variante: str
    resultrans: str
    montant: str
    reponse: str
    duree_ms: int


@dataclass
class Operation:
    """One opened payment page. ``issue`` is written once and never changes."""

    cle: str
    demande: Demande
    ouverte_le: datetime
    issue: Issue | None = None
    envois: list[Envoi] = field(default_factory=list)


class Registre:
    """All operations, shared by the request threads."""

    def __init__(self, capacite: int = CAPACITE) -> None:
        self._capacite = capacite
        self._verrou = threading.Lock()
        self._operations: OrderedDict[str, Operation] = OrderedDict()

    def ouvrir(self, demande: Demande, maintenant: datetime) -> Operation:
        """Opens an operation under an unguessable key: knowing the key is the only right to act on it."""
        operation = Operation(secrets.token_urlsafe(18), demande, maintenant)
        with self._verrou:
            self._operations[operation.cle] = operation
            while len(self._operations) > self._capacite:
                self._operations.popitem(last=False)
        return operation

    def trouver(self, cle: str) -> Operation | None:
        with self._verrou:
            return self._operations.get(cle)

    def terminer(self, operation: Operation, issue: Issue) -> bool:
        """Ends the operation; False when it had ended already, and then nothing changes and nothing is to be sent."""
        with self._verrou:
            if operation.issue is not None:
                return False
            operation.issue = issue
            return True

    def noter(self, operation: Operation, envoi: Envoi) -> None:
        with self._verrou:
            operation.envois.append(envoi)

    def recentes(self, nombre: int = 100) -> list[Operation]:
        """The newest operations first."""
        with self._verrou:
            return list(reversed(self._operations.values()))[:nombre]
