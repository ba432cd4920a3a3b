"""The staff's site, ``/gestion/``: Django's admin, entered by the portal's own login page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.views.decorators.http import require_http_methods

from portail.intitules import avec_intitules

#: Written by the accounts' own pages and by ``manage.py roles``: nobody edits them by hand.
APPLICATIONS_SANS_ECRAN = frozenset({"account", "mfa", "usersessions", "auth"})


class SiteGestion(admin.AdminSite):
    site_header = "Gestion du portail famille"
    site_title = "Gestion"
    index_title = "Tableau de bord du service"
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        modeles: Iterable[type[Model]] = (
            [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        )
        retenus = [modele for modele in modeles if modele._meta.app_label not in APPLICATIONS_SANS_ECRAN]
        super().register(retenus, avec_intitules(admin_class or admin.ModelAdmin), **options)

    def get_urls(self) -> list[Any]:
        """Add the pages that belong to no model."""
        from dossiers.gestion import adresses  # noqa: PLC0415 - models are not loaded yet above

        return [*adresses(self.admin_view), *super().get_urls()]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Forget an empty ``_to_field``: Django would look for a field that has no name, and fail."""
        vue = super().admin_view(view, cacheable)

        @wraps(vue)
        def enveloppe(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            for nom in ("GET", "POST"):
                if getattr(request, nom).get(TO_FIELD_VAR) == "":
                    donnees = getattr(request, nom).copy()
                    del donnees[TO_FIELD_VAR]
                    setattr(request, nom, donnees)
            return vue(request, *args, **kwargs)  # type: ignore[no-any-return]

        return enveloppe

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff only, and with a second factor where the installation asks for it."""
        return super().has_permission(request) and not self._sans_second_facteur(request)

    def _sans_second_facteur(self, request: HttpRequest) -> bool:
        from allauth.mfa.utils import is_mfa_enabled  # noqa: PLC0415 - models are not loaded yet above

        return settings.MFA_PERSONNEL and not is_mfa_enabled(request.user)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from portail.travail import travail_du_service  # noqa: PLC0415 - models are not loaded yet above

        return super().index(request, {"travail": travail_du_service(request), **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the portal's login, which limits the tries; the admin's own does not."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated and request.user.is_staff:
            messages.warning(request, "La gestion demande une double authentification : activez-la pour y entrer.")
            return redirect("mfa_index")
        if request.user.is_authenticated:
            # A family that follows a link of the service; sent to the login, it would come back here for ever.
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", resolve_url("admin:index")), resolve_url("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return _deconnexion(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")


@require_http_methods(["GET", "HEAD", "POST"])
def _deconnexion(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return redirect("account_logout")
    logout(request)
    return redirect("accueil")
