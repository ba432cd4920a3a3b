"""Gestures of a parent, as short as they are said."""

import datetime
import uuid

from django.db.models import Count, F, Q
from django.utils import timezone

from reservations import actions
from reservations.brouillons import code_creneau
from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE
from reservations.models import ChoixBrouillon, Creneau, DeclarationAbsence, MotifAbsence, Presence
from tests.fabriques import FabriquePeriode, FabriquePrestation
from tests.reservations.conftest import MERCREDI


def code(creneau):
    return code_creneau(creneau.jour, creneau.prestation.cle)


def creneaux_du(reservation, *jours):
    """Créneaux of January 2018 by day of the month."""
    dates = [datetime.date(2018, 1, jour) for jour in jours]
    return list(
        Creneau.objects.filter(prestation__periode=reservation.periode, jour__in=dates).select_related("prestation")
    )


def cocher(reservation, *jours, decocher=(), maintenant=MERCREDI):
    return actions.enregistrer_brouillon(
        reservation=reservation,
        coches=[code(creneau) for creneau in creneaux_du(reservation, *jours)],
        depart=[code(creneau) for creneau in creneaux_du(reservation, *decocher)],
        maintenant=maintenant,
    )


def envoyer(reservation, auteur, *jours, annuler=(), maintenant=MERCREDI, cle=None):
    if jours or annuler:
        cocher(reservation, *jours, decocher=annuler, maintenant=maintenant)
    return actions.envoyer_demande(
        reservation=reservation, auteur=auteur, cle=cle or uuid.uuid4(), maintenant=maintenant
    )


def etats(reservation):
    """States by day of the month."""
    return {
        presence.creneau.jour.day: presence.etat
        for presence in Presence.objects.filter(reservation=reservation).select_related("creneau")
    }


def places(reservation):
    return dict(
        Creneau.objects.filter(prestation__periode=reservation.periode, places_prises__gt=0).values_list(
            "jour__day", "places_prises"
        )
    )


def inscrire(famille, enfant, site):
    """Book a day far ahead for a child, on that site."""
    maintenant = timezone.now()
    jour = timezone.localdate(maintenant) + datetime.timedelta(days=60)
    periode = FabriquePeriode(accueil__etablissement=site, du=jour, au=jour, validation_jusqu_au=jour)
    creneau = Creneau.objects.create(prestation=FabriquePrestation(periode=periode), jour=jour, capacite=10)
    reservation = actions.ouvrir_reservation(famille=famille, enfant=enfant, periode=periode, maintenant=maintenant)
    code = code_creneau(jour, creneau.prestation.cle)
    actions.enregistrer_brouillon(reservation=reservation, coches=[code], depart=[], maintenant=maintenant)
    return actions.envoyer_demande(
        reservation=reservation,
        auteur=famille.responsables.get().utilisateur,
        cle=uuid.uuid4(),
        maintenant=maintenant,
    )


def places_coherentes(periode):
    """Are the places of every créneau of this période those of its days?"""
    tenues = Count("presences", filter=Q(presences__etat__in=ETATS_QUI_PRENNENT_UNE_PLACE))
    creneaux = Creneau.objects.filter(prestation__periode=periode)
    return not creneaux.annotate(tenues=tenues).exclude(tenues=F("places_prises")).exists()


def declarer(presence, auteur, **champs):
    """A row that waits for an agent, whatever the rules would say."""
    motif, _ = MotifAbsence.objects.get_or_create(nom="Enfant malade")
    return DeclarationAbsence.objects.create(
        presence=presence, motif=motif, declaree_le=presence.modifiee_le, auteur=auteur, **champs
    )


def vouloir(reservation, creneau, **heures):
    """Tick a day and say its hours."""
    actions.enregistrer_brouillon(reservation=reservation, coches=[code(creneau)], depart=[], maintenant=MERCREDI)
    ChoixBrouillon.objects.filter(reservation=reservation, creneau=creneau).update(**heures)
