"""What people write to the service: a thread of messages, and the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from contenu.enums import EtatEchange
from portail.commun.models import AvecCle

if TYPE_CHECKING:
    from familles.models import Utilisateur

LONGUEUR_MESSAGE = 5000


class EchangeQuerySet(models.QuerySet["Echange"]):
    def de(self, utilisateur: Utilisateur) -> EchangeQuerySet:
        return self.filter(auteur=utilisateur)

    def lisibles_par(self, utilisateur: Any) -> EchangeQuerySet:
        """Keep one's own, and those opened without an account: whoever holds the key of such a one received it."""
        sans_compte = Q(auteur=None)
        return self.filter(sans_compte | Q(auteur=utilisateur) if utilisateur.is_authenticated else sans_compte)


class Echange(AvecCle):
    """A thread between a person and the service. Without an author, its random key is the person's only door."""

    sujet = models.CharField("sujet", max_length=120)
    nom = models.CharField("nom", max_length=80, blank=True)
    courriel = models.EmailField("adresse pour la réponse", max_length=254)
    #: The login that opened it, for whom alone it then exists.
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="echanges",
    )
    etat = models.CharField("état", max_length=20, choices=EtatEchange, default=EtatEchange.A_TRAITER)
    ouvert_le = models.DateTimeField("ouvert le")
    dernier_message_le = models.DateTimeField("dernier message le")

    objects = EchangeQuerySet.as_manager()

    class Meta:
        verbose_name = "message reçu"
        verbose_name_plural = "messages reçus"
        ordering = ["-dernier_message_le", "-pk"]
        indexes = [models.Index(name="echange_par_etat", fields=["etat", "-dernier_message_le"])]
        constraints = [
            models.CheckConstraint(
                name="echange_dates_ordonnees",
                condition=Q(dernier_message_le__gte=models.F("ouvert_le")),
                violation_error_message="Le dernier message précède l’ouverture de l’échange.",
            ),
            models.CheckConstraint(
                name="echange_sujet_ecrit",
                condition=~Q(sujet=""),
                violation_error_message="Écrivez le sujet de votre message.",
            ),
        ]

    def __str__(self) -> str:
        return self.sujet

    def get_absolute_url(self) -> str:
        return reverse("contenu:echange", kwargs={"cle": self.cle})


class MessageContact(AvecCle):
    """One message of a thread, never changed. Its key is that of the form that sent it: a double click adds nothing."""

    echange = models.ForeignKey(Echange, verbose_name="échange", on_delete=models.PROTECT, related_name="messages")
    texte = models.TextField("texte", max_length=LONGUEUR_MESSAGE)
    du_service = models.BooleanField("réponse du service", default=False)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="auteur",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages_contact",
    )
    envoye_le = models.DateTimeField("envoyé le")

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["envoye_le", "pk"]
        constraints = [
            models.CheckConstraint(
                name="message_contact_ecrit",
                condition=~Q(texte=""),
                violation_error_message="Écrivez votre message.",
            ),
            models.CheckConstraint(
                name="message_contact_reponse_signee",
                condition=Q(du_service=False) | Q(auteur__isnull=False),
                violation_error_message="Une réponse du service a un auteur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{'Réponse' if self.du_service else 'Message'} du {self.envoye_le:%d/%m/%Y}"
