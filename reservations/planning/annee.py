"""The whole période on one page, to read or to print: for each month, the days of each state."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from portail.commun.templatetags.typographie import mois_annee
from reservations.brouillons import brouillon_de
from reservations.enums import ETATS_CLOS, EtatPresence, Sens
from reservations.models import Presence, Reservation
from reservations.planning.cases import pastille
from reservations.planning.mois import mois_suivant, premier_du_mois


@dataclass(frozen=True, slots=True)
class LigneAnnee:
    prestation: str
    pastille: SafeString
    #: « 15, 16, 17 ».
    jours: str
    nombre: int


@dataclass(frozen=True, slots=True)
class MoisAnnee:
    titre: str
    code: str
    lignes: list[LigneAnnee]


def lire_annee(reservation: Reservation) -> list[MoisAnnee]:
    """Return every month of the période with its days, sent or not; two queries."""
    par_mois: defaultdict[date, dict[tuple[int, str, str, str], list[int]]] = defaultdict(dict)
    presences = Presence.objects.filter(reservation=reservation).select_related("creneau__prestation")
    choix = {un.creneau_id: un for un in brouillon_de(reservation)}
    jours = [
        (une.creneau, une.etat, str(EtatPresence(une.etat).label))
        for une in presences.order_by("creneau__jour")
        if une.creneau_id not in choix or une.etat not in ETATS_CLOS
    ]
    jours += [(un.creneau, "brouillon", "À envoyer" if un.sens == Sens.AJOUT else "À annuler") for un in choix.values()]
    for creneau, etat, mot in sorted(jours, key=lambda ligne: (ligne[0].jour, ligne[1])):
        prestation = creneau.prestation
        cle = (prestation.ordre, prestation.nom_court, etat, mot)
        par_mois[premier_du_mois(creneau.jour)].setdefault(cle, []).append(creneau.jour.day)
    mois, premier = [], premier_du_mois(reservation.periode.du)
    while premier <= reservation.periode.au:
        lignes = [
            LigneAnnee(nom, pastille(etat, mot), ", ".join(map(str, numeros)), len(numeros))
            for (_, nom, etat, mot), numeros in sorted(par_mois[premier].items())
        ]
        mois.append(MoisAnnee(mois_annee(premier).capitalize(), f"{premier:%Y-%m}", lignes))
        premier = mois_suivant(premier)
    return mois
