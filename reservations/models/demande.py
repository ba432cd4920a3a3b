"""What families ask: the reservation, its sendings, its days with their history, and unsent edits."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Func, Q, Value

from enfants.models import Enfant
from familles.models import Famille
from portail.commun.models import AvecCle
from reservations.enums import ETATS_CLOS, EtatPresence, Sens
from reservations.models.offre import Creneau, Periode


class ReservationQuerySet(models.QuerySet["Reservation"]):
    def des_familles(self, familles: models.QuerySet[Famille]) -> ReservationQuerySet:
        return self.filter(famille__in=familles)


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
        constraints = [
            models.UniqueConstraint(
                name="reservation_unique",
                fields=["famille", "enfant", "periode"],
                violation_error_message="Cet enfant a déjà une réservation pour cette période.",
            )
        ]

    def __str__(self) -> str:
        return f"n° {self.numero} – {self.enfant} – {self.periode}"


class Demande(AvecCle):
    """One sending of a household for one reservation: additions and cancellations, with its own number."""

    reservation = models.ForeignKey(
        Reservation, verbose_name="réservation", on_delete=models.PROTECT, related_name="demandes"
    )
    rang = models.PositiveIntegerField("rang")
    envoyee_le = models.DateTimeField("envoyée le")
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="envoyée par", on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "demande"
        verbose_name_plural = "demandes"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(name="demande_rang_unique", fields=["reservation", "rang"])]

    def __str__(self) -> str:
        return self.numero

    @property
    def numero(self) -> str:
        """What the family quotes: « 1042-3 », the third sending for reservation 1042."""
        return f"{self.reservation.numero}-{self.rang}"


class PresenceQuerySet(models.QuerySet["Presence"]):
    def actives(self) -> PresenceQuerySet:
        return self.exclude(etat__in=ETATS_CLOS)

    def a_traiter(self) -> PresenceQuerySet:
        """Keep what waits for an agent."""
        return self.filter(etat__in=[EtatPresence.DEMANDEE, EtatPresence.ANNULATION_DEMANDEE])


class Presence(AvecCle):
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
    modifiee_le = models.DateTimeField("modifiée le")

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
            )
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
        ]

    def __str__(self) -> str:
        return f"{self.enfant} {self.creneau} : {self.get_etat_display()}"


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


class ChoixBrouillon(models.Model):
    """An unsent edit of a planning, kept on the server so that nothing ticked is lost."""

    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.CASCADE, related_name="brouillons")
    enfant = models.ForeignKey(Enfant, verbose_name="enfant", on_delete=models.CASCADE, related_name="brouillons")
    creneau = models.ForeignKey(Creneau, verbose_name="créneau", on_delete=models.CASCADE, related_name="brouillons")
    sens = models.CharField("sens", max_length=10, choices=Sens)
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "modification non envoyée"
        verbose_name_plural = "modifications non envoyées"
        constraints = [models.UniqueConstraint(name="brouillon_unique", fields=["famille", "enfant", "creneau"])]

    def __str__(self) -> str:
        return f"{self.enfant} {self.creneau} {self.get_sens_display()}"
