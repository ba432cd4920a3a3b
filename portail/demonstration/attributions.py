"""Two stays of the next holidays with few places: one whose requests are gathered, one whose allotment is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction

from enfants.enums import Garde
from enfants.models import Enfant
from facturation.models import Tarif
from familles.models import Utilisateur
from portail.commun.dates import age, instant
from portail.commun.erreurs import RefusMetier
from portail.demonstration.calendrier import Calendrier
from portail.demonstration.foyers import Foyer
from portail.demonstration.hasard import Tirage
from portail.demonstration.offre import LISTE, SEMAINE
from reservations import actions
from reservations.brouillons import code_creneau
from reservations.enums import CRITERES_AU_CHOIX
from reservations.erreurs import ReservationBloquee, RienAEnvoyer
from reservations.models import Accueil, Creneau, Periode, Presence, Prestation, RegleDelai, Reservation

#: Far enough for the deadlines of the stays not to end the window.
AVANT_LE_SEJOUR = timedelta(days=21)
PLACES, JOURS = 6, 5
#: Households that ask, beyond the tutorial's.
DEMANDEURS = 11
AGES = range(6, 13)


class Attributions:
    def __init__(
        self, *, tirage: Tirage, jour: date, maintenant: datetime, agent: Utilisateur, foyers: Sequence[Foyer]
    ) -> None:
        self.tirage, self.jour, self.maintenant, self.agent = tirage, jour, maintenant, agent
        self.foyers = foyers

    def charger(self) -> None:
        """Write both stays; nothing when no holidays are known far enough ahead."""
        ouverts = self._jours()
        if not ouverts:
            return
        rassemblee = self._sejour("MINI-CAMP", ouverts, self._le(-4), self._le(10, 18))
        self._demander(rassemblee, self._le(-3))
        terminee = self._sejour("STAGE DE VOILE", ouverts, self._le(-20), self._le(-2, 18))
        self._demander(terminee, self._le(-19))
        actions.preparer_attribution(periode=terminee, agent=self.agent, maintenant=self.maintenant)

    def _le(self, decalage: int, heure: int = 8) -> datetime:
        return instant(self.jour + timedelta(days=decalage), time(heure))

    def _jours(self) -> list[date]:
        calendrier = Calendrier.lu()
        for plage in calendrier.vacances:
            ouverts = calendrier.jours_de_vacances(plage.premier_jour, plage.dernier_jour)[:JOURS]
            if plage.premier_jour >= self.jour + AVANT_LE_SEJOUR and len(ouverts) == JOURS:
                return ouverts
        return []

    def _sejour(self, nom: str, ouverts: Sequence[date], du: datetime, au: datetime) -> Periode:
        regle = RegleDelai.objects.get(nom="7 jours avant, 12 h")
        periode = Periode.objects.create(
            cle=self.tirage.cle(),
            accueil=Accueil.objects.get(nom="VACANCES"),
            nom=f"{nom} {ouverts[0].year}",
            du=ouverts[0],
            au=ouverts[-1],
            jours_ouverture=list(SEMAINE),
            validation_jusqu_au=ouverts[-1],
            regle_reservation=regle,
            regle_annulation=regle,
            prereservation_du=du,
            prereservation_au=au,
            criteres_attribution=list(CRITERES_AU_CHOIX),
            age_minimum=AGES[0],
            age_maximum=AGES[-1],
            **LISTE,
        )
        prestation = Prestation.objects.create(
            cle=self.tirage.cle(),
            periode=periode,
            nom="Journée avec pique-nique",
            nom_court="Journée",
            heure_debut=time(9),
            heure_fin=time(17),
            capacite_par_jour=PLACES,
        )
        Tarif.objects.create(prestation=prestation, du=periode.du, montant=Decimal("14.00"))
        Creneau.objects.bulk_create(Creneau(prestation=prestation, jour=jour, capacite=PLACES) for jour in ouverts)
        return periode

    def _demander(self, periode: Periode, debut: datetime) -> None:
        """Send, an hour after one another, what the tutorial's family and a few others want."""
        prestation = periode.prestations.get()
        jours = list(prestation.creneaux.order_by("jour").values_list("jour", flat=True))
        demandeurs = 0
        for rang, foyer in enumerate(self.foyers):
            enfants = [
                enfant
                for enfant, garde in foyer.enfants
                if garde == Garde.TOUJOURS and age(enfant.date_naissance, periode.du)[0] in AGES
            ]
            if not enfants or demandeurs > DEMANDEURS:
                continue
            voulus = jours if rang == 0 else self.tirage.quelques(tuple(jours), self.tirage.randrange(2, JOURS + 1))
            for enfant in enfants[:2]:
                codes = [code_creneau(jour, prestation.cle) for jour in voulus]
                if self._envoyer(periode, foyer, enfant, codes, debut + timedelta(hours=demandeurs)):
                    demandeurs += 1

    def _envoyer(self, periode: Periode, foyer: Foyer, enfant: Enfant, codes: list[str], le: datetime) -> bool:
        """A household that something blocks, or that has no day of custody then, does not ask."""
        try:
            with transaction.atomic():
                reservation = Reservation.objects.create(
                    cle=self.tirage.cle(), famille=foyer.famille, enfant=enfant, periode=periode, cree_le=le
                )
                actions.enregistrer_brouillon(reservation=reservation, coches=codes, depart=[], maintenant=le)
                actions.envoyer_demande(
                    reservation=reservation, auteur=foyer.parent, cle=self.tirage.cle(), maintenant=le
                )
        except (RefusMetier, ReservationBloquee, RienAEnvoyer):
            return False
        for presence in reservation.presences.order_by("creneau__jour"):
            Presence.objects.filter(pk=presence.pk).update(cle=self.tirage.cle())
        return True
