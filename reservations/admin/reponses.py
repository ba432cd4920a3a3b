"""Accept or refuse by batch from a list: what fails is named line by line, and the others pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reservations import actions
from reservations.actions.reponse import BilanReponse
from reservations.admin.base import LectureSeule, LimiteAuxSites
from reservations.conflits import Constat, constats_des_jours
from reservations.enums import MotifRefus
from reservations.models import Presence

#: Why a day goes on waiting in spite of the answer.
POURQUOI_EN_ATTENTE = {
    MotifRefus.COMPLET: "plus de place libre",
    MotifRefus.FERME: "jour fermé",
    MotifRefus.NECESSAIRE: "un autre choix du même jour en a besoin\u00a0: répondez aux deux ensemble",
    MotifRefus.CHOIX_MANQUANT: "un choix dont il a besoin n’est plus réservé ce jour-là",
    MotifRefus.INCOMPATIBLE: "un autre choix du même jour l’exclut",
    MotifRefus.ATTRIBUTION_EN_COURS: "c’est l’attribution des places qui répond",
}
#: Days answered at once; the rest of a larger selection waits for the next gesture.
JOURS_PAR_LOT = 500
LIGNES_DITES = 20


class MotifForm(forms.Form):
    motif = forms.CharField(
        label="Motif, tel que la famille le lit",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        error_messages={"required": "Écrivez le motif : la famille le reçoit par courriel."},
        help_text="Par exemple « Effectif maximum atteint. »",
    )


class AvecReponse(LimiteAuxSites, LectureSeule):
    """Adds « accept » and « refuse » to a list; ``presences_de`` tells which days the chosen rows stand for."""

    actions = ("accepter_les_jours", "accepter_avec_un_motif", "refuser_les_jours")

    def has_traiter_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reservations.change_presence"))

    def presences_de(self, queryset: QuerySet[Any]) -> QuerySet[Presence]:
        raise NotImplementedError

    @admin.action(description="Accepter", permissions=["traiter"])
    def accepter_les_jours(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Accept what nothing speaks against; name the others, with why."""
        ids = self._lot(request, queryset)
        maintenant = timezone.now()
        signales = a_retenir(constats_des_jours(ids, maintenant=maintenant))
        bilan = actions.accepter(
            presences=[pk for pk in ids if pk not in signales],
            agent=request.user,  # type: ignore[arg-type]
            maintenant=maintenant,
        )
        dire(request, bilan, "accepté", signales)

    @admin.action(description="Accepter malgré tout, avec un motif…", permissions=["traiter"])
    def accepter_avec_un_motif(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        return self._avec_motif(request, queryset, "accepter")

    @admin.action(description="Refuser, avec un motif…", permissions=["traiter"])
    def refuser_les_jours(self, request: HttpRequest, queryset: QuerySet[Any]) -> TemplateResponse | None:
        return self._avec_motif(request, queryset, "refuser")

    def _avec_motif(self, request: HttpRequest, queryset: QuerySet[Any], geste: str) -> TemplateResponse | None:
        """Ask for the reason on a page of its own, then answer."""
        formulaire = MotifForm(request.POST if "confirmer" in request.POST else None)
        if geste == "accepter":
            formulaire.fields["motif"].help_text = "Par exemple «\u00a0Accord de la direction.\u00a0»"
        if formulaire.is_valid():
            repondre = actions.accepter if geste == "accepter" else actions.refuser
            bilan = repondre(
                presences=self._lot(request, queryset),
                agent=request.user,  # type: ignore[arg-type]
                motif=formulaire.cleaned_data["motif"],
                maintenant=timezone.now(),
            )
            dire(request, bilan, "accepté" if geste == "accepter" else "refusé", {})
            return None
        return self._page(request, queryset, formulaire, geste)

    def _page(
        self, request: HttpRequest, queryset: QuerySet[Any], formulaire: MotifForm, geste: str
    ) -> TemplateResponse:
        ids = self._ids(queryset)[:JOURS_PAR_LOT]
        lues = Presence.objects.filter(pk__in=ids).select_related(
            "enfant", "creneau__prestation", "creneau__jour_salle", "reservation__famille"
        )
        presences: list[Any] = list(lues.order_by("creneau__jour", "pk"))
        constats = constats_des_jours(ids, maintenant=timezone.now())
        for une in presences:
            une.constats = [un.phrase for un in constats.get(une.pk, [])]
        return TemplateResponse(
            request,
            "admin/reservations/repondre.html",
            {
                **self.admin_site.each_context(request),
                "title": "Refuser des jours" if geste == "refuser" else "Accepter des jours, avec un motif",
                "opts": self.opts,
                "formulaire": formulaire,
                "refus": geste == "refuser",
                "geste": request.POST.get("action", ""),
                "presences": presences,
                "nom_case": ACTION_CHECKBOX_NAME,
                "choisis": request.POST.getlist(ACTION_CHECKBOX_NAME),
                "tous": request.POST.get("select_across", "0"),
            },
        )

    def _ids(self, queryset: QuerySet[Any]) -> list[int]:
        """Ids of the days that the selection stands for, one more than a batch at most, the nearest first."""
        jours = self.presences_de(queryset).order_by("creneau__jour", "pk")
        return list(jours.values_list("pk", flat=True)[: JOURS_PAR_LOT + 1])

    def _lot(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[int]:
        ids = self._ids(queryset)
        if len(ids) > JOURS_PAR_LOT:
            messages.warning(
                request,
                f"La sélection compte plus de {JOURS_PAR_LOT} jours : les {JOURS_PAR_LOT} plus proches sont traités. "
                "Recommencez pour les suivants.",
            )
        return ids[:JOURS_PAR_LOT]


def a_retenir(constats: dict[int, list[Constat]]) -> dict[int, list[str]]:
    """Keep the days that a batch leaves aside, with why."""
    retenus = {pk: [un.phrase for un in siens if un.retient] for pk, siens in constats.items()}
    return {pk: phrases for pk, phrases in retenus.items() if phrases}


def dire(request: HttpRequest, bilan: BilanReponse, verbe: str, signales: dict[int, list[str]]) -> None:
    """Say what became of each day of the batch."""
    pluriel = "s" if bilan.traitees > 1 else ""
    if bilan.traitees:
        messages.success(request, f"{bilan.traitees} jour{pluriel} {verbe}{pluriel}. Les familles sont prévenues.")
    if bilan.ignorees:
        noms = [f"{une.reservation.enfant}, {une.creneau.jour:%d/%m}" for une in bilan.ignorees]
        messages.warning(request, _lignes("N’attendait plus de réponse, rien n’y change", noms))
    attente = [(une, [POURQUOI_EN_ATTENTE[motif]]) for une, motif in bilan.retenues]
    if attente:
        geste = verbe.removesuffix("é") + "er"
        messages.warning(request, _lignes(f"Toujours en attente, faute de pouvoir {geste}", _nommer(attente)))
    if signales:
        lues = Presence.objects.filter(pk__in=list(signales)[:LIGNES_DITES]).select_related(
            "reservation__enfant", "creneau__prestation"
        )
        lignes = _nommer((une, signales[une.pk]) for une in lues.order_by("creneau__jour", "pk"))
        reste = len(signales) - len(lignes)
        messages.warning(
            request,
            _lignes("À vérifier avant d’accepter, toujours en attente", lignes, reste),
        )
    if not (bilan.traitees or bilan.ignorees or bilan.retenues or signales):
        messages.info(request, "Aucun jour à traiter dans cette sélection.")


def _nommer(jours: Iterable[tuple[Presence, Sequence[str]]]) -> list[str]:
    return [
        f"{un.reservation.enfant}, {un.creneau.prestation.nom_court} du {un.creneau.jour:%d/%m} ({', '.join(motifs)})"
        for un, motifs in jours
    ]


def _lignes(titre: str, lignes: Sequence[str], reste: int = 0) -> SafeString:
    """A sentence, then one line for each day; those beyond the first ones are counted."""
    montrees = list(lignes[:LIGNES_DITES])
    reste += len(lignes) - len(montrees)
    if reste:
        montrees.append(f"et {reste} autre{'s' if reste > 1 else ''}")
    return format_html("{}\u00a0:<ul>{}</ul>", titre, format_html_join("", "<li>{}</li>", ([une] for une in montrees)))
