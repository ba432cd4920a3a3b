"""What days cost a household: asked of the app that bills, through the setting ``TARIFICATEUR``.

The planning, the check page and the invoice all read the same function.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from enfants.models import Enfant
from familles.models import Famille
from portail.commun.montants import en_euros
from reservations.enums import ETATS_CLOS, Sens
from reservations.models import ChoixBrouillon, Creneau, Presence, Reservation
from reservations.regles import Majoration, ReglesDePeriode

if TYPE_CHECKING:
    from reservations.decisions import Decision


@dataclass(frozen=True, slots=True)
class Prix:
    """Price of one day, in euros, and the sentence that explains it."""

    montant: Decimal
    explication: str


def prix_des_creneaux(
    *, famille: Famille, enfant: Enfant, creneaux: Sequence[Creneau], unites: Mapping[int, int] | None = None
) -> dict[int, Prix]:
    """Return the price of each créneau that has one, by créneau id, in a bounded number of queries.

    Each créneau needs only ``pk``, ``prestation_id`` and ``jour``. A créneau without a voted tariff is absent.
    ``unites``: by créneau id, how many times its price is due (half-hours started); 1 where it says nothing.
    """
    prix: dict[int, Prix] = import_string(settings.TARIFICATEUR)(famille=famille, enfant=enfant, creneaux=creneaux)
    return {pk: multiplier(un, (unites or {}).get(pk, 1)) for pk, un in prix.items()}


def multiplier(prix: Prix, unites: int) -> Prix:
    """Return the price of a day by the hour: so many half-hours started, each at the voted price."""
    if unites == 1:
        return prix
    phrase = f"{unites} demi-heures commencées à {en_euros(prix.montant)}. {prix.explication}"
    return Prix(prix.montant * unites, phrase)


def prix_du_jour_reserve(prix: Prix, presence: Presence) -> Prix:
    """Return what a day that is booked costs as it was booked, from the price of one unit: its hours, its surcharge."""
    du = multiplier(prix, presence.unites)
    return majorer(du, presence.majoration) if presence.majoration else du


def demi_heures(presences: Mapping[int, Presence], brouillon: Iterable[ChoixBrouillon]) -> dict[int, int]:
    """Return, by créneau id, how many half-hours are booked or ticked where the hours are known."""
    unites = {pk: une.unites for pk, une in presences.items() if une.arrivee is not None and une.etat not in ETATS_CLOS}
    return unites | {un.creneau_id: un.unites for un in brouillon if un.arrivee is not None}


def prix_a_l_heure(prix: dict[int, Prix], unites: Mapping[int, int]) -> dict[int, Prix]:
    """Return the prices of one unit with, by créneau id, those of the half-hours that are booked or ticked."""
    return prix | {pk: multiplier(prix[pk], nombre) for pk, nombre in unites.items() if pk in prix}


def prix_par_enfant(reservations: Sequence[Reservation], creneaux: Sequence[Creneau]) -> dict[int, dict[int, Prix]]:
    """Return the prices of the same créneaux for each reservation of a household, by reservation id then créneau id.

    What the first child's prices made read serves the others: as many queries as for one.
    """
    if len(reservations) == 1:
        seule = reservations[0]
        return {seule.pk: prix_des_creneaux(famille=seule.famille, enfant=seule.enfant, creneaux=creneaux)}
    tarifer, lectures = import_string(settings.TARIFICATEUR), {}
    return {
        une.pk: tarifer(famille=une.famille, enfant=une.enfant, creneaux=creneaux, lectures=lectures)
        for une in reservations
    }


def majorer(prix: Prix, majoration: Majoration) -> Prix:
    """Return the price of a day that is booked late, with the surcharge in its sentence."""
    supplement = majoration.de(prix.montant)
    return Prix(prix.montant + supplement, f"{prix.explication} {phrase_de_majoration(majoration)}")


def phrase_de_majoration(majoration: Majoration) -> str:
    return f"Réservé après le délai : majoration de {majoration.en_mots()}."


def prix_a_payer(prix: Mapping[int, Prix], jours: Mapping[int, date], regles: ReglesDePeriode) -> dict[int, Prix]:
    """Keep the prices of the days that this household pays: what another one pays depends on its own quotient."""
    return {pk: un for pk, un in prix.items() if not regles.paye_par_l_autre(jours[pk])}


def prix_decides(prix: Mapping[int, Prix], decisions: Collection[Decision]) -> dict[int, Prix]:
    """Return the prices that this household pays, with the surcharge of the days that the rules take late."""
    tardifs = {une.creneau.pk: une.majoration for une in decisions if une.majoration}
    ailleurs = {une.creneau.pk for une in decisions if une.paye_par_l_autre}
    rendus = {une.creneau.pk: une.presence for une in decisions if une.presence and une.sens == Sens.RETRAIT}
    prix = {pk: prix_du_jour_reserve(un, rendus[pk]) if pk in rendus else un for pk, un in prix.items()}
    return {pk: majorer(un, tardifs[pk]) if pk in tardifs else un for pk, un in prix.items() if pk not in ailleurs}
