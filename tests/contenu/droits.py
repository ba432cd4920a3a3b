"""Who may open what: the pages of information are for everybody, the previews for those who write them."""

import datetime

from django.utils import timezone

from tests.contenu.fabriques import (
    FabriqueActualite,
    FabriqueEchange,
    FabriquePage,
    FabriqueTelechargement,
    semaine_de_menus,
)
from tests.droits import gestion, parents, public


def preparer(scene):
    scene.page = FabriquePage(slug="le-restaurant")
    scene.semaine = semaine_de_menus(datetime.date(2018, 1, 15))
    scene.fichier = FabriqueTelechargement()
    scene.echange = FabriqueEchange(auteur=scene.parent, sujet="CANARI-f017-4q")
    scene.actualite = FabriqueActualite(slug="du-nouveau", publiee_le=timezone.now())


def apercu():
    return gestion("agent", methode="post", donnees=lambda scene: {"texte": "x"})


def menus(methode, succes):
    return gestion("agent", methode=methode, succes=succes, cles=lambda scene: {"pk": scene.semaine.pk})


DROITS = {
    "contenu:page": public(cles=lambda scene: {"slug": scene.page.slug}),
    "contenu:actualites": public(),
    "contenu:actualite": public(cles=lambda scene: {"slug": scene.actualite.slug}),
    "contenu:menus": public(),
    "contenu:menus_de_la_semaine": public(cles=lambda scene: {"lundi": "2018-01-15"}),
    "admin:contenu_semainedemenus_apercu": menus("get", 200),
    "admin:contenu_semainedemenus_publier": menus("post", 302),
    "admin:contenu_semainedemenus_retirer": menus("post", 302),
    "admin:contenu_semainedemenus_recopier": menus("post", 302),
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
