"""Logins in the staff's site: opened with an activation link, given roles, closed. Nobody raises their own rights."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone

from familles.actions import identifiant, ouverture
from familles.models import Utilisateur
from portail.commun.traces import tracer
from portail.roles import Role

#: What gives power; changed by an administrator, for somebody else only.
CHAMPS_DE_DROITS = ("is_active", "is_staff", "is_superuser")


class GroupesParRole(forms.ModelMultipleChoiceField):
    """The roles by their French names."""

    def label_from_instance(self, obj: Group) -> str:  # type: ignore[override]
        return str(Role(obj.name).label) if obj.name in Role.values else obj.name


@admin.register(Utilisateur)
class UtilisateurAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("email", "prenom", "nom", "roles", "is_staff", "is_active", "adresse_confirmee", "last_login")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("email", "prenom", "nom")
    ordering = ("email",)
    actions = ("renvoyer_l_activation", "fermer_les_sessions")
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Utilisateur]:
        return super().get_queryset(request).prefetch_related("groups", "emailaddress_set")  # type: ignore[no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Utilisateur | None = None) -> Any:
        droits = ["is_active", "is_staff", "groups"]
        if request.user.is_superuser:
            droits.append("is_superuser")
        if obj is None:
            droits.remove("is_active")
        suivi = [] if obj is None else [("Suivi", {"fields": ["adresse_confirmee", "last_login", "date_joined"]})]
        return [(None, {"fields": ["email", "prenom", "nom"]}), ("Droits", {"fields": droits}), *suivi]

    def get_readonly_fields(self, request: HttpRequest, obj: Utilisateur | None = None) -> list[str]:
        fixes = ["adresse_confirmee", "last_login", "date_joined"]
        if obj is not None:
            fixes.append("email")
        if obj is not None and obj.pk == request.user.pk:
            fixes += [*CHAMPS_DE_DROITS, "groups"]
        if not request.user.is_superuser:
            fixes.append("is_superuser")
        return fixes

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **kwargs)
        return GroupesParRole(
            label="rôles",
            queryset=Group.objects.filter(name__in=Role.values),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def has_change_permission(self, request: HttpRequest, obj: Utilisateur | None = None) -> bool:
        """A superuser's account is a superuser's business."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Utilisateur | None = None) -> bool:
        """What a login did must stay attributable: it is closed, never deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Utilisateur, form: ModelForm[Any], change: bool) -> None:  # noqa: FBT001
        maintenant = timezone.now()
        auteur = request.user
        if not change:
            self._refuser_les_droits_interdits(request, Utilisateur(), obj)
            ouvert = ouverture.ouvrir(
                email=obj.email,
                prenom=obj.prenom,
                nom=obj.nom,
                auteur=auteur,  # type: ignore[arg-type]
                maintenant=maintenant,
                agent=obj.is_staff,
            )
            if obj.is_superuser:
                Utilisateur.objects.filter(pk=ouvert.pk).update(is_superuser=True)
            obj.__dict__.update(Utilisateur.objects.get(pk=ouvert.pk).__dict__)
            return
        with transaction.atomic():
            avant = Utilisateur.objects.select_for_update().get(pk=obj.pk)
            self._refuser_les_droits_interdits(request, avant, obj)
            super().save_model(request, obj, form, change)
            changes = [champ for champ in form.changed_data if champ != "groups"]
            if changes:
                tracer(
                    geste="utilisateur.modifie",
                    objet="utilisateur",
                    objet_cle=obj.cle,
                    libelle=obj.email,
                    auteur=auteur,  # type: ignore[arg-type]
                    maintenant=maintenant,
                    avant={champ: str(getattr(avant, champ)) for champ in changes},
                    apres={champ: str(getattr(obj, champ)) for champ in changes},
                )
            if set(changes) & set(CHAMPS_DE_DROITS):
                identifiant.fermer_les_sessions(utilisateur=obj)

    def _refuser_les_droits_interdits(self, request: HttpRequest, avant: Utilisateur, apres: Utilisateur) -> None:
        """Second barrier, after the form that does not offer them."""
        touches = {champ for champ in CHAMPS_DE_DROITS if getattr(avant, champ) != getattr(apres, champ)}
        if touches and apres.pk == request.user.pk:
            raise PermissionDenied
        if "is_superuser" in touches and not request.user.is_superuser:
            raise PermissionDenied

    def save_related(self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool) -> None:  # noqa: FBT001
        utilisateur: Utilisateur = form.instance
        avant = set(utilisateur.groups.values_list("name", flat=True))
        if "groups" in form.cleaned_data and utilisateur.pk == request.user.pk:
            raise PermissionDenied
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            apres = set(utilisateur.groups.values_list("name", flat=True))
            if avant == apres:
                return
            identifiant.fermer_les_sessions(utilisateur=utilisateur)
            tracer(
                geste="utilisateur.roles_changes",
                objet="utilisateur",
                objet_cle=utilisateur.cle,
                libelle=utilisateur.email,
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
                avant={"roles": sorted(avant)},
                apres={"roles": sorted(apres)},
            )

    @admin.display(description="rôles")
    def roles(self, obj: Utilisateur) -> str:
        return ", ".join(str(Role(g.name).label) for g in obj.groups.all() if g.name in Role.values) or "—"

    @admin.display(description="adresse confirmée", boolean=True)
    def adresse_confirmee(self, obj: Utilisateur) -> bool:
        adresses: list[EmailAddress] = list(obj.emailaddress_set.all())
        return any(adresse.verified for adresse in adresses)

    @admin.action(description="Envoyer à nouveau le lien d’activation", permissions=["change"])
    def renvoyer_l_activation(self, request: HttpRequest, queryset: QuerySet[Utilisateur]) -> None:
        jamais_venus = queryset.filter(is_active=True, last_login=None)
        for utilisateur in jamais_venus:
            ouverture.renvoyer_l_activation(
                utilisateur=utilisateur,
                auteur=request.user,  # type: ignore[arg-type]
                maintenant=timezone.now(),
            )
        self.message_user(
            request,
            f"Liens envoyés : {len(jamais_venus)}. Les personnes qui se sont déjà connectées n’en reçoivent pas.",
            messages.SUCCESS,
        )

    @admin.action(description="Fermer toutes les sessions", permissions=["change"])
    def fermer_les_sessions(self, request: HttpRequest, queryset: QuerySet[Utilisateur]) -> None:
        fermees = sum(identifiant.fermer_les_sessions(utilisateur=utilisateur) for utilisateur in queryset)
        self.message_user(request, f"Sessions fermées : {fermees}.", messages.SUCCESS)
