"""Who may open what: the pages of information are for everybody, the previews for those who write them."""

from django.utils import timezone

from tests.contenu.fabriques import FabriqueActualite, FabriqueEchange, FabriquePage, FabriqueTelechargement
from tests.droits import gestion, parents, public


def preparer(scene):
    scene.page = FabriquePage(slug="le-restaurant")
    scene.fichier = FabriqueTelechargement()
    scene.echange = FabriqueEchange(auteur=scene.parent, sujet="CANARI-f017-4q")
    scene.actualite = FabriqueActualite(slug="du-nouveau", publiee_le=timezone.now())


def apercu():
    return gestion("agent", methode="post", donnees=lambda scene: {"texte": "x"})


DROITS = {
    "contenu:page": public(cles=lambda scene: {"slug": scene.page.slug}),
    "contenu:actualites": public(),
    "contenu:actualite": public(cles=lambda scene: {"slug": scene.actualite.slug}),
    "contenu:telechargements": public(),
    "contenu:telecharger": public(cles=lambda scene: {"cle": scene.fichier.cle}),
    "contenu:recherche": public(donnees=lambda scene: {"q": "restaurant"}),
    "contenu:identite": public(),
    # The town of the scene has no logo.
    "contenu:logo": public(succes=404),
    "contenu:plan": public(),
    "contenu:mentions": public(),
    "contenu:cookies": public(),
    "contenu:accessibilite": public(),
    "contenu:contact": public(),
    "contenu:contact_envoye": public(),
    # Opened by the login of the household: for all the others it does not exist.
    "contenu:echange": parents(cles=lambda scene: {"cle": scene.echange.cle}),
    "admin:contenu_pageinformation_apercu": apercu(),
    "admin:contenu_actualite_apercu": apercu(),
}
