from django.db import models


class EtatAccessibilite(models.TextChoices):
    """The three states that the law knows (RGAA)."""

    NON_CONFORME = "non", "Non conforme"
    PARTIELLE = "partielle", "Partiellement conforme"
    TOTALE = "totale", "Totalement conforme"


class EtatEchange(models.TextChoices):
    """What the service still owes to who wrote."""

    A_TRAITER = "a_traiter", "À traiter"
    REPONDU = "repondu", "Répondu"
    CLOS = "clos", "Clos"


class FormatFichier(models.TextChoices):
    """The formats that the reception of files gives back."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "image JPEG"
    PNG = "image/png", "image PNG"


class Service(models.TextChoices):
    """The courses of a meal, in the order they are served."""

    ENTREE = "entree", "Entrée"
    PLAT = "plat", "Plat"
    ACCOMPAGNEMENT = "accompagnement", "Accompagnement"
    LAITAGE = "laitage", "Laitage"
    DESSERT = "dessert", "Dessert"
    GOUTER = "gouter", "Goûter"


class Label(models.TextChoices):
    """What is said of a dish: quality signs (loi EGalim), origin, recipe."""

    BIO = "bio", "Bio"
    LOCAL = "local", "Local"
    LABEL_ROUGE = "label_rouge", "Label rouge"
    AOP = "aop", "AOP ou IGP"
    PECHE_DURABLE = "peche_durable", "Pêche durable"
    MAISON = "maison", "Fait maison"
    VEGETARIEN = "vegetarien", "Végétarien"


class Allergene(models.TextChoices):
    """The fourteen allergens that must be told (règlement UE 1169/2011, annexe II)."""

    GLUTEN = "gluten", "gluten"
    CRUSTACES = "crustaces", "crustacés"
    OEUFS = "oeufs", "œufs"
    POISSONS = "poissons", "poissons"
    ARACHIDES = "arachides", "arachides"
    SOJA = "soja", "soja"
    LAIT = "lait", "lait"
    FRUITS_A_COQUE = "fruits_a_coque", "fruits à coque"
    CELERI = "celeri", "céleri"
    MOUTARDE = "moutarde", "moutarde"
    SESAME = "sesame", "sésame"
    SULFITES = "sulfites", "sulfites"
    LUPIN = "lupin", "lupin"
    MOLLUSQUES = "mollusques", "mollusques"


class PublicActualite(models.TextChoices):
    """Who reads a news."""

    TOUS = "tous", "Tout le monde"
    FAMILLES = "familles", "Les familles connectées"
    CIBLES = "cibles", "Les familles des écoles et des accueils choisis"
