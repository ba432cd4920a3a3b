"""Lists that the town keeps: schools, classes, menus, authorisations, vaccines."""

from django.contrib import admin

from enfants.admin.commun import AvecTrace
from enfants.models import Classe, Ecole, Menu, TypeAutorisation, Vaccin


@admin.register(Ecole)
class EcoleAdmin(AvecTrace):
    list_display = ["nom", "ville", "dernier_niveau", "ecole_suivante"]
    list_select_related = ["ecole_suivante"]
    search_fields = ["nom"]


@admin.register(Classe)
class ClasseAdmin(AvecTrace):
    list_display = ["nom", "niveau", "ecole"]
    list_filter = ["ecole", "niveau"]
    list_select_related = ["ecole"]


@admin.register(Menu)
class MenuAdmin(AvecTrace):
    list_display = ["nom", "ordre", "propose"]


@admin.register(TypeAutorisation)
class TypeAutorisationAdmin(AvecTrace):
    list_display = ["libelle", "nature", "ordre", "active"]
    prepopulated_fields = {"code": ["libelle"]}


@admin.register(Vaccin)
class VaccinAdmin(AvecTrace):
    list_display = ["nom", "maladies", "obligatoire", "nes_du", "nes_au", "age_mois", "source"]
    list_filter = ["obligatoire"]
    prepopulated_fields = {"code": ["nom"]}
