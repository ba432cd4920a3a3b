"""Imports in the staff's site: put a file, say its columns, read the dry run, confirm, follow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers import rapport
from dossiers.actions import importation as gestes
from dossiers.enums import A_DECIDER, EN_COURS, EtatImportation
from dossiers.erreurs import DossierRefuse
from dossiers.importation.colonnes import COLONNES
from dossiers.importation.titres import proposer
from dossiers.models import Importation
from facturation.admin.commun import LectureSeule
from portail.commun import tableur
from portail.commun.decorateurs import geste
from portail.commun.televersement import fichiers_ecartes

#: The page of an import under way asks for itself again after that time.
SECONDES_AVANT_SUITE = 3
LIGNES_D_APERCU = 5


class FormulaireFichier(forms.Form):
    source = forms.SlugField(
        label="Logiciel d’origine",
        max_length=40,
        help_text="Un mot, toujours le même pour ce logiciel : il fait reconnaître les familles au prochain import.",
    )
    fichier = forms.FileField(label="Fichier CSV ou XLSX", help_text="10 Mo et 30 000 lignes au plus.")


class FormulaireColonnes(forms.Form):
    """One choice for each piece of data: the column of the file that holds it."""

    accepter_doublons = forms.BooleanField(
        label="Créer même si une famille semble déjà connue du portail",
        required=False,
        help_text="Sinon, une ligne dont l’adulte ou l’enfant est déjà dans une autre famille est refusée.",
    )

    def __init__(self, *args: Any, importation: Importation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choix = [("", "Absent du fichier")] + [
            (str(rang), f"{rang + 1}. {entete or '(sans titre)'}") for rang, entete in enumerate(importation.entetes)
        ]
        for colonne in COLONNES:
            self.fields[colonne.nom] = forms.ChoiceField(
                label=colonne.libelle, choices=choix, required=colonne.obligatoire
            )

    def colonnes(self) -> dict[str, int]:
        return {c.nom: int(self.cleaned_data[c.nom]) for c in COLONNES if self.cleaned_data.get(c.nom)}

    def groupes(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the fields by whose they are, for the page."""
        titres = {
            "famille": "La famille",
            "adulte1": "Premier adulte",
            "adulte2": "Second adulte",
            "enfant": "L’enfant",
        }
        groupes: list[tuple[str, dict[str, Any]]] = [
            (titre, {"visible_fields": [self[c.nom] for c in COLONNES if c.objet == objet]})
            for objet, titre in titres.items()
        ]
        return [*groupes, ("Doublons", {"visible_fields": [self["accepter_doublons"]]})]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        vues: dict[str, str] = {}
        for colonne in COLONNES:
            rang = donnees.get(colonne.nom)
            if rang and rang in vues:
                self.add_error(colonne.nom, f"Cette colonne est déjà prise par « {vues[rang]} ».")
            elif rang:
                vues[rang] = colonne.libelle
        return donnees


@admin.register(Importation)
class ImportationAdmin(LectureSeule):
    list_display = ("cree_le", "source", "nom_fichier", "nombre_lignes", "etat", "auteur", "terminee_le")
    list_filter = ("etat", "source")
    list_select_related = ("auteur",)
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return request.user.has_perm("dossiers.add_importation")

    def has_gesture_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("dossiers.change_importation")

    def get_urls(self) -> list[URLPattern]:
        vue = self.admin_site.admin_view
        postes = {
            "confirmer": self.confirmer,
            "interrompre": self.interrompre,
            "reprendre": self.reprendre,
            "jeter": self.jeter,
        }
        return [
            *(
                path(f"<path:object_id>/{nom}/", vue(require_POST(methode)), name=f"dossiers_importation_{nom}")
                for nom, methode in postes.items()
            ),
            path("<path:object_id>/colonnes/", vue(self.colonnes), name="dossiers_importation_colonnes"),
            path(
                "<path:object_id>/problemes/", vue(require_safe(self.problemes)), name="dossiers_importation_problemes"
            ),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Receive a file; nothing is written to the households."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        formulaire = FormulaireFichier(request.POST or None, request.FILES or None)
        if request.method == "POST" and fichiers_ecartes(request):
            formulaire.add_error("fichier", "Ce fichier dépasse 10 Mo : découpez-le, ou enregistrez-le en CSV.")
        elif request.method == "POST" and formulaire.is_valid():
            fichier = formulaire.cleaned_data["fichier"]
            try:
                importation = gestes.recevoir(
                    contenu=fichier.read(),
                    nom=fichier.name,
                    source=formulaire.cleaned_data["source"],
                    auteur=request.user,  # type: ignore[arg-type]
                    maintenant=timezone.now(),
                )
            except DossierRefuse as refus:
                formulaire.add_error("fichier", refus.phrases()[0])
            else:
                return redirect("admin:dossiers_importation_colonnes", importation.pk)
        contexte = self._contexte(request, "Importer des familles", form=formulaire)
        return render(request, "dossiers/gestion/deposer.html", contexte, status=422 if formulaire.errors else 200)

    @geste
    def colonnes(self, request: HttpRequest, importation: Any) -> HttpResponse:
        """Say what each column is; the choice of the last import of the same shape is proposed."""
        proposees = importation.colonnes or gestes.colonnes_deja_choisies(importation) or proposer(importation.entetes)
        formulaire = FormulaireColonnes(
            request.POST or None, importation=importation, initial={n: str(r) for n, r in proposees.items()}
        )
        if request.method == "POST" and formulaire.is_valid():
            gestes.choisir_les_colonnes(
                importation=importation,
                colonnes=formulaire.colonnes(),
                accepter_doublons=formulaire.cleaned_data["accepter_doublons"],
                maintenant=timezone.now(),
            )
            return self.retour(importation)
        contexte = self._contexte(
            request,
            f"Colonnes de {importation.nom_fichier}",
            importation=importation,
            form=formulaire,
            apercu=list(importation.lignes.all()[:LIGNES_D_APERCU]),
            groupes=formulaire.groupes(),
        )
        return render(request, "dossiers/gestion/colonnes.html", contexte, status=422 if formulaire.errors else 200)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Follow an import: how far it is, what it does, every problem by its line."""
        importation: Any = self.get_object(request, object_id)
        if importation is None:
            raise Http404
        if not self.has_view_permission(request, importation):
            raise PermissionDenied
        en_cours = importation.etat in EN_COURS
        contexte = self._contexte(
            request,
            str(importation),
            importation=importation,
            en_cours=en_cours,
            etape="Écriture" if importation.etat == EtatImportation.ECRITURE else "Vérification",
            bilan=rapport.bilan(importation),
            page=Paginator(rapport.problemes(importation), 100).get_page(request.GET.get("p")),
            peut_agir=self.has_gesture_permission(request),
            peut_confirmer=importation.etat == EtatImportation.VERIFIEE,
            sans_effet=importation.etat == EtatImportation.SANS_EFFET,
            peut_choisir=importation.etat in {EtatImportation.CHARGEE, *A_DECIDER},
            laissees=rapport.colonnes_laissees(importation),
            ecrit=importation.etat == EtatImportation.ECRITURE,
            peut_reprendre=en_cours or importation.etat == EtatImportation.INTERROMPUE,
        )
        reponse = render(request, "dossiers/gestion/importation.html", contexte)
        if en_cours:
            reponse["Refresh"] = str(SECONDES_AVANT_SUITE)
        return reponse

    def problemes(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give the report as a CSV that no spreadsheet takes for formulas."""
        importation: Any = self.get_object(request, object_id)
        if importation is None:
            raise Http404
        if not self.has_view_permission(request, importation):
            raise PermissionDenied
        titres = ["Ligne", "Famille", "Colonne", "Problème", "Suite"]
        return tableur.reponse(
            tableur.CSV, f"problemes-import-{importation.pk}", titres, rapport.lignes_du_csv(importation)
        )

    @geste
    def confirmer(self, request: HttpRequest, importation: Importation) -> HttpResponse:
        gestes.confirmer(importation=importation, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "L’import est lancé : vous pouvez quitter cette page, il continue sans vous.")
        return self.retour(importation)

    @geste
    def interrompre(self, request: HttpRequest, importation: Importation) -> HttpResponse:
        gestes.interrompre(importation=importation, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "L’import s’arrête : ce qui est écrit reste, la suite attend.")
        return self.retour(importation)

    @geste
    def reprendre(self, request: HttpRequest, importation: Importation) -> HttpResponse:
        gestes.reprendre(importation=importation, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "L’import reprend où il s’était arrêté.")
        return self.retour(importation)

    @geste
    def jeter(self, request: HttpRequest, importation: Importation) -> HttpResponse:
        gestes.jeter(importation=importation, auteur=request.user, maintenant=timezone.now())  # type: ignore[arg-type]
        messages.success(request, "Le fichier est jeté. Les familles déjà écrites restent.")
        return redirect("admin:dossiers_importation_changelist")

    def _contexte(self, request: HttpRequest, titre: str, **reste: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "title": titre, "opts": self.opts, **reste}

    def retour(self, importation: Importation) -> HttpResponse:
        return redirect("admin:dossiers_importation_change", importation.pk)
