"""What an agent answers to a file: a new household, an existing one, or a refusal. Answered twice, it counts once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from documents.models import Document
from enfants.models import Enfant, Rattachement
from familles.actions import ouverture
from familles.champs import ADRESSE, ADULTE
from familles.erreurs import CompteRefuse
from familles.models import Famille, Responsable, Utilisateur
from inscriptions import courriels
from inscriptions.actions.envoi import noter
from inscriptions.doublons import est_le_meme
from inscriptions.enums import EtatDossier
from inscriptions.erreurs import DossierRefuse, MotifDossier
from inscriptions.models import AdulteDossier, DossierInscription, EnfantDossier
from portail.commun.traces import tracer

CHAMPS_FAMILLE = ("nom", *ADRESSE, "telephone", "situation", "regime", "numero_allocataire")
CHAMPS_ENFANT = (
    "nom",
    "prenom",
    "sexe",
    "date_naissance",
    "lieu_naissance",
    "departement_naissance",
    "ecole",
    "niveau",
)


@dataclass
class Reponse:
    """The household, and what the agent must know: accounts that could not be opened."""

    famille: Famille
    avertissements: list[str] = field(default_factory=list)


@transaction.atomic
def accepter(
    *,
    dossier: DossierInscription,
    residente: bool,
    comptes: Collection[AdulteDossier],
    connus: Mapping[EnfantDossier, Enfant],
    agent: Utilisateur,
    maintenant: datetime,
) -> Reponse:
    """Make a household of a file, and open the accounts of ``comptes``; ``connus`` are the children already known.

    Raise ``DossierRefuse`` when another agent has answered, or the household has taken its file back.
    """
    verrouille = _verrouiller(dossier)
    with connection.cursor() as curseur:
        # Two acceptances at once would draw the same code.
        curseur.execute("SELECT pg_advisory_xact_lock(hashtextextended('code famille', 0))")
    famille = Famille.objects.create(
        code=Famille.objects.prochain_code(),
        residente=residente,
        cree_le=maintenant,
        **{champ: getattr(verrouille, champ) for champ in CHAMPS_FAMILLE},
    )
    _tracer("famille.creee", famille, famille, agent, maintenant)
    return _conclure(verrouille, famille, comptes, connus, agent, maintenant)


@transaction.atomic
def rattacher(
    *,
    dossier: DossierInscription,
    famille: Famille,
    comptes: Collection[AdulteDossier],
    connus: Mapping[EnfantDossier, Enfant],
    agent: Utilisateur,
    maintenant: datetime,
) -> Reponse:
    """Add to a household what it lacks of a file: adults, children, pieces. What it has already is left as it is."""
    verrouille = _verrouiller(dossier)
    gardee = Famille.objects.select_for_update(no_key=True).get(pk=famille.pk)
    if gardee.archivee_le is not None:
        raise DossierRefuse([MotifDossier.FAMILLE_ARCHIVEE])
    return _conclure(verrouille, gardee, comptes, connus, agent, maintenant)


@transaction.atomic
def refuser(*, dossier: DossierInscription, motif: str, agent: Utilisateur, maintenant: datetime) -> None:
    """Refuse a file, saying why; its pieces are kept until it is erased, in case the household comes to the counter."""
    verrouille = _verrouiller(dossier)
    verrouille.motif_refus = motif.strip()
    _clore(verrouille, EtatDossier.REFUSE, agent, maintenant)
    courriels.refusee(dossier=verrouille, maintenant=maintenant)
    noter("inscription.refusee", verrouille, agent, maintenant)


def _verrouiller(dossier: DossierInscription) -> DossierInscription:
    verrouille = DossierInscription.objects.select_for_update().get(pk=dossier.pk)
    if verrouille.etat != EtatDossier.ENVOYE:
        raise DossierRefuse([MotifDossier.DEJA_TRAITE])
    return verrouille


def _conclure(
    dossier: DossierInscription,
    famille: Famille,
    comptes: Collection[AdulteDossier],
    connus: Mapping[EnfantDossier, Enfant],
    agent: Utilisateur,
    maintenant: datetime,
) -> Reponse:
    reponse = Reponse(famille)
    choisis = {adulte.pk for adulte in comptes}
    adultes = list(dossier.adultes.all())
    responsables = [_responsable(famille, adulte, agent, maintenant) for adulte in adultes]
    for adulte, responsable in zip(adultes, responsables, strict=True):
        if adulte.pk in choisis:
            reponse.avertissements += _ouvrir(responsable, adulte, agent, maintenant)
    par_pk = {enfant.pk: connu for enfant, connu in connus.items()}
    enfants = {
        enfant.pk: _enfant(famille, enfant, par_pk.get(enfant.pk), agent, maintenant)
        for enfant in dossier.enfants.all()
    }
    _pieces(dossier, famille, enfants, responsables, maintenant)
    dossier.famille = famille
    _clore(dossier, EtatDossier.ACCEPTE, agent, maintenant)
    courriels.acceptee(dossier=dossier, famille=famille, maintenant=maintenant)
    noter("inscription.acceptee", dossier, agent, maintenant, famille_cle=famille.cle)
    return reponse


def _clore(dossier: DossierInscription, etat: EtatDossier, agent: Utilisateur, maintenant: datetime) -> None:
    dossier.etat, dossier.traite_par, dossier.traite_le = etat, agent, maintenant
    dossier.save(update_fields=["etat", "traite_par", "traite_le", "motif_refus", "famille"])


def _responsable(famille: Famille, adulte: AdulteDossier, agent: Utilisateur, maintenant: datetime) -> Responsable:
    """Return the adult of the household, added when it does not have them."""
    presents = list(famille.responsables.select_related("utilisateur"))
    for present in presents:
        if est_le_meme(adulte, present):
            return present
    responsable = Responsable.objects.create(
        famille=famille,
        rang=1 + max((present.rang for present in presents), default=0),
        **{champ: getattr(adulte, champ) for champ in ADULTE},
    )
    _tracer("responsable.cree", responsable, famille, agent, maintenant)
    return responsable


def _ouvrir(responsable: Responsable, adulte: AdulteDossier, agent: Utilisateur, maintenant: datetime) -> list[str]:
    """Open the account of an adult; what prevents it is told to the agent, and does not undo the answer."""
    if responsable.utilisateur_id is None and responsable.email != adulte.email:
        responsable.email = adulte.email
        responsable.save(update_fields=["email"])
        _tracer("responsable.modifie", responsable, responsable.famille, agent, maintenant)
    try:
        ouverture.ouvrir_pour(responsable=responsable, auteur=agent, maintenant=maintenant)
    except CompteRefuse as refus:
        return [f"{responsable} : {phrase}" for phrase in refus.phrases()]
    return []


def _enfant(
    famille: Famille, enfant: EnfantDossier, connu: Enfant | None, agent: Utilisateur, maintenant: datetime
) -> Enfant:
    """Return the child's sheet, new or known, in the charge of the household."""
    fiche = connu
    if fiche is None:
        fiche = Enfant.objects.create(cree_le=maintenant, **{champ: getattr(enfant, champ) for champ in CHAMPS_ENFANT})
        _tracer("enfant.cree", fiche, famille, agent, maintenant)
    _, nouveau = Rattachement.objects.get_or_create(enfant=fiche, famille=famille)
    if nouveau:
        _tracer("enfant.rattache", fiche, famille, agent, maintenant)
    return fiche


def _pieces(
    dossier: DossierInscription,
    famille: Famille,
    enfants: Mapping[int, Enfant],
    responsables: list[Responsable],
    maintenant: datetime,
) -> None:
    """Hand the files over to the household: the rows change, the files in the store do not move."""
    auteur = responsables[0].utilisateur if responsables else None
    pieces = list(dossier.pieces.select_related("type"))
    dossier.pieces.all().delete()
    Document.objects.bulk_create(
        Document(
            famille=famille,
            enfant=enfants.get(piece.enfant_id) if piece.enfant_id else None,
            type=piece.type,
            nom=piece.nom,
            fichier=piece.fichier,
            empreinte=piece.empreinte,
            octets=piece.octets,
            format=piece.format,
            pages=piece.pages,
            envoye_par=auteur,
            envoye_le=piece.envoyee_le,
        )
        for piece in pieces
    )


def _tracer(
    geste: str, objet: Famille | Responsable | Enfant, famille: Famille, agent: Utilisateur, maintenant: datetime
) -> None:
    tracer(
        geste=geste,
        objet=str(objet._meta.model_name),
        objet_cle=objet.cle,
        libelle=str(objet),
        famille_cle=famille.cle,
        auteur=agent,
        maintenant=maintenant,
    )


def rang_suivant(dossier: DossierInscription) -> int:
    """Return the rank of an adult that an agent adds to a file."""
    return 1 + (dossier.adultes.aggregate(dernier=Max("rang"))["dernier"] or 0)
