"""The bookings of the tutorial's family: two invoices to come unpaid, one paid, and every state in the weeks ahead."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from portail.commun.dates import instant
from portail.demonstration.calendrier import mois_factures, mois_plus
from portail.demonstration.carnet import Carnet
from portail.demonstration.foyers import Foyer
from portail.demonstration.habitudes import PREMIER_JOUR_DEMANDABLE, REFUS, UN_JOUR, reponse_a
from portail.demonstration.offre import Offre
from portail.demonstration.suites import PASSE_RECENT
from reservations.enums import EtatPresence
from reservations.models import Creneau

#: Days of the tutorial: three mornings, then two evenings, then one morning.
MATINS_PAYES, SOIRS_IMPAYES, MATINS_IMPAYES = 3, 2, 1


class Tutoriel:
    """Fills the book for the family AABELIUM."""

    def __init__(self, *, jour: date, offre: Offre, carnet: Carnet, foyer: Foyer) -> None:
        self.jour = jour
        self.offre = offre
        self.carnet = carnet
        self.foyer = foyer
        self.baptiste, self.louise = (enfant for enfant, _ in foyer.enfants)

    def suivre(self) -> None:
        self._mois_factures()
        self._mois_en_cours()
        self._dernier_repas()
        self._semaines_a_venir()

    def _mois_factures(self) -> None:
        """Months that are billed: the last two stay unpaid (4,40 € and 1,75 €), those before are paid (5,25 €)."""
        mois = [
            debut
            for debut in mois_factures(self.jour, self.foyer.mois_passes)
            if len(self._jours("matin", debut)) >= MATINS_PAYES
        ]
        *payes, avant_dernier, dernier = mois
        for debut in payes:
            self._presents("matin", debut, MATINS_PAYES)
        self._presents("soir", avant_dernier, SOIRS_IMPAYES)
        self._presents("matin", dernier, MATINS_IMPAYES)

    def _mois_en_cours(self) -> None:
        """Three mornings that the next billing run finds: 3 × 1,75 € = 5,25 €."""
        factures = mois_factures(self.jour, self.foyer.mois_passes)
        matins = self._jours("matin", mois_plus(factures[-1], 1))
        passes = [creneau for creneau in matins if creneau.jour < self.jour]
        choisis = passes[-MATINS_PAYES:] if len(passes) >= MATINS_PAYES else matins[:MATINS_PAYES]
        for creneau in choisis:
            self._present(creneau)

    def _semaines_a_venir(self) -> None:
        """Every state that a parent may see, from next month on so that this month's invoice stays the tutorial's."""
        du = max(mois_plus(self.jour, 1), self.jour + PREMIER_JOUR_DEMANDABLE)
        au = du + timedelta(days=45)
        envoi = self._hier(4)
        hier = self._hier(1)
        soirs = iter(self.offre.jours("soir", du, au))
        for creneau, etat in zip(soirs, [EtatPresence.ACCEPTEE] * 3, strict=False):
            self.carnet.inscrire(
                self.foyer, self.baptiste, creneau, etat, envoyee_le=envoi, traitee_le=reponse_a(envoi, creneau)
            )
        for creneau in list(soirs)[:1]:
            jour = self.carnet.inscrire(
                self.foyer,
                self.baptiste,
                creneau,
                EtatPresence.ACCEPTEE,
                envoyee_le=envoi,
                traitee_le=reponse_a(envoi, creneau),
            )
            self.carnet.demander_l_annulation(jour, hier)
        for creneau in self.offre.jours("repas", du, au)[:8]:
            self._accepter_le_repas(creneau, envoi)
        self._mercredis(du, au, envoi)
        for creneau in self.offre.jours("matin", du, au)[:2]:
            self.carnet.inscrire(self.foyer, self.louise, creneau, EtatPresence.DEMANDEE, envoyee_le=hier)

    def _accepter_le_repas(self, creneau: Creneau, envoi: datetime) -> None:
        for enfant in (self.baptiste, self.louise):
            self.carnet.inscrire(self.foyer, enfant, creneau, EtatPresence.ACCEPTEE, envoyee_le=envoi, traitee_le=envoi)

    def _mercredis(self, du: date, au: date, envoi: datetime) -> None:
        """One Wednesday accepted, one refused, one full: the last has its places cut to those already taken."""
        mercredis = self.offre.jours("mercredi", du, au)
        etats = (EtatPresence.ACCEPTEE, EtatPresence.REFUSEE, EtatPresence.LISTE_ATTENTE)
        for creneau, etat in zip(mercredis, etats, strict=False):
            motif = REFUS if etat == EtatPresence.REFUSEE else ""
            if etat == EtatPresence.LISTE_ATTENTE:
                # His sister asked before the day was full: the service reads that they may be split.
                self.carnet.inscrire(self.foyer, self.louise, creneau, EtatPresence.DEMANDEE, envoyee_le=self._hier(1))
                creneau.capacite = self.carnet.occupation[creneau.pk]
                creneau.save(update_fields=["capacite"])
            self.carnet.inscrire(
                self.foyer,
                self.baptiste,
                creneau,
                etat,
                envoyee_le=envoi,
                traitee_le=reponse_a(envoi, creneau),
                motif=motif,
            )

        if len(mercredis) > len(etats):
            self._attendre(mercredis[-1], envoi)

    def _attendre(self, creneau: Creneau, envoi: datetime) -> None:
        """LOUISE waits for a full day: the place that is freed is offered to her once the book is written."""
        creneau.capacite = self.carnet.occupation[creneau.pk]
        creneau.save(update_fields=["capacite"])
        self.carnet.inscrire(
            self.foyer,
            self.louise,
            creneau,
            EtatPresence.LISTE_ATTENTE,
            envoyee_le=envoi,
            traitee_le=reponse_a(envoi, creneau),
        )

    def _dernier_repas(self) -> None:
        """LOUISE had a meal on the last day of class, if it is near: her absence is declared afterwards."""
        repas = self.offre.jours("repas", self.jour - PASSE_RECENT, self.jour - UN_JOUR)
        for creneau in repas[-1:]:
            envoi = instant(creneau.jour - timedelta(days=14), time(20, 15))
            self.carnet.inscrire(
                self.foyer, self.louise, creneau, EtatPresence.ACCEPTEE, envoyee_le=envoi, traitee_le=envoi
            )

    def _presents(self, genre: str, debut: date, nombre: int) -> None:
        """The child came on the first days of class of the second half of the month (or of the month)."""
        creneaux = self._jours(genre, debut)
        milieu = [creneau for creneau in creneaux if creneau.jour.day >= 15]  # noqa: PLR2004 - « 15/01 16/01 17/01 »
        for creneau in (milieu if len(milieu) >= nombre else creneaux)[:nombre]:
            self._present(creneau)

    def _present(self, creneau: Creneau) -> None:
        passe = creneau.jour < self.jour
        envoi = instant(min(creneau.jour, self.jour) - timedelta(days=12), time(20, 41))
        self.carnet.inscrire(
            self.foyer,
            self.baptiste,
            creneau,
            EtatPresence.PRESENTE if passe else EtatPresence.ACCEPTEE,
            envoyee_le=envoi,
            traitee_le=reponse_a(envoi, creneau),
            suite_le=instant(creneau.jour, time(18, 5)) if passe else None,
        )

    def _jours(self, genre: str, debut: date) -> list[Creneau]:
        return self.offre.jours(genre, debut, mois_plus(debut, 1) - UN_JOUR)

    def _hier(self, jours: int) -> datetime:
        return instant(self.jour - timedelta(days=jours), time(21, 12))
