"""Who may open what: the pages of information are for everybody, the previews for those who write them."""

from django.utils import timezone

from tests.contenu.fabriques import FabriqueActualite, FabriquePage
from tests.droits import gestion, public


def preparer(scene):
    scene.page = FabriquePage(slug="le-restaurant")
    scene.actualite = FabriqueActualite(slug="du-nouveau", publiee_le=timezone.now())


def apercu():
    return gestion("agent", methode="post", donnees=lambda scene: {"texte": "x"})


DROITS = {
    "contenu:page": public(cles=lambda scene: {"slug": scene.page.slug}),
    "contenu:actualites": public(),
    "contenu:actualite": public(cles=lambda scene: {"slug": scene.actualite.slug}),
    "contenu:recherche": public(donnees=lambda scene: {"q": "restaurant"}),
    "contenu:identite": public(),
    # The town of the scene has no logo.
    "contenu:logo": public(succes=404),
    "contenu:plan": public(),
    "contenu:mentions": public(),
    "contenu:cookies": public(),
    "contenu:accessibilite": public(),
    "contenu:contact": public(),
    "admin:contenu_pageinformation_apercu": apercu(),
    "admin:contenu_actualite_apercu": apercu(),
}
