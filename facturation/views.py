"""Pages of invoices and of online payment, and the address where the payment service writes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from facturation import acces, lecture, pdf
from facturation.actions import notification
from facturation.actions import tentative as gestes
from facturation.enums import EtatAffiche, EtatPaiement, SaisieTipi
from facturation.erreurs import PaiementRefuse
from facturation.forms import FormulairePaiement
from facturation.fournisseurs import fournisseur_de
from facturation.models import TentativePaiement
from facturation.presentation import groupes_de_lignes
from portail.commun.adresses import adresse_du_client
from portail.commun.decorateurs import journalise_la_lecture
from portail.commun.requetes import RequeteConnectee

TAILLES_DE_PAGE = [5, 20, 50]


@require_safe
def liste(request: RequeteConnectee) -> HttpResponse:
    """Show one account (régie and household): figures, then invoices and payments mixed, newest first."""
    factures, paiements = acces.factures(request.user), acces.paiements(request.user)
    comptes = lecture.comptes(factures, paiements)
    voulu = request.GET.get("compte", "")
    compte = next((c for c in comptes if c.adresse == voulu), comptes[0] if comptes else None)
    contexte: dict[str, object] = {"comptes": comptes, "compte": compte, **_legendes()}
    if compte is not None:
        filtre = {"regie": compte.regie, "famille": compte.famille}
        contexte |= {
            "page": lecture.mouvements(
                factures.filter(**filtre), paiements.filter(**filtre), request.GET.get("page"), _par_page(request)
            ),
            "tailles": TAILLES_DE_PAGE,
        }
    return render(request, "facturation/liste.html", contexte)


def _par_page(request: HttpRequest) -> int:
    voulu = request.GET.get("par_page", "")
    return int(voulu) if voulu in {str(taille) for taille in TAILLES_DE_PAGE} else TAILLES_DE_PAGE[0]


def _legendes() -> dict[str, object]:
    etats = (EtatAffiche.EN_ATTENTE, EtatAffiche.SOLDEE, EtatAffiche.NON_SOLDEE, EtatAffiche.TRANSMISE)
    return {"legende_factures": etats, "legende_paiements": list(EtatPaiement)}


@require_safe
def detail(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Show an invoice: its lines by child and offer with their days, and the payments that settle it."""
    facture = acces.facture(request.user, cle)
    affectations = facture.affectations.select_related("paiement").order_by("paiement__recu_le", "pk")
    contexte = {
        "facture": facture,
        "groupes": groupes_de_lignes(facture.lignes.all()),
        "affectations": affectations,
        "en_cours": facture.parts.filter(ouverte=True).exists(),
        **_legendes(),
    }
    return render(request, "facturation/detail.html", contexte)


@require_safe
@journalise_la_lecture  # the first reading makes and keeps the document; the next ones give the same bytes
def telecharger(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Give the kept PDF of an issued invoice."""
    facture = acces.facture_a_imprimer(request.user, cle)
    document = pdf.obtenir(facture, timezone.now())
    reponse = HttpResponse(bytes(document.contenu), content_type="application/pdf")
    reponse["Content-Disposition"] = f'attachment; filename="facture-{facture.numero_affiche}.pdf"'
    reponse["X-Content-Type-Options"] = "nosniff"
    return reponse


@require_safe
def payer(request: RequeteConnectee) -> HttpResponse:
    """List what is not settled, with a box before each invoice that can be paid now."""
    return _page_de_paiement(request)


@require_POST
def lancer(request: RequeteConnectee, adresse: str) -> HttpResponse:
    """Open the attempt for the ticked invoices of one account, then send the payer to the payment page."""
    groupe = _groupe(request, adresse)
    formulaire = FormulairePaiement(request.POST, payables=groupe.payables)
    if not formulaire.is_valid():
        return _page_de_paiement(request, groupe=groupe, formulaire=formulaire)
    try:
        tentative = gestes.preparer(
            famille=groupe.famille,
            factures=formulaire.cleaned_data["factures"],
            courriel=formulaire.cleaned_data["courriel"],
            auteur=request.user,
            maintenant=timezone.now(),
        )
    except PaiementRefuse as refus:
        formulaire.add_error("factures", refus.phrases())
        return _page_de_paiement(request, groupe=_groupe(request, adresse), formulaire=formulaire)
    return _partir(tentative)


def _groupe(request: RequeteConnectee, adresse: str) -> lecture.APayer:
    groupes = lecture.a_payer(acces.factures(request.user))
    groupe = next((groupe for groupe in groupes if groupe.adresse == adresse), None)
    if groupe is None:
        raise Http404
    return groupe


def _page_de_paiement(
    request: RequeteConnectee,
    groupe: lecture.APayer | None = None,
    formulaire: FormulairePaiement | None = None,
) -> HttpResponse:
    groupes = lecture.a_payer(acces.factures(request.user))
    cochees = set(request.POST.getlist("factures")) if formulaire else set(request.GET.getlist("facture"))
    contexte = {
        "groupes": [
            (g, formulaire if groupe and formulaire and g.adresse == groupe.adresse else _vierge(request, g))
            for g in groupes
        ],
        "nombre": sum(len(g.factures) for g in groupes),
        "cochees": cochees,
        "tentatives": lecture.tentatives_en_cours(acces.tentatives(request.user)),
        "en_essai": any(g.regie.saisie != SaisieTipi.PRODUCTION for g in groupes),
        "form": formulaire,
    }
    return render(request, "facturation/payer.html", contexte, status=422 if formulaire else 200)


def _vierge(request: RequeteConnectee, groupe: lecture.APayer) -> FormulairePaiement:
    return FormulairePaiement(payables=groupe.payables, initial={"courriel": request.user.email})


def _partir(tentative: TentativePaiement) -> HttpResponseRedirect:
    """Leave for the payment page; the attempt is committed, and nothing here is inside a transaction."""
    adresse = fournisseur_de(tentative.regie).demarrer(tentative)
    gestes.noter_le_depart(tentative=tentative)
    return HttpResponseRedirect(adresse, status=303)


@require_POST
def reprendre(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Go back to the payment page of an attempt that is still undecided."""
    try:
        tentative = gestes.verifier_qu_elle_se_reprend(tentative=acces.tentative(request.user, cle))
    except PaiementRefuse as refus:
        return _revenir(request, refus)
    return _partir(tentative)


@require_POST
def abandonner(request: RequeteConnectee, cle: UUID) -> HttpResponse:
    """Note that the payer gave up, so that the invoices can be paid again at once."""
    try:
        gestes.abandonner(tentative=acces.tentative(request.user, cle), auteur=request.user, maintenant=timezone.now())
    except PaiementRefuse as refus:
        return _revenir(request, refus)
    messages.success(request, "C’est noté : vous n’avez pas payé. Vos factures peuvent de nouveau être réglées.")
    return redirect("facturation:payer")


def _revenir(request: RequeteConnectee, refus: PaiementRefuse) -> HttpResponse:
    for phrase in refus.phrases():
        messages.error(request, phrase)
    return redirect("facturation:payer")


@login_not_required
@csrf_exempt
@require_POST
def tipi_notification(request: HttpRequest, jeton: str) -> HttpResponse:
    """Take what the payment service sends; the answer never says what was done of it."""
    corps = request.read(notification.TAILLE_MAXIMALE + 1).decode("utf-8", errors="replace")
    notification.recevoir(jeton=jeton, corps=corps, adresse_ip=adresse_du_client(request), maintenant=timezone.now())
    return HttpResponse("OK", content_type="text/plain; charset=utf-8")
