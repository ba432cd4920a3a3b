"""What the parents' pages read: one account for each régie and household, its movements, its invoices to pay."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, DateField, F, Prefetch, Q, QuerySet, Sum, Value
from django.db.models.functions import TruncDate

from facturation.enums import EtatAffiche, EtatFacture, EtatPaiement, EtatTentative
from facturation.models import (
    Facture,
    LigneFacture,
    Paiement,
    PartTentative,
    PresenceFacturee,
    Regie,
    TentativePaiement,
)
from familles.models import Famille
from portail.commun.dates import PARIS
from portail.commun.montants import ZERO, en_euros
from reservations.fermetures import FactureDuJour


def factures_des_jours(presences: Collection[int]) -> dict[int, FactureDuJour]:
    """Return the issued invoice of each of these days that has one, by présence id; one query."""
    lues = (
        PresenceFacturee.objects.filter(presence__in=presences)
        .exclude(ligne__facture__etat__in=[EtatFacture.BROUILLON, EtatFacture.ANNULEE])
        .select_related("ligne__facture__regie")
    )
    return {
        une.presence_id: FactureDuJour(
            une.ligne.facture.numero_affiche, une.ligne.facture.regie.nom, une.ligne.facture.regie.courriel
        )
        for une in lues
    }


@dataclass(slots=True)
class Compte:
    """Figures of one household with one régie, in euros."""

    regie: Regie
    famille: Famille
    nombre_factures: int = 0
    facture: Decimal = ZERO
    nombre_paiements: int = 0
    paye: Decimal = ZERO
    en_attente: Decimal = ZERO
    #: What may be paid now; neither what is being validated nor what the Trésor handles.
    solde: Decimal = ZERO
    au_tresor: Decimal = ZERO

    @property
    def adresse(self) -> str:
        return f"{self.regie.cle}.{self.famille.cle}"

    @property
    def mots_factures(self) -> str:
        return f"{self.nombre_factures} facture{'s' if self.nombre_factures > 1 else ''}"

    @property
    def mots_paiements(self) -> str:
        return f"{self.nombre_paiements} paiement{'s' if self.nombre_paiements > 1 else ''}"

    @property
    def trop_percu(self) -> Decimal:
        """What was paid beyond the invoices, payments being validated included."""
        return max(self.paye + self.en_attente + self.solde + self.au_tresor - self.facture, ZERO)


def comptes(factures: QuerySet[Facture], paiements: QuerySet[Paiement]) -> list[Compte]:
    """Return the accounts that have an invoice or a payment, the one with most to pay first. Four queries."""
    trouves: dict[tuple[int, int], dict[str, object]] = {}
    emises, transmises = Q(etat=EtatFacture.EMISE), Q(etat=EtatFacture.TRANSMISE)
    for ligne in (
        factures.exclude(etat=EtatFacture.ANNULEE)
        .order_by()
        .values("regie", "famille")
        .annotate(
            nombre_factures=Count("pk"),
            facture=Sum("montant"),
            reste=Sum("montant", filter=emises, default=ZERO)
            - Sum("montant_regle", filter=emises, default=ZERO)
            - Sum("montant_en_attente", filter=emises, default=ZERO),
            au_tresor=Sum("montant", filter=transmises, default=ZERO)
            - Sum("montant_regle", filter=transmises, default=ZERO)
            - Sum("montant_en_attente", filter=transmises, default=ZERO),
        )
    ):
        cle = (ligne.pop("regie"), ligne.pop("famille"))
        trouves[cle] = ligne | {"solde": ligne.pop("reste")}
    for ligne in (
        paiements.exclude(etat=EtatPaiement.ANNULE)
        .order_by()
        .values("regie", "famille")
        .annotate(
            nombre_paiements=Count("pk"),
            paye=Sum("montant", filter=Q(etat=EtatPaiement.VALIDE), default=ZERO),
            en_attente=Sum("montant", filter=Q(etat=EtatPaiement.EN_ATTENTE), default=ZERO),
        )
    ):
        trouves.setdefault((ligne.pop("regie"), ligne.pop("famille")), {}).update(ligne)
    regies = Regie.objects.in_bulk({regie for regie, _ in trouves})
    familles = Famille.objects.in_bulk({famille for _, famille in trouves})
    resultat = [Compte(regies[regie], familles[famille], **v) for (regie, famille), v in trouves.items()]
    return sorted(resultat, key=lambda compte: (-compte.solde, compte.regie.nom, compte.famille.code))


@dataclass(frozen=True, slots=True)
class Mouvement:
    """One row of the account: an invoice or a payment."""

    jour: date
    facture: Facture | None = None
    paiement: Paiement | None = None


def mouvements(
    factures: QuerySet[Facture], paiements: QuerySet[Paiement], page: str | None, par_page: int
) -> Page[Mouvement]:
    """Return a page of invoices and payments mixed, newest first. Four queries whatever the page."""
    champs = ("jour", "nature", "pk")
    lignes_factures = (
        factures.order_by()
        .annotate(jour=F("date_emission"), nature=Value("facture", output_field=CharField()))
        .values_list(*champs)
    )
    jour_du_paiement = TruncDate("recu_le", tzinfo=PARIS, output_field=DateField())
    lignes_paiements = (
        paiements.order_by()
        .annotate(jour=jour_du_paiement, nature=Value("paiement", output_field=CharField()))
        .values_list(*champs)
    )
    # The same day, a payment comes above the invoice it settles.
    union = lignes_factures.union(lignes_paiements, all=True).order_by("-jour", "-nature", "-pk")
    resultat = Paginator(union, par_page).get_page(page)
    lus = list(resultat.object_list)
    par_facture = Facture.objects.in_bulk([pk for _, nature, pk in lus if nature == "facture"])
    par_paiement = Paiement.objects.in_bulk([pk for _, nature, pk in lus if nature == "paiement"])
    resultat.object_list = [
        Mouvement(jour, par_facture[pk]) if nature == "facture" else Mouvement(jour, paiement=par_paiement[pk])
        for jour, nature, pk in lus
    ]
    return resultat


@dataclass(slots=True)
class FactureDue:
    """An unsettled invoice as the payment page lists it; ``empechement`` says why it has no box to tick."""

    facture: Facture
    detail: list[str]
    empechement: str = ""


@dataclass(slots=True)
class APayer:
    """Unsettled invoices of one régie and household: what may be ticked together."""

    regie: Regie
    famille: Famille
    factures: list[FactureDue] = field(default_factory=list)

    @property
    def payables(self) -> list[Facture]:
        return [due.facture for due in self.factures if not due.empechement]

    @property
    def total(self) -> Decimal:
        return sum((facture.montant_payable for facture in self.payables), ZERO)

    @property
    def resume(self) -> str:
        """What all of it comes to; the page's script replaces it by what is ticked."""
        return f"{en_euros(self.total)} pour toutes les factures"

    @property
    def adresse(self) -> str:
        return f"{self.regie.cle}.{self.famille.cle}"


def a_payer(factures: QuerySet[Facture]) -> list[APayer]:
    """Return what is not settled, oldest first, by régie and household. Three queries."""
    ouvertes = PartTentative.objects.filter(ouverte=True)
    lues = (
        factures.filter(etat__in=[EtatFacture.EMISE, EtatFacture.TRANSMISE])
        .filter(montant__gt=F("montant_regle"))
        .select_related("regie", "famille")
        .prefetch_related(
            Prefetch("parts", ouvertes, to_attr="parts_ouvertes"),
            Prefetch("lignes", LigneFacture.objects.only("facture_id", "enfant_nom", "etablissement", "ordre")),
        )
        .order_by("date_emission", "numero")
    )
    groupes: dict[tuple[int, int], APayer] = {}
    for facture in lues:
        cle = (facture.regie_id, facture.famille_id)
        groupe = groupes.setdefault(cle, APayer(facture.regie, facture.famille))
        groupe.factures.append(FactureDue(facture, _detail(facture.lignes.all()), _empechement(facture)))
    return list(groupes.values())


def _detail(lignes: Iterable[LigneFacture]) -> list[str]:
    """Return « BAPTISTE AABELIUM – ACCUEIL PERISCOLAIRE » for each child and établissement, each once."""
    return list({f"{ligne.enfant_nom} – {ligne.etablissement}": None for ligne in lignes})


def _empechement(facture: Facture) -> str:
    if facture.etat_affiche == EtatAffiche.TRANSMISE:
        return "Le paiement de cette facture est géré par le Trésor public : réglez-la auprès de lui."
    if facture.parts_ouvertes:
        return "Un paiement en ligne est en cours."
    if not facture.montant_payable:
        return "Un paiement est en attente de validation."
    return ""


def tentatives_en_cours(tentatives: QuerySet[TentativePaiement]) -> QuerySet[TentativePaiement]:
    """Return the attempts that still hold invoices, with them. Two queries."""
    return (
        tentatives.filter(etat__in=[EtatTentative.CREEE, EtatTentative.REDIRIGEE, EtatTentative.A_VERIFIER])
        .select_related("regie")
        .prefetch_related("parts__facture")
        .order_by("pk")
    )
