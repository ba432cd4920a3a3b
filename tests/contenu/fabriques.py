import datetime

import factory

from contenu.models import Actualite, PageInformation
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
