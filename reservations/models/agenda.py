"""Private addresses of calendar feeds."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from familles.models import Famille


def nouveau_jeton() -> str:
    """256 bits: an address that nobody guesses is the only key of the feed."""
    return secrets.token_urlsafe(32)


class LienAgenda(models.Model):
    """The address at which the calendar applications of a household read its days; a revoked one answers nothing."""

    famille = models.ForeignKey(Famille, verbose_name="famille", on_delete=models.PROTECT, related_name="liens_agenda")
    jeton = models.CharField("jeton", max_length=64, unique=True, editable=False)
    cree_le = models.DateTimeField("créé le")
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        verbose_name = "lien d’agenda"
        verbose_name_plural = "liens d’agenda"
        constraints = [
            models.UniqueConstraint(
                name="lien_agenda_un_seul_valable",
                fields=["famille"],
                condition=Q(revoque_le=None),
                violation_error_message="Cette famille a déjà un lien d’agenda.",
            )
        ]

    def __str__(self) -> str:
        return f"agenda de {self.famille}"
