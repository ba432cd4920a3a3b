"""« Nouvelle offre » and « Copier vers l’année suivante »: a preview, then everything at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reservations import acces, actions, phrases
from reservations.admin.modeles_offre import MODELES, AssistantForm, CopieForm
from reservations.apercu_offre import apercu_du_calendrier, manques_du_calendrier, vacances_connues
from reservations.models import Periode
from reservations.regles import Particularite

LIRE_OU_ECRIRE = require_http_methods(["GET", "HEAD", "POST"])


class AvecAssistant(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages that make a période with its prestations and its days, added to its screen."""

    change_list_template = "admin/reservations/periodes.html"
    change_form_template = "admin/reservations/periode.html"

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view
        return [
            path("assistant/", vue(LIRE_OU_ECRIRE(self.assistant)), name="reservations_periode_assistant"),
            path("<int:pk>/copier/", vue(LIRE_OU_ECRIRE(self.copier)), name="reservations_periode_copier"),
            *super().get_urls(),
        ]

    def assistant(self, request: HttpRequest) -> HttpResponse:
        """Choose a case, change its defaults, see the calendar, create."""
        self._verifier(request)
        donnees = request.POST if request.method == "POST" else request.GET
        cas = donnees.get("cas", "")
        if cas not in MODELES:
            return self._rendre(request, "assistant_cas.html", "Nouvelle offre", {"modeles": MODELES.items()})
        formulaire = AssistantForm(
            donnees if "nom" in donnees else None,
            modele=MODELES[cas],
            sites=acces.sites(request.user),  # type: ignore[arg-type]
            aujourd_hui=timezone.localdate(),
            vacances=vacances_connues(),
        )
        # « Changer quelque chose » comes back to step 2 with what was typed.
        valide = formulaire.is_bound and formulaire.is_valid() and "changer" not in donnees
        if request.method == "POST" and valide:
            try:
                return self._creer(request, formulaire)
            except IntegrityError:
                return self._deja_creee(request)
        contexte: dict[str, Any] = {"form": formulaire, "cas": cas, "modele": MODELES[cas]}
        if valide:
            contexte |= self._apercu(formulaire.periode(), formulaire.prestations())
            contexte |= {
                "retour": f"{donnees.urlencode()}&changer=1",
                "nouvel_accueil": formulaire.accueil_choisi().pk is None,
                "sans_tarif": not formulaire.tarifs_de(),
            }
        return self._rendre(request, "assistant.html", f"Nouvelle offre : {MODELES[cas].titre}", contexte)

    def _creer(self, request: HttpRequest, formulaire: AssistantForm) -> HttpResponse:
        with transaction.atomic():
            periode = formulaire.periode()
            if periode.regle_reservation.pk is None:
                periode.regle_reservation.save()
                periode.regle_reservation_id = periode.regle_annulation_id = periode.regle_reservation.pk
            bilan = actions.creer_offre(
                accueil=periode.accueil,
                periode=periode,
                prestations=formulaire.prestations(),
                tarifs_de=formulaire.tarifs_de(),
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
        return self._dire(request, periode, bilan.crees)

    def copier(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the période of the next school year, editable; create it once confirmed."""
        self._verifier(request)
        source = (
            self.get_queryset(request)
            .select_related("accueil__etablissement", "regle_reservation", "regle_annulation", "regle_tardive")
            .filter(pk=pk)
            .first()
        )
        if source is None:
            raise Http404
        copie = actions.preparer_copie(Periode.objects.get(pk=source.pk), vacances_connues())
        donnees = request.POST if request.method == "POST" else request.GET
        formulaire = CopieForm(donnees if "nom" in donnees else None, copie=copie)
        valide = not formulaire.is_bound or formulaire.is_valid()
        if request.method == "POST" and formulaire.is_bound and valide:
            try:
                bilan = actions.copier_periode(
                    copie=copie,
                    tarifs=formulaire.cleaned_data["tarifs"],
                    auteur=request.user,  # type: ignore[arg-type]
                    maintenant=timezone.now(),
                )
            except IntegrityError:
                return self._deja_creee(request)
            return self._dire(request, copie.periode, bilan.crees)
        contexte: dict[str, Any] = {"form": formulaire, "source": source, "copie": copie}
        if valide:
            contexte |= self._apercu(copie.periode, copie.copies, copie.particularites)
        return self._rendre(request, "copier_periode.html", f"Copier {source} vers l’année suivante", contexte)

    def _deja_creee(self, request: HttpRequest) -> HttpResponse:
        """A double click, or a colleague: the database keeps one."""
        messages.error(request, "Cette période vient d’être créée : rien n’a été écrit deux fois.")
        return redirect("admin:reservations_periode_changelist")

    def _apercu(
        self, periode: Periode, prestations: list[Any], particularites: Sequence[Particularite] = ()
    ) -> dict[str, Any]:
        return {
            "periode": periode,
            "prestations": prestations,
            "conditions": phrases.conditions_en_mots(periode),
            "delai": phrases.delai_en_mots(periode.regle_reservation),
            "delai_annulation": phrases.delai_en_mots(periode.regle_annulation),
            "manques": manques_du_calendrier(periode),
            "calendrier": apercu_du_calendrier(periode, prestations, particularites),
        }

    def _dire(self, request: HttpRequest, periode: Periode, creneaux: int) -> HttpResponse:
        etat = "visible des familles" if periode.publiee else "pas encore visible des familles"
        messages.success(request, f"{periode} est créée, {etat}. Jours de prestation ouverts : {creneaux}.")
        if not creneaux:
            messages.warning(request, "Aucun jour n’est ouvert à ces dates : vérifiez les jours et le calendrier.")
        return redirect("admin:reservations_periode_change", periode.pk)

    def _rendre(self, request: HttpRequest, gabarit: str, titre: str, contexte: dict[str, Any]) -> HttpResponse:
        communs = {**self.admin_site.each_context(request), "title": titre, "opts": self.opts}
        return TemplateResponse(request, f"admin/reservations/{gabarit}", communs | contexte)

    def _verifier(self, request: HttpRequest) -> None:
        if not request.user.has_perm("reservations.add_periode"):
            raise PermissionDenied
