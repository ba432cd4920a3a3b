"""What follows a booking: a text to accept, a place that is offered, absences that households declare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import F

from documents.models import TypeDocument
from familles.models import Utilisateur
from portail.commun.dates import instant
from portail.commun.enums import EtatCourriel
from portail.commun.models import Courriel
from portail.demonstration.attributions import Attributions
from portail.demonstration.contenu import texte
from portail.demonstration.foyers import Foyer
from portail.demonstration.hasard import Tirage
from reservations import actions
from reservations.actions.offres import tenir_la_liste
from reservations.enums import EtatPresence, TraitementAbsence
from reservations.models import Accueil, Creneau, MotifAbsence, Presence, Reglement, VersionReglement

#: Absences that wait for an agent.
ABSENCES_A_EXAMINER = 3
#: Beyond, a day of the past is no longer one that a household would speak of.
PASSE_RECENT = timedelta(days=10)
#: The place was freed yesterday at that hour, so that the offer does not end at midnight.
PLACE_LIBEREE = timedelta(hours=6)
MALADE, ECOLE_FERMEE, PERSONNEL = "Enfant malade", "Sortie scolaire ou grève", "Raison personnelle"


class Suites:
    def __init__(
        self, *, graine: int, jour: date, maintenant: datetime, agent: Utilisateur, foyers: Sequence[Foyer]
    ) -> None:
        self.tirage = Tirage(graine, "suites")
        self.jour, self.maintenant, self.agent, self.foyers = jour, maintenant, agent, foyers

    def charger(self) -> None:
        """Write them with the gestures of the product, then leave no mail to send."""
        dernier = Courriel.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self._reglement()
        self._place_proposee()
        self._absences()
        Attributions(
            tirage=self.tirage, jour=self.jour, maintenant=self.maintenant, agent=self.agent, foyers=self.foyers
        ).charger()
        Courriel.objects.filter(pk__gt=dernier, etat=EtatCourriel.A_ENVOYER).update(
            etat=EtatCourriel.ENVOYE, essais=1, envoye_le=self.maintenant
        )

    def _reglement(self) -> None:
        """The tutorial's family accepted the first text of the care by the hour, and finds a second one."""
        reglement = Reglement.objects.create(
            cle=self.tirage.cle(),
            nom="Règlement de la garde à l’heure",
            accueil=Accueil.objects.get(nom="HALTE-GARDERIE"),
        )
        for numero, (changements, depuis) in enumerate(
            (("", 120), ("Un enfant fiévreux n’est plus accueilli.", 10)), start=1
        ):
            version = VersionReglement.objects.create(
                cle=self.tirage.cle(),
                reglement=reglement,
                numero=numero,
                texte=texte("reglement-garde"),
                changements=changements,
            )
            le = self.maintenant - timedelta(days=depuis)
            actions.publier_version(version=version, auteur=self.agent, maintenant=le)
            if numero == 1:
                actions.accepter_reglement(
                    version=version,
                    famille=self.foyers[0].famille,
                    auteur=self.foyers[0].parent,
                    maintenant=le + timedelta(days=20),
                )

    def _place_proposee(self) -> None:
        """One more place for each who waits with LOUISE, when she waits: hers is offered, until in a few days."""
        louise = self.foyers[0].enfants[1][0]
        attente = Presence.objects.filter(enfant=louise, etat=EtatPresence.LISTE_ATTENTE).first()
        if attente is None:
            return
        nombre = Presence.objects.filter(creneau=attente.creneau_id, etat=EtatPresence.LISTE_ATTENTE).count()
        Creneau.objects.filter(pk=attente.creneau_id).update(capacite=F("places_prises") + nombre)
        tenir_la_liste([attente.creneau_id], maintenant=self.maintenant - PLACE_LIBEREE)

    def _absences(self) -> None:
        """LOUISE did not eat on the last day of class; some children of other households were ill these days."""
        motifs = self._motifs()
        recentes = (
            Presence.objects.filter(
                etat=EtatPresence.ACCEPTEE, creneau__jour__range=(self.jour - PASSE_RECENT, self.jour - timedelta(1))
            )
            .select_related("creneau")
            .order_by("-creneau__jour", "pk")
        )
        du_tutoriel = self.foyers[0].famille.pk
        for presence in recentes.filter(reservation__famille=du_tutoriel):
            self._declarer(presence, motifs[ECOLE_FERMEE], self.foyers[0], "")
        vues = {du_tutoriel}
        malades = recentes.exclude(reservation__famille=du_tutoriel).annotate(famille=F("reservation__famille"))
        par_famille = {foyer.famille.pk: foyer for foyer in self.foyers}
        for presence in malades.filter(creneau__jour__gte=self.jour - timedelta(days=3)):
            if len(vues) > ABSENCES_A_EXAMINER:
                break
            if presence.famille not in vues:
                vues.add(presence.famille)
                self._declarer(presence, motifs[MALADE], par_famille[presence.famille], "Le certificat suit.")

    def _declarer(self, presence: Presence, motif: MotifAbsence, foyer: Foyer, precision: str) -> None:
        actions.declarer_absence(
            presence=presence,
            motif=motif,
            precision=precision,
            auteur=foyer.parent,
            maintenant=instant(presence.creneau.jour, time(7, 50)),
        )

    def _motifs(self) -> dict[str, MotifAbsence]:
        certificat = TypeDocument.objects.get(nom="Certificat médical")
        lus = (
            (MALADE, "Le certificat médical est à joindre.", TraitementAbsence.AGENT, certificat, 3),
            (ECOLE_FERMEE, "La classe de l’enfant n’a pas lieu.", TraitementAbsence.JUSTIFIEE, None, 2),
            (PERSONNEL, "Le jour reste dû.", TraitementAbsence.NON_JUSTIFIEE, None, 2),
        )
        return {
            nom: MotifAbsence.objects.create(
                cle=self.tirage.cle(),
                nom=nom,
                precision=precision,
                traitement=traitement,
                type_piece=piece,
                delai_jours_apres=delai,
                ordre=ordre,
            )
            for ordre, (nom, precision, traitement, piece, delai) in enumerate(lus, start=1)
        }
