"""The queue by age; the page with everything, what is alike, and the three answers."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import apercus
from documents.views import en_piece_jointe
from familles.models import Famille, Utilisateur
from inscriptions import acces, doublons
from inscriptions.actions import examen
from inscriptions.actions.envoi import noter
from inscriptions.admin.complement import AvecComplement, manquantes
from inscriptions.admin.formulaires import CorrigerAdulte, CorrigerFoyer, Decision, FormulaireRefus
from inscriptions.enums import EtatDossier
from inscriptions.erreurs import DossierRefuse, MotifDossier
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier, PieceDossier
from portail.commun.decorateurs import journalise_la_lecture
from portail.commun.texte import normaliser

ADRESSE_POSTALE = ["adresse", "complement", ("code_postal", "ville"), "pays"]


class EtatFiltre(admin.SimpleListFilter):
    """What waits, unless another state is asked: that is the queue."""

    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (EtatDossier.COMPLEMENT, "Complément demandé"),
            (EtatDossier.ACCEPTE, "Acceptées"),
            (EtatDossier.REFUSE, "Refusées"),
            ("toutes", "Toutes"),
        ]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": EtatDossier.ENVOYE.label,
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[DossierInscription]) -> QuerySet[DossierInscription]:
        valeur = self.value()
        return queryset if valeur == "toutes" else queryset.filter(etat=valeur or EtatDossier.ENVOYE)


class Adultes(admin.StackedInline):  # type: ignore[type-arg]
    model = AdulteDossier
    form = CorrigerAdulte
    extra = 0
    can_delete = False
    fields = [
        ("civilite", "nom", "nom_naissance", "prenom"),
        ("lien", "date_naissance", "autorite_parentale"),
        ("email", "telephone_mobile", "telephone_travail"),
        ("profession", "employeur"),
        *ADRESSE_POSTALE,
    ]


class Enfants(admin.StackedInline):  # type: ignore[type-arg]
    model = EnfantDossier
    extra = 0
    can_delete = False
    fields = [
        ("nom", "prenom", "sexe"),
        ("date_naissance", "lieu_naissance", "departement_naissance"),
        ("ecole", "niveau", "autre_foyer"),
    ]


@admin.register(DossierInscription)
class DossierAdmin(AvecComplement, admin.ModelAdmin):  # type: ignore[type-arg]
    form = CorrigerFoyer
    change_form_template = "admin/inscriptions/dossier.html"
    list_display = ["numero", "nom", "les_enfants", "ville", "recu_le", "attend_depuis", "etat"]
    list_display_links = ["numero", "nom"]
    list_filter = [EtatFiltre]
    search_fields = ["nom_recherche"]
    search_help_text = "Nom du foyer, d’un adulte ou d’un enfant, adresse électronique ; sans se soucier des accents"
    list_per_page = 50
    show_full_result_count = False
    inlines = [Adultes, Enfants]
    fieldsets = [
        ("Foyer", {"fields": [("nom", "telephone"), ("situation", "regime", "numero_allocataire"), *ADRESSE_POSTALE]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DossierInscription]:
        """A draft is its household's only; the oldest that waits comes first."""
        envoyes: QuerySet[DossierInscription] = super().get_queryset(request).exclude(etat=EtatDossier.BROUILLON)
        attend = Case(When(etat=EtatDossier.ENVOYE, then=Value(0)), default=Value(1), output_field=IntegerField())
        return envoyes.prefetch_related("enfants").order_by(attend, "envoye_le", "pk")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[DossierInscription], search_term: str
    ) -> tuple[QuerySet[DossierInscription], bool]:
        for mot in normaliser(search_term).split()[:6]:
            trouves = DossierInscription.objects.filter(nom_recherche__contains=mot)
            trouves |= DossierInscription.objects.filter(courriel__icontains=mot)
            trouves |= DossierInscription.objects.filter(
                pk__in=AdulteDossier.objects.filter(nom_recherche__contains=mot).values("dossier")
            )
            trouves |= DossierInscription.objects.filter(
                pk__in=EnfantDossier.objects.filter(nom_recherche__contains=mot).values("dossier")
            )
            queryset = queryset.filter(pk__in=trouves.values("pk"))
        return queryset, False

    @admin.display(description="référence")
    def numero(self, dossier: DossierInscription) -> str:
        return dossier.reference

    @admin.display(description="enfants")
    def les_enfants(self, dossier: DossierInscription) -> str:
        return ", ".join(enfant.prenom for enfant in dossier.enfants.all())

    @admin.display(description="envoyée le")
    def recu_le(self, dossier: DossierInscription) -> str:
        return f"{timezone.localtime(dossier.envoye_le):%d/%m/%Y à %H h %M}"

    @admin.display(description="attend depuis")
    def attend_depuis(self, dossier: DossierInscription) -> str:
        return timesince(dossier.envoye_le, depth=1) if dossier.etat == EtatDossier.ENVOYE else ""  # type: ignore[arg-type]

    # --- Rights and corrections --------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A household without the Internet is created directly: see the households."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: DossierInscription | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: DossierInscription | None = None) -> bool:
        """Once answered, a file stays what was answered."""
        if obj is not None and obj.etat != EtatDossier.ENVOYE:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: DossierInscription, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if form.changed_data:
            noter(
                "inscription.corrigee",
                obj,
                request.user,
                timezone.now(),
                apres={"donnees": ", ".join(sorted(form.changed_data))},
            )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001
        for ligne in formset.forms:
            if isinstance(ligne.instance, AdulteDossier) and ligne.instance.pk is None and ligne.has_changed():
                ligne.instance.rang = examen.rang_suivant(form.instance)
        super().save_formset(request, form, formset, change)
        changees = sorted({nom for ligne in formset.forms for nom in ligne.changed_data})
        if changees:
            noter(
                "inscription.corrigee",
                form.instance,
                request.user,
                timezone.now(),
                apres={"donnees": f"{formset.model._meta.verbose_name} : {', '.join(changees)}"},
            )

    # --- Pages -------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        formulaire = require_http_methods(["GET", "HEAD", "POST"])
        vues = [
            ("<int:pk>/accepter/", formulaire(self.accepter), "accepter"),
            ("<int:pk>/rattacher/<int:famille_pk>/", formulaire(self.rattacher), "rattacher"),
            ("<int:pk>/refuser/", formulaire(self.refuser), "refuser"),
            ("<int:pk>/complement/", formulaire(self.demander_un_complement), "complement"),
            ("<int:pk>/remettre/", require_POST(self.remettre), "remettre"),
            ("<int:pk>/pieces/<uuid:cle>/fichier/", require_safe(journalise_la_lecture(self.fichier)), "fichier"),
            (
                "<int:pk>/pieces/<uuid:cle>/apercu/<int:page>.png",
                require_safe(journalise_la_lecture(self.apercu)),
                "apercu",
            ),
        ]
        return [
            *(path(chemin, self._vue(vue), name=f"inscriptions_dossierinscription_{nom}") for chemin, vue, nom in vues),
            *super().get_urls(),
        ]

    def _vue(self, vue: Any) -> Any:
        """Keep the mark of a reading that is logged, which the admin's own wrapper would hide."""
        enveloppee = self.admin_site.admin_view(vue)
        enveloppee.journalise_la_lecture = getattr(vue, "journalise_la_lecture", False)
        return enveloppee

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        dossier = self.get_object(request, object_id)
        panneau = {}
        if dossier is not None and request.user.has_perm("inscriptions.view_dossierinscription"):
            panneau = self._panneau(request, dossier)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **panneau})

    def _panneau(self, request: HttpRequest, dossier: DossierInscription) -> dict[str, Any]:
        pieces = list(dossier.pieces.select_related("enfant", "type"))
        a_traiter = dossier.etat == EtatDossier.ENVOYE
        peut_traiter = self.has_gesture_permission(request)
        return {
            "dossier": dossier,
            "peut_repondre": a_traiter and self.has_change_permission(request, dossier),
            "semblables": doublons.chercher(dossier) if a_traiter else None,
            "pieces": [(piece, range(1, piece.pages + 1) if apercus.sait_dessiner(piece) else []) for piece in pieces],
            "manquantes": manquantes(dossier) if a_traiter else [],
            "complements": list(dossier.complements.select_related("demande_par")),
            "peut_remettre": dossier.etat == EtatDossier.COMPLEMENT and peut_traiter,
            "restants": DossierInscription.objects.a_examiner().exclude(pk=dossier.pk).count(),
        }

    # --- Answers -----------------------------------------------------------------------------------------------

    def accepter(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a household of the file, once the agent has said whose account to open and who is already known."""
        dossier = acces.dossier_a_traiter(_agent(request), pk)
        if dossier.etat != EtatDossier.ENVOYE:
            return self._deja_traite(request)
        formulaire = self._decision(request, dossier, None)
        if not formulaire.is_valid():
            return self._page(request, dossier, formulaire, "Accepter et créer la famille")
        return self._repondre(
            request,
            dossier,
            lambda maintenant: examen.accepter(
                dossier=dossier,
                residente=formulaire.cleaned_data["residente"],
                comptes=formulaire.comptes_choisis(),
                connus=formulaire.enfants_connus(),
                agent=_agent(request),
                maintenant=maintenant,
            ),
        )

    def rattacher(self, request: HttpRequest, pk: int, famille_pk: int) -> HttpResponse:
        """Add the file to a household that exists."""
        dossier = acces.dossier_a_traiter(_agent(request), pk)
        famille = acces.famille_de_rattachement(famille_pk)
        if dossier.etat != EtatDossier.ENVOYE:
            return self._deja_traite(request)
        formulaire = self._decision(request, dossier, famille)
        if not formulaire.is_valid():
            return self._page(request, dossier, formulaire, f"Rattacher à {famille}", famille)
        return self._repondre(
            request,
            dossier,
            lambda maintenant: examen.rattacher(
                dossier=dossier,
                famille=famille,
                comptes=formulaire.comptes_choisis(),
                connus=formulaire.enfants_connus(),
                agent=_agent(request),
                maintenant=maintenant,
            ),
        )

    def refuser(self, request: HttpRequest, pk: int) -> HttpResponse:
        dossier = acces.dossier_a_traiter(_agent(request), pk)
        formulaire = FormulaireRefus(request.POST or None)
        if not formulaire.is_valid():
            return self._page(request, dossier, formulaire, "Refuser la demande")
        try:
            examen.refuser(
                dossier=dossier,
                motif=formulaire.cleaned_data["motif"],
                agent=_agent(request),
                maintenant=timezone.now(),
            )
        except DossierRefuse:
            return self._deja_traite(request)
        messages.success(request, "La demande est refusée et la famille est prévenue.")
        return redirect("admin:inscriptions_dossierinscription_changelist")

    def _deja_traite(self, request: HttpRequest) -> HttpResponse:
        messages.warning(request, MotifDossier.DEJA_TRAITE.label)
        return redirect("admin:inscriptions_dossierinscription_changelist")

    def _decision(self, request: HttpRequest, dossier: DossierInscription, famille: Famille | None) -> Decision:
        connus = doublons.enfants_semblables(list(dossier.enfants.all()))
        donnees = request.POST if request.method == "POST" else None
        return Decision(donnees, dossier=dossier, connus=connus, famille=famille)

    def _page(
        self,
        request: HttpRequest,
        dossier: DossierInscription,
        formulaire: Any,
        titre: str,
        famille: Famille | None = None,
    ) -> HttpResponse:
        contexte = {
            **self.admin_site.each_context(request),
            "title": titre,
            "opts": self.opts,
            "dossier": dossier,
            "famille": famille,
            "presents": list(famille.responsables.select_related("utilisateur")) if famille else [],
            "form": formulaire,
        }
        statut = 422 if formulaire.is_bound else 200
        return render(request, "admin/inscriptions/repondre.html", contexte, status=statut)

    def _repondre(self, request: HttpRequest, dossier: DossierInscription, geste: Any) -> HttpResponse:
        try:
            reponse: examen.Reponse = geste(timezone.now())
        except DossierRefuse as refus:
            messages.warning(request, refus.phrases()[0])
            return redirect("admin:inscriptions_dossierinscription_changelist")
        for phrase in reponse.avertissements:
            messages.warning(request, phrase)
        messages.success(request, f"La demande {dossier.reference} est acceptée, et la famille est prévenue.")
        return redirect(reverse("admin:familles_famille_change", args=[reponse.famille.pk]))

    # --- Pieces ------------------------------------------------------------------------------------------------

    def _piece(self, request: HttpRequest, pk: int, cle: UUID) -> PieceDossier:
        dossier = acces.dossier_a_examiner(_agent(request), pk)
        return acces.ligne(dossier.pieces.select_related("type", "dossier"), cle)

    def fichier(self, request: HttpRequest, pk: int, cle: UUID) -> Any:
        piece = self._piece(request, pk, cle)
        noter("inscription.piece_telechargee", piece.dossier, request.user, timezone.now())
        return en_piece_jointe(piece)

    def apercu(self, request: HttpRequest, pk: int, cle: UUID, page: int) -> HttpResponse:
        piece = self._piece(request, pk, cle)
        image = apercus.dessiner(piece, page)
        if image is None:
            raise Http404
        if page == 1:
            noter("inscription.piece_regardee", piece.dossier, request.user, timezone.now())
        return HttpResponse(image, content_type="image/png", headers={"Cache-Control": "no-store, private"})


def _agent(request: HttpRequest) -> Utilisateur:
    """Return the member of staff, whom the admin has already let in."""
    return cast(Utilisateur, request.user)
