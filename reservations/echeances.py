"""Until when the households of the days that wait may act: what the queue of the service is ordered by."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db.models import Case, DateTimeField, F, Func, Min, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Concat

from reservations.calendrier import limites_des_jours
from reservations.enums import EtatPresence
from reservations.models import Creneau, Presence, Reservation

#: States that somebody of the service may answer.
EN_ATTENTE = (
    EtatPresence.DEMANDEE,
    EtatPresence.ANNULATION_DEMANDEE,
    EtatPresence.LISTE_ATTENTE,
    EtatPresence.PLACE_PROPOSEE,
)
#: The deadline comes first; what has none comes last; then the oldest request.
ORDRE = (F("limite").asc(nulls_last=True), "modifiee_le", "creneau_id", "pk")
#: Sign of a cancellation in the keys of the deadlines; an addition has the other.
RETRAIT, AJOUT = "r", "a"


def echeances() -> dict[str, datetime]:
    """Return the deadline of each day of a prestation that something waits for, by ``<créneau><sign>``.

    Six queries whatever the requests: a thousand children who wait for one day share its deadline.
    """
    attendus = Presence.objects.filter(etat__in=EN_ATTENTE).order_by().values_list("creneau_id", "etat").distinct()
    couples = {(creneau, etat == EtatPresence.ANNULATION_DEMANDEE) for creneau, etat in attendus}
    if not couples:
        return {}
    creneaux = Creneau.objects.filter(pk__in={creneau for creneau, _ in couples}).select_related(
        "prestation__periode__regle_reservation",
        "prestation__periode__regle_annulation",
        "prestation__periode__regle_attente",
    )
    lus = {un.pk: un for un in creneaux}
    jours = []
    for rang, (pk, retrait) in enumerate(sorted(couples)):
        etat = EtatPresence.ANNULATION_DEMANDEE if retrait else EtatPresence.DEMANDEE
        periode = lus[pk].prestation.periode
        reservation = Reservation(periode=periode)
        jours.append(Presence(pk=rang, creneau=lus[pk], etat=etat, reservation=reservation))
    limites = limites_des_jours(jours)
    return {
        f"{un.creneau_id}{RETRAIT if un.etat == EtatPresence.ANNULATION_DEMANDEE else AJOUT}": limite
        for un in jours
        if un.pk is not None and (limite := limites[un.pk]) is not None
    }


def avec_echeance(presences: QuerySet[Presence]) -> QuerySet[Presence]:
    """Annotate ``limite``, empty for a day that waits for nothing or whose rule gives no deadline.

    The deadlines are computed by the rules, never by SQL: the database only reads the table of ``echeances``.
    """
    table = Value(json.dumps({cle: limite.isoformat() for cle, limite in echeances().items()}))
    signe = Case(When(etat=EtatPresence.ANNULATION_DEMANDEE, then=Value(RETRAIT)), default=Value(AJOUT))
    cle = Concat(Cast("creneau_id", TextField()), signe, output_field=TextField())
    lue: Any = Func(
        table,
        cle,
        template="CAST((%(expressions)s) AS timestamptz)",
        arg_joiner="::jsonb ->> ",
        output_field=DateTimeField(null=True),
    )
    return presences.annotate(limite=Case(When(etat__in=EN_ATTENTE, then=lue), default=None))


def premiere_echeance(chemin: str = "pk") -> Subquery:
    """Return, for a row that ``chemin`` names among the requests, the nearest deadline of its days to answer."""
    a_traiter = avec_echeance(Presence.objects.a_traiter().filter(demande=OuterRef(chemin)).order_by())
    return Subquery(a_traiter.values("demande").annotate(premiere=Min("limite")).values("premiere"))
