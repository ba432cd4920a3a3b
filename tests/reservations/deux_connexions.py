"""Two gestures at once, in an order that the test chooses: the first has written and holds its transaction open."""

import threading
import time
import uuid
from itertools import pairwise

from django.db import connection, transaction
from django.db.models import Count, F, Q

from portail.commun.models import Courriel
from reservations import actions
from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE
from reservations.models import Creneau, Demande, EtapePresence, JourSalle, Presence
from reservations.regles import est_permise
from tests.fabriques import FabriqueResponsable
from tests.reservations.conftest import MERCREDI, reservation_de
from tests.reservations.listes import JEUDI

PATIENCE_SECONDES = 30


class Rencontre:
    """What both answered, and whether the second had to wait for the end of the first."""

    def __init__(self):
        self.premier = self.second = None
        self.attendue = False


def l_un_pendant_l_autre(premier, second, ensuite=None):
    """Play ``premier``, then ``second`` in another connection before the first is committed.

    The commit comes once the second waits for a lock, or has ended: every run meets the same interleaving, that a
    barrier gives once in a while. A gesture that raises answers its exception. ``ensuite``: what the first still does
    while the second waits, before its commit.
    """
    rencontre, ecrit, lache = Rencontre(), threading.Event(), threading.Event()
    numero = []

    def tenir():
        try:
            with transaction.atomic():
                try:
                    rencontre.premier = premier()
                finally:
                    ecrit.set()
                    lache.wait(PATIENCE_SECONDES)
                if ensuite is not None:
                    ensuite()
        except Exception as erreur:  # noqa: BLE001 - what a gesture raises is its answer
            rencontre.premier = erreur
        finally:
            connection.close()

    def suivre():
        try:
            with connection.cursor() as curseur:
                curseur.execute("SELECT pg_backend_pid()")
                numero.append(curseur.fetchone()[0])
            ecrit.wait(PATIENCE_SECONDES)
            rencontre.second = second()
        except Exception as erreur:  # noqa: BLE001 - what a gesture raises is its answer
            rencontre.second = erreur
        finally:
            connection.close()

    fils = [threading.Thread(target=tenir), threading.Thread(target=suivre)]
    for fil in fils:
        fil.start()
    ecrit.wait(PATIENCE_SECONDES)
    rencontre.attendue = _voir_attendre(numero, fils[1])
    lache.set()
    for fil in fils:
        fil.join()
    return rencontre


def _voir_attendre(numero, fil):
    """Look until this connection waits for a lock (True) or its thread has ended (False)."""
    fin = time.monotonic() + PATIENCE_SECONDES
    with connection.cursor() as curseur:
        while fil.is_alive() and time.monotonic() < fin:
            if numero:
                curseur.execute("SELECT wait_event_type FROM pg_stat_activity WHERE pid = %s", numero)
                if curseur.fetchone() == ("Lock",):
                    return True
            time.sleep(0.005)
    return False


def places_justes():
    """Are the places of every créneau, and of every room, those of its days?"""
    occupe = Q(presences__etat__in=ETATS_QUI_PRENNENT_UNE_PLACE)
    creneaux = Creneau.objects.annotate(tenues=Count("presences", filter=occupe))
    dans_la_salle = Q(creneaux__presences__etat__in=ETATS_QUI_PRENNENT_UNE_PLACE)
    salles = JourSalle.objects.annotate(tenues=Count("creneaux__presences", filter=dans_la_salle))
    return not any(lignes.exclude(tenues=F("places_prises")).exists() for lignes in (creneaux, salles))


def histoires_legales():
    """Is the history of every day an unbroken chain of allowed steps that ends with its state?"""
    chaines = {}
    for etape in EtapePresence.objects.order_by("pk"):
        chaines.setdefault(etape.presence_id, []).append((etape.avant, etape.apres))
    etats = dict(Presence.objects.values_list("pk", "etat"))
    return chaines.keys() == etats.keys() and all(
        chaine[0][0] == ""
        and chaine[-1][1] == etats[pk]
        and all(avant[1] == apres[0] for avant, apres in pairwise(chaine))
        # A step that leaves the day in its state tells of its hours.
        and all(avant == apres or est_permise(avant or None, apres) for avant, apres in chaine)
        for pk, chaine in chaines.items()
    )


def numeros_suivis():
    """Are the sendings of every reservation numbered 1, 2, 3, with no gap and none twice?"""
    rangs = {}
    for reservation, rang in Demande.objects.order_by("reservation", "rang").values_list("reservation", "rang"):
        rangs.setdefault(reservation, []).append(rang)
    return all(suite == list(range(1, len(suite) + 1)) for suite in rangs.values())


def verifier_les_invariants():
    assert places_justes()
    assert histoires_legales()
    assert numeros_suivis()


# --- gestures that are ready to be played ----------------------------------------------------------------------


def foyer(periode, n):
    """A household that gets mails, and its reservation."""
    reservation = reservation_de(periode, n)
    FabriqueResponsable(famille=reservation.famille)
    return reservation


def envoi_de(reservation, auteur, maintenant=MERCREDI, **options):
    return lambda: actions.envoyer_demande(
        reservation=reservation, auteur=auteur, cle=uuid.uuid4(), maintenant=maintenant, **options
    )


def acceptation(agent, *reservations, maintenant=JEUDI):
    ids = list(Presence.objects.filter(reservation__in=reservations).values_list("pk", flat=True))
    return lambda: actions.accepter(presences=ids, agent=agent, maintenant=maintenant)


def courriels_de(reservation):
    return Courriel.objects.filter(famille_cle=reservation.famille.cle).count()


def etapes(reservation, apres):
    return EtapePresence.objects.filter(presence__reservation=reservation, apres=apres).count()
