"""Export and erasure in the staff's site: pages that belong to no model, reached from the household's page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import export
from dossiers.actions import effacement
from dossiers.blocages import raisons_de_ne_pas_effacer
from dossiers.erreurs import DossierRefuse
from enfants.models import Enfant
from familles.models import Famille
from portail.commun.dates import aujourdhui

DROIT = "familles.exporter_famille"


class FormulaireEffacement(forms.Form):
    """The code is typed again: nobody erases a household by a click too many."""

    motif = forms.CharField(
        label="Motif", max_length=200, help_text="Par exemple : demande écrite reçue le 12/01/2026. Sans nom propre."
    )
    code = forms.CharField(label="Code de la famille, à recopier", max_length=20)

    def __init__(self, *args: Any, famille: Famille, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.famille = famille

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).strip().upper()
        if code != self.famille.code.upper():
            raise forms.ValidationError(f"Recopiez exactement {self.famille.code} pour confirmer.")
        return code


def _famille(request: HttpRequest, pk: int) -> Famille:
    if not request.user.has_perm(DROIT):
        raise PermissionDenied
    return get_object_or_404(Famille, pk=pk)


@require_POST
def exporter(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the file of a household as a ZIP; health data only to those who may read it, and logged."""
    famille = _famille(request, pk)
    maintenant = timezone.now()
    enfants = Enfant.objects.de_la_famille(famille, aujourdhui(maintenant))
    sante = enfants if request.user.has_perm("enfants.voir_sante") else []
    demande = export.Demande(
        famille=famille,
        lecteur=request.user,  # type: ignore[arg-type]
        service=True,
        sante=[enfant.pk for enfant in sante],
        documents_de_sante=request.user.has_perm("documents.voir_document_sante"),
    )
    return reponse(export.archive(demande, maintenant), famille)


def reponse(archive: bytes, famille: Famille) -> HttpResponse:
    nom = content_disposition_header(as_attachment=True, filename=f"dossier-{famille.code}.zip")
    return HttpResponse(archive, content_type="application/zip", headers={"Content-Disposition": nom or ""})


@require_http_methods(["GET", "HEAD", "POST"])
def effacer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would be erased and what kept, and why; then erase, once the code is typed."""
    famille = _famille(request, pk)
    formulaire = FormulaireEffacement(request.POST or None, famille=famille)
    if request.method == "POST" and formulaire.is_valid():
        try:
            effacement.effacer(
                famille=famille,
                motif=formulaire.cleaned_data["motif"],
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
        except DossierRefuse as refus:
            for phrase in refus.phrases():
                messages.error(request, phrase)
            return redirect("admin:dossiers_famille_effacer", pk)
        messages.success(request, f"Le dossier {famille.code} est effacé.")
        return redirect("admin:familles_famille_changelist")
    contexte = {
        **admin.site.each_context(request),
        "title": f"Effacer le dossier de {famille}",
        "famille": famille,
        "refus": raisons_de_ne_pas_effacer(famille, timezone.now()),
        "bilan": effacement.apercu(famille),
        "form": formulaire,
    }
    return render(request, "dossiers/gestion/effacer.html", contexte, status=422 if formulaire.errors else 200)


def adresses(vue: Any) -> list[URLPattern]:
    """Return the pages, each wrapped by the site's own door."""
    return [
        path("dossiers/famille/<int:pk>/exporter/", vue(exporter), name="dossiers_famille_exporter"),
        path("dossiers/famille/<int:pk>/effacer/", vue(effacer), name="dossiers_famille_effacer"),
    ]
