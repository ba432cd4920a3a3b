from django.db import models


class Portee(models.TextChoices):
    """Whose piece it is."""

    FAMILLE = "famille", "Le dossier famille"
    ENFANT = "enfant", "Chaque enfant"


class Validite(models.TextChoices):
    """How long a validated piece is good for."""

    PERMANENTE = "permanente", "Sans limite"
    ANNEE_SCOLAIRE = "annee_scolaire", "Jusqu’au 31 août"
    MOIS = "mois", "Un nombre de mois"
    DATE = "date", "Jusqu’à la date écrite sur la pièce"


class EtatDocument(models.TextChoices):
    ENVOYE = "envoye", "Envoyé"
    VALIDE = "valide", "Validé"
    REFUSE = "refuse", "Refusé"


class EtatPiece(models.TextChoices):
    """State of what is asked, over everything that was sent for it."""

    A_FOURNIR = "a_fournir", "À fournir"
    ENVOYE = "envoye", "Envoyé"
    VALIDE = "valide", "Validé"
    REFUSE = "refuse", "Refusé"
    EXPIRE = "expire", "Expiré"
    EXPIRE_BIENTOT = "expire_bientot", "Expire bientôt"


class FormatDocument(models.TextChoices):
    """The three formats that are kept, whatever was sent."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG"
    PNG = "image/png", "PNG"


class MotifRefus(models.TextChoices):
    """Why a sending is not kept, in the words of a parent. The values are those of the sub-process."""

    VIDE = "vide", "Ce fichier est vide : choisissez-le à nouveau."
    EXTENSION = "extension", "Ce format n’est pas accepté : envoyez un PDF, un JPEG, un PNG ou un GIF."
    HEIC = (
        "heic",
        "Les photos au format HEIC ne sont pas lues : dans les réglages de l’appareil photo, choisissez "
        "« Le plus compatible », ou envoyez une copie d’écran de la photo.",
    )
    CONTENU = (
        "contenu",
        "Le contenu de ce fichier ne correspond pas à son nom : enregistrez-le à nouveau en PDF ou en JPEG.",
    )
    ILLISIBLE = "illisible", "Ce fichier est abîmé ou incomplet : enregistrez-le ou photographiez-le à nouveau."
    PROTEGE = (
        "protege",
        "Ce PDF est protégé : enregistrez-en une copie sans mot de passe (« Imprimer », puis « Enregistrer en PDF »), "
        "ou photographiez-le.",
    )
    TROP_GROS = (
        "trop_gros",
        "Ce fichier dépasse 2 Mo et ne peut pas être réduit ici : numérisez-le en qualité plus basse, "
        "ou photographiez la page.",
    )
    PHOTO_TROP_GROSSE = "photo_trop_grosse", "Cette photo dépasse 20 Mo : prenez-la en qualité ordinaire."
    TROP_DE_PIXELS = "trop_de_pixels", "Cette image est trop grande : prenez-la en qualité ordinaire."
    TROP_DE_PAGES = "trop_de_pages", "Ce PDF a trop de pages (200 au plus) : n’envoyez que les pages utiles."
    TROP_COMPLEXE = (
        "trop_complexe",
        "Ce fichier est trop lourd à ouvrir : photographiez la page, ou enregistrez-la à nouveau en PDF.",
    )
    TROP_DE_FICHIERS = "trop_de_fichiers", "Vous pouvez envoyer 10 pages à la fois : faites plusieurs envois."
    ENVOI_TROP_GROS = "envoi_trop_gros", "Ces pages dépassent 10 Mo ensemble : faites plusieurs envois."
    QUOTA = (
        "quota",
        "Votre dossier a atteint la place prévue : demandez au service de retirer d’anciens documents.",
    )
    INDISPONIBLE = (
        "indisponible",
        "Le document n’a pas pu être enregistré : réessayez dans quelques minutes, ou contactez le service.",
    )
