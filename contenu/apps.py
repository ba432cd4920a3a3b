from django.apps import AppConfig


class ContenuConfig(AppConfig):
    name = "contenu"
    verbose_name = "Contenu du site"
