"""Why a family has a place or has none, in words: its own rank and situation, never another household's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from portail.commun.templatetags.typographie import limite
from reservations.enums import Critere, EtatPresence, RaisonAttribution
from reservations.models import LigneAttribution, Periode, Presence, Reservation

#: Said of a day that was given, and whose place was taken meanwhile.
PLACE_PERDUE = "La place n’était plus libre quand l’attribution a été confirmée."
#: What an allotment makes of a day: as long as it is so, its explanation is shown.
ETATS_ATTRIBUES = frozenset({EtatPresence.ACCEPTEE, EtatPresence.LISTE_ATTENTE, EtatPresence.REFUSEE})


def rang_pour(rang: int, places: int) -> str:
    """« 1re pour 20 places », « 14e pour une place »."""
    ordinal = "1re" if rang == 1 else f"{rang}e"
    if places == 0:
        return f"{ordinal}, et aucune place n’était libre"
    return f"{ordinal} pour {'une place' if places == 1 else f'{places} places'}"


def expliquer(ligne: LigneAttribution) -> str:
    """Return the sentences that the family reads about one day."""
    if ligne.perdue:
        return PLACE_PERDUE
    phrases = _expliquer_une_place(ligne) if ligne.donnee else _expliquer_un_refus(ligne)
    return " ".join(phrases)


def en_bref(ligne: LigneAttribution) -> str:
    """Return what the service reads in its list: what settled, and nothing that the other columns say."""
    if ligne.perdue:
        return "place prise entre-temps"
    if ligne.raison == RaisonAttribution.AGENT:
        return f"décision du service\u00a0: {ligne.motif}"
    if ligne.raison == RaisonAttribution.ASSEZ:
        return "assez de places"
    if ligne.raison == RaisonAttribution.LIEN:
        return f"sans «\u00a0{ligne.manque.nom_court}\u00a0»" if ligne.manque else "choix lié"
    departage = _critere(ligne.critere) if ligne.critere else "décisions du service"
    return f"salle complète\u202f; {departage}" if ligne.raison == RaisonAttribution.SALLE else departage


def _expliquer_une_place(ligne: LigneAttribution) -> list[str]:
    if ligne.raison == RaisonAttribution.AGENT:
        return [f"Place donnée par décision du service\u00a0: {_phrase(ligne.motif)}"]
    if ligne.raison == RaisonAttribution.ASSEZ:
        return ["Il y avait assez de places pour toutes les demandes."]
    phrases = [f"Votre demande est {rang_pour(ligne.rang, ligne.places)}."]
    if ligne.critere:
        phrases.append(f"Ce qui a départagé\u00a0: {_critere(ligne.critere)}.")
    return phrases


def _expliquer_un_refus(ligne: LigneAttribution) -> list[str]:
    if ligne.raison == RaisonAttribution.AGENT:
        return [f"Pas de place, par décision du service\u00a0: {_phrase(ligne.motif)}"]
    if ligne.raison == RaisonAttribution.LIEN:
        autre = f"«\u00a0{ligne.manque.nom_court}\u00a0»" if ligne.manque else "un autre choix"
        return [f"Pas de place\u00a0: ce choix va avec {autre}, qui n’a pas de place ce jour-là."]
    phrases = [f"Pas de place\u00a0: votre demande est {rang_pour(ligne.rang, ligne.places)}."]
    if ligne.raison == RaisonAttribution.SALLE:
        phrases = ["Pas de place\u00a0: la salle, partagée avec d’autres choix, est complète ce jour-là."]
    elif 0 < ligne.places >= ligne.rang:
        phrases.append("Des places ont été données par décision du service.")
    if ligne.critere:
        phrases.append(f"Ce qui a départagé\u00a0: {_critere(ligne.critere)}.")
    return phrases


def _phrase(motif: str) -> str:
    return motif if motif.endswith((".", "!", "?")) else f"{motif}."


def _critere(critere: str) -> str:
    nom = str(Critere(critere).label)
    return f"{nom[0].lower()}{nom[1:]}"


def lignes_attribuees(reservation: Reservation) -> list[LigneAttribution]:
    """Return what the allotment told this family, day by day; no query for a période that was never allotted."""
    if reservation.periode.confirmation_le is None:
        return []
    lues = LigneAttribution.objects.filter(presence__reservation=reservation, appliquee_le__isnull=False)
    return list(lues.select_related("manque", "attribution").order_by("presence__creneau__jour", "pk"))


def explications_de(reservation: Reservation, presences: Collection[Presence]) -> dict[int, str]:
    """Return the sentence of each day that still is as the allotment left it, by présence id; one query at most."""
    attribues = {une.pk for une in presences if une.etat in ETATS_ATTRIBUES}
    return {une.presence_id: expliquer(une) for une in lignes_attribuees(reservation) if une.presence_id in attribues}


def criteres_en_mots(criteres: Sequence[str]) -> list[str]:
    """Return the criteria in their order, the draw last: what the town published, as families read it."""
    return [str(Critere(une).label) for une in criteres if une != Critere.TIRAGE] + ["à égalité, tirage au sort"]


def situation_en_mots(ligne: LigneAttribution, criteres: Sequence[str]) -> list[str]:
    """Return what the criteria knew of this family for this child, in their order."""
    lues = {
        Critere.RESIDENCE: _oui_non(oui=ligne.residente),
        Critere.PARENTS_ACTIFS: _oui_non(oui=ligne.parents_actifs) + ", d’après votre fiche",
        Critere.FRATRIE: _oui_non(oui=ligne.fratrie),
        Critere.DATE: limite(ligne.demandee_le),
    }
    return [f"{Critere(une).label}\u00a0: {lues[Critere(une)]}" for une in criteres if Critere(une) in lues]


def _oui_non(*, oui: bool) -> str:
    return "oui" if oui else "non"


def _etre_le_premier(criteres: Sequence[Critere]) -> str:
    """Say whether it is worth hurrying."""
    if Critere.DATE not in criteres:
        return "Être parmi les premiers à demander ne compte pas."
    if criteres[0] != Critere.DATE:
        return "Être parmi les premiers ne compte que si les autres critères ne départagent pas."
    return ""


def prereservation_en_mots(periode: Periode, maintenant: datetime) -> list[str]:
    """Return what families read of the pre-booking window of a période; empty when it has none, or once it is over."""
    fenetre = periode.prereservation
    if fenetre is None or fenetre.attribuee:
        return []
    criteres = " puis ".join(f"«\u00a0{nom}\u00a0»" for nom in criteres_en_mots(periode.criteres)[:-1])
    ordre = f"dans l’ordre de ces critères\u00a0: {criteres}, puis par tirage au sort" if criteres else "au sort"
    if fenetre.close(maintenant):
        return [
            f"La pré-réservation est close depuis le {limite(fenetre.au)}. Les places sont en cours d’attribution, "
            f"{ordre}.",
            "Vous recevrez la réponse par courriel\u00a0; les réservations rouvriront ensuite, s’il reste des places.",
        ]
    return [
        f"Pré-réservation du {limite(fenetre.du)} au {limite(fenetre.au)}\u00a0: demandez les jours souhaités, "
        f"aucune place n’est prise. {_etre_le_premier(periode.criteres)}".strip(),
        f"Les places sont ensuite attribuées {ordre}. Vous recevrez la réponse, et son explication, par courriel.",
    ]
