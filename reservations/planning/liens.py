"""Links between the choices of a day, as the planning's script reads them; without it, the sending applies the same."""

from __future__ import annotations

import json
from collections.abc import Sequence

from reservations.brouillons import LONGUEUR_PRESTATION
from reservations.journees import liens_de
from reservations.models import Prestation, Reservation


def liens_pour_la_page(reservation: Reservation, prestations: Sequence[Prestation]) -> str:
    """Return, as JSON, which of these prestations require, exclude or bring another, by the codes of their boxes.

    Empty when nothing is linked: no query then, if the reading of the reservation has told so; one query otherwise.
    """
    if not getattr(reservation, "a_des_liens", True):
        return ""
    liens = liens_de(reservation.periode)
    codes = {une.pk: une.cle.hex[:LONGUEUR_PRESTATION] for une in prestations}

    def en_codes(groupe: dict[int, frozenset[int]]) -> dict[str, list[str]]:
        return {
            codes[une]: [code for pk, code in codes.items() if pk in autres]
            for une, autres in groupe.items()
            if une in codes
        }

    lus = {nom: en_codes(dict(getattr(liens, nom))) for nom in ("exige", "exclut", "ajoute")}
    if not any(lus.values()):
        return ""
    return json.dumps({"noms": {codes[une.pk]: une.nom_court for une in prestations}, **lus}, ensure_ascii=False)
