"""The child's page for staff, with everything at hand; health on a page of its own, by permission and logged."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from enfants import acces
from enfants.actions import sante
from enfants.admin.commun import AvecTrace
from enfants.admin.dossier import dossier_pour_le_service
from enfants.admin.garde import RattachementsEnLigne
from enfants.chiffrement import DonneeIllisibleError
from enfants.erreurs import EnfantRefus
from enfants.forms.sante import SanteServiceForm, VaccinationsServiceForm, saisie_en_clair
from enfants.garde import enfants_en_conflit
from enfants.models import Enfant, FicheSanitaire, Rattachement, Vaccin
from familles.models import Responsable
from portail.commun.dates import aujourdhui
from portail.commun.decorateurs import journalise_la_lecture
from portail.commun.texte import normaliser
from portail.commun.version_lue import AvecVersion, FormulaireVerifie

journal = logging.getLogger(__name__)


class GardeARegler(admin.SimpleListFilter):
    title = "garde"
    parameter_name = "garde"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("conflit", "À régler entre les foyers"), ("partagee", "Plusieurs foyers")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enfant]) -> QuerySet[Enfant]:
        if self.value() == "conflit":
            return queryset.filter(pk__in=enfants_en_conflit(aujourdhui(timezone.now())))
        if self.value() == "partagee":
            return queryset.filter(pk__in=Enfant.objects.partages().values("pk"))
        return queryset


@admin.register(Enfant)
class EnfantAdmin(AvecVersion, AvecTrace):
    form = FormulaireVerifie
    change_form_template = "admin/enfants/enfant/change_form.html"
    list_display = ["nom", "prenom", "ne_le", "ecole", "niveau", "classe", "foyers"]
    list_display_links = ["nom", "prenom"]
    list_filter = [GardeARegler, "ecole", "niveau", "maintenu"]
    list_select_related = ["ecole", "classe", "classe__ecole"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["nom_recherche"]
    search_help_text = (
        "Nom de l’enfant, d’un parent ou de la famille, téléphone, courriel ; sans se soucier des accents"
    )
    fields = [
        ("nom", "prenom", "sexe"),
        ("date_naissance", "lieu_naissance", "departement_naissance"),
        ("ecole", "niveau", "classe", "maintenu"),
        "menu",
    ]
    inlines = [RattachementsEnLigne]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enfant]:
        return acces.suivis_par(super().get_queryset(request).prefetch_related("rattachements__famille"), request.user)

    @admin.display(description="né le", ordering="date_naissance")
    def ne_le(self, enfant: Enfant) -> str:
        return f"{enfant.date_naissance:%d/%m/%Y}"

    @admin.display(description="familles")
    def foyers(self, enfant: Enfant) -> str:
        return ", ".join(str(lien.famille) for lien in enfant.rattachements.all())

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Enfant], search_term: str
    ) -> tuple[QuerySet[Enfant], bool]:
        """Find every word, without accents, among the names of the child, its households and their adults."""
        for mot in normaliser(search_term).split():
            queryset = queryset.filter(_correspond(mot))
        chiffres = re.sub(r"\D", "", search_term)
        if len(chiffres) >= 6 and not normaliser(search_term).strip("0123456789 +."):  # noqa: PLR2004
            queryset = self.get_queryset(request).filter(_joignable_au(chiffres))
        return queryset, False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        enfant = self.get_object(request, object_id)
        contexte = {"dossier": dossier_pour_le_service(enfant, request.user, timezone.now())} if enfant else {}
        return super().change_view(request, object_id, form_url, {**contexte, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view
        return [
            path(
                "<uuid:cle>/sante/", vue(journalise_la_lecture(require_safe(self.sante))), name="enfants_enfant_sante"
            ),
            path(
                "<uuid:cle>/sante/enregistrer/",
                vue(require_POST(sensitive_post_parameters()(self.enregistrer_sante))),
                name="enfants_enfant_enregistrer_sante",
            ),
            path(
                "<uuid:cle>/vaccinations/enregistrer/",
                vue(require_POST(sensitive_post_parameters()(self.enregistrer_vaccinations))),
                name="enfants_enfant_enregistrer_vaccinations",
            ),
            *super().get_urls(),
        ]

    def sante(self, request: HttpRequest, cle: UUID) -> HttpResponse:
        """Show a child's health data to whoever may read them; this reading is written in the log."""
        return self._page_sante(request, self._enfant(request, cle, "enfants.voir_sante"))

    def enregistrer_sante(self, request: HttpRequest, cle: UUID) -> HttpResponse:
        enfant = self._enfant(request, cle, "enfants.modifier_sante")
        formulaire = SanteServiceForm(request.POST, fiche=None)
        if not formulaire.is_valid():
            return self._page_sante(request, enfant, formulaire)
        valeurs = dict(formulaire.cleaned_data)
        ecrire = partial(sante.enregistrer_sante, version=valeurs.pop("version"), valeurs=valeurs)
        return self._ecrire_sante(request, enfant, ecrire, "La fiche sanitaire est enregistrée.")

    def enregistrer_vaccinations(self, request: HttpRequest, cle: UUID) -> HttpResponse:
        enfant = self._enfant(request, cle, "enfants.modifier_sante")
        formulaire = _vaccinations(enfant, None, request.POST)
        if not formulaire.is_valid():
            return self._page_sante(request, enfant, vaccinations=formulaire)
        ecrire = partial(
            sante.enregistrer_vaccinations,
            version=formulaire.cleaned_data["version"],
            reponses=formulaire.reponses(),
        )
        return self._ecrire_sante(request, enfant, ecrire, "Les vaccinations sont enregistrées.")

    def _ecrire_sante(
        self, request: HttpRequest, enfant: Enfant, ecrire: Callable[..., Any], phrase: str
    ) -> HttpResponse:
        try:
            ecrire(enfant=enfant, famille=None, auteur=request.user, maintenant=timezone.now())
        except EnfantRefus as refus:
            for raison in refus.phrases():
                messages.error(request, raison)
        except DonneeIllisibleError:
            return self._illisible(request, enfant)
        else:
            messages.success(request, phrase)
        return redirect("admin:enfants_enfant_sante", cle=enfant.cle)

    def _illisible(self, request: HttpRequest, enfant: Enfant) -> HttpResponse:
        """Say that no key opens what is stored: it is still there, and nothing was written over it."""
        journal.critical("CLES_CHIFFREMENT n'ouvre pas les données de santé")
        contexte = {
            **self.admin_site.each_context(request),
            "title": "Données de santé illisibles",
            "opts": self.opts,
            "enfant": enfant,
            "url_enfant": reverse("admin:enfants_enfant_change", args=[enfant.pk]),
            "saisie": saisie_en_clair([SanteServiceForm(fiche=None), _vaccinations(enfant, None)], request.POST),
        }
        return TemplateResponse(request, "admin/enfants/enfant/illisible.html", contexte, status=503)

    def _enfant(self, request: HttpRequest, cle: UUID, droit: str) -> Enfant:
        if not (self.has_view_permission(request) and request.user.has_perm(droit)):
            raise PermissionDenied
        enfant = self.get_queryset(request).filter(cle=cle).first()
        if enfant is None:
            raise Http404
        return enfant

    def _page_sante(
        self,
        request: HttpRequest,
        enfant: Enfant,
        errone: SanteServiceForm | None = None,
        vaccinations: VaccinationsServiceForm | None = None,
    ) -> HttpResponse:
        try:
            fiche = acces.fiche_sanitaire(
                enfant,
                lecteur=request.user,  # type: ignore[arg-type]
                page="admin:enfants_enfant_sante",
                maintenant=timezone.now(),
            )
        except DonneeIllisibleError:
            return self._illisible(request, enfant)
        bilan = acces.bilan_vaccinal(enfant, fiche, aujourdhui(timezone.now()))
        modifiable = request.user.has_perm("enfants.modifier_sante")
        contexte = {
            **self.admin_site.each_context(request),
            "title": "Données de santé",
            "opts": self.opts,
            "enfant": enfant,
            "fiche": fiche,
            "bilan": bilan,
            "manquants": ", ".join(Vaccin.objects.filter(code__in=bilan.manquants).values_list("nom", flat=True)),
            "lignes": _lignes(fiche),
            "formulaire": errone or (SanteServiceForm(fiche=fiche) if modifiable else None),
            "vaccinations": vaccinations or _vaccinations(enfant, fiche),
            "url_enfant": reverse("admin:enfants_enfant_change", args=[enfant.pk]),
        }
        refuse = errone is not None or vaccinations is not None
        return TemplateResponse(request, "admin/enfants/enfant/sante.html", contexte, status=422 if refuse else 200)


def _vaccinations(enfant: Enfant, fiche: FicheSanitaire | None, donnees: Any = None) -> VaccinationsServiceForm:
    return VaccinationsServiceForm(
        donnees,
        enfant=enfant,
        vaccins=list(Vaccin.objects.all()),
        faites={ligne.vaccin_id: ligne for ligne in fiche.vaccinations.all()} if fiche else {},
        version=fiche.version if fiche else 0,
        jour=aujourdhui(timezone.now()),
    )


def _lignes(fiche: FicheSanitaire | None) -> list[tuple[str, str]]:
    if fiche is None:
        return []
    champs = ["allergies", "antecedents", "traitements", "recommandations", "medecin_nom", "medecin_telephone"]
    lignes = [(str(fiche._meta.get_field(champ).verbose_name).capitalize(), getattr(fiche, champ)) for champ in champs]
    if fiche.pai:
        fin = f" (jusqu’au {fiche.pai_jusqu_au:%d/%m/%Y})" if fiche.pai_jusqu_au else ""
        lignes.insert(0, ("PAI", f"{fiche.pai_consigne}{fin}"))
    return lignes


def _correspond(mot: str) -> Q:
    adultes = Responsable.objects.filter(famille__rattachements__enfant=OuterRef("pk"))
    familles = Rattachement.objects.filter(enfant=OuterRef("pk"))
    return (
        Q(nom_recherche__contains=mot)
        | Q(Exists(familles.filter(Q(famille__nom_recherche__contains=mot) | Q(famille__code__iexact=mot))))
        | Q(Exists(adultes.filter(Q(nom_recherche__contains=mot) | Q(email__icontains=mot))))
    )


def _joignable_au(chiffres: str) -> Q:
    """Match a phone number whatever its spaces and dots."""
    motif = r"\D*".join(chiffres)
    adultes = Responsable.objects.filter(famille__rattachements__enfant=OuterRef("pk"))
    familles = Rattachement.objects.filter(enfant=OuterRef("pk"), famille__telephone__regex=motif)
    return Q(Exists(familles)) | Q(
        Exists(adultes.filter(Q(telephone_mobile__regex=motif) | Q(telephone_travail__regex=motif)))
    )
