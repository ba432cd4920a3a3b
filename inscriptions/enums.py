from django.db import models


class EtatDossier(models.TextChoices):
    """Where a registration file stands."""

    BROUILLON = "brouillon", "En cours de saisie"
    ENVOYE = "envoye", "À examiner"
    COMPLEMENT = "complement", "Complément demandé"
    ACCEPTE = "accepte", "Accepté"
    REFUSE = "refuse", "Refusé"


#: The household writes in it; nobody has answered it.
MODIFIABLES = frozenset({EtatDossier.BROUILLON, EtatDossier.COMPLEMENT})
SANS_REPONSE = frozenset({*MODIFIABLES, EtatDossier.ENVOYE})


class Section(models.TextChoices):
    """The steps of the filing, in their order; the values are parts of addresses."""

    FOYER = "foyer", "Foyer"
    ADULTES = "adultes", "Adultes"
    ENFANTS = "enfants", "Enfants"
    PIECES = "pieces", "Pièces"


class Raison(models.TextChoices):
    """Why a household that exists looks like the one that asks."""

    COURRIEL = "courriel", "même adresse électronique"
    TELEPHONE = "telephone", "même téléphone"
    ADULTE = "adulte", "même adulte"
    ENFANT = "enfant", "même enfant"
    ADRESSE = "adresse", "même adresse postale"
    ALLOCATAIRE = "allocataire", "même N° allocataire"
