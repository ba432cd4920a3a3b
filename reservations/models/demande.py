"""What families ask: the reservation, its sendings, its days with their history, and unsent edits."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Exists, F, Func, Max, Min, OuterRef, Q, Value

from enfants.garde import garde_ordinaire
from enfants.models import Enfant
from familles.models import Famille, Utilisateur
from portail.commun.models import AvecCle
from portail.commun.templatetags.typographie import heure
from reservations.enums import ETATS_A_TRAITER, ETATS_CLOS, ETATS_TENUS, EtatPresence, EtatReservation, MotifRefus, Sens
from reservations.models.offre import Creneau, Periode
from reservations.models.places import LienPrestation
from reservations.models.regles_particulieres import RegleParticuliere
from reservations.regles import Majoration
from reservations.regles.heures import demi_heures_commencees


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def visibles_par(self, utilisateur: Utilisateur) -> ReservationQuerySet:
        """Keep those of the households of which this login is an adult: the only door of the parents' pages."""
        return self.filter(Exists(Famille.objects.de(utilisateur).filter(pk=OuterRef("famille"))))

    def entamees(self) -> ReservationQuerySet:
        """Leave out the plannings that were only looked at: nothing sent, nothing kept."""
        return self.filter(
            Exists(Demande.objects.filter(reservation=OuterRef("pk")))
            | Exists(Presence.objects.filter(reservation=OuterRef("pk")))
            | Exists(ChoixBrouillon.objects.filter(reservation=OuterRef("pk")))
        )

    def avec_les_regles(self) -> ReservationQuerySet:
        """Read with each row the child, the household, and all that the rules of its période need most often."""
        particulieres = RegleParticuliere.objects.filter(periode=OuterRef("periode"))
        liens = LienPrestation.objects.filter(prestation__periode=OuterRef("periode"))
        return self.select_related(
            "famille",
            "enfant",
            "periode__accueil__etablissement",
            "periode__regle_reservation",
            "periode__regle_annulation",
            "periode__regle_tardive",
            "periode__regle_attente",
        ).annotate(
            a_des_particulieres=Exists(particulieres), a_des_liens=Exists(liens), garde_ordinaire=garde_ordinaire()
        )

    def avec_bilan(self) -> ReservationQuerySet:
        """Annotate first and last day, and how many days are in which kind of state."""
        etat = "presences__etat"
        return self.annotate(
            premier_jour=Min("presences__creneau__jour"),
            dernier_jour=Max("presences__creneau__jour"),
            nombre_a_traiter=Count(
                "presences",
                filter=Q(**{f"{etat}__in": [*ETATS_A_TRAITER, EtatPresence.EN_ATTRIBUTION]}),
            ),
            nombre_attente=Count(
                "presences", filter=Q(**{f"{etat}__in": [EtatPresence.LISTE_ATTENTE, EtatPresence.PLACE_PROPOSEE]})
            ),
            nombre_tenu=Count("presences", filter=Q(**{f"{etat}__in": list(ETATS_TENUS)})),
            nombre_refuse=Count("presences", filter=Q(**{etat: EtatPresence.REFUSEE})),
            nombre_annule=Count("presences", filter=Q(**{etat: EtatPresence.ANNULEE})),
        )


class Reservation(AvecCle):
    """One child × one période, for one household: the file that gathers its requests and its days."""

    #: Given by a database sequence: unique, and gaps do not matter here.
    numero = models.PositiveBigIntegerField(
        "numéro", unique=True, editable=False, db_default=Func(Value("reservation_numero"), function="nextval")
    )
    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="reservations")
    enfant = models.ForeignKey(Enfant, verbose_name="enfant", on_delete=models.PROTECT, related_name="reservations")
    periode = models.ForeignKey(Periode, verbose_name="période", on_delete=models.PROTECT, related_name="reservations")
    cree_le = models.DateTimeField("créée le")

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = "réservation"
        verbose_name_plural = "réservations"
        ordering = ["-numero"]
        permissions = [("deroger_reservation", "Passe outre les délais au nom d’une famille")]
        constraints = [
            models.UniqueConstraint(
                name="reservation_unique",
                fields=["famille", "enfant", "periode"],
                violation_error_message="Cet enfant a déjà une réservation pour cette période.",
            )
        ]

    def __str__(self) -> str:
        return f"n° {self.numero} – {self.enfant} – {self.periode}"

    @property
    def numero_affiche(self) -> str:
        return f"n°\xa0{self.numero}"

    @property
    def etat(self) -> EtatReservation:
        """Overall state, from the counts of ``avec_bilan``."""
        bilan: Any = self
        if bilan.nombre_a_traiter or bilan.nombre_attente:
            return EtatReservation.DEMANDEE
        if bilan.nombre_tenu:
            return EtatReservation.PARTIELLE if bilan.nombre_refuse else EtatReservation.ACCEPTEE
        if bilan.nombre_refuse:
            return EtatReservation.REFUSEE
        return EtatReservation.ANNULEE if bilan.nombre_annule else EtatReservation.BROUILLON


class Demande(AvecCle):
    """One sending of a household for one reservation: additions and cancellations, with its own number."""

    reservation = models.ForeignKey(
        Reservation, verbose_name="réservation", on_delete=models.PROTECT, related_name="demandes"
    )
    rang = models.PositiveIntegerField("rang")
    #: Common to the requests that one press of the button sent together; the confirmation page is named by it.
    envoi = models.UUIDField("envoi commun", null=True, blank=True, editable=False, db_index=True)
    envoyee_le = models.DateTimeField("envoyée le")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="envoyée par", on_delete=models.PROTECT, related_name="+"
    )
    #: Why the service asked in the household's place; empty when the household asked itself.
    motif_au_nom_de = models.CharField("motif de la saisie par le service", max_length=300, blank=True)

    class Meta:
        verbose_name = "demande"
        verbose_name_plural = "demandes"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(name="demande_rang_unique", fields=["reservation", "rang"])]

    def __str__(self) -> str:
        return self.numero

    @property
    @admin.display(description="numéro")
    def numero(self) -> str:
        """What the family quotes: « 1042-3 », the third sending for reservation 1042."""
        return f"{self.reservation.numero}-{self.rang}"


class PresenceQuerySet(models.QuerySet["Presence"]):
    def actives(self) -> PresenceQuerySet:
        return self.exclude(etat__in=ETATS_CLOS)

    def a_traiter(self) -> PresenceQuerySet:
        """Keep what waits for an agent."""
        return self.filter(etat__in=ETATS_A_TRAITER)

    def heures_a_changer(self) -> PresenceQuerySet:
        """Keep the accepted days for which a household asks for other hours."""
        return self.filter(heures_demandees_le__isnull=False)

    def proposees(self) -> PresenceQuerySet:
        """Keep the places that are held for an answer of the household."""
        return self.filter(etat=EtatPresence.PLACE_PROPOSEE)

    def offres_echues(self, maintenant: datetime) -> PresenceQuerySet:
        """Keep the offers whose last instant is over."""
        return self.proposees().filter(offre_expire_le__lt=maintenant)


class AvecHeures(models.Model):
    """Hours booked for one day of a prestation by the hour; both empty for the others."""

    arrivee = models.TimeField("arrivée", null=True, blank=True)
    depart = models.TimeField("départ", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def unites(self) -> int:
        """How many times the price of the prestation is due: half-hours started, or 1."""
        if self.arrivee is None or self.depart is None:
            return 1
        return demi_heures_commencees(self.arrivee, self.depart)

    @property
    def heures_en_mots(self) -> str:
        """« de 8 h 30 à 10 h »; empty for a prestation that is not by the hour."""
        return plage_en_mots(self.arrivee, self.depart)


def plage_en_mots(arrivee: time | None, depart: time | None) -> str:
    return f"de {heure(arrivee)} à {heure(depart)}" if arrivee and depart else ""


def contrainte_des_heures(table: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"{table}_heures_ordonnees",
        condition=Q(arrivee=None, depart=None) | Q(arrivee__isnull=False, depart__gt=F("arrivee")),
        violation_error_message="Le départ suit l’arrivée.",
    )


class Presence(AvecCle, AvecHeures):
    """One day of one child for one prestation. Its state moves only through ``actions``."""

    reservation = models.ForeignKey(
        Reservation, verbose_name="réservation", on_delete=models.PROTECT, related_name="presences"
    )
    #: Same as the reservation's: it lets the database refuse the same day twice, from two households too.
    enfant = models.ForeignKey(Enfant, verbose_name="enfant", on_delete=models.PROTECT, related_name="presences")
    creneau = models.ForeignKey(Creneau, verbose_name="créneau", on_delete=models.PROTECT, related_name="presences")
    etat = models.CharField("état", max_length=22, choices=EtatPresence, default=EtatPresence.DEMANDEE)
    #: Request that asked for the present state.
    demande = models.ForeignKey(
        Demande, verbose_name="demande", null=True, blank=True, on_delete=models.PROTECT, related_name="presences"
    )
    motif = models.CharField("motif", max_length=300, blank=True)
    #: What this day costs more because it was booked after the deadline, as it was said at the sending.
    majoration_montant = models.DecimalField("majoration (€)", max_digits=7, decimal_places=2, null=True, blank=True)
    majoration_pourcent = models.DecimalField("majoration (%)", max_digits=5, decimal_places=2, null=True, blank=True)
    modifiee_le = models.DateTimeField("modifiée le")
    #: Place in the waiting list of the créneau, smallest first: a database sequence read under the créneau's lock, so
    #: that a rank that was shown never gets worse.
    ordre_attente = models.PositiveBigIntegerField(
        "ordre d’attente", editable=False, db_default=Func(Value("reservation_attente"), function="nextval")
    )
    #: Hours that the household asks for in place of those accepted, as long as no agent has answered.
    arrivee_demandee = models.TimeField("arrivée demandée", null=True, blank=True, editable=False)
    depart_demande = models.TimeField("départ demandé", null=True, blank=True, editable=False)
    heures_demandees_le = models.DateTimeField("heures demandées le", null=True, blank=True, editable=False)
    #: Last instant (included) to accept the place that is held; empty in every other state.
    offre_expire_le = models.DateTimeField("place proposée jusqu’au", null=True, blank=True, editable=False)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = "présence"
        verbose_name_plural = "présences"
        ordering = ["creneau__jour", "creneau__prestation__ordre"]
        indexes = [
            models.Index(
                name="presence_a_traiter",
                fields=["etat", "modifiee_le"],
                condition=Q(etat__in=["demandee", "annulation_demandee"]),
            ),
            models.Index(
                name="presence_liste_attente",
                fields=["creneau", "ordre_attente"],
                condition=Q(etat="liste_attente"),
            ),
            models.Index(name="presence_en_attribution", fields=["creneau"], condition=Q(etat="en_attribution")),
            models.Index(
                name="presence_heures_demandees",
                fields=["heures_demandees_le"],
                condition=Q(heures_demandees_le__isnull=False),
            ),
            models.Index(name="presence_offre", fields=["offre_expire_le"], condition=Q(etat="place_proposee")),
        ]
        constraints = [
            models.UniqueConstraint(name="presence_unique", fields=["reservation", "creneau"]),
            models.UniqueConstraint(
                name="presence_active_unique_par_enfant",
                fields=["enfant", "creneau"],
                condition=~Q(etat__in=["refusee", "annulee"]),
                violation_error_message="Cet enfant a déjà une réservation ce jour-là.",
            ),
            models.CheckConstraint(
                name="presence_refus_motive",
                condition=~Q(etat="refusee") | ~Q(motif=""),
                violation_error_message="Un refus se motive.",
            ),
            contrainte_des_heures("presence"),
            models.CheckConstraint(
                name="presence_heures_demandees",
                condition=Q(arrivee_demandee=None, depart_demande=None, heures_demandees_le=None)
                | Q(
                    etat="acceptee",
                    arrivee_demandee__isnull=False,
                    depart_demande__gt=F("arrivee_demandee"),
                    heures_demandees_le__isnull=False,
                ),
                violation_error_message="Seul un jour accepté attend d’autres heures, une arrivée puis un départ.",
            ),
            models.CheckConstraint(
                name="presence_offre_a_une_fin",
                condition=Q(etat="place_proposee", offre_expire_le__isnull=False)
                | (~Q(etat="place_proposee") & Q(offre_expire_le=None)),
                violation_error_message="Une place proposée a une date limite, et elle seule.",
            ),
            models.CheckConstraint(
                name="presence_une_majoration",
                condition=Q(majoration_montant=None) | Q(majoration_pourcent=None),
                violation_error_message="Une majoration est un montant ou un pourcentage.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enfant} {self.creneau} : {self.get_etat_display()}"

    @property
    def heures_demandees_en_mots(self) -> str:
        """« de 8 h 30 à 11 h », while a change of hours waits for its answer; else empty."""
        return plage_en_mots(self.arrivee_demandee, self.depart_demande)

    @property
    def majoration(self) -> Majoration | None:
        if self.majoration_montant is None and self.majoration_pourcent is None:
            return None
        return Majoration(self.majoration_montant, self.majoration_pourcent)


class EtapePresence(models.Model):
    """One transition of one day: the history that families and agents read. Append-only."""

    presence = models.ForeignKey(Presence, verbose_name="présence", on_delete=models.PROTECT, related_name="etapes")
    avant = models.CharField("état précédent", max_length=22, choices=EtatPresence, blank=True)
    apres = models.CharField("état", max_length=22, choices=EtatPresence)
    le = models.DateTimeField("le")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    motif = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "étape d’une présence"
        verbose_name_plural = "étapes des présences"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.get_apres_display()}"


class LigneDemande(AvecHeures):
    """One day of one sending and what became of it at once: what the confirmation, the mail and the history repeat."""

    demande = models.ForeignKey(Demande, verbose_name="demande", on_delete=models.PROTECT, related_name="lignes")
    creneau = models.ForeignKey(Creneau, verbose_name="créneau", on_delete=models.PROTECT, related_name="+")
    sens = models.CharField("sens", max_length=10, choices=Sens)
    #: State that the sending gave to the day; empty when it was refused.
    etat = models.CharField("état à l’envoi", max_length=22, choices=EtatPresence, blank=True)
    #: Why the rules refused this day at the sending; empty when it was taken into account.
    motifs = ArrayField(models.CharField(max_length=30), verbose_name="motifs de refus", default=list, blank=True)
    #: What the rules say beyond the words of the reasons: which other choice of the day is concerned.
    precision = models.CharField("précision", max_length=200, blank=True)
    #: Price shown when it was sent, in euros: an estimation, empty without a voted tariff.
    montant = models.DecimalField("estimation", max_digits=8, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = "ligne d’une demande"
        verbose_name_plural = "lignes des demandes"
        ordering = ["creneau__jour", "creneau__prestation__ordre"]
        constraints = [
            models.UniqueConstraint(name="ligne_demande_unique", fields=["demande", "creneau"]),
            contrainte_des_heures("ligne_demande"),
        ]

    def __str__(self) -> str:
        return f"{self.demande} {self.creneau} {self.get_sens_display()}"

    def phrases(self) -> list[str]:
        return [str(MotifRefus(motif).label) for motif in self.motifs] + ([self.precision] if self.precision else [])


class ChoixBrouillon(AvecHeures):
    """An unsent edit of a planning, kept on the server so that nothing ticked is lost."""

    reservation = models.ForeignKey(
        Reservation, verbose_name="réservation", on_delete=models.CASCADE, related_name="brouillons"
    )
    creneau = models.ForeignKey(Creneau, verbose_name="créneau", on_delete=models.CASCADE, related_name="brouillons")
    sens = models.CharField("sens", max_length=10, choices=Sens)
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "modification non envoyée"
        verbose_name_plural = "modifications non envoyées"
        constraints = [
            models.UniqueConstraint(name="brouillon_unique", fields=["reservation", "creneau"]),
            contrainte_des_heures("brouillon"),
        ]

    def __str__(self) -> str:
        return f"{self.reservation} {self.creneau} {self.get_sens_display()}"
