from django.db import models


class EtatCampagne(models.TextChoices):
    BROUILLON = "brouillon", "Brouillon"
    EMISSION = "emission", "Émission en cours"
    EMISE = "emise", "Émise"


class EtatFacture(models.TextChoices):
    """Life of an invoice; whether it is settled is read from its amounts (see ``EtatAffiche``)."""

    BROUILLON = "brouillon", "Brouillon"
    EMISE = "emise", "Émise"
    TRANSMISE = "transmise", "Transmise au Trésor public"
    ANNULEE = "annulee", "Annulée"


class EtatAffiche(models.TextChoices):
    """State of an invoice in the words of the tutorial."""

    BROUILLON = "brouillon", "Brouillon"
    NON_SOLDEE = "non_soldee", "Facture non soldée"
    EN_ATTENTE = "en_attente", "Facture en attente de validation du paiement"
    SOLDEE = "soldee", "Facture soldée"
    TRANSMISE = "transmise", "Paiement de cette facture géré par le Trésor public"
    ANNULEE = "annulee", "Facture annulée"


class EtatPaiement(models.TextChoices):
    EN_ATTENTE = "en_attente", "Règlement en attente de validation"
    VALIDE = "valide", "Règlement validé"
    ANNULE = "annule", "Règlement annulé"


class ModePaiement(models.TextChoices):
    TIPI = "tipi", "Carte bancaire en ligne (TIPI)"
    PRELEVEMENT_EN_LIGNE = "prelevement_en_ligne", "Prélèvement unique en ligne (TIPI)"
    CARTE = "carte", "Carte bancaire au guichet"
    CHEQUE = "cheque", "Chèque"
    ESPECES = "especes", "Espèces"
    VIREMENT = "virement", "Virement"


class EtatTentative(models.TextChoices):
    """An attempt to pay online, from the click to the bank's answer."""

    CREEE = "creee", "Créée"
    REDIRIGEE = "redirigee", "Famille envoyée vers le paiement"
    PAYEE = "payee", "Payée"
    REFUSEE = "refusee", "Refusée par la banque"
    ABANDONNEE = "abandonnee", "Abandonnée par la famille"
    EXPIREE = "expiree", "Sans réponse"
    A_VERIFIER = "a_verifier", "À vérifier"


#: While an attempt is in one of these, its invoices cannot be paid again.
TENTATIVES_OUVERTES = frozenset({EtatTentative.CREEE, EtatTentative.REDIRIGEE})


class VerdictNotification(models.TextChoices):
    """What was done of a message that says it comes from the payment service."""

    PRISE_EN_COMPTE = "prise_en_compte", "Prise en compte"
    DEJA_CONNUE = "deja_connue", "Déjà connue"
    NON_CONFORME = "non_conforme", "Non conforme : mise de côté"
    INCONNUE = "inconnue", "Jeton inconnu"
    ILLISIBLE = "illisible", "Illisible"


class SaisieTipi(models.TextChoices):
    TEST = "T", "Test"
    ACTIVATION = "X", "Activation"
    PRODUCTION = "A", "Production"
