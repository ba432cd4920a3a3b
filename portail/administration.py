"""The staff's site, ``/gestion/``: Django's admin, entered by the portal's own login page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url


class SiteGestion(admin.AdminSite):
    site_header = "Gestion du portail famille"
    site_title = "Gestion"
    index_title = "Tableau de bord du service"
    enable_nav_sidebar = True

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the portal's login, which limits the tries; the admin's own does not."""
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", resolve_url("admin:index")), resolve_url("account_login"))
