"""What every app shares: outgoing mail, traces, single submissions, public keys."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from portail.commun.enums import EtatCourriel
from portail.commun.gestes import geste_en_clair


class AvecCle(models.Model):
    """An object that URLs name by a random key; sequential ids never leave the server."""

    cle = models.UUIDField("clé", default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True


class CourrielQuerySet(models.QuerySet["Courriel"]):
    def dus_au(self, maintenant: datetime) -> CourrielQuerySet:
        """Keep what is to be sent now: never sent, due, and not held by a worker at this instant."""
        libre = Q(reserve_jusqu_au=None) | Q(reserve_jusqu_au__lt=maintenant)
        return self.filter(libre, etat=EtatCourriel.A_ENVOYER, prochain_essai_le__lte=maintenant)


class Courriel(AvecCle):
    """A mail to send, written in the transaction that causes it; the worker sends it and tries again."""

    #: Name of the templates, such as ``reservation_acceptee``.
    nom = models.CharField("nom", max_length=60)
    destinataire = models.EmailField("destinataire", max_length=254)
    sujet = models.CharField("sujet", max_length=200)
    texte = models.TextField("texte")
    html = models.TextField("version HTML", blank=True)
    #: Household concerned, by its public key: what staff search and what erasure walks.
    famille_cle = models.UUIDField("famille", null=True, blank=True, db_index=True)
    #: Holds a key (password, address to confirm) that its reader alone may know: staff never see the text.
    confidentiel = models.BooleanField("texte réservé au destinataire", default=False)
    etat = models.CharField("état", max_length=20, choices=EtatCourriel, default=EtatCourriel.A_ENVOYER)
    essais = models.PositiveSmallIntegerField("essais", default=0)
    prochain_essai_le = models.DateTimeField("prochain essai le")
    #: A worker that dies leaves this behind; the mail is taken again after that instant, under the same Message-ID.
    reserve_jusqu_au = models.DateTimeField("réservé jusqu'au", null=True, blank=True)
    derniere_erreur = models.TextField("dernière erreur", blank=True)
    cree_le = models.DateTimeField("créé le")
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = CourrielQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        permissions = [("renvoyer_courriel", "Peut renvoyer un courriel")]
        ordering = ["-pk"]
        indexes = [
            models.Index(
                name="courriel_a_envoyer", fields=["prochain_essai_le"], condition=Q(etat=EtatCourriel.A_ENVOYER)
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="courriel_envoye_le_coherent",
                condition=Q(etat=EtatCourriel.ENVOYE, envoye_le__isnull=False)
                | (~Q(etat=EtatCourriel.ENVOYE) & Q(envoye_le=None)),
                violation_error_message="La date d’envoi et l’état se contredisent.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sujet} → {self.destinataire}"

    @property
    def message_id(self) -> str:
        """The same at each try: a duplicate after a crash is recognised by the mail reader."""
        domaine = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")
        return f"<{self.cle}@{domaine}>"


class Trace(models.Model):
    """Who did what, when, on what, before and after. A trigger of the database refuses to change or delete one."""

    le = models.DateTimeField("le", db_index=True)
    auteur = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="auteur",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="traces",
    )
    #: Stable ASCII verb and object, such as ``reservation.acceptee``.
    geste = models.CharField("geste", max_length=60)
    objet = models.CharField("objet", max_length=60)
    objet_cle = models.UUIDField("clé de l'objet", null=True, blank=True, db_index=True)
    libelle = models.CharField("libellé", max_length=200, blank=True)
    famille_cle = models.UUIDField("famille", null=True, blank=True, db_index=True)
    avant = models.JSONField("avant", default=dict, blank=True)
    apres = models.JSONField("après", default=dict, blank=True)
    motif = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "trace"
        verbose_name_plural = "traces"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.le:%d/%m/%Y %H:%M} {self.geste} {self.libelle}"

    @property
    def geste_en_clair(self) -> str:
        return geste_en_clair(self.geste)


class EnvoiUnique(models.Model):
    """The key of a form that was taken into account: a double click or a reload finds it and has no effect."""

    cle = models.UUIDField("clé", primary_key=True)
    geste = models.CharField("geste", max_length=60)
    utilisateur = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="utilisateur", on_delete=models.CASCADE)
    #: Address to go to again: where the first answer led.
    suite = models.CharField("suite", max_length=300, blank=True)
    le = models.DateTimeField("le")

    class Meta:
        verbose_name = "envoi unique"
        verbose_name_plural = "envois uniques"

    def __str__(self) -> str:
        return f"{self.geste} {self.cle}"
