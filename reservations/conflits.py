"""What staff should see before they answer a day that waits: everything that is wrong with it, in words.

The days are read by sets: the number of queries does not depend on how many there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from familles.models import Famille
from portail.commun.dates import aujourdhui
from portail.commun.texte import enumerer
from reservations.calendrier import candidat_de, conditions_de
from reservations.echeances import EN_ATTENTE
from reservations.enums import EtatPresence, GenreLien
from reservations.fermetures import FactureDuJour, factures_des_jours
from reservations.garde import conflits_des_presences
from reservations.models import JourFerme, LienPrestation, Periode, Presence
from reservations.regles.acces import motifs_d_acces
from reservations.regles.conflits import JourDeFratrie, fratrie_separee, se_chevauchent

JOUR_PASSE = "Ce jour est passé"
FERME = "Jour fermé"
SANS_PLACE = "Plus de place libre"
#: What the acceptance itself looks at again, under lock: a place may be freed by the same answer.
VUS_SOUS_VERROU = frozenset({FERME, SANS_PLACE})


@dataclass(frozen=True, slots=True)
class Constat:
    """One thing to see. ``retient``: a batch leaves the day aside unless the agent says otherwise."""

    phrase: str
    retient: bool = True


def deja_facture(facture: FactureDuJour) -> str:
    """What becomes of the invoice of a day that is cancelled: nothing; somebody puts the account right."""
    return f"Déjà facturé (n°\u00a0{facture.numero})\u00a0: la facture ne change pas, le régisseur régularise le compte"


#: A child of a household in a période, by ids: what the pieces and the règlements depend on.
CleDuSuivi = tuple[int, int, int]


def constats_des_jours(
    presences: Iterable[int], *, maintenant: datetime, dossier: bool = True
) -> dict[int, list[Constat]]:
    """Return, by id, what is to be seen on these days; ids with nothing to see are absent.

    Days that wait for nothing are only looked at for custody. ``dossier``: also tell what is missing in the file of
    the household, which concerns those who answer it.
    """
    ids = list(presences)
    trouves: defaultdict[int, list[Constat]] = defaultdict(list)
    lues = list(
        Presence.objects.filter(pk__in=ids, etat__in=EN_ATTENTE).select_related(
            "enfant", "reservation__famille", "creneau__prestation", "creneau__jour_salle"
        )
    )
    demandes = [une for une in lues if une.etat != EtatPresence.ANNULATION_DEMANDEE]
    for pk, phrase in [*_jours(demandes, maintenant), *_acces(demandes), *_simultanes(demandes)]:
        trouves[pk].append(Constat(phrase, retient=phrase not in VUS_SOUS_VERROU))
    annulations = {une.pk for une in lues} - {une.pk for une in demandes}
    for pk, phrases in conflits_des_presences([pk for pk in ids if pk not in annulations]).items():
        trouves[pk] += [Constat(phrase) for phrase in phrases]
    for pk, phrase in [*_fratries(demandes), *(_dossiers(demandes, maintenant) if dossier else [])]:
        trouves[pk].append(Constat(phrase))
    for pk, facture in factures_des_jours(sorted(annulations)).items():
        trouves[pk].append(Constat(deja_facture(facture), retient=False))
    return dict(trouves)


def _jours(presences: Sequence[Presence], maintenant: datetime) -> Iterable[tuple[int, str]]:
    """Days over, closed, or without a place for a child who has none yet."""
    if not presences:
        return
    jour_meme, jours = aujourdhui(maintenant), [une.creneau.jour for une in presences]
    fermes = dict(JourFerme.objects.filter(jour__in=jours, ferme_les_accueils=True).values_list("jour", "libelle"))
    for une in presences:
        jour = une.creneau.jour
        if jour < jour_meme:
            yield une.pk, JOUR_PASSE
        if une.creneau.ferme:
            yield une.pk, FERME
        elif jour in fermes:
            yield une.pk, f"{FERME} au calendrier\u00a0: {fermes[jour]}"
        if une.etat == EtatPresence.LISTE_ATTENTE and une.creneau.places_libres < 1:
            yield une.pk, SANS_PLACE


def _acces(presences: Sequence[Presence]) -> Iterable[tuple[int, str]]:
    """Children whose age, school or town is not, or no longer, one of those that the période admits."""
    periodes = {une.creneau.prestation.periode_id for une in presences}
    lues = {une.pk: une for une in Periode.objects.avec_listes().filter(pk__in=periodes)} if periodes else {}
    conditions = {pk: conditions_de(periode) for pk, periode in lues.items()}
    for une in presences:
        candidat, jour = candidat_de(une.enfant, une.reservation.famille), une.creneau.jour
        for motif in motifs_d_acces(candidat, conditions[une.creneau.prestation.periode_id], jour, jour):
            yield une.pk, str(motif.label).rstrip(".")


def _simultanes(presences: Sequence[Presence]) -> Iterable[tuple[int, str]]:
    """The same child twice at the same hours of a day, or on two choices that exclude each other."""
    if not presences:
        return
    enfants, jours = {une.enfant_id for une in presences}, {une.creneau.jour for une in presences}
    du_jour: defaultdict[tuple[int, date], list[Presence]] = defaultdict(list)
    autres = Presence.objects.filter(enfant__in=enfants, creneau__jour__in=jours).actives()
    for autre in autres.exclude(etat=EtatPresence.ANNULATION_DEMANDEE).select_related("creneau__prestation"):
        du_jour[autre.enfant_id, autre.creneau.jour].append(autre)
    multiples = {cle for cle, siennes in du_jour.items() if len(siennes) > 1}
    liens = _liens(du_jour[cle] for cle in multiples)
    for une in presences:
        for autre in du_jour[une.enfant_id, une.creneau.jour]:
            genre = liens.get(frozenset({une.creneau.prestation_id, autre.creneau.prestation_id}))
            ensemble = genre is not None and genre != GenreLien.EXCLUT
            if autre.pk == une.pk or ensemble:
                continue
            if genre == GenreLien.EXCLUT or se_chevauchent(_heures(une), _heures(autre)):
                yield une.pk, f"Déjà sur «\u00a0{autre.creneau.prestation.nom}\u00a0» aux mêmes heures"


def _liens(jours: Iterable[Sequence[Presence]]) -> dict[frozenset[int], str]:
    """Return how the prestations of these days are linked, by pair; one query at most."""
    prestations = {une.creneau.prestation_id for siennes in jours for une in siennes}
    if not prestations:
        return {}
    lus = LienPrestation.objects.filter(prestation__in=prestations, autre__in=prestations)
    return {frozenset({un, autre}): genre for un, autre, genre in lus.values_list("prestation", "autre", "genre")}


def _heures(presence: Presence) -> tuple[time, time] | None:
    prestation = presence.creneau.prestation
    debut, fin = presence.arrivee or prestation.heure_debut, presence.depart or prestation.heure_fin
    return (debut, fin) if debut and fin else None


def _fratries(presences: Sequence[Presence]) -> Iterable[tuple[int, str]]:
    """Brothers and sisters who asked for the same day and do not get the same answer."""
    if not presences:
        return
    lues = Presence.objects.filter(
        reservation__famille__in={une.reservation.famille_id for une in presences},
        creneau__in={une.creneau_id for une in presences},
    ).exclude(etat=EtatPresence.ANNULEE)
    par_jour: defaultdict[tuple[int, int], list[JourDeFratrie]] = defaultdict(list)
    for famille, creneau, enfant, prenom, etat in lues.values_list(
        "reservation__famille_id", "creneau_id", "enfant_id", "enfant__prenom", "etat"
    ):
        par_jour[famille, creneau].append(JourDeFratrie(enfant, prenom, EtatPresence(etat)))
    for une in presences:
        siens = par_jour[une.reservation.famille_id, une.creneau_id]
        refuses, acceptes = fratrie_separee(EtatPresence(une.etat), une.enfant_id, siens)
        if refuses:
            yield une.pk, f"Fratrie séparée\u00a0: {enumerer(refuses)} sans ce jour"
        if acceptes:
            yield une.pk, f"Fratrie séparée\u00a0: ce jour est accordé à {enumerer(acceptes)}"


@dataclass(frozen=True, slots=True)
class Suivi:
    """One child of one household in one période: what the other apps are asked about."""

    famille: Famille
    enfant: Any
    periode: Periode

    @property
    def cle(self) -> CleDuSuivi:
        return self.famille.pk, self.enfant.pk, self.periode.pk


def _dossiers(presences: Sequence[Presence], maintenant: datetime) -> Iterable[tuple[int, str]]:
    """What would stop this household from booking today, asked of every app that knows a reason."""
    periodes = _periodes_et_accueils({une.creneau.prestation.periode_id for une in presences})
    suivis: dict[CleDuSuivi, Suivi] = {}
    par_suivi: defaultdict[CleDuSuivi, list[int]] = defaultdict(list)
    for une in presences:
        suivi = Suivi(une.reservation.famille, une.enfant, periodes[une.creneau.prestation.periode_id])
        suivis.setdefault(suivi.cle, suivi)
        par_suivi[suivi.cle].append(une.pk)
    if not suivis:
        return
    for chemin in settings.CONSTATS_DU_DOSSIER:
        for cle, phrases in import_string(chemin)(suivis=list(suivis.values()), maintenant=maintenant).items():
            yield from ((pk, phrase) for pk in par_suivi[cle] for phrase in phrases)


def _periodes_et_accueils(ids: Collection[int]) -> dict[int, Periode]:
    return {une.pk: une for une in Periode.objects.filter(pk__in=ids).select_related("accueil")} if ids else {}


def presences_a_verifier(*, maintenant: datetime, dossier: bool = True) -> list[int]:
    """Return the ids of the days to answer on which there is something to see."""
    a_traiter = Presence.objects.a_traiter().order_by().values_list("pk", flat=True)
    return list(constats_des_jours(a_traiter, maintenant=maintenant, dossier=dossier))
