from django.apps import AppConfig


class CommunConfig(AppConfig):
    name = "portail.commun"
    label = "commun"
    verbose_name = "Suivi"
