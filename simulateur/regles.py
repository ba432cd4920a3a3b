"""What the payment page accepts and what it answers: pure functions, no clock, no network."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
MONTANT_MIN_CENTIMES = 100
MONTANT_MAX_CENTIMES = 999_999
SAISIES = {"T": "essai", "X": "activation", "A": "production", "M": "saisie manuelle"}

#: result letters of the protocol; the two paid ones are P and V
RESULTATS = {
    "P": "payé par carte",
    "R": "carte refusée",
    "A": "abandonné",
    "V": "prélèvement accepté",
    "Z": "prélèvement refusé",
}

#: test numbers that the bank refuses, with the reason on the ticket; any other number with a right key is accepted
CARTES_REFUSEES = {
    "4970100000000055": "provision insuffisante",
    "4970100000000105": "carte déclarée perdue ou volée",
    "4970100000000154": "authentification du porteur non aboutie",
}
CARTE_ACCEPTEE = "4970100000000006"


@dataclass(frozen=True)
class Demande:
    """The eight parameters of a payment request, kept as the very text that was sent."""

    numcli: str
    exer: str
    refdet: str
    objet: str
    montant: str
    mel: str
    urlcl: str
    saisie: str

    @property
    def montant_centimes(self) -> int:
        return int(self.montant)

    @property
    def origine(self) -> str:
        return origine_de(self.urlcl)


@dataclass(frozen=True)
class Issue:
    """How an operation ended; ``numauto`` is empty unless a card was paid, ``fin_carte`` has at most 4 digits."""

    resultrans: str
    le: datetime
    numauto: str = ""
    fin_carte: str = ""
    motif: str = ""


@dataclass(frozen=True)
class Faute:
    """What is wrong with one field, as a French sentence for the reader."""

    champ: str
    phrase: str


class DemandeRefusee(Exception):
    """The request cannot be shown as a payment page; carries all its faults."""

    def __init__(self, fautes: Sequence[Faute]) -> None:
        super().__init__(", ".join(faute.champ for faute in fautes))
        self.fautes = tuple(fautes)


#: order of the protocol's own table; an absent objet is the only tolerated absence
_FORMES = {
    "numcli": (re.compile(r"[0-9]{6}"), "doit comporter exactement 6 chiffres."),
    "exer": (re.compile(r"[0-9]{4}"), "doit comporter exactement 4 chiffres."),
    "refdet": (re.compile(r"[A-Za-z0-9]{6,30}"), "doit comporter de 6 à 30 lettres non accentuées ou chiffres."),
    "objet": (
        re.compile(r"[A-Za-z0-9 ]{0,99}"),
        "doit comporter moins de 100 caractères\u00a0: lettres non accentuées, chiffres et espaces.",
    ),
    "montant": (re.compile(r"[1-9][0-9]*"), "doit être un nombre entier de centimes, sans séparateur."),
    "mel": (
        re.compile(r"(?=.{6,80}\Z)[!-?A-~]+@[!-?A-~]+"),
        "doit être une adresse électronique de 6 à 80 caractères.",
    ),
    "urlcl": (re.compile(r"https?://[!-~]+"), "doit être une adresse http ou https de moins de 250 caractères."),
    "saisie": (re.compile(r"[TXAM]"), "doit valoir T, X, A ou M."),
}


def lire_demande(parametres: Mapping[str, Sequence[str]], autorisees: Collection[str] = ()) -> Demande:
    """Reads a request; raises DemandeRefusee with every fault, not only the first.

    ``autorisees`` are the origins that may be notified; empty means any loopback address.
    """
    fautes, valeurs = [], {}
    for nom, (forme, regle) in _FORMES.items():
        recues = parametres.get(nom, [])
        valeur = valeurs[nom] = recues[0] if recues else ""
        if len(recues) > 1:
            fautes.append(Faute(nom, "est présent plusieurs fois."))
        elif not valeur and nom != "objet":
            fautes.append(Faute(nom, "est obligatoire."))
        elif not forme.fullmatch(valeur):
            fautes.append(Faute(nom, regle))
        elif phrase := _faute_de_fond(nom, valeur, autorisees):
            fautes.append(Faute(nom, phrase))
    if fautes:
        raise DemandeRefusee(fautes)
    return Demande(**valeurs)


def _faute_de_fond(nom: str, valeur: str, autorisees: Collection[str]) -> str:
    if nom == "montant":
        # The length is looked at first: int() refuses texts of thousands of digits by an exception.
        if len(valeur) < 3:
            return "doit être d’au moins 1,00\u00a0€ (100 centimes)."
        if len(valeur) > 6:
            return "ne peut pas dépasser 9\u00a0999,99\u00a0€ (999999 centimes)."
    if nom == "urlcl":
        if len(valeur) >= 250:
            return _FORMES["urlcl"][1]
        try:
            origine = origine_de(valeur)
        except ValueError:
            return "n’est pas une adresse http ou https lisible."
        if not est_autorisee(origine, autorisees):
            return f"désigne un site que ce service ne connaît pas ({origine})."
    return ""


def origine_de(url: str) -> str:
    """Scheme, host and explicit port of a URL, lower case; raises ValueError for one that cannot be called."""
    parties = urlsplit(url)
    if parties.scheme not in ("http", "https") or not parties.hostname:
        raise ValueError("not an http(s) address")
    if parties.username is not None or parties.password is not None or "\\" in url:
        # "http://known@elsewhere/" is read differently by different programs.
        raise ValueError("credentials or backslash in address")
    hote = f"[{parties.hostname}]" if ":" in parties.hostname else parties.hostname
    port = parties.port or (443 if parties.scheme == "https" else 80)
    return f"{parties.scheme}://{hote}:{port}"


def est_autorisee(origine: str, autorisees: Collection[str]) -> bool:
    """Whether notifications may go to that origin (as given by origine_de)."""
    if autorisees:
        return origine in autorisees
    return est_boucle_locale(urlsplit(origine).hostname or "")


def est_boucle_locale(hote: str) -> bool:
    """Whether a host name or literal address is this machine's loopback."""
    if hote == "localhost":
        return True
    try:
        return ipaddress.ip_address(hote).is_loopback
    except ValueError:
        return False


def chiffres_de_carte(saisie: str) -> str:
    """The number without the spaces, dots and dashes that people type between groups."""
    return "".join(c for c in saisie if not c.isspace() and unicodedata.category(c) != "Pd" and c != ".")


def cle_de_luhn_juste(chiffres: str) -> bool:
    """ISO/IEC 7812-1 check digit."""
    total = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (1 + rang % 2)
        total += valeur - 9 if valeur > 9 else valeur
    return total % 10 == 0


def fautes_de_carte(numero: str, mois: str, annee: str, cryptogramme: str, aujourdhui: date) -> list[Faute]:
    """Every fault of the typed card; a card is good until the last day of its month, inclusive."""
    fautes = []
    chiffres = chiffres_de_carte(numero)
    if not chiffres:
        fautes.append(Faute("numero", "Saisissez le numéro de la carte."))
    elif not re.fullmatch(r"[0-9]{12,19}", chiffres):
        fautes.append(Faute("numero", "Le numéro de carte comporte de 12 à 19 chiffres, souvent 16."))
    elif not cle_de_luhn_juste(chiffres):
        fautes.append(Faute("numero", "Ce numéro de carte n’existe pas\u00a0: vérifiez les chiffres."))
    fautes += _fautes_de_date(mois, annee, aujourdhui)
    longueur = 4 if chiffres[:2] in ("34", "37") else 3
    if not cryptogramme.strip():
        fautes.append(Faute("cryptogramme", "Saisissez le cryptogramme visuel."))
    elif not re.fullmatch(rf"[0-9]{{{longueur}}}", cryptogramme.strip()):
        fautes.append(Faute("cryptogramme", f"Le cryptogramme visuel comporte {longueur} chiffres."))
    return fautes


def _fautes_de_date(mois: str, annee: str, aujourdhui: date) -> list[Faute]:
    if not mois and not annee:
        return [Faute("mois", "Choisissez le mois et l’année de fin de validité.")]
    if not re.fullmatch(r"0[1-9]|1[0-2]", mois):
        return [Faute("mois", "Choisissez le mois de fin de validité.")]
    if not re.fullmatch(r"20[0-9]{2}", annee):
        return [Faute("annee", "Choisissez l’année de fin de validité.")]
    if (int(annee), int(mois)) < (aujourdhui.year, aujourdhui.month):
        return [Faute("mois", f"Cette carte a expiré à la fin du mois {mois}/{annee}.")]
    return []


def champs_de_notification(demande: Demande, issue: Issue) -> dict[str, str]:
    """The eleven fields posted to ``urlcl``: seven echoed, then the result, with the date and hour of Paris."""
    heure_de_paris = issue.le.astimezone(PARIS)
    return {
        "numcli": demande.numcli,
        "exer": demande.exer,
        "refdet": demande.refdet,
        "objet": demande.objet,
        "montant": demande.montant,
        "mel": demande.mel,
        "saisie": demande.saisie,
        "resultrans": issue.resultrans,
        "numauto": issue.numauto,
        "dattrans": heure_de_paris.strftime("%d%m%Y"),
        "heurtrans": heure_de_paris.strftime("%H%M"),
    }


def montant_lisible(centimes: int) -> str:
    """``525`` → ``5,25 €`` with no-break spaces."""
    euros, reste = divmod(centimes, 100)
    return f"{euros:,}".replace(",", "\u00a0") + f",{reste:02d}\u00a0€"


def instant_lisible(instant: datetime) -> str:
    """Day and time in Paris, with the seconds."""
    return instant.astimezone(PARIS).strftime("%d/%m/%Y à %H:%M:%S")
