"""The whole période on one page, to read or to print: for each month, the days of each state, child by child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from portail.commun.preparees import UnParmi, preparee
from portail.commun.templatetags.typographie import mois_annee
from reservations.brouillons import brouillons_de
from reservations.enums import ETATS_CLOS, EtatPresence, Sens
from reservations.models import Presence, Reservation
from reservations.planning.cases import pastille
from reservations.planning.mois import mois_suivant, premier_du_mois


@dataclass(frozen=True, slots=True)
class LigneAnnee:
    prenom: str
    prestation: str
    pastille: SafeString
    #: « 15, 16, 17 ».
    jours: str
    nombre: int


@dataclass(frozen=True, slots=True)
class MoisAnnee:
    titre: str
    code: str
    #: A month that is over is folded.
    passe: bool
    lignes: list[LigneAnnee]

    @property
    def nombre(self) -> int:
        return sum(ligne.nombre for ligne in self.lignes)


@preparee
def _presences() -> QuerySet[Presence, tuple[int, int, date, int, str, str]]:
    return Presence.objects.filter(reservation=UnParmi("reservations")).values_list(
        "reservation_id",
        "creneau_id",
        "creneau__jour",
        "creneau__prestation__ordre",
        "creneau__prestation__nom_court",
        "etat",
    )


def lire_annee(reservations: Sequence[Reservation], *, jour_meme: date) -> list[MoisAnnee]:
    """Return every month of the période with the days of each child, sent or not; two queries."""
    periode = reservations[0].periode
    rangs = {une.pk: (rang, une.enfant.prenom) for rang, une in enumerate(reservations)}
    choix = {
        (reservation, un.creneau_id): un for reservation, siens in brouillons_de(reservations).items() for un in siens
    }
    lues = _presences().lire(reservations=[*rangs])
    jours = [
        (reservation, jour, ordre, nom, etat, str(EtatPresence(etat).label))
        for reservation, creneau, jour, ordre, nom, etat in lues
        if (reservation, creneau) not in choix or etat not in ETATS_CLOS
    ]
    for (reservation, _), un in choix.items():
        prestation, mot = un.creneau.prestation, "À envoyer" if un.sens == Sens.AJOUT else "À annuler"
        jours.append((reservation, un.creneau.jour, prestation.ordre, prestation.nom_court, "brouillon", mot))
    par_mois: defaultdict[date, dict[tuple[int, int, str, str, str], list[int]]] = defaultdict(dict)
    for reservation, jour, ordre, nom, etat, mot in sorted(jours, key=lambda ligne: ligne[1]):
        cle = (rangs[reservation][0], ordre, nom, etat, mot)
        par_mois[premier_du_mois(jour)].setdefault(cle, []).append(jour.day)
    prenoms = dict(rangs.values())
    mois, premier = [], premier_du_mois(periode.du)
    while premier <= periode.au:
        lignes = [
            LigneAnnee(prenoms[rang], nom, pastille(etat, mot), ", ".join(map(str, numeros)), len(numeros))
            for (rang, _, nom, etat, mot), numeros in sorted(par_mois[premier].items())
        ]
        suivant = mois_suivant(premier)
        mois.append(MoisAnnee(mois_annee(premier).capitalize(), f"{premier:%Y-%m}", suivant <= jour_meme, lignes))
        premier = suivant
    return mois
