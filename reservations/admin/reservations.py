"""A reservation as staff read it, and what an agent enters in the household's place."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portail.commun.erreurs import RefusMetier
from reservations import actions
from reservations.admin.base import FiltreDesSites, LectureSeule, LimiteAuxSites
from reservations.conflits import deja_facture
from reservations.fermetures import factures_des_jours
from reservations.journees import avec_les_lies
from reservations.models import Creneau, Presence, Prestation, Reservation

GESTES = [("reserver", "Réserver"), ("annuler", "Annuler"), ("deplacer", "Déplacer vers un autre jour")]


class AuNomDeForm(forms.Form):
    geste = forms.ChoiceField(label="Geste", choices=GESTES)
    prestation = forms.ModelChoiceField(label="Prestation", queryset=Prestation.objects.none())
    jour = forms.DateField(label="Jour", help_text="JJ/MM/AAAA")
    vers = forms.DateField(label="Vers le", required=False, help_text="JJ/MM/AAAA, pour déplacer seulement.")
    motif = forms.CharField(
        label="Motif, tel que la famille le lit",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        error_messages={"required": "Écrivez le motif : la famille le reçoit par courriel."},
    )
    hors_delai = forms.BooleanField(label="Passer outre les délais", required=False)
    #: Shown once the day turns out to be on an issued invoice.
    malgre_la_facture = forms.BooleanField(
        label="Annuler ce jour, bien qu’il soit déjà facturé", required=False, widget=forms.HiddenInput
    )
    cle_envoi = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *args: Any, reservation: Reservation, deroge: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reservation = reservation
        champs: dict[str, Any] = self.fields
        champs["prestation"].queryset = Prestation.objects.filter(periode=reservation.periode)
        if not deroge:
            del champs["hors_delai"]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("geste") == "deplacer" and not donnees.get("vers"):
            self.add_error("vers", "Dites vers quel jour.")
        for champ in ("jour", "vers"):
            jour, prestation = donnees.get(champ), donnees.get("prestation")
            if jour and prestation:
                donnees[f"creneau_{champ}"] = self._creneau(champ, prestation, jour)
        if donnees.get("creneau_jour") and donnees.get("geste") != "reserver":
            self._dire_la_facture(donnees["creneau_jour"], vue=bool(donnees.get("malgre_la_facture")))
        return donnees

    def _dire_la_facture(self, creneau: Creneau, *, vue: bool) -> None:
        """Before an invoiced day is cancelled, say what becomes of its invoice, and ask again."""
        _, retraits = avec_les_lies(self.reservation, [], [creneau])
        presences = Presence.objects.filter(reservation=self.reservation, creneau__in=retraits).actives()
        factures = factures_des_jours(list(presences.values_list("pk", flat=True)))
        for facture in factures.values():
            champs: dict[str, Any] = self.fields
            champs["malgre_la_facture"].widget = forms.CheckboxInput()
            if not vue:
                prevenu = (
                    "Le régisseur en est prévenu par courriel."
                    if facture.courriel
                    else "Prévenez le régisseur : sa régie n’a pas d’adresse de courriel."
                )
                self.add_error(
                    None, f"{deja_facture(facture)}. {prevenu} Cochez la case en bas pour annuler quand même."
                )

    def _creneau(self, champ: str, prestation: Prestation, jour: Any) -> Creneau | None:
        creneau = Creneau.objects.filter(prestation=prestation, jour=jour).select_related("prestation").first()
        if creneau is None:
            self.add_error(champ, "Cette prestation n’ouvre pas ce jour-là.")
        return creneau

    def jours(self) -> tuple[list[Creneau], list[Creneau]]:
        """Return the days to book and those to cancel."""
        jour, geste = self.cleaned_data["creneau_jour"], self.cleaned_data["geste"]
        if geste == "deplacer":
            return [self.cleaned_data["creneau_vers"]], [jour]
        return ([jour], []) if geste == "reserver" else ([], [jour])


class PresenceEnLigne(admin.TabularInline):  # type: ignore[type-arg]
    model = Presence
    fields = readonly_fields = ("creneau", "etat", "motif", "modifiee_le")
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Presence]:
        return super().get_queryset(request).select_related("creneau__prestation").order_by("creneau__jour")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Reservation)
class ReservationAdmin(LimiteAuxSites, LectureSeule):
    chemin_site = "periode__accueil__etablissement"
    list_display = ("numero", "enfant", "famille", "periode", "cree_le")
    list_filter = (("periode__accueil__etablissement", FiltreDesSites), ("periode", FiltreDesSites))
    search_fields = ("numero", "enfant__nom_recherche", "famille__nom_recherche", "famille__code")
    list_select_related = ("enfant", "famille", "periode")
    readonly_fields = ("saisie_du_service",)
    inlines = (PresenceEnLigne,)

    @admin.display(description="au nom de la famille")
    def saisie_du_service(self, reservation: Reservation) -> SafeString:
        lien = reverse("admin:reservations_reservation_au_nom_de", args=[reservation.pk])
        return format_html('<a href="{}">Réserver, annuler ou déplacer un jour</a>', lien)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.au_nom_de)
        return [
            path("<int:pk>/au-nom-de/", page, name="reservations_reservation_au_nom_de"),
            *super().get_urls(),
        ]

    def au_nom_de(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Enter one gesture in the household's place, with the reason that it reads."""
        if not request.user.has_perm("reservations.change_presence"):
            raise PermissionDenied
        visibles = self.get_queryset(request).filter(pk=pk)
        reservation = Reservation.objects.avec_les_regles().filter(pk__in=visibles.values("pk")).first()
        if reservation is None:
            raise Http404
        deroge = request.user.has_perm("reservations.deroger_reservation")
        form = AuNomDeForm(request.POST or None, reservation=reservation, deroge=deroge)
        if request.method == "POST" and form.is_valid() and self._ecrire(request, reservation, form):
            return redirect("admin:reservations_reservation_change", reservation.pk)
        contexte = {
            **self.admin_site.each_context(request),
            "title": f"Au nom de la famille {reservation.famille.nom}",
            "opts": self.opts,
            "reservation": reservation,
            "formulaire": form,
        }
        return TemplateResponse(request, "admin/reservations/au_nom_de.html", contexte)

    def _ecrire(self, request: HttpRequest, reservation: Reservation, form: AuNomDeForm) -> bool:
        ajouts, retraits = form.jours()
        cle: UUID = form.cleaned_data["cle_envoi"]
        try:
            demande = actions.agir_au_nom_de(
                reservation=reservation,
                ajouts=ajouts,
                retraits=retraits,
                motif=form.cleaned_data["motif"],
                agent=request.user,  # type: ignore[arg-type]
                hors_delai=bool(form.cleaned_data.get("hors_delai")),
                cle=cle,
                maintenant=timezone.now(),
            )
        except RefusMetier as refus:
            for phrase in refus.phrases():
                form.add_error(None, phrase)
            return False
        messages.success(request, f"Demande n° {demande.numero} enregistrée. La famille est prévenue par courriel.")
        return True
