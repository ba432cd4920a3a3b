"""What invented children do: a habit by child, followed through the months, and requests of the last two days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from enfants.enums import Garde
from enfants.models import Enfant
from portail.commun.dates import PARIS, SAMEDI, instant
from portail.demonstration.calendrier import annee_scolaire_de, mois_plus
from portail.demonstration.carnet import Carnet, Jour
from portail.demonstration.foyers import BOUTLE, COLLEGIENS, MATERNELLE_ET_PRIMAIRE, Foyer
from portail.demonstration.hasard import Tirage
from portail.demonstration.offre import CLASSE, Offre
from reservations.enums import Acceptation, EtatPresence
from reservations.models import Creneau

UN_JOUR = timedelta(days=1)
#: Bookings already accepted reach that far ahead.
HORIZON = timedelta(days=35)
#: From there a new request meets every deadline of the offer, even sent two days ago.
PREMIER_JOUR_DEMANDABLE = timedelta(days=9)
#: Days passed and not checked yet: what the direction finds on its list.
JOURS_NON_POINTES = 2
REFUS = "L’effectif d’encadrement ne permet pas d’accueillir un enfant de plus ce jour-là."
CERTIFICAT = "Certificat médical reçu."

PASSE = {
    EtatPresence.PRESENTE: 935,
    EtatPresence.ABSENTE_JUSTIFIEE: 25,
    EtatPresence.ABSENTE_INJUSTIFIEE: 15,
    EtatPresence.ANNULEE: 20,
    EtatPresence.REFUSEE: 5,
}
AVENIR = {EtatPresence.ACCEPTEE: 985, EtatPresence.REFUSEE: 15}


class Habitudes:
    """Fills the book for the invented households."""

    def __init__(self, *, graine: int, maintenant: datetime, jour: date, offre: Offre, carnet: Carnet) -> None:
        self.tirage = Tirage(graine, "habitudes")
        self.maintenant = maintenant
        self.jour = jour
        self.offre = offre
        self.carnet = carnet
        self.creneaux = lru_cache(maxsize=None)(offre.jours)
        ouverts = sorted({creneau.jour for creneau in offre.jours("repas", jour - timedelta(days=40), jour - UN_JOUR)})
        self.non_pointes = frozenset(ouverts[-JOURS_NON_POINTES:])

    def suivre(self, foyer: Foyer) -> None:
        """Note everything that the children of one household do."""
        for enfant, garde in foyer.enfants:
            for genre, semaine in self._habitude(enfant).items():
                self._reserver(foyer, enfant, garde, genre, semaine)
            if self.tirage.chance(24):
                self._demander(foyer, enfant, garde)

    def _habitude(self, enfant: Enfant) -> dict[str, list[int]]:
        """Draw the weekdays of each kind of prestation."""
        tirage, habitude = self.tirage, {}
        age_scolaire = annee_scolaire_de(self.jour) - enfant.date_naissance.year
        if age_scolaire in COLLEGIENS:
            if tirage.chance(35):
                habitude["jeunes"] = tirage.quelques((2, 5), tirage.choice((1, 2)))
            return habitude
        if age_scolaire not in MATERNELLE_ET_PRIMAIRE:
            return habitude
        if tirage.chance(88):
            habitude["repas"] = tirage.quelques(CLASSE, tirage.pese({2: 20, 3: 25, 4: 55}))
        if enfant.ecole is not None and enfant.ecole.nom == BOUTLE:
            for genre, pour_cent in (("matin", 38), ("soir", 46)):
                if tirage.chance(pour_cent):
                    habitude[genre] = tirage.quelques(CLASSE, tirage.randrange(1, 5))
        if tirage.chance(34):
            habitude["mercredi" if tirage.chance(65) else "mercredi_matin"] = [2]
        if tirage.chance(28):
            habitude["vacances"] = tirage.quelques((0, 1, 2, 3, 4), tirage.randrange(2, 6))
        return habitude

    def _reserver(self, foyer: Foyer, enfant: Enfant, garde: Garde, genre: str, semaine: list[int]) -> None:
        debut = mois_plus(self.jour, -foyer.mois_passes)
        envois: dict[date, datetime] = {}
        for creneau in self.creneaux(genre, debut, self.jour + HORIZON):
            jour = creneau.jour
            if jour.weekday() not in semaine or not en_garde(garde, jour) or not self.carnet.libre(enfant, creneau):
                continue
            mois = jour.replace(day=1)
            if mois not in envois:
                envois[mois] = self._envoi_du_mois(mois)
            self._noter(foyer, enfant, creneau, envois[mois])

    def _envoi_du_mois(self, mois: date) -> datetime:
        """Families send a month at a time, one to three weeks before; a month that is ahead, these last days."""
        envoi = min(
            mois - timedelta(days=self.tirage.randrange(9, 21)), self.jour - timedelta(days=self.tirage.randrange(4, 9))
        )
        return self._heure(envoi)

    def _heure(self, jour: date) -> datetime:
        tirage = self.tirage
        return instant(jour, time(tirage.randrange(7, 23), tirage.randrange(60), tirage.randrange(60)))

    def _noter(self, foyer: Foyer, enfant: Enfant, creneau: Creneau, envoyee_le: datetime) -> None:
        jour, tirage = creneau.jour, self.tirage
        traitee_le = reponse_a(envoyee_le, creneau)
        if self.carnet.reste(creneau) < 1:
            # A place that was refused once does not fill the history of a year.
            if jour >= self.jour and tirage.chance(40):
                self.carnet.inscrire(
                    foyer, enfant, creneau, EtatPresence.LISTE_ATTENTE, envoyee_le=envoyee_le, traitee_le=traitee_le
                )
            return
        etat, suite_le, motif = tirage.pese(AVENIR), None, ""
        if jour in self.non_pointes:
            etat = EtatPresence.ACCEPTEE
        elif jour < self.jour:
            etat = tirage.pese(PASSE)
            suite_le = instant(jour, time(18, tirage.randrange(60)))
        if etat == EtatPresence.REFUSEE:
            suite_le, motif = None, REFUS
        elif etat == EtatPresence.ABSENTE_JUSTIFIEE:
            motif = CERTIFICAT
        elif etat == EtatPresence.ANNULEE:
            suite_le = self._heure(jour - timedelta(days=8))
            if suite_le <= traitee_le:
                etat, suite_le = EtatPresence.PRESENTE, instant(jour, time(18))
        self.carnet.inscrire(
            foyer, enfant, creneau, etat, envoyee_le=envoyee_le, traitee_le=traitee_le, suite_le=suite_le, motif=motif
        )

    # --- the agents' queue -------------------------------------------------------------------------------------

    def _demander(self, foyer: Foyer, enfant: Enfant, garde: Garde) -> None:
        """Send, yesterday or the day before, a few more days and sometimes a cancellation."""
        age_scolaire = annee_scolaire_de(self.jour) - enfant.date_naissance.year
        if age_scolaire not in MATERNELLE_ET_PRIMAIRE:
            return
        envoyee_le = self._heure(self.jour - timedelta(days=self.tirage.choice((1, 1, 2))))
        a_boutle = enfant.ecole is not None and enfant.ecole.nom == BOUTLE
        genre = self.tirage.choice(("matin", "soir", "mercredi", "vacances") if a_boutle else ("mercredi", "vacances"))
        du = self.jour + PREMIER_JOUR_DEMANDABLE
        possibles = [
            creneau
            for creneau in self.creneaux(genre, du, self.jour + HORIZON + HORIZON)
            if en_garde(garde, creneau.jour)
            and self.carnet.libre(enfant, creneau)
            and self.carnet.reste(creneau) > 0
            and self._ouverte(creneau, envoyee_le)
        ]
        for creneau in self.tirage.quelques(possibles, self.tirage.randrange(1, 7)):
            self.carnet.inscrire(foyer, enfant, creneau, EtatPresence.DEMANDEE, envoyee_le=envoyee_le)
        if self.tirage.chance(35):
            self._annuler(foyer, enfant, du, envoyee_le)

    def _annuler(self, foyer: Foyer, enfant: Enfant, du: date, envoyee_le: datetime) -> None:
        acceptes: list[Jour] = [
            jour
            for jour in reversed(self.carnet.jours[-200:])
            if jour.enfant is enfant
            and jour.reservation[0] == foyer.famille.pk
            and jour.etat == EtatPresence.ACCEPTEE
            and jour.creneau.jour >= du
            and jour.creneau.prestation.nom_court != "Repas"
        ]
        for jour in acceptes[:2]:
            self.carnet.demander_l_annulation(jour, envoyee_le)

    def _ouverte(self, creneau: Creneau, envoyee_le: datetime) -> bool:
        ouverture = creneau.prestation.periode.ouverture_reservations_le
        return ouverture is None or ouverture <= envoyee_le


def en_garde(garde: Garde, jour: date) -> bool:
    """Tell whether a child shared by even and odd weeks (ISO) is in this household that day."""
    paire = jour.isocalendar().week % 2 == 0
    return garde == Garde.TOUJOURS or (garde == Garde.SEMAINES_PAIRES) == paire


def reponse_a(envoyee_le: datetime, creneau: Creneau) -> datetime:
    """Return when a request is answered: at once by the portal, or by an agent the next weekday in the morning."""
    if creneau.prestation.periode.acceptation == Acceptation.AUTOMATIQUE:
        return envoyee_le
    jour = envoyee_le.astimezone(PARIS).date() + UN_JOUR
    while jour.weekday() >= SAMEDI:
        jour += UN_JOUR
    return instant(jour, time(9, envoyee_le.minute, envoyee_le.second))
