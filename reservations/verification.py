"""All that a household has not sent, as the check page shows it: one part for each reservation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from familles.models import Utilisateur
from portail.commun.blocages import Blocage
from portail.commun.montants import ZERO
from portail.commun.templatetags.typographie import jour_long, limite
from reservations.blocages import blocages_de
from reservations.brouillons import brouillons_de, empreinte
from reservations.decisions import Decision, decider
from reservations.enums import ETATS_QUI_PRENNENT_UNE_PLACE, Acceptation, ApresDelai, EtatPresence, MotifRefus, Sens
from reservations.models import ChoixBrouillon, Reservation
from reservations.prix import prix_decides, prix_des_creneaux
from reservations.regles.attente import rang_en_mots
from reservations.regles.jours import ETATS_D_ATTENTE

#: What the check page says of a day that is taken after its deadline.
TARDIFS = {
    ApresDelai.MAJORATION: "Hors délai\xa0: majoration de {majoration}",
    ApresDelai.LISTE_ATTENTE: "Hors délai\xa0: en liste d’attente",
    ApresDelai.AGENT: "Hors délai\xa0: un agent répond à cette demande",
}
TARDIF_MAJORE_PAR_UN_AGENT = "Hors délai\xa0: un agent répond à cette demande\u202f; majoration de {majoration}"


@dataclass(frozen=True, slots=True)
class Rubrique:
    """One reservation of the check page."""

    reservation: Reservation
    ajouts: list[dict[str, object]]
    attentes: list[dict[str, object]]
    #: Days of a pre-booking window: they wait for its allotment.
    demandes: list[dict[str, object]]
    retraits: list[dict[str, object]]
    refuses: list[dict[str, object]]
    #: Some day is by the hour, and has none yet.
    heures_manquantes: bool
    blocages: list[Blocage]
    empreinte: str
    automatique: bool

    @property
    def total(self) -> Decimal:
        return somme(ligne["montant"] for ligne in self.ajouts)

    @property
    def total_retraits(self) -> Decimal:
        return somme(ligne["montant"] for ligne in self.retraits)

    @property
    def peut_attendre(self) -> bool:
        """A full day may go to a waiting list: one is full already, or may become so while the page is read."""
        return bool(self.attentes or (self.ajouts and self.reservation.periode.liste_attente))

    @property
    def url_planning(self) -> str:
        return reverse("reservations:planning", args=[self.reservation.cle])


def verifier_ensemble(
    utilisateur: Utilisateur, reservations: Sequence[Reservation], *, maintenant: datetime
) -> list[Rubrique]:
    """Decide on every day as the sending would, in the same order.

    A place that one child takes is no longer there for the next one; what something blocks is not sent, and takes none.
    """
    brouillons = brouillons_de(reservations)
    creneaux = {un.creneau_id: un.creneau for choix in brouillons.values() for un in choix}
    salles = {un.jour_salle_id: un.jour_salle for un in creneaux.values() if un.jour_salle_id is not None}
    for un in creneaux.values():
        un.jour_salle = salles.get(un.jour_salle_id)
    rubriques = []
    for une in sorted(reservations, key=lambda une: une.pk):
        choix = brouillons[une.pk]
        raisons = _blocages(utilisateur, une, choix, maintenant)
        decisions = decider(une, choix, creneaux, maintenant=maintenant)
        for decision in decisions:
            if not raisons and decision.sens == Sens.AJOUT and decision.etat in ETATS_QUI_PRENNENT_UNE_PLACE:
                # For the children who are judged next.
                creneaux[decision.creneau.pk].compter_une_place()
        siens = [creneaux[un.creneau_id] for un in choix]
        unites = {un.creneau_id: un.unites for un in choix}
        prix = prix_des_creneaux(famille=une.famille, enfant=une.enfant, creneaux=siens, unites=unites)
        montants = {pk: un.montant for pk, un in prix_decides(prix, decisions).items()}
        prises = [d for d in decisions if d.etat and d.sens == Sens.AJOUT]
        rubriques.append(
            Rubrique(
                reservation=une,
                ajouts=[_ligne(d, montants) for d in prises if d.etat not in ETATS_D_ATTENTE],
                demandes=[_ligne(d, montants) for d in prises if d.etat == EtatPresence.EN_ATTRIBUTION],
                attentes=[_ligne(d, montants) for d in prises if d.etat == EtatPresence.LISTE_ATTENTE],
                retraits=[_ligne(d, montants) for d in decisions if d.etat and d.sens == Sens.RETRAIT],
                refuses=[_ligne(d, montants) for d in decisions if d.motifs],
                heures_manquantes=any(MotifRefus.HEURES_MANQUANTES in d.motifs for d in decisions),
                blocages=raisons,
                empreinte=empreinte(choix),
                automatique=une.periode.acceptation == Acceptation.AUTOMATIQUE,
            )
        )
    return sorted(rubriques, key=lambda rubrique: list(reservations).index(rubrique.reservation))


def _blocages(
    utilisateur: Utilisateur, reservation: Reservation, choix: Sequence[ChoixBrouillon], maintenant: datetime
) -> list[Blocage]:
    """Return what prevents this reservation from being sent; nothing ever prevents from cancelling."""
    if not any(un.sens == Sens.AJOUT for un in choix):
        return []
    return blocages_de(utilisateur, reservation, maintenant=maintenant)


def _ligne(decision: Decision, montants: dict[int, Decimal]) -> dict[str, object]:
    return {
        "jour": jour_long(decision.creneau.jour),
        "prestation": decision.creneau.prestation.nom,
        "heures": decision.heures_en_mots,
        "montant": None if _rien_n_est_du(decision) else montants.get(decision.creneau.pk),
        "annulable": limite(decision.limite_annulation),
        "tardif": _tardif(decision),
        "rang": rang_en_mots(decision.rang) if decision.rang else "",
        "deja_facture": decision.deja_facture,
        "a_confirmer": decision.etat == EtatPresence.ANNULATION_DEMANDEE,
        "motifs": " ".join(decision.phrases()),
        "sens": decision.sens.label,
    }


def _rien_n_est_du(decision: Decision) -> bool:
    """A day given up while it waits for a place takes nothing off: it cost nothing."""
    presence = decision.presence
    return decision.sens == Sens.RETRAIT and presence is not None and presence.etat in ETATS_D_ATTENTE


def _tardif(decision: Decision) -> str:
    if decision.tardif is None:
        return ""
    if decision.majoration is None:
        return TARDIFS[decision.tardif]
    majore = TARDIF_MAJORE_PAR_UN_AGENT if decision.tardif == ApresDelai.AGENT else TARDIFS[decision.tardif]
    return majore.format(majoration=decision.majoration.en_mots())


def somme(montants: Iterable[object]) -> Decimal:
    return sum((montant for montant in montants if isinstance(montant, Decimal)), ZERO)
