"""Sowing of payloads in every text that the database can hold, whatever the form that would have let it in.

The fields are found in the models: a new one is sown, and read back, without anything to declare.
"""

import datetime
import itertools
import uuid
from contextlib import contextmanager
from decimal import Decimal

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction

from enfants.chiffrement import DateChiffree, OuiNonChiffre
from tests.charges_xss import CHARGES_XSS

APPS = [
    "commun",
    "contenu",
    "familles",
    "enfants",
    "documents",
    "inscriptions",
    "reservations",
    "facturation",
    "portail",
]
#: A text that the code reads as something else than a text to show: what it may hold is checked by its own tests.
SANS_TEXTE = {
    "familles.Utilisateur.password": "condensé",
    "commun.Courriel.html": "rendu des gabarits, semé par eux",
    "commun.Courriel.nom": "nom de gabarit",
    "commun.EnvoiUnique.geste": "nom de geste",
    "commun.EnvoiUnique.suite": "adresse interne, vérifiée avant une redirection",
    "contenu.Actualite.slug": "adresse",
    "contenu.PageInformation.slug": "adresse",
    "contenu.Commune.zone_scolaire": "une lettre",
    "contenu.CibleActualite.cle": "clé",
    "contenu.Telechargement.empreinte": "condensé du fichier, calculé à la réception",
    "documents.Document.fichier": "nom dans le coffre",
    "inscriptions.PieceDossier.fichier": "nom dans le coffre",
    "facturation.TentativePaiement.jeton": "clé",
    "facturation.Compteur.serie": "clé",
    "reservations.LienAgenda.jeton": "clé",
    "reservations.RegleDelai.tableau": "lu comme un tableau de délais, refusé à la saisie s’il ne se lit pas",
    "facturation.Campagne.anomalies": "liste de codes et de clés",
}
#: Shorter than any markup that does something.
LONGUEUR_UTILE = 26
COURTES = sorted((charge for charge in CHARGES_XSS if len(charge) <= LONGUEUR_UTILE + 8), key=len)
#: A row may need another that comes after it.
PASSES = 3
ADRESSE_PIEGEE = '"<svg/onload=window.__x=1>"@exemple.fr'
SITE_PIEGE = "https://exemple.fr/?%22><script>window.__x=1</script>"


def modeles():
    return [modele for modele in apps.get_models() if modele._meta.app_label in APPS and not modele._meta.proxy]


def textes(modele):
    """Return the fields of a model that may hold words: not keys, not choices, not what is too short for markup."""
    for champ in modele._meta.concrete_fields:
        if f"{modele._meta.label}.{champ.name}" in SANS_TEXTE or isinstance(champ, models.ForeignKey):
            continue
        if isinstance(champ, OuiNonChiffre | DateChiffree) or getattr(champ, "choices", None) or champ.unique:
            continue
        if isinstance(champ, models.CharField | models.TextField | models.JSONField):
            longueur = getattr(champ, "max_length", None)
            if longueur is None or longueur >= LONGUEUR_UTILE:
                yield champ


class Semis:
    """Gives each field its payload; ``charge`` is one for all, or none: they follow each other."""

    def __init__(self, charge=None):
        self.charge = charge
        self.suite = itertools.cycle(CHARGES_XSS)
        self.refuses = []

    def pour(self, champ):
        if isinstance(champ, models.EmailField):
            return ADRESSE_PIEGEE
        if isinstance(champ, models.URLField):
            return SITE_PIEGE
        longueur = getattr(champ, "max_length", None)
        if longueur is None:
            return self.charge or "\n\n".join(CHARGES_XSS)
        if self.charge and len(self.charge) <= longueur:
            return self.charge
        return next((une for une in self.suite if len(une) <= longueur), COURTES[0])

    def dans(self, champ, ancien):
        return _piege_json(ancien, self.pour(champ)) if isinstance(champ, models.JSONField) else self.pour(champ)

    def semer(self):
        """Write in every row; what a constraint of the database refuses can hold no payload, and is listed."""
        with sans_declencheurs():
            for modele in modeles():
                for ligne in list(modele._base_manager.all()):
                    for champ in textes(modele):
                        self._semer(modele, ligne, champ)

    def _semer(self, modele, ligne, champ):
        valeur = self.dans(champ, champ.value_from_object(ligne))
        try:
            with transaction.atomic():
                modele._base_manager.filter(pk=ligne.pk).update(**{champ.name: valeur})
        except DatabaseError:
            self.refuses.append(f"{modele._meta.label}.{champ.name}")


@contextmanager
def sans_declencheurs():
    """Frozen invoices and traces refuse any change: the triggers sleep meanwhile, the constraints do not."""
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for geste in ("DISABLE", "ENABLE"):
            for modele in modeles():
                curseur.execute(f'ALTER TABLE "{modele._meta.db_table}" {geste} TRIGGER USER')
            if geste == "DISABLE":
                yield
                curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _piege_json(valeur, charge):
    """Replace every word of a JSON value, its shape being kept."""
    if isinstance(valeur, dict):
        return {cle: _piege_json(une, charge) for cle, une in valeur.items()} or {"champ": charge}
    if isinstance(valeur, list):
        return [_piege_json(une, charge) for une in valeur]
    return charge if isinstance(valeur, str) else valeur


def completer():
    """Add a row to each model that has none; return the models for which it could not be done."""
    with sans_declencheurs():
        for _ in range(PASSES):
            manquants = [faute for modele in modeles() if any(textes(modele)) and (faute := _completer(modele))]
    return manquants


def _completer(modele):
    if modele._base_manager.exists():
        return ""
    # Some texts go only with other values that may be empty: who decided, and when.
    for tout in (False, True):
        try:
            with transaction.atomic():
                modele._base_manager.bulk_create([modele(**_minimum(modele, tout))])
            return ""
        except (DatabaseError, LookupError) as erreur:
            faute = f"{modele._meta.label} : {str(erreur).splitlines()[0]}"
    return faute


def _minimum(modele, tout):
    """Return values for what a row cannot do without; ``tout``: for what may stay empty too."""
    valeurs = {}
    for champ in modele._meta.concrete_fields:
        if champ.has_default() or champ.primary_key and not champ.is_relation:
            continue
        if champ.is_relation:
            if not champ.null or tout:
                _completer(champ.related_model)
                valeurs[champ.name] = champ.related_model._base_manager.order_by("pk").first()
                if valeurs[champ.name] is None:
                    raise LookupError(f"aucun {champ.related_model._meta.label}")
        elif champ.choices:
            valeurs[champ.name] = champ.choices[0][0]
        elif not champ.null or tout:
            valeurs[champ.name] = _valeur(champ)
    return valeurs


def _valeur(champ):
    exemples = {
        models.DateTimeField: datetime.datetime(2018, 1, 2, 12, tzinfo=datetime.UTC),
        models.DateField: datetime.date(2018, 1, 2),
        models.TimeField: datetime.time(12),
        models.DecimalField: Decimal(1),
        models.BooleanField: False,
        models.IntegerField: 1,
        models.JSONField: {},
        models.UUIDField: uuid.uuid4(),
        ArrayField: [],
        models.BinaryField: b"x",
        models.DurationField: datetime.timedelta(days=1),
    }
    return next((valeur for sorte, valeur in exemples.items() if isinstance(champ, sorte)), "x")


def est_seme(valeur):
    """Tell whether a value holds a payload, or is a structure without any word to replace."""
    if isinstance(valeur, dict | list):
        mots = list(_mots(valeur))
        return not mots or any(est_seme(mot) for mot in mots)
    return not isinstance(valeur, str) or any(une in valeur for une in (*CHARGES_XSS, ADRESSE_PIEGEE, SITE_PIEGE))


def _mots(valeur):
    if isinstance(valeur, str):
        yield valeur
    for une in valeur.values() if isinstance(valeur, dict) else valeur if isinstance(valeur, list) else ():
        yield from _mots(une)
