"""What the town says, its identity, its information pages, its news, and what people write to it."""

from contenu.models.actualites import Actualite, CibleActualite
from contenu.models.commune import Commune, DeclarationAccessibilite
from contenu.models.contact import Echange, MessageContact
from contenu.models.menus import JourDeMenu, PlatDuJour, SemaineDeMenus
from contenu.models.pages import ORDRE_DU_MENU, PageInformation
from contenu.models.telechargements import ContenuTelechargement, Telechargement

__all__ = [
    "ORDRE_DU_MENU",
    "Actualite",
    "CibleActualite",
    "Commune",
    "ContenuTelechargement",
    "DeclarationAccessibilite",
    "Echange",
    "JourDeMenu",
    "MessageContact",
    "PageInformation",
    "PlatDuJour",
    "SemaineDeMenus",
    "Telechargement",
]
