"""What happens after a deadline, and the rules that replace those of the période for a gesture, a prestation, a day."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from portail.commun.templatetags.typographie import JOURS
from reservations import regles
from reservations.enums import ApresDelai, GenreDelai, Geste
from reservations.models.calendrier import RegleDelai

POSITIF = MinValueValidator(Decimal("0.01"))
#: A late booking that an agent accepts may cost more too.
MAJORABLES = {ApresDelai.MAJORATION, ApresDelai.AGENT}


def contraintes_de_l_effet(prefixe: str) -> list[models.BaseConstraint]:
    """Return the constraints of ``EffetApresDelai``, named for one table: one surcharge, when there is one to pay."""
    une_seule = Q(majoration_montant=None) ^ Q(majoration_pourcent=None)
    les_deux = Q(majoration_montant__isnull=False, majoration_pourcent__isnull=False)
    return [
        models.CheckConstraint(
            name=f"{prefixe}_majoration_chiffree",
            condition=(~Q(apres_delai="majoration") | une_seule) & (~Q(apres_delai="agent") | ~les_deux),
            violation_error_message="Écrivez la majoration : un montant ou un pourcentage, pas les deux.",
        ),
        models.CheckConstraint(
            name=f"{prefixe}_majoration_positive",
            condition=(Q(majoration_montant=None) | Q(majoration_montant__gt=0))
            & (Q(majoration_pourcent=None) | Q(majoration_pourcent__gt=0)),
            violation_error_message="Une majoration est plus grande que zéro.",
        ),
    ]


def effets_inutiles(apres_delai: str, saisis: Mapping[str, Any]) -> dict[str, str]:
    """Name what is typed and would do nothing, by field, so that it is never ignored without a word."""
    majores = [champ for champ in ("majoration_montant", "majoration_pourcent") if saisis.get(champ) is not None]
    fautes = {}
    if apres_delai not in MAJORABLES:
        fautes = dict.fromkeys(
            majores,
            "Cette majoration ne servirait à rien : choisissez ce qui est possible après le délai, ou videz-la.",
        )
    if apres_delai == ApresDelai.REFUS and saisis.get("regle_tardive") is not None:
        fautes["regle_tardive"] = "Rien n’est possible après le délai : cette limite ne servirait à rien."
    return fautes


class EffetApresDelai(models.Model):
    """What becomes of a gesture after its deadline."""

    apres_delai = models.CharField("après le délai", max_length=15, choices=ApresDelai, default=ApresDelai.REFUS)
    majoration_montant = models.DecimalField(
        "majoration (€ par jour)", max_digits=7, decimal_places=2, null=True, blank=True, validators=[POSITIF]
    )
    majoration_pourcent = models.DecimalField(
        "majoration (%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[POSITIF, MaxValueValidator(Decimal(500))],
        help_text="100 : le prix double. La majoration vaut aussi quand un agent accepte une demande tardive.",
    )
    #: Last moment of what is allowed after the deadline.
    regle_tardive = models.ForeignKey(
        RegleDelai,
        verbose_name="après le délai, jusqu’à",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Vide : jusqu’à la veille du jour souhaité, minuit.",
    )

    class Meta:
        abstract = True

    @property
    def effet(self) -> regles.EffetTardif:
        majoration = regles.Majoration(self.majoration_montant, self.majoration_pourcent)
        chiffree = self.majoration_montant is not None or self.majoration_pourcent is not None
        return regles.EffetTardif(
            nature=ApresDelai(self.apres_delai),
            majoration=majoration if chiffree and self.apres_delai in MAJORABLES else None,
            delai=self.regle_tardive.delai if self.regle_tardive else None,
        )


class RegleParticuliere(EffetApresDelai):
    """A rule that replaces the période's for one gesture, and if wanted for one prestation and some weekdays.

    The most precise one applies: prestation and weekday, then prestation, then weekday, then the gesture alone.
    """

    periode = models.ForeignKey(
        "reservations.Periode", verbose_name="période", on_delete=models.CASCADE, related_name="regles_particulieres"
    )
    geste = models.CharField("geste", max_length=10, choices=Geste)
    prestation = models.ForeignKey(
        "reservations.Prestation",
        verbose_name="prestation",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Vide : toutes.",
    )
    #: 0 = Monday; empty: every weekday.
    jours = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name="jours de la semaine",
        default=list,
        blank=True,
        help_text="Aucun coché : tous.",
    )
    regle = models.ForeignKey(RegleDelai, verbose_name="délai", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "règle particulière"
        verbose_name_plural = "règles particulières"
        ordering = ["periode", "geste", "prestation", "jours"]
        constraints = [
            *contraintes_de_l_effet("regle_particuliere"),
            models.UniqueConstraint(
                name="regle_particuliere_unique",
                fields=["periode", "geste", "prestation", "jours"],
                nulls_distinct=False,
                violation_error_message="Cette règle est écrite deux fois.",
            ),
        ]

    def __str__(self) -> str:
        ou = f", {self.prestation}" if self.prestation else ""
        quand = f", {', '.join(JOURS[rang] for rang in self.jours)}" if self.jours else ""
        return f"{self.get_geste_display()}{ou}{quand} : {self.regle}"

    def clean(self) -> None:
        """Refuse two rules that could not be told apart, and what would do nothing."""
        saisis = {
            champ: getattr(self, champ) for champ in ("majoration_montant", "majoration_pourcent", "regle_tardive")
        }
        fautes: dict[str, Any] = effets_inutiles(self.apres_delai, saisis) | self._fautes_du_geste()
        if self.prestation and self.periode_id and self.prestation.periode_id != self.periode_id:
            fautes["prestation"] = "Cette prestation est d’une autre période."
        self.jours = sorted(set(self.jours or []))
        if self.periode_id and self.jours:
            memes = RegleParticuliere.objects.filter(
                periode=self.periode_id, geste=self.geste, prestation=self.prestation, jours__overlap=self.jours
            )
            if memes.exclude(pk=self.pk).exists():
                fautes["jours"] = "Une autre règle vaut déjà pour ce geste et l’un de ces jours."
        if fautes:
            raise ValidationError(fautes)

    def _fautes_du_geste(self) -> dict[str, str]:
        if self.geste in {Geste.RESERVER, Geste.MODIFIER}:
            return {}
        fautes = {
            champ: "Une majoration ne vaut que pour réserver ou modifier."
            for champ in ("majoration_montant", "majoration_pourcent")
            if getattr(self, champ) is not None
        }
        if self.apres_delai == ApresDelai.MAJORATION:
            fautes["apres_delai"] = "Une majoration ne vaut que pour réserver ou modifier."
        if self.apres_delai == ApresDelai.LISTE_ATTENTE:
            fautes["apres_delai"] = "La liste d’attente ne vaut que pour réserver ou modifier."
        if self.geste == Geste.ABSENCE and self.regle_id and self.regle.genre == GenreDelai.JAMAIS:
            fautes["regle"] = "Pour ne recevoir aucune déclaration, retirez les motifs d’absence proposés aux familles."
        return fautes

    @property
    def particularite(self) -> regles.Particularite:
        return regles.Particularite(
            geste=Geste(self.geste),
            prestation=self.prestation_id,
            jours=frozenset(self.jours),
            regime=regles.Regime(self.regle.delai, self.effet),
        )
