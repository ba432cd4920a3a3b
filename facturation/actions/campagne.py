"""Preparation of a billing run: a draft computed set-based, that can be made again or thrown away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Count, F, QuerySet

from enfants.garde import payeurs_designes
from facturation import tarifs
from facturation.enums import ETATS_FACTURABLES, EtatCampagne, EtatFacture, MotifRefusFacturation, NatureAnomalie
from facturation.erreurs import FacturationRefusee
from facturation.models import Campagne, Facture, LigneFacture, PresenceFacturee, Regie
from facturation.regles import factures as regles
from facturation.regles.tarifs import majorer, prix_du_jour
from familles.models import Famille, Responsable, Utilisateur
from portail.commun.traces import tracer
from reservations.enums import EtatPresence
from reservations.models import Presence
from reservations.regles import demi_heures_commencees

LOT = 1000
#: Anomalies shown one by one; beyond, only their number.
ANOMALIES_DETAILLEES = 200


@transaction.atomic
def creer(*, regie: Regie, libelle: str, du: date, au: date, auteur: Utilisateur, maintenant: datetime) -> Campagne:
    """Open a billing run and compute its draft. Both days included; raise ``FacturationRefusee``."""
    if au < du:
        raise FacturationRefusee(MotifRefusFacturation.PERIODE_INVERSEE)
    Regie.objects.select_for_update().get(pk=regie.pk)
    campagne = Campagne.objects.create(
        regie=regie, libelle=libelle, du=du, au=au, auteur=auteur, cree_le=maintenant, calculee_le=maintenant
    )
    _calculer(campagne, maintenant)
    tracer_campagne("campagne.preparee", campagne, auteur, maintenant)
    return campagne


@transaction.atomic
def recalculer(*, campagne: Campagne, auteur: Utilisateur, maintenant: datetime) -> Campagne:
    """Throw the draft away and compute it again from the attendance as it is now."""
    campagne = verrouiller_brouillon(campagne)
    _effacer_factures(campagne)
    campagne.calculee_le = maintenant
    _calculer(campagne, maintenant)
    tracer_campagne("campagne.recalculee", campagne, auteur, maintenant)
    return campagne


@transaction.atomic
def supprimer(*, campagne: Campagne, auteur: Utilisateur, maintenant: datetime) -> None:
    """Throw a draft away: its days can be billed by another run."""
    campagne = verrouiller_brouillon(campagne)
    tracer_campagne("campagne.supprimee", campagne, auteur, maintenant)
    _effacer_factures(campagne)
    campagne.delete()


def verrouiller_brouillon(campagne: Campagne) -> Campagne:
    """Lock the régie, so that two runs never claim the same days at once, then the run."""
    Regie.objects.select_for_update().get(pk=campagne.regie_id)
    verrouillee = Campagne.objects.select_for_update(of=("self",)).select_related("regie").get(pk=campagne.pk)
    if verrouillee.etat != EtatCampagne.BROUILLON:
        raise FacturationRefusee(MotifRefusFacturation.CAMPAGNE_DEJA_LANCEE)
    return verrouillee


def _effacer_factures(campagne: Campagne) -> None:
    """Delete from the leaves up; the triggers of the database refuse it for an issued invoice."""
    PresenceFacturee.objects.filter(ligne__facture__campagne=campagne).delete()
    LigneFacture.objects.filter(facture__campagne=campagne).delete()
    Facture.objects.filter(campagne=campagne).delete()


def presences_facturables(regie: Regie, du: date, au: date) -> QuerySet[Presence]:
    """Keep the days that this régie has to bill and that no invoice, even a draft, has claimed."""
    return _presences_de_la_regie(regie, du, au).filter(etat__in=ETATS_FACTURABLES, facturation=None)


def _presences_de_la_regie(regie: Regie, du: date, au: date) -> QuerySet[Presence]:
    return Presence.objects.filter(
        creneau__jour__range=(du, au),
        creneau__prestation__periode__accueil__etablissement__regie_liee__regie=regie,
    )


@dataclass(slots=True)
class _Brouillon:
    """What a computation finds, household by household."""

    jours: defaultdict[int, list[regles.JourAFacturer]] = field(default_factory=lambda: defaultdict(list))
    sans_tarif: defaultdict[str, list[date]] = field(default_factory=lambda: defaultdict(list))


def _calculer(campagne: Campagne, maintenant: datetime) -> None:
    brouillon = _lire_les_jours(campagne)
    familles = list(Famille.objects.filter(pk__in=brouillon.jours).order_by("nom_recherche", "code"))
    debiteurs = debiteurs_de(familles)
    _ecrire(
        [
            (famille, debiteurs[famille.pk], brouillon.jours[famille.pk])
            for famille in familles
            if famille.pk in debiteurs
        ],
        campagne,
        maintenant,
    )
    campagne.anomalies = _anomalies(campagne, brouillon, [f for f in familles if f.pk not in debiteurs])
    campagne.save(update_fields=["anomalies", "calculee_le"])


def _lire_les_jours(campagne: Campagne) -> _Brouillon:
    """Read every day to bill in one query, then the tariffs and the quotients that concern them."""
    lus = list(
        presences_facturables(campagne.regie, campagne.du, campagne.au)
        .select_related(None)
        .values(
            "pk",
            "enfant_id",
            "majoration_montant",
            "majoration_pourcent",
            "arrivee",
            "depart",
            jour=F("creneau__jour"),
            famille=F("reservation__famille"),
            prestation=F("creneau__prestation"),
            designation=F("creneau__prestation__nom"),
            enfant_nom=F("enfant__nom"),
            enfant_prenom=F("enfant__prenom"),
            ne_le=F("enfant__date_naissance"),
            etablissement=F("creneau__prestation__periode__accueil__etablissement__nom"),
            etablissement_ordre=F("creneau__prestation__periode__accueil__etablissement__ordre"),
            accueil=F("creneau__prestation__periode__accueil__nom"),
            periode=F("creneau__prestation__periode__nom"),
            ordre=F("creneau__prestation__ordre"),
        )
    )
    _adresser_au_payeur(lus)
    grilles = tarifs.grilles_par_prestation({lu["prestation"] for lu in lus}, campagne.du, campagne.au)
    quotients = tarifs.quotients_par_famille({lu["famille"] for lu in lus}, campagne.du, campagne.au)
    brouillon = _Brouillon()
    for lu in lus:
        prix = prix_du_jour(lu["jour"], grilles[lu["prestation"]], quotients[lu["famille"]])
        if prix is None:
            brouillon.sans_tarif[f"{lu['etablissement']} – {lu['designation']}"].append(lu["jour"])
            continue
        unites = _unites(lu["arrivee"], lu["depart"])
        if unites > 1 and (lu["majoration_montant"] or lu["majoration_pourcent"]):
            # The surcharge is due once for the day, as the planning said: such a day is a unit of its own.
            prix, unites = (
                replace(prix, montant=prix.montant * unites, phrase=f"{unites} demi-heures commencées. {prix.phrase}"),
                1,
            )
        prix = majorer(prix, lu["majoration_montant"], lu["majoration_pourcent"])
        brouillon.jours[lu["famille"]].append(
            regles.JourAFacturer(
                presence_id=lu["pk"],
                jour=lu["jour"],
                enfant_id=lu["enfant_id"],
                enfant_nom=f"{lu['enfant_nom']} {lu['enfant_prenom']}",
                prestation_id=lu["prestation"],
                designation=lu["designation"],
                etablissement=lu["etablissement"],
                accueil=lu["accueil"],
                periode=lu["periode"],
                prix=prix,
                unites=unites,
                rang=(
                    lu["ne_le"],
                    lu["enfant_id"],
                    lu["etablissement_ordre"],
                    lu["etablissement"],
                    lu["accueil"],
                    lu["periode"],
                    lu["ordre"],
                    lu["prestation"],
                ),
            )
        )
    return brouillon


def _adresser_au_payeur(lus: Sequence[Any]) -> None:
    """Bill each day to the household that pays for it, with its own quotient; one query."""
    designes = payeurs_designes({lu["enfant_id"] for lu in lus})
    for lu in lus:
        lien = designes.get((lu["enfant_id"], lu["famille"]))
        if lien is not None and lien.payeur is not None and lien.vaut(lu["jour"]):
            lu["famille"] = lien.payeur


def _unites(arrivee: time | None, depart: time | None) -> int:
    return 1 if arrivee is None or depart is None else demi_heures_commencees(arrivee, depart)


def debiteurs_de(familles: Iterable[Famille]) -> dict[int, Responsable]:
    """Return the adult each household's invoices are addressed to: its first one. One query."""
    debiteurs: dict[int, Responsable] = {}
    adultes = Responsable.objects.filter(famille__in=[f.pk for f in familles]).order_by("famille", "rang", "pk")
    for adulte in adultes:
        debiteurs.setdefault(adulte.famille_id, adulte)
    return debiteurs


def champs_du_debiteur(famille: Famille, debiteur: Responsable) -> dict[str, str]:
    """Return what an invoice keeps of its debtor: name, postal lines, code."""
    return {
        "debiteur_nom": str(debiteur)[:200],
        "debiteur_adresse": "\n".join(debiteur.lignes_adresse() or famille.lignes_adresse()),
        "debiteur_code": famille.code,
    }


def _ecrire(
    dossiers: list[tuple[Famille, Responsable, list[regles.JourAFacturer]]],
    campagne: Campagne,
    maintenant: datetime,
) -> None:
    """Write invoices, lines and claims in as many statements as there are lots of a thousand rows."""
    calcul = [(famille, debiteur, regles.lignes(jours)) for famille, debiteur, jours in dossiers]
    factures = Facture.objects.bulk_create(
        [
            Facture(
                regie=campagne.regie,
                campagne=campagne,
                famille=famille,
                du=campagne.du,
                au=campagne.au,
                montant=regles.total(lignes),
                cree_le=maintenant,
                **champs_du_debiteur(famille, debiteur),
            )
            for famille, debiteur, lignes in calcul
        ],
        batch_size=LOT,
    )
    paires = [
        (en_ligne(facture, ordre, ligne), ligne.presences)
        for facture, (_, _, lignes) in zip(factures, calcul, strict=True)
        for ordre, ligne in enumerate(lignes, start=1)
    ]
    LigneFacture.objects.bulk_create([ligne for ligne, _ in paires], batch_size=LOT)
    PresenceFacturee.objects.bulk_create(
        [PresenceFacturee(presence_id=presence, ligne=ligne) for ligne, presences in paires for presence in presences],
        batch_size=LOT,
    )


def en_ligne(facture: Facture, ordre: int, ligne: regles.LigneCalculee) -> LigneFacture:
    modele = ligne.modele
    return LigneFacture(
        facture=facture,
        ordre=ordre,
        enfant_id=modele.enfant_id,
        enfant_nom=modele.enfant_nom,
        etablissement=modele.etablissement,
        accueil=modele.accueil,
        periode=modele.periode,
        designation=modele.designation,
        jours=list(ligne.jours),
        quantite=ligne.quantite,
        tarif=ligne.tarif,
        montant=ligne.montant,
        explication=ligne.explication,
    )


def _anomalies(campagne: Campagne, brouillon: _Brouillon, sans_debiteur: list[Famille]) -> list[dict[str, object]]:
    """Return what the régisseur must see before issuing: ``nature``, ``objet`` and ``nombre`` of days or households."""
    trouvees = [
        _anomalie(NatureAnomalie.SANS_TARIF, f"{objet}, du {min(jours):%d/%m/%Y} au {max(jours):%d/%m/%Y}", len(jours))
        for objet, jours in sorted(brouillon.sans_tarif.items())
    ]
    trouvees += [
        _anomalie(NatureAnomalie.SANS_DEBITEUR, str(famille), len(brouillon.jours[famille.pk]))
        for famille in sans_debiteur[:ANOMALIES_DETAILLEES]
    ]
    presences = _presences_de_la_regie(campagne.regie, campagne.du, campagne.au)
    attente = presences.filter(etat__in=[EtatPresence.DEMANDEE, EtatPresence.ANNULATION_DEMANDEE]).count()
    if attente:
        trouvees.append(_anomalie(NatureAnomalie.DEMANDES_EN_ATTENTE, "Demandes et annulations à traiter", attente))
    non_pointes = presences.filter(etat=EtatPresence.ACCEPTEE, facturation__ligne__facture__campagne=campagne).count()
    if non_pointes:
        trouvees.append(_anomalie(NatureAnomalie.JOURS_NON_POINTES, "Jours réservés sans pointage", non_pointes))
    trouvees += _a_regulariser(campagne.regie)
    return trouvees


def _a_regulariser(regie: Regie) -> list[dict[str, object]]:
    """Return the households that cancelled days which an issued invoice of this régie holds."""
    reclamees = (
        PresenceFacturee.objects.filter(ligne__facture__regie=regie)
        .exclude(ligne__facture__etat__in=[EtatFacture.BROUILLON, EtatFacture.ANNULEE])
        .exclude(presence__etat__in=ETATS_FACTURABLES)
        .order_by("ligne__facture__famille__nom_recherche", "ligne__facture__famille", "ligne__facture__numero")
        .values("ligne__facture__famille__code", "ligne__facture__debiteur_nom", "ligne__facture__numero")
        .annotate(nombre=Count("pk"))
    )
    return [
        _anomalie(
            NatureAnomalie.A_REGULARISER,
            f"{une['ligne__facture__debiteur_nom']} ({une['ligne__facture__famille__code']}), "
            f"facture n° {une['ligne__facture__numero']:05d}",
            une["nombre"],
        )
        for une in reclamees[:ANOMALIES_DETAILLEES]
    ]


def _anomalie(nature: NatureAnomalie, objet: str, nombre: int) -> dict[str, object]:
    return {"nature": nature.value, "objet": objet, "nombre": nombre}


def tracer_campagne(geste: str, campagne: Campagne, auteur: Utilisateur, maintenant: datetime) -> None:
    tracer(
        geste=geste,
        objet="campagne",
        objet_cle=campagne.cle,
        libelle=campagne.libelle,
        maintenant=maintenant,
        auteur=auteur,
        apres={"du": f"{campagne.du:%Y-%m-%d}", "au": f"{campagne.au:%Y-%m-%d}", "factures": campagne.factures.count()},
    )
