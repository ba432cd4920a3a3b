"""Gestures on the waiting list of Thursday 18 January 2018, as short as they are said."""

from reservations.models import Presence
from tests.fabriques import instant
from tests.reservations.gestes import envoyer, etats

JEUDI = instant(2018, 1, 11, 9)


def lisible(texte):
    """Without the spaces that do not break."""
    return texte.replace("\xa0", " ")


def etat(reservation):
    return etats(reservation).get(18)


def annuler(reservation, auteur, maintenant=JEUDI):
    return envoyer(reservation, auteur, annuler=[18], maintenant=maintenant)


def presence(reservation):
    return Presence.objects.get(reservation=reservation, creneau__jour="2018-01-18")


def repondre(geste, reservation, maintenant=JEUDI, auteur=None):
    return geste(reservation=reservation, presences=[presence(reservation).cle], auteur=auteur, maintenant=maintenant)
