"""« Remplir le planning » and « Copier ce planning »: what they would do, day by day, before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from portail.commun.dates import aujourdhui, jours
from portail.commun.templatetags.typographie import JOURS
from reservations.brouillons import brouillon_de, code_creneau
from reservations.calendrier import jours_fermes_entre
from reservations.decisions import Decision, decider, presences_sur
from reservations.enums import ETATS_CLOS, EtatPresence, GenrePrestation, Issue, MotifRefus, Sens
from reservations.journees import choix_apportes
from reservations.models import ChoixBrouillon, Creneau, Prestation, Reservation
from reservations.planning.cases import tardif_en_mots
from reservations.regles import Consigne
from reservations.regles.attente import rang_en_mots
from reservations.regles.regimes import EffetTardif


@dataclass(frozen=True, slots=True)
class LigneApercu:
    jour: date
    #: Empty for a day on which nothing is open.
    prestation: str
    issue: Issue
    #: Why the day is left as it is.
    raison: str = ""
    code: str = ""
    #: « 2e sur la liste », for a full day; « va avec « Journée » », for a choice that another brings along.
    detail: str = ""

    def en_mots(self) -> str:
        suites = [un for un in (self.prestation, self.detail) if un]
        return ", ".join([f"{JOURS[self.jour.weekday()][:3]}.\xa0{self.jour:%d/%m/%Y}", *suites])


@dataclass(slots=True)
class Apercu:
    """What becomes of each day for one child."""

    reservation: Reservation
    lignes: list[LigneApercu] = field(default_factory=list)
    #: Full days left as they are, whose waiting list could be asked.
    listes_possibles: int = 0

    def codes(self, *issues: Issue) -> list[str]:
        return [ligne.code for ligne in self.lignes if ligne.issue in issues]

    @property
    def ajouts(self) -> list[str]:
        return self._en_mots(Issue.AJOUT)

    @property
    def retraits(self) -> list[str]:
        return self._en_mots(Issue.RETRAIT)

    @property
    def attentes(self) -> list[str]:
        """Full days whose waiting list is asked."""
        return self._en_mots(Issue.ATTENTE)

    @property
    def changements(self) -> int:
        return sum(ligne.issue != Issue.IGNORE for ligne in self.lignes)

    def _en_mots(self, issue: Issue) -> list[str]:
        return [ligne.en_mots() for ligne in self.lignes if ligne.issue == issue]

    @property
    def ignores(self) -> list[tuple[str, list[str]]]:
        """Days left as they are, by reason."""
        par_raison: dict[str, list[str]] = {}
        for ligne in self.lignes:
            if ligne.issue == Issue.IGNORE:
                par_raison.setdefault(ligne.raison, []).append(ligne.en_mots())
        return list(par_raison.items())


def apercu_de_consigne(
    reservation: Reservation,
    consigne: Consigne,
    prestations: Collection[Prestation],
    *,
    attendre: bool = False,
    maintenant: datetime,
) -> Apercu:
    """Tell what a pattern would do for one child; the reservation may not be saved yet."""
    periode = reservation.periode
    du, au = max(consigne.du, periode.du), min(consigne.au, periode.au)
    if du > au:
        return Apercu(reservation)
    creneaux = [un for un in _creneaux(prestations, du, au) if consigne.retient(un.jour)]
    sens = dict.fromkeys((un.pk for un in creneaux), consigne.sens)
    apercu = _juger(reservation, creneaux, sens, attendre=attendre, maintenant=maintenant)
    if consigne.sens == Sens.AJOUT:
        ouverts, motifs = {un.jour for un in creneaux}, jours_fermes_entre(du, au).motifs()
        apercu.lignes += [
            LigneApercu(jour, "", Issue.IGNORE, motifs.get(jour, "Fermé"))
            for jour in jours(du, au)
            if consigne.retient(jour) and jour not in ouverts
        ]
        apercu.lignes.sort(key=lambda ligne: (ligne.jour, ligne.prestation))
    return apercu


def apercu_de_copie(
    source: Reservation, cible: Reservation, *, remplacer: bool, attendre: bool = False, maintenant: datetime
) -> Apercu:
    """Tell what copying the planning of one child would do to another's, from today on.

    ``remplacer``: days that the source does not have are cancelled too. ``attendre``: see ``_juger``.
    """
    voulus = planning_voulu(source)
    presents = planning_voulu(cible) if remplacer else {}
    jour_meme = aujourdhui(maintenant)
    creneaux = {pk: un for pk, un in (presents | voulus).items() if un.jour >= jour_meme}
    if not creneaux:
        return Apercu(cible)
    sens = {pk: Sens.AJOUT if pk in voulus else Sens.RETRAIT for pk in creneaux}
    ordre = sorted(creneaux.values(), key=lambda un: (un.jour, un.prestation.ordre, un.pk))
    return _juger(cible, ordre, sens, attendre=attendre, maintenant=maintenant)


def planning_voulu(reservation: Reservation) -> dict[int, Creneau]:
    """Return the créneaux that a child has or will have asked: its days, with the unsent edits; two queries."""
    if reservation.pk is None:
        return {}
    creneaux = {
        une.creneau_id: une.creneau
        for une in reservation.presences.exclude(
            etat__in=[*ETATS_CLOS, EtatPresence.ANNULATION_DEMANDEE, EtatPresence.PRESENTE_NON_RESERVEE]
        ).select_related("creneau__prestation", "creneau__jour_salle")
    }
    for un in brouillon_de(reservation):
        if un.sens == Sens.AJOUT:
            creneaux[un.creneau_id] = un.creneau
        else:
            creneaux.pop(un.creneau_id, None)
    return creneaux


def _creneaux(prestations: Iterable[Prestation], du: date, au: date) -> list[Creneau]:
    return list(
        Creneau.objects.filter(prestation__in=prestations, jour__range=(du, au))
        .avec_places()
        .order_by("jour", "prestation__ordre", "pk")
    )


def _juger(
    reservation: Reservation,
    creneaux: Sequence[Creneau],
    sens: Mapping[int, Sens],
    *,
    attendre: bool,
    maintenant: datetime,
) -> Apercu:
    """Decide on each day by the very function of the check page and of the sending, beside the unsent edits.

    ``attendre``: the waiting list is asked for the days that are full; else they are left as they are.
    """
    juge = _Juge(reservation, creneaux, sens, attendre=attendre, maintenant=maintenant)
    apercu = Apercu(reservation)
    apercu.lignes = [juge.ligne(un) for un in juge.creneaux.values() if juge.concerne(un)]
    apercu.listes_possibles = juge.listes_possibles
    return apercu


class _Juge:
    """What the lines of one preview share."""

    def __init__(
        self,
        reservation: Reservation,
        creneaux: Sequence[Creneau],
        sens: Mapping[int, Sens],
        *,
        attendre: bool,
        maintenant: datetime,
    ) -> None:
        self.reservation, self.attendre, self.maintenant = reservation, attendre, maintenant
        self.creneaux = {un.pk: un for un in creneaux}
        self.sens = dict(sens)
        self.listes_possibles = 0
        self.liee = getattr(reservation, "a_des_liens", True)
        miennes, _ = presences_sur(reservation, self.creneaux)
        self.actifs = {pk for pk, une in miennes.items() if une.etat not in ETATS_CLOS}
        self.brouillon = {} if reservation.pk is None else {un.creneau_id: un for un in brouillon_de(reservation)}
        #: Choices that another of the same day brings along, and the names of those.
        self.apportes: dict[int, str] = {}
        self.decisions: dict[int, Decision] = {}
        self._decider()

    def concerne(self, creneau: Creneau) -> bool:
        """There is nothing to say of a day to cancel that is not there."""
        if self.sens[creneau.pk] == Sens.AJOUT:
            return True
        return creneau.pk in self.actifs or self._choix(creneau.pk) == Sens.AJOUT

    def ligne(self, creneau: Creneau) -> LigneApercu:
        issue, raison, detail = self._issue(creneau.pk)
        code = code_creneau(creneau.jour, creneau.prestation.cle)
        return LigneApercu(creneau.jour, creneau.prestation.nom_court, issue, raison, code, detail)

    def _choix(self, pk: int) -> str | None:
        return self.brouillon[pk].sens if pk in self.brouillon else None

    def _deja(self, pk: int) -> str:
        if self.sens[pk] == Sens.RETRAIT:
            return "Déjà à annuler." if self._choix(pk) == Sens.RETRAIT else ""
        coche = (pk in self.actifs and pk not in self.brouillon) or self._choix(pk) == Sens.AJOUT
        return "Déjà réservé, demandé ou coché." if coche else ""

    def _nouveaux(self) -> list[int]:
        """Return the créneaux that ask for a new edit: not those of which an unsent edit is given up."""
        return [
            pk
            for pk, un in self.creneaux.items()
            if self.concerne(un) and not self._deja(pk) and pk not in self.brouillon
        ]

    def _decider(self) -> None:
        """Decide on the new edits, then leave out what comes along with those that are refused."""
        self._apporter(self._nouveaux())
        self._rendre()
        refuses = {pk for pk in self._nouveaux() if self._issue(pk)[0] == Issue.IGNORE}
        if self.apportes and refuses:
            for pk in self.apportes:
                del self.creneaux[pk], self.sens[pk]
            self.apportes = {}
            self._apporter([pk for pk in self._nouveaux() if pk not in refuses])
            self._rendre()
        self.listes_possibles = sum(self._attend(pk) for pk in self._nouveaux()) if not self.attendre else 0

    def _apporter(self, nouveaux: Sequence[int]) -> None:
        if not nouveaux or not self.liee:
            return
        siens = [self.creneaux[pk] for pk in nouveaux]
        apportes = choix_apportes(self.reservation, siens, {pk: self.sens[pk] for pk in nouveaux})
        lus = Creneau.objects.filter(pk__in=apportes).avec_places() if apportes else []
        noms: dict[date, list[str]] = {}
        for un in siens:
            noms.setdefault(un.jour, []).append(un.prestation.nom_court)
        for un in lus:
            if un.pk in self.creneaux:
                continue
            self.creneaux[un.pk], (self.sens[un.pk], actif) = un, apportes[un.pk]
            self.apportes[un.pk] = " et ".join(noms[un.jour])
            if actif:
                self.actifs.add(un.pk)
        ordre = sorted(self.creneaux.values(), key=lambda un: (un.jour, un.prestation.ordre, un.pk))
        self.creneaux = {un.pk: un for un in ordre}

    def _rendre(self) -> None:
        nouveaux = self._nouveaux()
        if not nouveaux:
            return
        dates = {self.creneaux[pk].jour for pk in nouveaux}
        choix = [self._en_choix(self.creneaux[pk]) for pk in nouveaux]
        choix += [un for un in self.brouillon.values() if un.creneau.jour in dates and self._reste(un)]
        creneaux = {un.creneau_id: un.creneau for un in choix}
        rendues = decider(self.reservation, choix, creneaux, maintenant=self.maintenant)
        self.decisions = {une.creneau.pk: une for une in rendues}

    def _reste(self, un: ChoixBrouillon) -> bool:
        """Is this unsent edit still there after the gesture?"""
        return self.sens.get(un.creneau_id, un.sens) == un.sens

    def _en_choix(self, creneau: Creneau) -> ChoixBrouillon:
        choix = ChoixBrouillon(
            reservation=self.reservation, creneau=creneau, sens=self.sens[creneau.pk], le=self.maintenant
        )
        choix.liee = self.liee
        prestation = creneau.prestation
        if prestation.genre == GenrePrestation.HEURES:
            # Its hours are asked at the check page: here, any of those of the prestation.
            choix.arrivee, choix.depart = prestation.heure_debut, prestation.heure_fin
        return choix

    def _attend(self, pk: int) -> bool:
        decision = self.decisions.get(pk)
        return decision is not None and decision.sens == Sens.AJOUT and decision.etat == EtatPresence.LISTE_ATTENTE

    def _issue(self, pk: int) -> tuple[Issue, str, str]:
        """Return what becomes of a créneau, why it is left as it is, and what is worth knowing of it."""
        if deja := self._deja(pk):
            return Issue.IGNORE, deja, ""
        issue = Issue.AJOUT if self.sens[pk] == Sens.AJOUT else Issue.RETRAIT
        decision = self.decisions.get(pk)
        if decision is None or pk in self.brouillon:
            return issue, "", ""
        if decision.motifs:
            return Issue.IGNORE, " ".join(decision.phrases()), ""
        detail = f"va avec {self.apportes[pk]}" if pk in self.apportes else _tardif_en_mots(decision)
        if not self._attend(pk):
            return issue, "", detail
        if not self.attendre:
            motif = MotifRefus.HORS_DELAI if decision.tardif else MotifRefus.COMPLET
            return Issue.IGNORE, str(motif.label), ""
        return Issue.ATTENTE, "", rang_en_mots(decision.rang) if decision.rang else detail


def _tardif_en_mots(decision: Decision) -> str:
    return tardif_en_mots(EffetTardif(decision.tardif, decision.majoration)) if decision.tardif else ""
