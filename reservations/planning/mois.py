"""One month of one reservation, ready for the template, in a number of queries that nothing makes grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from portail.commun.dates import aujourdhui
from portail.commun.montants import ZERO
from portail.commun.templatetags.typographie import JOURS, jour_court, jour_long, limite, mois_annee
from reservations.brouillons import brouillon_de
from reservations.calendrier import avec_les_sorties, jours_fermes_entre, regles_pour
from reservations.decisions import listes_de, presences_sur
from reservations.enums import Sens
from reservations.models import ChoixBrouillon, Creneau, Reservation
from reservations.planning.cases import Case, Contexte, lire_case
from reservations.prix import Prix, prix_a_payer, prix_des_creneaux

SEMAINE = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Jour:
    numero: int
    court: str
    aujourdhui: bool
    motif_ferme: str
    cases: list[Case]


@dataclass(frozen=True, slots=True)
class Semaine:
    titre: str
    #: None for the days of the neighbouring months.
    jours: list[Jour | None]


@dataclass(frozen=True, slots=True)
class Resume:
    """What the unsent edits amount to, over the whole période."""

    ajouts: int
    retraits: int
    #: Additions minus removals, in euros.
    montant: Decimal

    @property
    def montant_brut(self) -> str:
        """Euros with a point: what a script reads, whatever the language of the page."""
        return str(self.montant)

    def en_mots(self) -> str:
        if not self.ajouts and not self.retraits:
            return ""
        mots = []
        if self.ajouts:
            mots.append(f"{self.ajouts} à réserver")
        if self.retraits:
            mots.append(f"{self.retraits} à annuler")
        return ", ".join(mots)


@dataclass(frozen=True, slots=True)
class PlanningDuMois:
    premier: date
    titre: str
    jours_semaine: list[tuple[str, str]]
    semaines: list[Semaine]
    precedent: date | None
    suivant: date | None
    resume: Resume
    #: The same for the edits of the other months: what the page adds to the boxes it shows.
    resume_ailleurs: Resume
    #: Codes of the boxes that are ticked as the page is shown.
    depart: list[str]
    prochaine_limite: str


def premier_du_mois(jour: date) -> date:
    return jour.replace(day=1)


def mois_suivant(premier: date) -> date:
    return premier_du_mois(premier + timedelta(days=31))


def mois_a_montrer(reservation: Reservation, demande: str, jour_meme: date) -> date:
    """Return the first day of the month asked as « 2018-02 », kept within the période; today's month otherwise."""
    periode = reservation.periode
    try:
        voulu = date.fromisoformat(f"{demande}-01")
    except ValueError:
        voulu = jour_meme
    return premier_du_mois(min(max(voulu, premier_du_mois(periode.du)), periode.au))


def lire_mois(reservation: Reservation, premier: date, *, maintenant: datetime) -> PlanningDuMois:
    periode = reservation.periode
    du, au = premier, mois_suivant(premier) - timedelta(days=1)
    creneaux = list(
        Creneau.objects.filter(prestation__periode=periode, jour__range=(du, au))
        .avec_places()
        .order_by("jour", "prestation__ordre", "prestation__nom")
    )
    brouillon = brouillon_de(reservation)
    presences, ailleurs = presences_sur(reservation, [creneau.pk for creneau in creneaux])
    affiches = {creneau.pk for creneau in creneaux}
    prix = prix_des_creneaux(
        famille=reservation.famille,
        enfant=reservation.enfant,
        creneaux=[*creneaux, *(un.creneau for un in brouillon if un.creneau_id not in affiches)],
    )
    fermes = jours_fermes_entre(du, au)
    regles = avec_les_sorties(regles_pour(reservation, fermes), creneaux)
    prix = prix_a_payer(prix, {un.pk: un.jour for un in [*creneaux, *(un.creneau for un in brouillon)]}, regles)
    contexte = Contexte(
        regles=regles,
        maintenant=maintenant,
        aujourdhui=aujourdhui(maintenant),
        choix={un.creneau_id: un.sens for un in brouillon},
        presences=presences,
        ailleurs=ailleurs,
        prix=prix,
        listes=listes_de(reservation, regles, affiches, maintenant),
        liste_attente=periode.liste_attente,
        du_jour=creneaux_par_jour(creneaux) if regles.distingue_les_modifications else {},
    )
    par_jour = _cases_par_jour(contexte, creneaux)
    colonnes = sorted({0, 1, 2, 3, 4} | {creneau.jour.weekday() for creneau in creneaux})
    fermetures = fermes.motifs()
    return PlanningDuMois(
        premier=premier,
        titre=mois_annee(premier).capitalize(),
        jours_semaine=[(JOURS[rang], JOURS[rang][:3] + ".") for rang in colonnes],
        semaines=[
            _semaine(lundi, colonnes, premier, par_jour, fermetures, contexte)
            for lundi in _lundis(du, au)
            if any((lundi + timedelta(days=rang)).month == premier.month for rang in colonnes)
        ],
        precedent=premier_du_mois(premier - timedelta(days=1)) if premier > periode.du else None,
        suivant=mois_suivant(premier) if mois_suivant(premier) <= periode.au else None,
        resume=resumer(brouillon, prix),
        resume_ailleurs=resumer([un for un in brouillon if un.creneau_id not in affiches], prix),
        depart=[case.code for cases in par_jour.values() for case in cases if case.coche and case.modifiable],
        prochaine_limite=_prochaine_limite(contexte, creneaux),
    )


def creneaux_par_jour(creneaux: Iterable[Creneau]) -> dict[date, list[int]]:
    par_jour: defaultdict[date, list[int]] = defaultdict(list)
    for creneau in creneaux:
        par_jour[creneau.jour].append(creneau.pk)
    return par_jour


def resumer(brouillon: Iterable[ChoixBrouillon], prix: dict[int, Prix]) -> Resume:
    ajouts = [un.creneau_id for un in brouillon if un.sens == Sens.AJOUT]
    retraits = [un.creneau_id for un in brouillon if un.sens == Sens.RETRAIT]
    montant = sum((prix[pk].montant for pk in ajouts if pk in prix), ZERO)
    montant -= sum((prix[pk].montant for pk in retraits if pk in prix), ZERO)
    return Resume(len(ajouts), len(retraits), montant)


def _cases_par_jour(contexte: Contexte, creneaux: list[Creneau]) -> dict[date, list[Case]]:
    par_jour: defaultdict[date, list[Case]] = defaultdict(list)
    mots: dict[date, str] = {}
    for creneau in creneaux:
        if creneau.jour not in mots:
            mots[creneau.jour] = jour_long(creneau.jour)
        par_jour[creneau.jour].append(lire_case(contexte, creneau, mots[creneau.jour]))
    return par_jour


def _lundis(du: date, au: date) -> Iterable[date]:
    lundi = du - timedelta(days=du.weekday())
    while lundi <= au:
        yield lundi
        lundi += SEMAINE


def _semaine(
    lundi: date,
    colonnes: list[int],
    premier: date,
    par_jour: dict[date, list[Case]],
    fermetures: dict[date, str],
    contexte: Contexte,
) -> Semaine:
    jours = [lundi + timedelta(days=rang) for rang in colonnes]
    return Semaine(
        titre=f"Semaine du {lundi:%d/%m}",
        jours=[
            Jour(
                numero=jour.day,
                court=jour_court(jour),
                aujourdhui=jour == contexte.aujourdhui,
                motif_ferme="" if jour in par_jour else fermetures.get(jour, "Fermé"),
                cases=par_jour.get(jour, []),
            )
            if jour.month == premier.month
            else None
            for jour in jours
        ],
    )


def _prochaine_limite(contexte: Contexte, creneaux: list[Creneau]) -> str:
    """Word the next deadline of this month: « mardi 16/01 à 12 h, pour le jeudi 18/01 »."""
    a_venir = [
        (instant, creneau.jour)
        for creneau in creneaux
        if not creneau.ferme
        and (instant := contexte.regles.limite_reservation(creneau.jour, creneau.prestation_id)) is not None
        and instant >= contexte.maintenant
    ]
    if not a_venir:
        return ""
    instant, jour = min(a_venir)
    return f"{limite(instant)}, pour le {JOURS[jour.weekday()]} {jour:%d/%m}"
