"""Sendings that break in the middle: where, and of what."""

import os
import socket
import threading
from collections import Counter

from django.db import connection

from reservations.actions import envoi

#: Steps of one sending at which a client may fail: what it asks is locked, its places are taken, its mail is written,
#: and the last: all is committed, but the answer never arrives.
ETAPES = ("verrouillee", "place_prise", "ecrite", "repondue")


class Panne(Exception):
    """Something breaks in the middle of a sending."""


class Pannes:
    """Makes the sending of the current thread fail at one step, once: by an exception, a cut connection, a death."""

    def __init__(self, monkeypatch):
        self.du_fil, self.survenues = threading.local(), Counter()
        for module, nom, etape in (
            (envoi, "relire", "verrouillee"),
            (envoi, "_redire_les_majorations", "place_prise"),
            (envoi, "_annoncer", "ecrite"),
        ):
            monkeypatch.setattr(module, nom, self._suivi_de(getattr(module, nom), etape))

    def prevoir(self, panne):
        self.du_fil.prevue = panne

    def passer(self, etape):
        prevue = getattr(self.du_fil, "prevue", None)
        if prevue and prevue[0] == etape:
            self.du_fil.prevue = None
            self.survenues[prevue] += 1
            getattr(self, prevue[1])()

    def _suivi_de(self, fonction, etape):
        def suivie(*args, **kwargs):
            resultat = fonction(*args, **kwargs)
            self.passer(etape)
            return resultat

        return suivie

    def exception(self):
        raise Panne

    def coupure(self):
        """The server ends the connection, as when it is restarted."""
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def mort(self):
        """The client is gone without a word, as when its process is killed: nothing is rolled back by anybody."""
        with socket.socket(fileno=os.dup(connection.connection.fileno())) as prise:
            prise.shutdown(socket.SHUT_RDWR)
        raise Panne
