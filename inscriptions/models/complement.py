"""What the service asks a household to add to its file before answering."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from familles.models import Utilisateur
from inscriptions.models.dossier import DossierInscription


class ComplementDossier(models.Model):
    """One request for a complement: why, and what is missing; open until the file comes back to the queue."""

    dossier = models.ForeignKey(
        DossierInscription, verbose_name="demande", on_delete=models.CASCADE, related_name="complements"
    )
    motif = models.CharField("pourquoi", max_length=500)
    #: Sentences, one for each thing that is missing.
    points = models.JSONField("ce qui manque", default=list)
    demande_le = models.DateTimeField("demandé le")
    demande_par = models.ForeignKey(
        Utilisateur, verbose_name="demandé par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    #: When the file came back to the queue: sent again by its household, or put back by an agent.
    clos_le = models.DateTimeField("clos le", null=True, blank=True)

    class Meta:
        verbose_name = "complément demandé"
        verbose_name_plural = "compléments demandés"
        ordering = ["dossier", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="complement_un_ouvert_par_dossier",
                fields=["dossier"],
                condition=Q(clos_le=None),
                violation_error_message="Un complément est déjà demandé pour cette demande.",
            ),
            models.CheckConstraint(
                name="complement_dit_quoi_et_pourquoi",
                condition=~Q(motif="") & ~Q(points=[]),
                violation_error_message="Un complément dit pourquoi, et ce qui manque.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier.reference} : {', '.join(self.points)}"
