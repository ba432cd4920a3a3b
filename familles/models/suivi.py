"""What parents change in their sheet, what the town lets them change, and their yearly « tout est à jour »."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q

from familles.champs import CHAMPS
from familles.enums import EtatModification, Politique
from familles.models.foyer import Famille, Utilisateur
from portail.commun.models import AvecCle


class ReglageChampQuerySet(models.QuerySet["ReglageChamp"]):
    def politiques(self) -> dict[str, Politique]:
        """Return what parents may do with each piece of data, in one query."""
        choisies = dict(self.values_list("champ", "politique"))
        return {champ.nom: Politique(choisies.get(champ.nom, champ.defaut)) for champ in CHAMPS}


class ReglageChamp(models.Model):
    """The town's choice for one piece of data, where it differs from the product's."""

    champ = models.CharField("donnée", max_length=60, unique=True, choices=[(c.nom, c.libelle_complet) for c in CHAMPS])
    politique = models.CharField("pour les familles", max_length=12, choices=Politique)

    objects = ReglageChampQuerySet.as_manager()

    class Meta:
        verbose_name = "réglage d’une donnée"
        verbose_name_plural = "réglages des fiches famille et enfant"
        ordering = ["champ"]

    def __str__(self) -> str:
        return f"{self.get_champ_display()} : {self.get_politique_display()}"


class ModificationQuerySet(models.QuerySet["Modification"]):
    def en_attente(self) -> ModificationQuerySet:
        return self.filter(etat=EtatModification.EN_ATTENTE)

    def a_voir(self) -> ModificationQuerySet:
        """Keep what no agent has looked at yet."""
        return self.filter(Q(etat=EtatModification.EN_ATTENTE) | Q(vue_le=None, etat=EtatModification.APPLIQUEE))


class Modification(AvecCle):
    """One piece of data that a parent changed: the old value, the new one, and what became of it."""

    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="modifications")
    #: ``famille.adresse``, ``responsable.telephone_mobile``; other apps may note theirs.
    champ = models.CharField("donnée", max_length=60)
    libelle = models.CharField("donnée en clair", max_length=120)
    objet_cle = models.UUIDField("clé de l’objet")
    objet_libelle = models.CharField("de qui", max_length=200)
    #: As they are read, so that they stay readable whatever becomes of the choices.
    avant = models.TextField("avant", blank=True)
    apres = models.TextField("après", blank=True)
    #: The value to write when it is accepted.
    valeur = models.JSONField("valeur", null=True, blank=True)
    etat = models.CharField("état", max_length=12, choices=EtatModification)
    auteur = models.ForeignKey(
        Utilisateur, verbose_name="par", null=True, on_delete=models.PROTECT, related_name="modifications"
    )
    le = models.DateTimeField("le")
    vue_le = models.DateTimeField("vue le", null=True, blank=True)
    traitee_le = models.DateTimeField("traitée le", null=True, blank=True)
    traitee_par = models.ForeignKey(
        Utilisateur, verbose_name="traitée par", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    motif = models.CharField("motif du refus", max_length=300, blank=True)

    objects = ModificationQuerySet.as_manager()

    class Meta:
        verbose_name = "modification d’une famille"
        verbose_name_plural = "modifications des familles"
        ordering = ["-pk"]
        indexes = [
            models.Index(name="modification_en_attente", fields=["famille"], condition=Q(etat="en_attente")),
        ]
        constraints = [
            models.UniqueConstraint(
                name="modification_une_en_attente",
                # A child has several households, and each its own wish.
                fields=["famille", "objet_cle", "champ"],
                condition=Q(etat="en_attente"),
                violation_error_message="Une modification de cette donnée attend déjà.",
            ),
            models.CheckConstraint(
                name="modification_refus_motive",
                condition=~Q(etat="refusee") | ~Q(motif=""),
                violation_error_message="Un refus se motive.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.libelle} : {self.avant or '(vide)'} → {self.apres or '(vide)'}"


class CampagneCertificationQuerySet(models.QuerySet["CampagneCertification"]):
    def en_cours_le(self, jour: date) -> CampagneCertificationQuerySet:
        return self.filter(du__lte=jour, au__gte=jour)


class CampagneCertification(models.Model):
    """A time when every household is asked to read its sheet again and to say that all is up to date."""

    libelle = models.CharField("libellé", max_length=80, help_text="Par exemple « Rentrée 2026 ».")
    du = models.DateField("du")
    au = models.DateField("au")
    #: The household that has not answered books nothing while the campaign lasts.
    bloquante = models.BooleanField(
        "empêche de réserver",
        default=False,
        help_text="Tant que la famille n’a pas dit que sa fiche est à jour.",
    )

    objects = CampagneCertificationQuerySet.as_manager()

    class Meta:
        verbose_name = "campagne de certification"
        verbose_name_plural = "campagnes de certification"
        ordering = ["-du"]
        constraints = [
            models.CheckConstraint(
                name="certification_dates_ordonnees",
                condition=Q(au__gte=F("du")),
                violation_error_message="La fin précède le début.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle


class Certification(models.Model):
    """« Tout est à jour », said by one adult for the household."""

    campagne = models.ForeignKey(
        CampagneCertification, verbose_name="campagne", on_delete=models.PROTECT, related_name="certifications"
    )
    famille = models.ForeignKey(
        Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="certifications"
    )
    le = models.DateTimeField("le")
    auteur = models.ForeignKey(
        Utilisateur, verbose_name="par", null=True, on_delete=models.PROTECT, related_name="certifications"
    )

    class Meta:
        verbose_name = "certification"
        verbose_name_plural = "certifications"
        ordering = ["-le"]
        constraints = [models.UniqueConstraint(name="certification_une_par_campagne", fields=["campagne", "famille"])]

    def __str__(self) -> str:
        return f"{self.famille} – {self.campagne}"
