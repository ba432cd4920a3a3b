import datetime
import uuid

import factory

from contenu.actions.menus import ecrire_les_plats
from contenu.enums import Service
from contenu.models import Actualite, ContenuTelechargement, Echange, PageInformation, SemaineDeMenus, Telechargement
from contenu.regles import Jour, Plat
from tests.fabriques import instant


class FabriquePage(factory.django.DjangoModelFactory):
    class Meta:
        model = PageInformation

    titre = factory.Sequence(lambda n: f"Page {n}")
    slug = factory.Sequence(lambda n: f"page-{n}")
    texte = "Un **texte**."


class FabriqueActualite(factory.django.DjangoModelFactory):
    class Meta:
        model = Actualite

    titre = factory.Sequence(lambda n: f"Actualité {n}")
    slug = factory.Sequence(lambda n: f"actualite-{n}")
    texte = "Du **nouveau**."
    publiee_le = instant(2018, 1, 1) - datetime.timedelta(days=1)


class FabriqueEchange(factory.django.DjangoModelFactory):
    class Meta:
        model = Echange
        skip_postgeneration_save = True

    sujet = "La cantine du mardi"
    nom = "Claire AABELIUM"
    courriel = "claire@exemple.fr"
    ouvert_le = instant(2018, 1, 1)
    dernier_message_le = factory.SelfAttribute("ouvert_le")

    @factory.post_generation
    def message(self, create, texte, **autres):
        self.messages.create(texte=texte or "Bonjour.", envoye_le=self.ouvert_le, auteur=self.auteur)


class FabriqueTelechargement(factory.django.DjangoModelFactory):
    class Meta:
        model = Telechargement
        skip_postgeneration_save = True

    titre = factory.Sequence(lambda n: f"Fichier {n}")
    format = "application/pdf"
    octets = 122_880
    empreinte = "0" * 64
    publie_le = instant(2018, 1, 1)

    @factory.post_generation
    def contenu(self, create, octets, **autres):
        ContenuTelechargement.objects.create(telechargement=self, octets=octets or b"%PDF-1.7 essai")


def SEMAINE_ECRITE(lundi):  # noqa: N802 - a constant but for its week
    """Three days that say something."""
    colin = Plat(Service.PLAT, "Filet de colin", ("peche_durable",), ("poissons", "lait"))
    return [
        Jour(lundi, plats=(Plat(Service.ENTREE, "Carottes râpées"), colin)),
        Jour(lundi + datetime.timedelta(days=2), mention="Repas à thème", plats=(Plat(Service.PLAT, "Couscous"),)),
        Jour(lundi + datetime.timedelta(days=3), plats=(Plat(Service.DESSERT, "Pomme"),)),
    ]


def semaine_de_menus(lundi, *, publiee=False, accueil=""):
    semaine = SemaineDeMenus.objects.create(
        lundi=lundi, publiee=publiee, accueil_cle=uuid.uuid4() if accueil else None, accueil_nom=accueil
    )
    ecrire_les_plats(semaine, SEMAINE_ECRITE(lundi))
    return semaine
