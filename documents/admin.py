"""The staff's screens: what is asked, and the queue of what was sent."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_POST, require_safe

from documents import acces, actions, apercus, liste_manquantes
from documents.enums import EtatDocument, Validite
from documents.erreurs import DejaTraite
from documents.forms import FormulaireRefus, FormulaireValidation
from documents.models import Document, PieceRequise, TypeDocument
from documents.regles import fin_de_validite
from documents.views import en_piece_jointe
from familles.models import Utilisateur
from portail.commun import tableur
from portail.commun.dates import aujourdhui
from portail.commun.decorateurs import journalise_la_lecture
from portail.commun.traces import tracer


def _agent(request: HttpRequest) -> Utilisateur:
    """Return the member of staff, whom the admin has already let in."""
    return cast(Utilisateur, request.user)


class FormulairePieceRequise(forms.ModelForm):  # type: ignore[type-arg]
    accueil_cle = forms.TypedChoiceField(label="Pour l’accueil", required=False, empty_value=None)

    class Meta:
        model = PieceRequise
        fields = ["accueil_cle", "age_minimum", "age_maximum", "bloquante"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accueils = dict(import_string(settings.CHOIX_DES_ACCUEILS)())
        self.fields["accueil_cle"].choices = [  # type: ignore[attr-defined]
            ("", "Tous les accueils"),
            *((str(cle), nom) for cle, nom in self.accueils.items()),
        ]

    def save(self, commit: bool = True) -> PieceRequise:  # noqa: FBT001
        cle = str(self.cleaned_data.get("accueil_cle") or "")
        self.instance.accueil_nom = {str(une): nom for une, nom in self.accueils.items()}.get(cle, "")
        return super().save(commit)  # type: ignore[no-any-return]


class EnLignePieceRequise(admin.TabularInline):  # type: ignore[type-arg]
    model = PieceRequise
    form = FormulairePieceRequise
    extra = 0


@admin.register(TypeDocument)
class AdminTypeDocument(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["nom", "portee", "validite", "sante", "actif", "ordre"]
    list_editable = ["ordre"]
    list_filter = ["portee", "actif"]
    fields = ["nom", "aide", "portee", "validite", "validite_mois", "sante", "actif", "ordre"]
    inlines = [EnLignePieceRequise]


@admin.register(Document)
class AdminDocument(admin.ModelAdmin):  # type: ignore[type-arg]
    """Read, validate, refuse: nothing else, so that what a household sent stays what it sent."""

    list_display = ["nom", "type", "famille", "enfant", "etat", "envoye_le", "expire_le"]
    list_filter = ["etat", "type"]
    search_fields = ["nom", "famille__nom_recherche", "famille__code", "enfant__nom_recherche"]
    date_hierarchy = "envoye_le"
    list_select_related = ["type", "famille", "enfant"]
    list_per_page = 50
    change_list_template = "admin/documents/liste.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        visibles = super().get_queryset(request)
        return (
            visibles if request.user.has_perm("documents.voir_document_sante") else visibles.exclude(type__sante=True)
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Document | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        vues = [
            ("a-traiter/", require_safe(self.file_d_attente), "file"),
            ("manquantes.<str:genre>", require_safe(journalise_la_lecture(self.manquantes)), "manquantes"),
            ("<int:pk>/fichier/", require_safe(journalise_la_lecture(self.fichier)), "fichier"),
            ("<int:pk>/apercu/<int:page>.png", require_safe(journalise_la_lecture(self.apercu)), "apercu"),
            ("<int:pk>/valider/", require_POST(self.valider), "valider"),
            ("<int:pk>/refuser/", require_POST(self.refuser), "refuser"),
        ]
        return [
            *(path(chemin, self._vue(vue), name=f"documents_document_{nom}") for chemin, vue, nom in vues),
            *super().get_urls(),
        ]

    def _vue(self, vue: Any) -> Any:
        """Keep the mark of a reading that is logged, which the admin's own wrapper would hide."""
        enveloppee = self.admin_site.admin_view(vue)
        enveloppee.journalise_la_lecture = getattr(vue, "journalise_la_lecture", False)
        return enveloppee

    def file_d_attente(self, request: HttpRequest) -> HttpResponse:
        """Go to the oldest document that waits, or to the list when none does."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        premier = self.get_queryset(request).filter(etat=EtatDocument.ENVOYE).order_by("envoye_le", "pk").first()
        if premier is None:
            messages.success(request, "Tous les documents sont traités.")
            return redirect("admin:documents_document_changelist")
        return redirect("admin:documents_document_change", premier.pk)

    def manquantes(self, request: HttpRequest, genre: str) -> HttpResponse:
        """Give the pieces that families still owe, as a table to work from."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if genre not in tableur.GENRES:
            raise Http404
        maintenant = timezone.now()
        jour = aujourdhui(maintenant)
        tracer(
            geste="documents.manquantes_exportees",
            objet="document",
            libelle=f"Pièces manquantes ({genre})",
            auteur=_agent(request),
            maintenant=maintenant,
        )
        avec_sante = request.user.has_perm("documents.voir_document_sante")
        lignes = liste_manquantes.lignes(jour, avec_sante=avec_sante)
        return tableur.reponse(genre, f"pieces-manquantes-{jour:%Y-%m-%d}", liste_manquantes.ENTETES, lignes)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a document with a picture of its pages, and the two answers."""
        if not object_id.isdecimal():
            raise Http404
        return self._page(request, acces.document_a_traiter(_agent(request), int(object_id)))

    def _page(self, request: HttpRequest, document: Document, **formulaires: forms.Form) -> HttpResponse:
        jour = aujourdhui(timezone.now())
        fin = fin_de_validite(Validite(document.type.validite), document.type.validite_mois, jour)
        contexte = {
            **self.admin_site.each_context(request),
            "title": f"{document.type} – {document.dossier}",
            "opts": self.opts,
            "document": document,
            "peut_traiter": self.has_change_permission(request) and document.etat == EtatDocument.ENVOYE,
            "pages": range(1, document.pages + 1) if apercus.sait_dessiner(document) else [],
            "validation": FormulaireValidation(document=document, initial={"expire_le": fin}),
            "refus": FormulaireRefus(),
            "restants": self.get_queryset(request).filter(etat=EtatDocument.ENVOYE).exclude(pk=document.pk).count(),
            **formulaires,
        }
        return render(request, "admin/documents/document.html", contexte)

    def fichier(self, request: HttpRequest, pk: int) -> Any:
        document = acces.document_a_traiter(_agent(request), pk)
        self._noter(request, document, "document.telecharge")
        return en_piece_jointe(document)

    def apercu(self, request: HttpRequest, pk: int, page: int) -> HttpResponse:
        document = acces.document_a_traiter(_agent(request), pk)
        image = apercus.dessiner(document, page)
        if image is None:
            raise Http404
        if page == 1:
            self._noter(request, document, "document.regarde")
        return HttpResponse(image, content_type="image/png", headers={"Cache-Control": "no-store, private"})

    def _noter(self, request: HttpRequest, document: Document, geste: str) -> None:
        tracer(
            geste=geste,
            objet="document",
            objet_cle=document.cle,
            libelle=f"{document.type.nom} – {document.dossier}",
            famille_cle=document.famille.cle,
            auteur=_agent(request),
            maintenant=timezone.now(),
        )

    def valider(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self._a_changer(request, pk)
        formulaire = FormulaireValidation(request.POST, document=document)
        if not formulaire.is_valid():
            return self._page(request, document, validation=formulaire)
        return self._repondre(
            request, actions.valider, document=document, expire_le=formulaire.cleaned_data["expire_le"]
        )

    def refuser(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self._a_changer(request, pk)
        formulaire = FormulaireRefus(request.POST)
        if not formulaire.is_valid():
            return self._page(request, document, refus=formulaire)
        return self._repondre(request, actions.refuser, document=document, motif=formulaire.cleaned_data["motif"])

    def _a_changer(self, request: HttpRequest, pk: int) -> Document:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return acces.document_a_traiter(_agent(request), pk)

    def _repondre(self, request: HttpRequest, geste: Any, **valeurs: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                geste(auteur=_agent(request), maintenant=timezone.now(), **valeurs)
        except DejaTraite:
            messages.warning(request, "Ce document a été traité ou retiré entre-temps.")
        else:
            messages.success(request, "La réponse est enregistrée et la famille est prévenue.")
        return redirect(reverse("admin:documents_document_file"))
