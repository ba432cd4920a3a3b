"""One day of a reservation: cancelling it, declaring an absence, joining its piece, taking the declaration back."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from documents import actions as documents
from documents.enums import Portee
from documents.erreurs import FichierRefuse
from documents.models import Document, TypeDocument
from documents.reception import nom_lisible, preparer
from portail.commun.dates import aujourdhui
from portail.commun.erreurs import RefusMetier
from portail.commun.requetes import RequeteConnectee
from portail.commun.televersement import fichiers_ecartes
from portail.commun.templatetags.composants import etat as balise_etat
from portail.commun.templatetags.typographie import jour_long, limite
from reservations import absences, acces, actions
from reservations.actions.absence import retirable
from reservations.enums import EtatDeclaration, EtatPresence, MotifRefus
from reservations.forms_absence import AbsenceForm, PieceForm
from reservations.models import DeclarationAbsence, Presence
from reservations.planning.cases import pastille
from reservations.prix import prix_a_payer, prix_des_creneaux, prix_du_jour_reserve
from reservations.regles.absences import EFFETS


@require_http_methods(["GET", "HEAD", "POST"])
def annuler(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Ask before cancelling one day, then cancel it by the same rules as the planning."""
    presence = acces.presence(request.user, cle)
    reservation = presence.reservation
    if request.method == "POST":
        return _annuler(request, presence)
    regles = absences.regles_du_jour(presence)
    jour, prestation = presence.creneau.jour, presence.creneau.prestation_id
    maintenant = timezone.now()
    refus = regles.motifs_retrait(
        jour,
        EtatPresence(presence.etat),
        prestation=prestation,
        maintenant=maintenant,
        aujourdhui=aujourdhui(maintenant),
    )
    prix = prix_a_payer(
        prix_des_creneaux(famille=reservation.famille, enfant=reservation.enfant, creneaux=[presence.creneau]),
        {presence.creneau.pk: jour},
        regles,
    )
    return render(
        request,
        "reservations/annuler_jour.html",
        {
            **_contexte(presence),
            "refus": [str(motif.label) for motif in refus],
            "en_attente": presence.etat == EtatPresence.LISTE_ATTENTE,
            "en_attribution": presence.etat == EtatPresence.EN_ATTRIBUTION,
            "tardif": regles.effet_retrait(jour, prestation, maintenant=maintenant, aujourdhui=aujourdhui(maintenant)),
            "absence_possible": not {MotifRefus.HORS_DELAI_ANNULATION, MotifRefus.JAMAIS_ANNULABLE}.isdisjoint(refus),
            "limite": limite(regles.limite_annulation(jour, prestation)),
            "montant": prix_du_jour_reserve(prix[presence.creneau.pk], presence).montant
            if presence.creneau.pk in prix
            else None,
            "cle_envoi": uuid4(),
        },
    )


def _annuler(request: RequeteConnectee, presence: Presence) -> HttpResponse:
    try:
        demande = actions.annuler_un_jour(
            presence=presence, auteur=request.user, cle=_cle(request.POST.get("cle", "")), maintenant=timezone.now()
        )
    except RefusMetier as refus:
        for phrase in refus.phrases():
            messages.error(request, phrase)
        return redirect("reservations:annuler_jour", presence.cle)
    return redirect("reservations:demande", demande.cle)


def _cle(texte: str) -> UUID:
    try:
        return UUID(texte)
    except ValueError:
        return uuid4()


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Declare the absence of one day, or show what became of its declaration."""
    presence = acces.presence(request.user, cle)
    declaration = (
        DeclarationAbsence.objects.filter(presence=presence)
        .en_vigueur()
        .select_related("motif__type_piece", "document")
        .first()
    )
    if declaration is not None:
        if request.method == "POST":
            messages.error(request, str(MotifRefus.ABSENCE_DEJA_DECLAREE.label))
            return redirect("reservations:absence", cle)
        return _page_de_la_declaration(request, presence, declaration)
    regles, maintenant = absences.regles_du_jour(presence), timezone.now()
    possibles, refuses = [], set()
    for motif in absences.motifs_d_absence():
        refus = absences.motifs_pour(presence, motif, maintenant=maintenant, regles=regles, deja_declaree=False)
        refuses.update(refus)
        if not refus:
            possibles.append((motif, limite(absences.limite(presence, motif, regles))))
    recus = {"fichiers": request.FILES.getlist("fichiers")}
    envoyee = request.method == "POST"
    form = AbsenceForm(request.POST, recus, motifs=possibles) if envoyee else AbsenceForm(motifs=possibles)
    if envoyee and possibles:
        for nom in fichiers_ecartes(request):
            form.add_error(
                "fichiers" if "fichiers" in form.fields else None,
                f"«\u202f{nom_lisible(nom)}\u202f» est trop gros pour être reçu.",
            )
        if form.is_valid() and _declarer(request, presence, form):
            return redirect("reservations:absence", cle)
    contexte = _contexte(presence) | {"form": form, "possible": bool(possibles)}
    contexte["refus"] = [str(motif.label) for motif in MotifRefus if motif in refuses]
    contexte["annulable"] = MotifRefus.ENCORE_ANNULABLE in refuses
    return render(request, "reservations/absence.html", contexte)


def _declarer(request: RequeteConnectee, presence: Presence, form: AbsenceForm) -> bool:
    """Keep the piece first, then the declaration; what is refused is said beside its field."""
    motif, maintenant = form.motif_choisi(), timezone.now()
    try:
        document = _garder(request, presence, motif.type_piece, form) if motif.type_piece else None
        declaration = actions.declarer_absence(
            presence=presence,
            motif=motif,
            precision=form.cleaned_data["precision"],
            document=document,
            auteur=request.user,
            maintenant=maintenant,
        )
    except FichierRefuse as refus:
        form.add_error("fichiers", refus.phrase())
        return False
    except RefusMetier as refus:
        form.add_error(None, " ".join(refus.phrases()))
        return False
    messages.success(request, f"Absence déclarée. {EFFETS[EtatDeclaration(declaration.etat)]}")
    return True


def _garder(
    request: RequeteConnectee, presence: Presence, type_piece: TypeDocument, form: AbsenceForm | PieceForm
) -> Document | None:
    """Put what was sent with the documents of the household; None when nothing was sent."""
    if not form.cleaned_data.get("fichiers"):
        return None
    with preparer(form.cleaned_data["fichiers"]) as fichier:
        return documents.envoyer(
            famille=presence.reservation.famille,
            enfant=presence.enfant if type_piece.portee == Portee.ENFANT else None,
            type_document=type_piece,
            nom=f"{type_piece.nom} {presence.creneau.jour:%d/%m/%Y}"[:80],
            fichier=fichier,
            auteur=request.user,
            cle_envoi=form.cleaned_data["cle_envoi"],
            maintenant=timezone.now(),
        )


def _page_de_la_declaration(
    request: RequeteConnectee, presence: Presence, declaration: DeclarationAbsence, form: PieceForm | None = None
) -> HttpResponse:
    etat = EtatDeclaration(declaration.etat)
    a_examiner = etat == EtatDeclaration.A_EXAMINER
    return render(
        request,
        "reservations/absence_declaree.html",
        {
            **_contexte(presence),
            "declaration": declaration,
            "etat": balise_etat("absence", etat.value, str(etat.label)),
            "effet": EFFETS[etat],
            "form": (form or PieceForm()) if a_examiner and declaration.motif.type_piece else None,
            "titre_piece": "Remplacer la pièce jointe" if declaration.document else "Joindre la pièce demandée",
            "retirable": retirable(declaration, presence, timezone.now()),
        },
    )


@require_POST
def joindre(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    presence, declaration = _declaration(request, cle)
    form = PieceForm(request.POST, {"fichiers": request.FILES.getlist("fichiers")})
    for nom in fichiers_ecartes(request):
        form.add_error("fichiers", f"«\u202f{nom_lisible(nom)}\u202f» est trop gros pour être reçu.")
    if declaration.motif.type_piece is None or not form.is_valid():
        return _page_de_la_declaration(request, presence, declaration, form)
    try:
        document = _garder(request, presence, declaration.motif.type_piece, form)
        if document is not None:
            actions.joindre_la_piece(
                declaration=declaration, document=document, auteur=request.user, maintenant=timezone.now()
            )
    except FichierRefuse as refus:
        form.add_error("fichiers", refus.phrase())
        return _page_de_la_declaration(request, presence, declaration, form)
    except RefusMetier as refus:
        messages.error(request, " ".join(refus.phrases()))
    else:
        messages.success(request, "La pièce est jointe. Un agent l’examine.")
    return redirect("reservations:absence", cle)


@require_POST
def retirer(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    _, declaration = _declaration(request, cle)
    try:
        actions.retirer_absence(declaration=declaration, auteur=request.user, maintenant=timezone.now())
    except RefusMetier as refus:
        messages.error(request, " ".join(refus.phrases()))
    else:
        messages.info(request, "La déclaration est retirée\u00a0: le jour reste réservé.")
    return redirect("reservations:detail", declaration.presence.reservation.cle)


def _declaration(request: RequeteConnectee, cle: UUID) -> tuple[Presence, DeclarationAbsence]:
    presence = acces.presence(request.user, cle)
    return presence, acces.declaration(presence)


def _contexte(presence: Presence) -> dict[str, object]:
    return {
        "presence": presence,
        "reservation": presence.reservation,
        "jour": jour_long(presence.creneau.jour),
        "prestation": presence.creneau.prestation.nom,
        "pastille": pastille(presence.etat, presence.get_etat_display()),
    }
