"""Filters of French typography, available in every template without ``{% load %}``."""

from datetime import date, datetime, time
from decimal import Decimal

from django import template

from portail.commun import montants
from portail.commun.dates import PARIS
from portail.commun.texte import de_qui

register = template.Library()

JOURS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
MOIS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


@register.filter
def euros(montant: Decimal | None) -> str:
    """« 5,25 € »; empty when there is no amount."""
    return "" if montant is None else montants.en_euros(montant)


@register.filter
def coupable(nom: str) -> str:
    """Let a long name break after its slashes, not in the middle of a word."""
    return str(nom).replace("/", "/\u200b")


@register.filter
def date_courte(jour: date | datetime | None) -> str:
    """« 15/01/2018 »; an instant is read in Paris."""
    if jour is None:
        return ""
    return f"{_en_date(jour):%d/%m/%Y}"


@register.filter
def jour_mois(jour: date | None) -> str:
    """« 15/01 »."""
    return "" if jour is None else f"{_en_date(jour):%d/%m}"


@register.filter
def jour_long(jour: date | datetime | None) -> str:
    """« jeudi 18 janvier 2018 », « lundi 1er janvier 2018 »."""
    if jour is None:
        return ""
    jour = _en_date(jour)
    numero = "1er" if jour.day == 1 else str(jour.day)
    return f"{JOURS[jour.weekday()]} {numero}\xa0{MOIS[jour.month - 1]} {jour.year}"


@register.filter
def jour_court(jour: date | datetime | None) -> str:
    """« jeu. 18/01 »."""
    if jour is None:
        return ""
    jour = _en_date(jour)
    return f"{JOURS[jour.weekday()][:3]}.\xa0{jour:%d/%m}"


@register.filter
def mois_annee(jour: date | None) -> str:
    """« janvier 2018 »."""
    return "" if jour is None else f"{MOIS[jour.month - 1]} {jour.year}"


@register.filter
def heure(instant: datetime | time | None) -> str:
    """« 12 h », « 7 h 30 »."""
    if instant is None:
        return ""
    if isinstance(instant, datetime):
        instant = instant.astimezone(PARIS).time()
    return f"{instant.hour}\xa0h" + (f"\xa0{instant.minute:02d}" if instant.minute else "")


@register.filter
def limite(instant: datetime | None) -> str:
    """« mardi 16/01 à 12 h »."""
    if instant is None:
        return ""
    jour = _en_date(instant)
    return f"{JOURS[jour.weekday()]} {jour:%d/%m} à\xa0{heure(instant)}"


@register.filter(name="de_qui")
def de_qui_en_gabarit(nom: object) -> str:
    """« de Baptiste », « d’Éloïse »."""
    return de_qui(str(nom))


@register.filter
def pluriel(nombre: int, formes: str = ",s") -> str:
    """French plural: zero and one are singular. ``{{ n|pluriel:"al,aux" }}``."""
    singulier, _, plusieurs = formes.rpartition(",")
    return plusieurs if abs(nombre) >= 2 else singulier  # noqa: PLR2004 - the French plural starts at two


@register.filter
def quantite(nombre: Decimal | int | None) -> str:
    """« 3 », « 2,5 »: a quantity without useless decimals."""
    if nombre is None:
        return ""
    entier = Decimal(nombre).to_integral_value()
    return str(entier) if nombre == entier else f"{Decimal(nombre).normalize():f}".replace(".", ",")


def _en_date(jour: date | datetime) -> date:
    return jour.astimezone(PARIS).date() if isinstance(jour, datetime) else jour
