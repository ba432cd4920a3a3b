"""Unsent edits: opening a planning, ticking days, giving up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from enfants.models import Enfant
from familles.models import Famille
from portail.commun.erreurs import RefusMetier
from portail.commun.preparees import Parametre, UnParmi, preparee
from portail.commun.reprises import reprise_sur_verrou
from reservations.actions.historique import choix_avant, noter_le_pas
from reservations.actions.verrous import verrouiller_reservations
from reservations.brouillons import code_creneau, est_liee, jour_du_code
from reservations.calendrier import candidat_de, conditions_de, motifs_d_ouverture
from reservations.enums import Issue, Sens
from reservations.journees import choix_apportes
from reservations.models import ChoixBrouillon, Creneau, Periode, Presence, Reservation
from reservations.regles import motifs_d_acces
from reservations.remplissage import Apercu


@reprise_sur_verrou
@transaction.atomic
def ouvrir_reservation(*, famille: Famille, enfant: Enfant, periode: Periode, maintenant: datetime) -> Reservation:
    """Return the one reservation of this child for this période, made at the first visit of its planning.

    Raises ``RefusMetier`` when this child may book none of its days, or when bookings are not open yet for its
    household; a planning that exists stays readable whatever happens.
    """
    if not Reservation.objects.filter(famille=famille, enfant=enfant, periode=periode).exists():
        motifs = motifs_d_ouverture(famille=famille, enfant=enfant, periode=periode, maintenant=maintenant)
        if motifs:
            raise RefusMetier(motifs)
    reservation, _ = Reservation.objects.get_or_create(
        famille=famille, enfant=enfant, periode=periode, defaults={"cree_le": maintenant}
    )
    return reservation


@dataclass(frozen=True, slots=True)
class ChoixVoulus:
    """Days that a page wants booked, and not booked, for one reservation; codes that name no day are ignored."""

    reservation: Reservation
    voulus: Collection[str]
    non_voulus: Collection[str]


@reprise_sur_verrou
@transaction.atomic
def enregistrer_brouillon(
    *, reservation: Reservation, coches: Collection[str], depart: Collection[str], maintenant: datetime
) -> int:
    """Keep what the person changed on a page, and nothing else; return how many days changed.

    ``depart`` holds the codes that were ticked when the page was shown and ``coches`` those that are ticked now. Only
    the difference counts, so that a page left open does not undo what another tab or the other parent did meanwhile.
    """
    return enregistrer_brouillons(pages=[(reservation, coches, depart)], maintenant=maintenant)


@reprise_sur_verrou
@transaction.atomic
def enregistrer_brouillons(
    *, pages: Collection[tuple[Reservation, Collection[str], Collection[str]]], maintenant: datetime
) -> int:
    """The same for several children of one household side by side: one gesture, that one undo puts back."""
    choix = [
        ChoixVoulus(reservation, set(coches) - set(depart), set(depart) - set(coches))
        for reservation, coches, depart in pages
    ]
    return garder_choix(choix=choix, libelle="Jours cochés ou décochés", maintenant=maintenant)


@reprise_sur_verrou
@transaction.atomic(savepoint=False)
def garder_choix(*, choix: Collection[ChoixVoulus], libelle: str, maintenant: datetime) -> int:
    """Write the edits that lead to the days wanted and not wanted, as one gesture; return how many days it names.

    Raises ``RefusMetier`` for a day that a child may not book because of who it is. The queries are those of one child,
    however many are side by side; prestations that are linked to others add theirs.
    """
    utiles = sorted((un for un in choix if un.voulus or un.non_voulus), key=lambda un: un.reservation.pk)
    if not utiles:
        return 0
    verrouiller_reservations([un.reservation for un in utiles])
    edits = [lus for lus in _lire(utiles) if lus.sens]
    avant = choix_avant([(lus.reservation, lus.sens) for lus in edits])
    ensuite = {(lus.reservation.pk, pk): choix for lus in edits for pk, choix in lus.ensuite.items()}
    # A page may name again what it has just kept: a form sent while its script keeps a tick.
    changes = {couple: un for couple, un in avant.items() if (un.sens if un else None) != ensuite[couple]}
    if changes:
        noter_le_pas(famille=edits[0].reservation.famille, libelle=libelle, avant=changes, maintenant=maintenant)
        _ecrire(edits, maintenant)
    return sum(len(lus.sens) for lus in edits)


@dataclass(frozen=True, slots=True)
class _Edits:
    """What a gesture means for each créneau of one reservation, and those that are booked already."""

    reservation: Reservation
    sens: dict[int, Sens]
    actifs: set[int]

    @property
    def ensuite(self) -> dict[int, Sens | None]:
        """An edit where it changes something, none elsewhere: to cancel what is not booked is nothing."""
        return {pk: un if (un == Sens.RETRAIT) == (pk in self.actifs) else None for pk, un in self.sens.items()}


def _lire(choix: Sequence[ChoixVoulus]) -> list[_Edits]:
    """Read the créneaux that the codes name, and the edits that others bring along."""
    par_periode: dict[int, set[str]] = {}
    for un in choix:
        par_periode.setdefault(un.reservation.periode_id, set()).update(un.voulus, un.non_voulus)
    nommes = {periode: creneaux_des_codes(periode, codes) for periode, codes in par_periode.items()}
    creneaux = {creneau.pk for siens in nommes.values() for creneau in siens.values()}
    actifs = set(_presences_actives().lire(reservations=[un.reservation.pk for un in choix], creneaux=[*creneaux]))
    return [_edits(un, nommes[un.reservation.periode_id], actifs) for un in choix]


def _edits(choix: ChoixVoulus, nommes: Mapping[str, Creneau], tous_les_actifs: Collection[tuple[int, int]]) -> _Edits:
    reservation = choix.reservation
    voulus = [nommes[code] for code in choix.voulus if code in nommes]
    non_voulus = [nommes[code] for code in choix.non_voulus if code in nommes]
    _refuser_qui_n_est_pas_admis(reservation, {creneau.jour for creneau in voulus})
    sens = dict.fromkeys((creneau.pk for creneau in voulus), Sens.AJOUT)
    sens |= dict.fromkeys((creneau.pk for creneau in non_voulus), Sens.RETRAIT)
    apportes = choix_apportes(reservation, [*voulus, *non_voulus], sens)
    actifs = {pk for pk in sens if (reservation.pk, pk) in tous_les_actifs}
    actifs |= {pk for pk, (_, actif) in apportes.items() if actif}
    return _Edits(reservation, sens | {pk: apporte for pk, (apporte, _) in apportes.items()}, actifs)


@preparee
def _presences_actives() -> QuerySet[Presence, tuple[int, int]]:
    actives = Presence.objects.filter(reservation=UnParmi("reservations"), creneau=UnParmi("creneaux")).actives()
    return actives.values_list("reservation_id", "creneau_id")


def _ecrire(edits: Collection[_Edits], maintenant: datetime) -> None:
    a_garder, a_oublier = [], Q()
    for lus in edits:
        ensuite = lus.ensuite
        a_garder += [
            ChoixBrouillon(reservation=lus.reservation, creneau_id=pk, sens=choix, le=maintenant)
            for pk, choix in ensuite.items()
            if choix
        ]
        if inutiles := [pk for pk, choix in ensuite.items() if not choix]:
            a_oublier |= Q(reservation=lus.reservation, creneau__in=inutiles)
    if a_oublier:
        ChoixBrouillon.objects.filter(a_oublier).delete()
    ChoixBrouillon.objects.bulk_create(
        a_garder, update_conflicts=True, unique_fields=["reservation", "creneau"], update_fields=["sens", "le"]
    )


def _refuser_qui_n_est_pas_admis(reservation: Reservation, jours: Collection[date]) -> None:
    candidat = candidat_de(reservation.enfant, reservation.famille)
    conditions = conditions_de(reservation.periode)
    motifs = [motif for jour in jours for motif in motifs_d_acces(candidat, conditions, jour, jour)]
    if motifs:
        raise RefusMetier(list(dict.fromkeys(motifs)))


def creneaux_des_codes(periode: int, codes: Collection[str]) -> dict[str, Creneau]:
    """Return the créneaux of this période that the codes name; one query."""
    jours = {jour for code in codes if (jour := jour_du_code(code)) is not None}
    trouves = _creneaux_des_jours().lire(periode=periode, jours=[*jours])
    nommes = {code_creneau(creneau.jour, creneau.prestation.cle): creneau for creneau in trouves}
    return {code: nommes[code] for code in codes if code in nommes}


@preparee
def _creneaux_des_jours() -> QuerySet[Creneau]:
    creneaux = Creneau.objects.filter(prestation__periode=Parametre("periode"), jour=UnParmi("jours"))
    nommes = creneaux.select_related("prestation").only("jour", "prestation__cle")
    return nommes.annotate(liee=est_liee("prestation"))


@reprise_sur_verrou
@transaction.atomic
def abandonner_brouillon(*, reservation: Reservation, maintenant: datetime) -> int:
    """Forget every unsent edit of a reservation; return how many there were. The undo brings them back."""
    return abandonner_brouillons(reservations=[reservation], maintenant=maintenant)


@reprise_sur_verrou
@transaction.atomic
def abandonner_brouillons(*, reservations: Collection[Reservation], maintenant: datetime) -> int:
    """Forget every unsent edit of these reservations of one household, as one gesture."""
    ordonnees = sorted(reservations, key=lambda une: une.pk)
    verrouiller_reservations(ordonnees)
    choix = ChoixBrouillon.objects.filter(reservation__in=ordonnees)
    avant = {(un.reservation_id, un.creneau_id): un for un in choix}
    if avant:
        noter_le_pas(famille=ordonnees[0].famille, libelle="Modifications oubliées", avant=avant, maintenant=maintenant)
    nombre, _ = choix.delete()
    return nombre


@reprise_sur_verrou
@transaction.atomic
def appliquer_apercus(*, apercus: Collection[Apercu], libelle: str, maintenant: datetime) -> list[Reservation]:
    """Keep as unsent edits what previews show, as one gesture; return the reservations that have some."""
    choix = []
    for apercu in apercus:
        voulus, non_voulus = apercu.codes(Issue.AJOUT, Issue.ATTENTE), apercu.codes(Issue.RETRAIT)
        if not voulus and not non_voulus:
            continue
        cible = apercu.reservation
        reservation = ouvrir_reservation(
            famille=cible.famille, enfant=cible.enfant, periode=cible.periode, maintenant=maintenant
        )
        choix.append(ChoixVoulus(reservation, voulus, non_voulus))
    garder_choix(choix=choix, libelle=libelle, maintenant=maintenant)
    return [un.reservation for un in choix]
