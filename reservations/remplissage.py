"""« Remplir le planning » and « Copier ce planning »: what they would do, day by day, before anything is written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from portail.commun.dates import aujourdhui, jours
from portail.commun.templatetags.typographie import JOURS
from reservations.brouillons import brouillon_de, code_creneau
from reservations.calendrier import JoursFermes, avec_les_sorties, jours_fermes_entre, regles_pour
from reservations.decisions import presences_sur
from reservations.enums import ETATS_CLOS, EtatPresence, Issue, Sens
from reservations.models import Creneau, Prestation, Reservation
from reservations.regles import Consigne


@dataclass(frozen=True, slots=True)
class LigneApercu:
    jour: date
    #: Empty for a day on which nothing is open.
    prestation: str
    issue: Issue
    #: Why the day is left as it is.
    raison: str = ""
    code: str = ""

    def en_mots(self) -> str:
        prestation = f", {self.prestation}" if self.prestation else ""
        return f"{JOURS[self.jour.weekday()][:3]}.\xa0{self.jour:%d/%m/%Y}{prestation}"


@dataclass(slots=True)
class Apercu:
    """What becomes of each day for one child."""

    reservation: Reservation
    lignes: list[LigneApercu] = field(default_factory=list)

    def codes(self, issue: Issue) -> list[str]:
        return [ligne.code for ligne in self.lignes if ligne.issue == issue]

    @property
    def ajouts(self) -> list[str]:
        return [ligne.en_mots() for ligne in self.lignes if ligne.issue == Issue.AJOUT]

    @property
    def retraits(self) -> list[str]:
        return [ligne.en_mots() for ligne in self.lignes if ligne.issue == Issue.RETRAIT]

    @property
    def ignores(self) -> list[tuple[str, list[str]]]:
        """Days left as they are, by reason."""
        par_raison: dict[str, list[str]] = {}
        for ligne in self.lignes:
            if ligne.issue == Issue.IGNORE:
                par_raison.setdefault(ligne.raison, []).append(ligne.en_mots())
        return list(par_raison.items())


def apercu_de_consigne(
    reservation: Reservation, consigne: Consigne, prestations: Collection[Prestation], *, maintenant: datetime
) -> Apercu:
    """Tell what a pattern would do for one child; the reservation may not be saved yet."""
    periode = reservation.periode
    du, au = max(consigne.du, periode.du), min(consigne.au, periode.au)
    if du > au:
        return Apercu(reservation)
    creneaux = [un for un in _creneaux(prestations, du, au) if consigne.retient(un.jour)]
    fermes = jours_fermes_entre(du, au)
    sens = dict.fromkeys((un.pk for un in creneaux), consigne.sens)
    apercu = _juger(reservation, creneaux, sens, fermes, maintenant)
    if consigne.sens == Sens.AJOUT:
        ouverts, motifs = {un.jour for un in creneaux}, fermes.motifs()
        apercu.lignes += [
            LigneApercu(jour, "", Issue.IGNORE, motifs.get(jour, "Fermé"))
            for jour in jours(du, au)
            if consigne.retient(jour) and jour not in ouverts
        ]
        apercu.lignes.sort(key=lambda ligne: (ligne.jour, ligne.prestation))
    return apercu


def apercu_de_copie(source: Reservation, cible: Reservation, *, remplacer: bool, maintenant: datetime) -> Apercu:
    """Tell what copying the planning of one child would do to another's, from today on.

    ``remplacer``: days that the source does not have are cancelled too.
    """
    voulus = planning_voulu(source)
    presents = planning_voulu(cible) if remplacer else {}
    jour_meme = aujourdhui(maintenant)
    creneaux = {pk: un for pk, un in (presents | voulus).items() if un.jour >= jour_meme}
    if not creneaux:
        return Apercu(cible)
    sens = {pk: Sens.AJOUT if pk in voulus else Sens.RETRAIT for pk in creneaux}
    dates = [un.jour for un in creneaux.values()]
    ordre = sorted(creneaux.values(), key=lambda un: (un.jour, un.prestation.ordre, un.pk))
    return _juger(cible, ordre, sens, jours_fermes_entre(min(dates), max(dates)), maintenant)


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
    sens: dict[int, Sens],
    fermes: JoursFermes,
    maintenant: datetime,
) -> Apercu:
    """Apply to each day the very rules of the planning and of the sending."""
    regles = avec_les_sorties(regles_pour(reservation, fermes), creneaux)
    miennes, ailleurs = presences_sur(reservation, [un.pk for un in creneaux])
    brouillon = {} if reservation.pk is None else {un.creneau_id: un.sens for un in brouillon_de(reservation)}
    jour_meme = aujourdhui(maintenant)
    apercu = Apercu(reservation)
    for creneau in creneaux:
        presence = miennes.get(creneau.pk)
        etat = EtatPresence(presence.etat) if presence else None
        actif = etat is not None and etat not in ETATS_CLOS
        choix = brouillon.get(creneau.pk)
        if sens[creneau.pk] == Sens.RETRAIT:
            if not actif and choix != Sens.AJOUT:
                continue
            motifs = (
                []
                if choix == Sens.AJOUT
                else regles.motifs_retrait(
                    creneau.jour,
                    etat,
                    prestation=creneau.prestation_id,
                    maintenant=maintenant,
                    aujourdhui=jour_meme,
                )
            )
            deja = "Déjà à annuler." if choix == Sens.RETRAIT else ""
            issue = Issue.RETRAIT
        else:
            motifs = (
                []
                if actif
                else regles.motifs_ajout(
                    creneau.jour,
                    prestation=creneau.prestation_id,
                    places_libres=creneau.places_libres,
                    ferme=creneau.ferme,
                    deja_actif=creneau.pk in ailleurs,
                    maintenant=maintenant,
                    aujourdhui=jour_meme,
                )
            )
            deja = "Déjà réservé, demandé ou coché." if (actif and choix is None) or choix == Sens.AJOUT else ""
            issue = Issue.AJOUT
        raison = deja or " ".join(str(motif.label) for motif in motifs)
        apercu.lignes.append(
            LigneApercu(
                creneau.jour,
                creneau.prestation.nom_court,
                Issue.IGNORE if raison else issue,
                raison,
                code_creneau(creneau.jour, creneau.prestation.cle),
            )
        )
    return apercu
