from django.db import models

from reservations.enums import EtatPresence


class Serie(models.TextChoices):
    """A series of numbers of a régie."""

    FACTURE = "facture", "Factures"
    QUITTANCE = "quittance", "Quittances"


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


#: Days that a household owes: what it kept, whether the child came or not, and a child who came without a booking.
ETATS_FACTURABLES = frozenset(
    {
        EtatPresence.ACCEPTEE,
        EtatPresence.PRESENTE,
        EtatPresence.ABSENTE_INJUSTIFIEE,
        EtatPresence.PRESENTE_NON_RESERVEE,
    }
)


class NatureAnomalie(models.TextChoices):
    """What the régisseur should look at before issuing. The first two keep days out of the invoices."""

    SANS_TARIF = "sans_tarif", "Jours sans tarif : non facturés"
    SANS_DEBITEUR = "sans_debiteur", "Famille sans responsable : non facturée"
    DEMANDES_EN_ATTENTE = "demandes_en_attente", "Demandes sans réponse : elles ne sont pas facturées"
    JOURS_NON_POINTES = "jours_non_pointes", "Jours réservés et non pointés : facturés comme réservés"
    A_REGULARISER = "a_regulariser", "Jours facturés puis annulés : à régulariser avec la famille"


class MotifRefusFacturation(models.TextChoices):
    PERIODE_INVERSEE = "periode_inversee", "La fin précède le début."
    CAMPAGNE_DEJA_LANCEE = "campagne_deja_lancee", "Cette campagne est déjà émise ou en cours d’émission."
    PAS_EN_EMISSION = "pas_en_emission", "Cette campagne n’est pas en cours d’émission."
    RIEN_A_FACTURER = "rien_a_facturer", "Cette campagne ne contient aucune facture."
    JOURS_CHANGES = (
        "jours_changes",
        "Des présences ont changé depuis le calcul\u00a0: recalculez le brouillon avant d’émettre.",
    )
    LIMITE_PASSEE = "limite_passee", "La date limite de paiement précède la date d’émission."


class MotifRefusPaiement(models.TextChoices):
    AUCUNE_FACTURE = "aucune_facture", "Cochez au moins une facture à payer."
    FACTURE_NON_PAYABLE = (
        "facture_non_payable",
        "Une des factures cochées ne peut plus être payée en ligne. La liste ci-dessous est à jour.",
    )
    DEJA_EN_COURS = (
        "deja_en_cours",
        "Un paiement est déjà en cours pour une de ces factures. Reprenez-le, ou indiquez que vous l’avez abandonné.",
    )
    PLUSIEURS_REGIES = "plusieurs_regies", "Les factures de deux régies se paient séparément."
    SOUS_LE_MINIMUM = "sous_le_minimum", "Le total est inférieur au minimum du paiement en ligne."
    AU_DELA_DU_MAXIMUM = "au_dela_du_maximum", "Le total dépasse le maximum d’un paiement en ligne."
    PAS_DE_PAIEMENT_EN_LIGNE = "pas_de_paiement_en_ligne", "Cette régie n’accepte pas encore le paiement en ligne."
    TENTATIVE_TERMINEE = "tentative_terminee", "Ce paiement est déjà terminé."
    ESSAI = "essai", "Cette tentative est un essai ou une activation : elle n’a rien encaissé."
    DEJA_TRAITE = "deja_traite", "Ce paiement a déjà été validé ou annulé."
    MOTIF_OBLIGATOIRE = "motif_obligatoire", "Une annulation se motive."
    ESPECES_PLAFONNEES = "especes_plafonnees", "Un paiement en espèces ne dépasse pas 300\u00a0€."
