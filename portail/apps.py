from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortailConfig(AppConfig):
    name = "portail"
    verbose_name = "Portail famille"


class AdministrationConfig(AdminConfig):
    """The staff's site, at ``/gestion/``."""

    default_site = "portail.administration.SiteGestion"
