"""Prices of days, read set-based: the planning, the check page and the billing run ask the same rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Q, QuerySet

from enfants.models import Enfant
from facturation.models import Tarif
from facturation.regles import tarifs as regles
from familles.models import Famille, QuotientFamilial
from portail.commun.preparees import Parametre, UnParmi, preparee
from reservations.models import Creneau
from reservations.prix import Prix


def prix_des_creneaux(
    *, famille: Famille, enfant: Enfant, creneaux: Sequence[Creneau], lectures: dict[object, Any] | None = None
) -> dict[int, Prix]:
    """Return the price of each créneau that has a tariff, by créneau id, in two queries whatever their number.

    Each day is priced with the tariff and the quotient that are valid on that very day. ``enfant`` does not change
    the price yet: tariffs depend on the prestation and on the household's quotient. ``lectures`` keeps what was read
    for the next child of the same household.
    """
    if not creneaux:
        return {}
    jours = [creneau.jour for creneau in creneaux]
    du, au = min(jours), max(jours)
    prestations = frozenset(creneau.prestation_id for creneau in creneaux)
    lectures = {} if lectures is None else lectures
    if (cle := (prestations, famille.pk, du, au)) not in lectures:
        quotients = quotients_par_famille([famille.pk], du, au)[famille.pk]
        lectures[cle] = grilles_par_prestation(prestations, du, au), quotients
    grilles, quotients = lectures[cle]
    prix = {}
    for creneau in creneaux:
        trouve = regles.prix_du_jour(creneau.jour, grilles[creneau.prestation_id], quotients)
        if trouve is not None:
            prix[creneau.pk] = Prix(montant=trouve.montant, explication=trouve.phrase)
    return prix


def grilles_par_prestation(prestations: Collection[int], du: date, au: date) -> defaultdict[int, list[regles.Grille]]:
    """Return the tariffs of these prestations that are valid on some day of the range; one query."""
    grilles: defaultdict[int, list[regles.Grille]] = defaultdict(list)
    lus = _tarifs().lire(prestations=list(prestations), du=du, au=au)
    for (prestation, debut, fin, montant), lignes in groupby(lus, key=itemgetter(0, 1, 2, 3)):
        tranches = tuple(regles.Tranche(qf, prix) for *_, qf, prix in lignes if prix is not None)
        grilles[prestation].append(regles.Grille(debut, fin, montant, tranches))
    return grilles


@preparee
def _tarifs() -> QuerySet[Tarif, Any]:
    return (
        Tarif.objects.filter(prestation=UnParmi("prestations"))
        .valables_entre(Parametre("du"), Parametre("au"))
        .order_by("prestation_id", "-du", "tranches__qf_minimum")
        .values_list("prestation_id", "du", "au", "montant", "tranches__qf_minimum", "tranches__montant")
    )


def quotients_par_famille(familles: Collection[int], du: date, au: date) -> defaultdict[int, list[regles.QuotientDate]]:
    """Return the quotients of these households that are valid on some day of the range; one query."""
    quotients: defaultdict[int, list[regles.QuotientDate]] = defaultdict(list)
    for famille, debut, fin, valeur in _quotients().lire(familles=list(familles), du=du, au=au):
        quotients[famille].append(regles.QuotientDate(debut, fin, valeur))
    return quotients


@preparee
def _quotients() -> QuerySet[QuotientFamilial, Any]:
    return QuotientFamilial.objects.filter(
        Q(au=None) | Q(au__gte=Parametre("du")), famille=UnParmi("familles"), du__lte=Parametre("au")
    ).values_list("famille_id", "du", "au", "valeur")
