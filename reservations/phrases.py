"""Who may book a période and what happens late, in the words that parents and agents read."""

from __future__ import annotations

from enfants.enums import Niveau
from portail.commun.templatetags.typographie import JOURS, heure
from reservations.enums import ApresDelai, ApresDelaiAnnulation, Geste, RepereAge, Residence
from reservations.models import Periode, RegleDelai, RegleParticuliere

REPERES = {
    RepereAge.JOUR: "le jour réservé",
    RepereAge.DEBUT: "le premier jour de la période",
    RepereAge.ANNEE: "au 31 décembre",
}


def ages_en_mots(periode: Periode) -> str:
    """« De 3 à 11 ans, le jour réservé », or nothing when every age is admitted."""
    du, au = periode.age_minimum, periode.age_maximum
    if du is None and au is None:
        return ""
    repere = REPERES.get(RepereAge(periode.age_au)) or f"le {periode.age_date:%d/%m/%Y}"
    if au is None:
        return f"À partir de {du} an{'s' if (du or 0) > 1 else ''}, {repere}"
    if du is None:
        return f"Jusqu’à {au} an{'s' if au > 1 else ''} inclus, {repere}"
    return f"De {du} à {au} an{'s' if au > 1 else ''}, {repere}"


def conditions_en_mots(periode: Periode) -> list[str]:
    """List who may book, one sentence for each condition; empty when everybody may."""
    niveaux = ", ".join(str(Niveau(niveau).label) for niveau in periode.niveaux)
    residence = Residence(periode.residence)
    return [
        phrase
        for phrase in (
            ages_en_mots(periode),
            f"Niveaux : {niveaux}" if niveaux else "",
            "" if residence == Residence.TOUTES else f"Familles admises : {str(residence.label).lower()}",
        )
        if phrase
    ]


def apres_le_delai(periode: Periode) -> str:
    """« possible ensuite avec une majoration de 1,00 € », or nothing when a late booking is refused."""
    return _tardif(ApresDelai(periode.apres_delai), periode)


def annulation_apres_le_delai(periode: Periode) -> str:
    agent = periode.apres_delai_annulation == ApresDelaiAnnulation.AGENT
    return "ensuite, un agent répond à la demande" if agent else ""


def _tardif(nature: ApresDelai, regle: Periode | RegleParticuliere) -> str:
    if majoration := regle.effet.majoration:
        agent = ", si un agent l’accepte" if nature == ApresDelai.AGENT else ""
        return f"possible ensuite avec une majoration de {majoration.en_mots()}{agent}"
    return {
        ApresDelai.LISTE_ATTENTE: "ensuite, en liste d’attente",
        ApresDelai.AGENT: "ensuite, un agent répond à la demande",
    }.get(nature, "")


def delai_en_mots(regle: RegleDelai) -> str:
    """« 2 jours ouvrés avant la date souhaitée, 12 h »."""
    return regle.en_mots + (f", {heure(regle.heure_limite)}" if regle.heure_limite else "")


def particularite_en_mots(regle: RegleParticuliere) -> str:
    """« Annuler, Repas, mercredi : la veille, 10 h »."""
    ou = f", {regle.prestation.nom_court}" if regle.prestation else ""
    quand = f", {', '.join(JOURS[rang] for rang in regle.jours)}" if regle.jours else ""
    suite = _tardif(ApresDelai(regle.apres_delai), regle)
    geste = str(Geste(regle.geste).label)
    return f"{geste}{ou}{quand} : {delai_en_mots(regle.regle)}" + (f" ; {suite}" if suite else "")
