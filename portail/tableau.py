"""What the dashboard shows, gathered from every app in a bounded number of queries.

The blocks follow the tutorial: account, children, reservations, invoices and payments, documents; « À faire » is first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.urls import NoReverseMatch, reverse

from documents.acces import couples_des
from documents.pieces import Dossier, dossiers
from enfants.cartes import lieu, scolarite
from enfants.models import Enfant
from facturation.models import Facture
from familles.enums import Politique
from familles.models import CampagneCertification, Famille, ReglageChamp, Utilisateur
from portail.commun.dates import aujourdhui
from portail.commun.montants import en_euros
from portail.commun.templatetags.typographie import limite
from reservations.enums import ETATS_CLOS, EtatPresence
from reservations.models import ChoixBrouillon, EtapePresence, Presence, Reservation

PAR_BLOC = 5
REPONSES_RECENTES = timedelta(days=7)
REPONSES = [EtatPresence.ACCEPTEE, EtatPresence.REFUSEE, EtatPresence.ANNULEE]


def adresse(nom: str, **cles: Any) -> str:
    """Return the address of a page, or nothing while the app that holds it is not installed."""
    try:
        return reverse(nom, kwargs=cles)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Tache:
    """One line of « À faire »: what, why it is worth doing now, where."""

    phrase: str
    icone: str
    lien: str = ""
    geste: str = ""
    precision: str = ""
    ton: str = ""


@dataclass(frozen=True)
class Tableau:
    familles: list[Famille]
    a_faire: list[Tache]
    enfants: list[Enfant]
    reservations: list[Any]
    regies: list[dict[str, Any]]
    factures: list[Facture]
    plusieurs_familles: bool = field(default=False)


def tableau(utilisateur: Utilisateur, maintenant: datetime) -> Tableau:
    """Gather the dashboard of a login, over all the households it belongs to."""
    masques = ArraySubquery(ReglageChamp.objects.filter(politique=Politique.MASQUE).values("champ"))
    familles = list(Famille.objects.de(utilisateur).annotate(masques=masques).order_by("nom_recherche", "pk"))
    jour = aujourdhui(maintenant)
    couples = couples_des(familles)
    factures = Facture.objects.filter(famille__in=familles).visibles()
    return Tableau(
        familles=familles,
        a_faire=[
            *_places_proposees(familles, maintenant),
            *_modifications_non_envoyees(familles),
            *_factures_a_payer(factures, jour),
            *_pieces_a_fournir(dossiers(couples, jour)),
            *_reponses_recentes(familles, maintenant),
            *_fiches_a_certifier(familles, jour),
        ],
        enfants=_enfants(couples, jour),
        reservations=_reservations(familles),
        regies=_regies(factures),
        factures=list(factures.select_related("regie")[:PAR_BLOC]),
        plusieurs_familles=len(familles) > 1,
    )


def _pieces_a_fournir(dossiers: list[Dossier]) -> list[Tache]:
    """Name what each household and child still owes; the page of documents says the rest."""
    return [
        Tache(
            phrase=f"{_compte(dossier.manquantes, 'pièce à fournir', 'pièces à fournir')} "
            f"pour {dossier.enfant.prenom if dossier.enfant else f'la famille {dossier.famille.nom}'}",
            precision=", ".join(piece.type.nom for piece in dossier.pieces if piece.manque),
            icone="document",
            lien=adresse("documents:liste"),
            geste="Voir",
        )
        for dossier in dossiers
        if dossier.manquantes
    ]


def _places_proposees(familles: list[Famille], maintenant: datetime) -> list[Tache]:
    """Name each child for whom a place is held, and until when."""
    par_reservation = (
        Presence.objects.proposees()
        .filter(reservation__famille__in=familles, offre_expire_le__gte=maintenant)
        .values(prenom=F("enfant__prenom"), cle_reservation=F("reservation__cle"))
        .annotate(nombre=Count("pk"), avant=Min("offre_expire_le"))
        .order_by("avant", "prenom")
    )
    return [
        Tache(
            phrase=f"{_compte(ligne['nombre'], 'place proposée', 'places proposées')} pour {ligne['prenom']}",
            precision=f"À accepter avant le {limite(ligne['avant'])}.",
            icone="horloge",
            lien=adresse("reservations:detail", cle=ligne["cle_reservation"]),
            geste="Répondre",
            ton="attention",
        )
        for ligne in par_reservation
    ]


def _modifications_non_envoyees(familles: list[Famille]) -> list[Tache]:
    par_enfant = (
        ChoixBrouillon.objects.filter(reservation__famille__in=familles)
        .values(prenom=F("reservation__enfant__prenom"))
        .annotate(nombre=Count("pk"))
        .order_by("prenom")
    )
    return [
        Tache(
            phrase=f"{_compte(ligne['nombre'], 'modification non envoyée', 'modifications non envoyées')} "
            f"pour {ligne['prenom']}",
            precision="Tant que la demande n’est pas envoyée, les jours ne sont pas réservés.",
            icone="crayon",
            lien=adresse("reservations:liste"),
            geste="Reprendre",
        )
        for ligne in par_enfant
    ]


def _factures_a_payer(factures: QuerySet[Facture], jour: date) -> list[Tache]:
    somme = factures.a_payer().aggregate(  # type: ignore[attr-defined]
        nombre=Count("pk"),
        total=Sum("montant"),
        regle=Sum("montant_regle"),
        attente=Sum("montant_en_attente"),
        limite=Min("date_limite_paiement"),
    )
    if not somme["nombre"]:
        return []
    reste: Decimal = somme["total"] - somme["regle"] - somme["attente"]
    retard = somme["limite"] < jour
    return [
        Tache(
            phrase=f"{_compte(somme['nombre'], 'facture à payer', 'factures à payer')} : {en_euros(reste)}",
            precision=f"{'En retard : à payer avant le' if retard else 'À payer avant le'} {somme['limite']:%d/%m/%Y}.",
            icone="euro",
            lien=adresse("facturation:payer"),
            geste="Payer",
            ton="attention" if retard else "",
        )
    ]


def _reponses_recentes(familles: list[Famille], maintenant: datetime) -> list[Tache]:
    par_enfant = (
        EtapePresence.objects.filter(
            presence__reservation__famille__in=familles,
            apres__in=REPONSES,
            avant__in=[
                EtatPresence.DEMANDEE,
                EtatPresence.EN_ATTRIBUTION,
                EtatPresence.LISTE_ATTENTE,
                EtatPresence.ANNULATION_DEMANDEE,
            ],
            le__gte=maintenant - REPONSES_RECENTES,
        )
        .values("presence__enfant__prenom")
        .annotate(nombre=Count("pk"), refus=Count("pk", filter=Q(apres=EtatPresence.REFUSEE)))
        .order_by("presence__enfant__prenom")
    )
    return [
        Tache(
            phrase=f"{_compte(ligne['nombre'], 'réponse reçue', 'réponses reçues')} "
            f"pour {ligne['presence__enfant__prenom']}",
            precision=_compte(ligne["refus"], "jour refusé", "jours refusés") + " : la raison est sur le planning."
            if ligne["refus"]
            else "",
            icone="info",
            lien=adresse("reservations:liste"),
            geste="Voir",
        )
        for ligne in par_enfant
    ]


def _fiches_a_certifier(familles: list[Famille], jour: date) -> list[Tache]:
    """Ask once per household and campaign to read the sheet again."""
    campagne = CampagneCertification.objects.en_cours_le(jour).first()
    if campagne is None:
        return []
    repondues = set(campagne.certifications.values_list("famille_id", flat=True).filter(famille__in=familles))
    return [
        Tache(
            phrase=f"{campagne.libelle} : vérifiez la fiche de la famille {famille.nom}",
            precision=f"Dites-nous que tout est à jour avant le {campagne.au:%d/%m/%Y}.",
            icone="famille",
            lien=adresse("familles:fiche_de", cle=famille.cle),
            geste="Vérifier",
        )
        for famille in familles
        if famille.pk not in repondues
    ]


def _enfants(couples: list[tuple[Famille, Enfant | None]], jour: date) -> list[Enfant]:
    uniques = {enfant.pk: enfant for _, enfant in couples if enfant}
    enfants = sorted(uniques.values(), key=lambda enfant: (enfant.date_naissance, enfant.pk))
    # What the town hides came with the households: no query of its own.
    masques = {champ: Politique.MASQUE for famille, _ in couples for champ in famille.masques}  # type: ignore[attr-defined]
    for enfant in enfants:
        enfant.lieu = lieu(enfant, masques)  # type: ignore[attr-defined]
        enfant.scolarite = scolarite(enfant, masques)  # type: ignore[attr-defined]
        enfant.age = enfant.age_en_mots(jour)  # type: ignore[attr-defined]
        enfant.lien = adresse("enfants:fiche", cle=enfant.cle)  # type: ignore[attr-defined]
    return enfants


def _reservations(familles: list[Famille]) -> list[Any]:
    """Return the latest reservations, each with the first and last of its days still asked or kept, and its state."""
    actives = ~Q(presences__etat__in=ETATS_CLOS)
    lignes = list(
        Reservation.objects.filter(famille__in=familles)
        .entamees()
        .avec_bilan()
        .annotate(
            premier_jour=Min("presences__creneau__jour", filter=actives),
            dernier_jour=Max("presences__creneau__jour", filter=actives),
        )
        .select_related("enfant", "periode__accueil__etablissement")
        .order_by("-numero")[:PAR_BLOC]
    )
    for ligne in lignes:
        ligne.lien = adresse("reservations:detail", cle=ligne.cle)
    return lignes


def _regies(factures: QuerySet[Facture]) -> list[dict[str, Any]]:
    """Return the three figures of each régie: billed, paid, being validated, left to pay."""
    lignes = (
        factures.exclude(etat="annulee")
        .values("regie__nom")
        .annotate(
            nombre=Count("pk"), facture=Sum("montant"), paye=Sum("montant_regle"), attente=Sum("montant_en_attente")
        )
        .order_by("regie__nom")
    )
    return [{**ligne, "reste": ligne["facture"] - ligne["paye"] - ligne["attente"]} for ligne in lignes]


def _compte(nombre: int, un: str, plusieurs: str) -> str:
    return f"{nombre}\xa0{plusieurs if nombre > 1 else un}"
