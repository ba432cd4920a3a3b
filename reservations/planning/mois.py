"""One month of one or several reservations side by side, in a number of queries that nothing makes grow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet

from portail.commun.dates import aujourdhui
from portail.commun.montants import ZERO
from portail.commun.preparees import Parametre, preparee
from portail.commun.templatetags.typographie import JOURS, jour_court, jour_long, limite, mois_annee
from reservations.brouillons import brouillons_de
from reservations.calendrier import avec_les_sorties, jours_fermes_entre, regles_pour
from reservations.decisions import listes_de, presences_de
from reservations.enums import GenrePrestation, Sens
from reservations.models import ChoixBrouillon, Creneau, Presence, Prestation, Reservation
from reservations.planning.cases import Case, Contexte, lire_case
from reservations.prix import Prix, demi_heures, prix_a_l_heure, prix_a_payer, prix_par_enfant

SEMAINE = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Colonne:
    """The boxes of one child on one day."""

    #: First name; empty when the planning is that of one child.
    prenom: str
    cases: list[Case]


@dataclass(frozen=True, slots=True)
class Jour:
    numero: int
    court: str
    aujourdhui: bool
    motif_ferme: str
    colonnes: list[Colonne]
    #: Past, or outside the weekdays of the période, with nothing booked: the list of a phone leaves it out.
    muet: bool = False


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

    def __add__(self, autre: Resume) -> Resume:
        return Resume(self.ajouts + autre.ajouts, self.retraits + autre.retraits, self.montant + autre.montant)


RIEN = Resume(0, 0, ZERO)


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
    #: Those that have days in this month.
    prestations: list[Prestation]


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


def lire_mois(reservations: Sequence[Reservation], premier: date, *, maintenant: datetime) -> PlanningDuMois:
    """Read one month for reservations of one household and one période; the first is the one the page is named after.

    The queries do not depend on the number of days, and grow by the prices alone with the number of children.
    """
    periode = reservations[0].periode
    du, au = max(premier, periode.du), min(mois_suivant(premier) - timedelta(days=1), periode.au)
    creneaux = _creneaux().lire(periode=periode.pk, du=du, au=au)
    affiches = {creneau.pk for creneau in creneaux}
    brouillons = brouillons_de(reservations)
    presences = presences_de(reservations, affiches)
    fermes = jours_fermes_entre(du, au)
    connus = {un.creneau_id: un.creneau for choix in brouillons.values() for un in choix}
    connus |= {creneau.pk: creneau for creneau in creneaux}
    tous_les_prix = prix_par_enfant(reservations, [*connus.values()])
    jours_connus = {pk: creneau.jour for pk, creneau in connus.items()}
    contextes, resumes, ailleurs = [], RIEN, RIEN
    for rang, reservation in enumerate(reservations):
        brouillon = brouillons[reservation.pk]
        regles = avec_les_sorties(regles_pour(reservation, fermes), creneaux)
        prix = prix_a_payer(tous_les_prix[reservation.pk], jours_connus, regles)
        miennes, prises = presences[reservation.pk]
        unites = demi_heures(miennes | _heures_ailleurs(reservation, brouillon, affiches), brouillon)
        prix = prix_a_l_heure(prix, unites)
        resumes += resumer(brouillon, prix)
        ailleurs += resumer([un for un in brouillon if un.creneau_id not in affiches], prix)
        contextes.append(
            Contexte(
                regles=regles,
                maintenant=maintenant,
                aujourdhui=aujourdhui(maintenant),
                choix={un.creneau_id: un.sens for un in brouillon},
                presences=miennes,
                ailleurs=prises,
                prix=prix,
                demi_heures=unites,
                listes=listes_de(reservation, regles, affiches, maintenant),
                liste_attente=periode.liste_attente,
                du_jour=creneaux_par_jour(creneaux) if regles.distingue_les_modifications else {},
                prenom=reservation.enfant.prenom if len(reservations) > 1 else "",
                suffixe=f".{reservation.enfant.cle.hex[:8]}" if rang else "",
            )
        )
    par_jour = _colonnes_par_jour(contextes, creneaux)
    rangs = sorted({0, 1, 2, 3, 4} | {creneau.jour.weekday() for creneau in creneaux})
    return PlanningDuMois(
        premier=premier,
        titre=mois_annee(premier).capitalize(),
        jours_semaine=[(JOURS[rang], JOURS[rang][:3] + ".") for rang in rangs],
        semaines=_semaines(du, au, rangs, par_jour, fermes.motifs(), aujourdhui(maintenant), periode.jours_ouverture),
        precedent=premier_du_mois(premier - timedelta(days=1)) if premier > periode.du else None,
        suivant=mois_suivant(premier) if mois_suivant(premier) <= periode.au else None,
        resume=resumes,
        resume_ailleurs=ailleurs,
        depart=[
            case.code
            for colonnes in par_jour.values()
            for colonne in colonnes
            for case in colonne.cases
            if case.coche and case.modifiable
        ],
        prochaine_limite=_prochaine_limite(contextes[0], creneaux),
        prestations=list({creneau.prestation_id: creneau.prestation for creneau in creneaux}.values()),
    )


@preparee
def _creneaux() -> QuerySet[Creneau]:
    return (
        Creneau.objects.filter(prestation__periode=Parametre("periode"), jour__range=(Parametre("du"), Parametre("au")))
        .avec_places()
        .order_by("jour", "prestation__ordre", "prestation__nom")
    )


def _heures_ailleurs(
    reservation: Reservation, brouillon: Iterable[ChoixBrouillon], affiches: Collection[int]
) -> dict[int, Presence]:
    """Return the days by the hour to cancel in the other months: what they cost is in their hours; rarely a query."""
    rendus = [
        un.creneau_id
        for un in brouillon
        if un.sens == Sens.RETRAIT
        and un.creneau_id not in affiches
        and un.creneau.prestation.genre == GenrePrestation.HEURES
    ]
    lues = Presence.objects.filter(reservation=reservation, creneau__in=rendus) if rendus else []
    return {une.creneau_id: une for une in lues}


def creneaux_par_jour(creneaux: Iterable[Creneau]) -> dict[date, list[int]]:
    par_jour: defaultdict[date, list[int]] = defaultdict(list)
    for creneau in creneaux:
        par_jour[creneau.jour].append(creneau.pk)
    return par_jour


def resumer(brouillon: Iterable[ChoixBrouillon], prix: Mapping[int, Prix]) -> Resume:
    ajouts = [un.creneau_id for un in brouillon if un.sens == Sens.AJOUT]
    retraits = [un.creneau_id for un in brouillon if un.sens == Sens.RETRAIT]
    montant = sum((prix[pk].montant for pk in ajouts if pk in prix), ZERO)
    montant -= sum((prix[pk].montant for pk in retraits if pk in prix), ZERO)
    return Resume(len(ajouts), len(retraits), montant)


def _colonnes_par_jour(contextes: Sequence[Contexte], creneaux: Iterable[Creneau]) -> dict[date, list[Colonne]]:
    par_jour: defaultdict[date, list[Creneau]] = defaultdict(list)
    for creneau in creneaux:
        par_jour[creneau.jour].append(creneau)
    colonnes = {}
    for jour, du_jour in par_jour.items():
        mots = jour_long(jour)
        colonnes[jour] = [
            Colonne(contexte.prenom, [lire_case(contexte, creneau, mots) for creneau in du_jour])
            for contexte in contextes
        ]
    return colonnes


def _lundis(du: date, au: date) -> Iterable[date]:
    lundi = du - timedelta(days=du.weekday())
    while lundi <= au:
        yield lundi
        lundi += SEMAINE


def _semaines(
    du: date,
    au: date,
    rangs: Sequence[int],
    par_jour: Mapping[date, list[Colonne]],
    fermetures: Mapping[date, str],
    jour_meme: date,
    ouverture: Collection[int],
) -> list[Semaine]:
    """Return the weeks of a month that have one of the weekdays shown."""
    semaines = []
    for lundi in _lundis(du, au):
        jours = [lundi + timedelta(days=rang) for rang in rangs]
        if any(du <= jour <= au for jour in jours):
            cases = [
                _jour(jour, par_jour, fermetures, jour_meme, ouverture) if du <= jour <= au else None for jour in jours
            ]
            semaines.append(Semaine(f"Semaine du {lundi:%d/%m}", cases))
    return semaines


def _jour(
    jour: date,
    par_jour: Mapping[date, list[Colonne]],
    fermetures: Mapping[date, str],
    jour_meme: date,
    ouverture: Collection[int],
) -> Jour:
    colonnes, motif = par_jour.get(jour, []), ""
    if not colonnes:
        motif = fermetures.get(jour, "Fermé")
    elif jour < jour_meme and not any(case.acquise or case.coche for une in colonnes for case in une.cases):
        # Nothing was booked and nothing can be any more: one word instead of a line for each choice.
        colonnes, motif = [], "Passé"
    return Jour(
        numero=jour.day,
        court=jour_court(jour),
        aujourdhui=jour == jour_meme,
        motif_ferme=motif,
        colonnes=colonnes,
        muet=not colonnes and (jour < jour_meme or jour.weekday() not in ouverture),
    )


def _prochaine_limite(contexte: Contexte, creneaux: Iterable[Creneau]) -> str:
    """Word the next deadline of this month: « mardi 16/01 à 12 h, pour le jeudi 18/01 »."""
    a_venir = [
        (instant, creneau.jour)
        for creneau in creneaux
        if not creneau.ferme
        and (instant := contexte.regles.limite_de_demande(creneau.jour, creneau.prestation_id)) is not None
        and instant >= contexte.maintenant
    ]
    if not a_venir:
        return ""
    instant, jour = min(a_venir)
    return f"{limite(instant)}, pour le {JOURS[jour.weekday()]} {jour:%d/%m}"
