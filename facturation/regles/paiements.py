"""Allotment of money to invoices, references of an online attempt, comparison of an answer with what was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from portail.commun.montants import ZERO

#: Without an answer after that time, an attempt frees its invoices. A late answer is taken into account all the same.
DELAI_SANS_REPONSE = timedelta(hours=2)
#: A public cashier takes no more in cash for one payment.
PLAFOND_ESPECES = Decimal("300.00")
LONGUEUR_OBJET = 99
CHAMPS_REPRIS = ("numcli", "exer", "refdet", "objet", "montant", "mel", "saisie")


@dataclass(frozen=True, slots=True)
class Ecart:
    """One field that does not come back as it was sent; it is kept beside the message, for inspection."""

    champ: str
    attendu: str
    recu: str

    def en_json(self) -> dict[str, str]:
        return {"champ": self.champ, "attendu": self.attendu, "recu": self.recu[:200]}


def repartir(montant: Decimal, restes: Sequence[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    """Allot an amount to invoices in the order given, each up to what it may take; what is left over is kept aside.

    ``restes`` pairs an invoice's id with what is left to pay of it. Nothing null is returned.
    """
    parts = []
    for facture, reste in restes:
        part = min(montant, reste)
        if part > ZERO:
            parts.append((facture, part))
            montant -= part
    return parts


def reference(annee: int, regie: int, sequence: int, alea: str) -> str:
    """Return a reference of the debt (refdet): 6 to 30 letters and digits, unique by its sequence, hard to guess.

    Year and régie on two digits each, the attempt on nine, then ``alea``.
    """
    return f"{annee % 100:02d}{regie % 100:02d}{sequence:09d}{alea}"


def objet(numeros: Sequence[str], secret: str) -> str:
    """Return the subject shown by the payment page and sent back in the answer: invoice numbers, then a secret.

    ASCII letters, digits and spaces, fewer than 100 characters (TIPI protocol).
    """
    debut = "Facture " if len(numeros) == 1 else "Factures "
    place = LONGUEUR_OBJET - len(secret) - 1
    texte = debut + " ".join(numeros)
    if len(texte) > place:
        texte = texte[:place].rsplit(" ", 1)[0]
    return f"{texte} {secret}"


def ecarts(attendus: Mapping[str, str], recus: Mapping[str, str]) -> list[Ecart]:
    """Compare every field that the service sends back. The address is compared without regard to capitals."""
    trouves = []
    for champ in CHAMPS_REPRIS:
        attendu, recu = attendus[champ], recus.get(champ, "")
        meme = attendu.casefold() == recu.casefold() if champ == "mel" else attendu == recu
        if not meme:
            trouves.append(Ecart(champ, attendu, recu))
    return trouves


def adresse_acceptee(adresse: str) -> bool:
    """Tell whether the payment page takes this address: 6 to 80 ASCII characters around one ``@``."""
    return bool(re.fullmatch(r"(?=.{6,80}\Z)[!-?A-~]+@[!-?A-~]+", adresse))
