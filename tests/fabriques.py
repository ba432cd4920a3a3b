"""Factories, with traits: each builds the smallest believable object, and the tests say only what matters to them."""

import datetime
from zoneinfo import ZoneInfo

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from contenu.models import Commune
from enfants.models import Ecole, Enfant, Rattachement
from facturation.models import Regie, RegieEtablissement, Tarif
from familles.models import Famille, Responsable, Utilisateur
from reservations.enums import TypeJours
from reservations.models import Accueil, Creneau, Etablissement, Periode, Prestation, RegleDelai

PARIS = ZoneInfo("Europe/Paris")
MOT_DE_PASSE = "Rivage-Salin-44"
#: Computed once: hashing is slow on purpose.
CONDENSE = make_password(MOT_DE_PASSE)


class FabriqueUtilisateur(factory.django.DjangoModelFactory):
    class Meta:
        model = Utilisateur
        skip_postgeneration_save = True

    class Params:
        agent = factory.Trait(is_staff=True)

    email = factory.Sequence(lambda n: f"personne{n}@exemple.fr")
    password = CONDENSE
    prenom = "Anne"
    nom = factory.Sequence(lambda n: f"Martin{n}")

    @factory.post_generation
    def adresse_confirmee(self, create, extracted, **kwargs):
        if extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


def membre_du_personnel(role, **champs):
    """A member of the staff in the group of that role; ``portail.roles.synchroniser`` must have made the groups."""
    utilisateur = FabriqueUtilisateur(agent=True, **champs)
    utilisateur.groups.add(Group.objects.get(name=role))
    return utilisateur


class FabriqueFamille(factory.django.DjangoModelFactory):
    class Meta:
        model = Famille

    code = factory.Sequence(lambda n: f"F{n + 1000:05d}")
    nom = factory.Sequence(lambda n: f"MARTIN{n}")
    adresse = "12 rue des Paludiers"
    code_postal = "44740"
    ville = "Batz-sur-Mer"


class FabriqueResponsable(factory.django.DjangoModelFactory):
    class Meta:
        model = Responsable

    famille = factory.SubFactory(FabriqueFamille)
    utilisateur = factory.SubFactory(FabriqueUtilisateur)
    civilite = "mme"
    nom = factory.SelfAttribute("famille.nom")
    prenom = "Anne"
    email = factory.SelfAttribute("utilisateur.email")


class FabriqueEcole(factory.django.DjangoModelFactory):
    class Meta:
        model = Ecole
        django_get_or_create = ("nom",)

    nom = "Groupe scolaire Alain Boutle"


class FabriqueEnfant(factory.django.DjangoModelFactory):
    """``famille=…`` attaches the child to that household."""

    class Meta:
        model = Enfant
        skip_postgeneration_save = True

    nom = "MARTIN"
    prenom = factory.Sequence(lambda n: f"Léa{n}")
    date_naissance = datetime.date(2011, 1, 1)

    @factory.post_generation
    def famille(self, create, extracted, **kwargs):
        if extracted is not None:
            Rattachement.objects.create(enfant=self, famille=extracted)


class FabriqueRegle(factory.django.DjangoModelFactory):
    class Meta:
        model = RegleDelai
        django_get_or_create = ("nom",)

    nom = "2 jours ouvrés avant, 12 h"
    nombre = 2
    type_jours = TypeJours.OUVRES
    heure = datetime.time(12)


class FabriqueEtablissement(factory.django.DjangoModelFactory):
    class Meta:
        model = Etablissement

    nom = factory.Sequence(lambda n: f"ACCUEIL PERISCOLAIRE {n}")


class FabriqueAccueil(factory.django.DjangoModelFactory):
    class Meta:
        model = Accueil

    etablissement = factory.SubFactory(FabriqueEtablissement)
    nom = "PERISCOLAIRE"


class FabriquePeriode(factory.django.DjangoModelFactory):
    """The school year of the tutorial, 2017-2018."""

    class Meta:
        model = Periode

    accueil = factory.SubFactory(FabriqueAccueil)
    nom = "PERISCOLAIRE 2017-2018"
    du = datetime.date(2017, 9, 4)
    au = datetime.date(2018, 7, 6)
    validation_jusqu_au = datetime.date(2018, 7, 6)
    regle_reservation = factory.SubFactory(FabriqueRegle)
    regle_annulation = factory.SubFactory(FabriqueRegle)


class FabriquePrestation(factory.django.DjangoModelFactory):
    class Meta:
        model = Prestation

    periode = factory.SubFactory(FabriquePeriode)
    nom = "Périscolaire Matin Ecole Alain BOUTLE"
    nom_court = "Matin"


class FabriqueCreneau(factory.django.DjangoModelFactory):
    class Meta:
        model = Creneau

    prestation = factory.SubFactory(FabriquePrestation)
    jour = datetime.date(2018, 1, 15)
    capacite = 30


class FabriqueRegie(factory.django.DjangoModelFactory):
    class Meta:
        model = Regie

    code = factory.Sequence(lambda n: f"regie{n}")
    nom = "REGIE PERISCOLAIRE/ALSH/ESPACE JEUNES"
    numcli = "012345"


class FabriqueTarif(factory.django.DjangoModelFactory):
    class Meta:
        model = Tarif

    prestation = factory.SubFactory(FabriquePrestation)
    du = datetime.date(2017, 9, 1)
    montant = "1.75"


def lier_regie(regie, etablissement):
    return RegieEtablissement.objects.create(regie=regie, etablissement=etablissement)


class FabriqueCommune(factory.django.DjangoModelFactory):
    class Meta:
        model = Commune
        django_get_or_create = ("pk",)

    pk = 1
    nom = "Mairie de Batz-sur-Mer"
    commune = "Batz-sur-Mer"
    adresse = "34 Rue Jean XXIII"
    code_postal = "44740"
    telephone = "02.40.23.92.25"
    courriel = "sej@mairie-batzsurmer.fr"


def instant(*args):
    """An instant of the Paris wall clock: ``instant(2018, 1, 11, 12)``."""
    return datetime.datetime(*args, tzinfo=PARIS)
