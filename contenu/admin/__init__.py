"""The staff's screens for what the town says and for what people write to it."""

from contenu.admin import actualites, contact, menus, pages, telechargements
from contenu.admin.pages import AvecTrace

__all__ = ["AvecTrace", "actualites", "contact", "menus", "pages", "telechargements"]
