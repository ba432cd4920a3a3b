import datetime
import uuid

from django.utils import timezone

from reservations import actions
from reservations.brouillons import brouillon_de, code_creneau, empreinte
from reservations.jetons import jeton_des_places
from reservations.models import Attribution, Creneau, Fermeture, Reglement, Salle, VersionReglement
from tests.droits import connectes, gestion, parents, public
from tests.fabriques import FabriqueEnfant, FabriqueEtablissement, FabriquePeriode, FabriquePrestation
from tests.reservations.gestes import declarer


def preparer(scene):
    """A période of this year with one day far ahead, an unsent edit on it, and a request sent for another."""
    maintenant = timezone.now()
    jour = timezone.localdate(maintenant) + datetime.timedelta(days=60)
    scene.periode = FabriquePeriode(
        accueil__etablissement=FabriqueEtablissement(nom="RESTAURANT SCOLAIRE"),
        du=jour - datetime.timedelta(days=30),
        au=jour + datetime.timedelta(days=30),
        validation_jusqu_au=jour,
    )
    prestation = FabriquePrestation(periode=scene.periode)
    scene.salle = Salle.objects.create(etablissement=scene.periode.accueil.etablissement, nom="SALLE DU BAS")
    scene.cadet = FabriqueEnfant(famille=scene.famille, prenom="LOUISE")
    scene.reservation = actions.ouvrir_reservation(
        famille=scene.famille, enfant=scene.enfant, periode=scene.periode, maintenant=maintenant
    )
    scene.lien_agenda = actions.creer_lien_agenda(famille=scene.famille, auteur=scene.parent, maintenant=maintenant)
    scene.fermeture = Fermeture.objects.create(
        du=jour, au=jour, motif="Grève", decidee_le=maintenant, decidee_par=scene.agent
    )
    codes = []
    for rang in (0, 1):
        creneau = Creneau.objects.create(prestation=prestation, jour=jour + datetime.timedelta(days=rang), capacite=10)
        codes.append(code_creneau(creneau.jour, prestation.cle))
    for code in codes:
        actions.enregistrer_brouillon(reservation=scene.reservation, coches=[code], depart=[], maintenant=maintenant)
        if code == codes[0]:
            scene.demande = actions.envoyer_demande(
                reservation=scene.reservation,
                auteur=scene.parent,
                cle=uuid.uuid4(),
                maintenant=maintenant,
                envoi=uuid.uuid4(),
            )
    declarer(scene.demande.presences.first(), scene.parent)
    scene.attribution = Attribution.objects.create(
        periode=scene.periode, criteres=[], auteur=scene.agent, calculee_le=maintenant
    )
    # Of an établissement of its own: the other pages of the scene are not blocked by it.
    scene.version = VersionReglement.objects.create(
        reglement=Reglement.objects.create(nom="Règlement", etablissement=FabriqueEtablissement(nom="PISCINE")),
        numero=1,
        texte="Texte",
        publiee_le=maintenant,
    )


def verifiee(reservation):
    """What the check page says of a reservation, and the sending compares."""
    return f"{reservation.cle}:{empreinte(brouillon_de(reservation))}"


def reservation(scene):
    return {"cle": scene.reservation.cle}


def demande(scene):
    return {"cle": scene.demande.cle}


def enfant(scene):
    return {"famille_cle": scene.famille.cle, "enfant_cle": scene.enfant.cle}


def remplissage(scene):
    return {
        "enfants": [scene.enfant.cle],
        "jours": [0, 1, 2, 3, 4],
        "prestations": [une.cle for une in scene.periode.prestations.all()],
        "du": f"{scene.periode.du:%d/%m/%Y}",
        "au": f"{scene.periode.au:%d/%m/%Y}",
        "rythme": "chaque_semaine",
        "geste": "ajout",
    }


def jour(scene):
    return {"cle": scene.demande.presences.first().cle}


def reglement(scene):
    return {"famille_cle": scene.famille.cle, "cle": scene.version.cle}


def places(scene):
    return {"jeton": jeton_des_places(scene.reservation.cle)}


def famille(scene):
    return {"famille_cle": scene.famille.cle}


def prestation(scene):
    return {"pk": scene.periode.prestations.get().pk}


def salle(scene):
    return {"pk": scene.salle.pk}


DROITS = {
    "agenda_ics": public(cles=lambda scene: {"jeton": scene.lien_agenda.jeton}),
    "reservations:agenda": connectes(),
    "reservations:creer_agenda": parents("post", succes=302, cles=famille),
    "reservations:revoquer_agenda": parents("post", succes=302, cles=famille),
    "reservations:liste": connectes(),
    "reservations:nouvelle": connectes(),
    "reservations:choisir_periode": parents(cles=enfant),
    "reservations:ouvrir_planning": parents(
        "post", succes=302, cles=lambda scene: enfant(scene) | {"periode_cle": scene.periode.cle}
    ),
    "reservations:detail": parents(cles=reservation),
    "reservations:planning": parents(cles=reservation),
    "reservations:enregistrer_planning": parents("post", succes=302, cles=reservation),
    "reservations:abandonner_brouillon": parents("post", succes=302, cles=reservation),
    "reservations:verifier": parents(cles=reservation),
    "reservations:envoyer": parents(
        "post",
        succes=302,
        cles=reservation,
        donnees=lambda scene: {"cle": uuid.uuid4(), "verifiee": verifiee(scene.reservation)},
    ),
    "reservations:envoi": parents(cles=lambda scene: {"cle": scene.demande.envoi}),
    "reservations:ajouter_un_enfant": parents(
        "post", succes=302, cles=reservation, donnees=lambda scene: {"enfant": scene.cadet.cle}
    ),
    "reservations:annuler_le_geste": parents("post", succes=302, cles=reservation),
    "reservations:annee": parents(cles=reservation),
    "reservations:remplir": parents(cles=reservation),
    "reservations:appliquer_remplissage": parents("post", succes=302, cles=reservation, donnees=remplissage),
    "reservations:copier": parents(cles=reservation),
    "reservations:appliquer_copie": parents(
        "post", succes=302, cles=reservation, donnees=lambda scene: {"vers": [scene.cadet.cle]}
    ),
    "admin:reservations_reservation_au_nom_de": gestion("agent", cles=lambda scene: {"pk": scene.reservation.pk}),
    "reservations:reglement": parents(cles=reglement),
    "reservations:accepter_reglement": parents("post", succes=302, cles=reglement),
    "reservations:annuler_jour": parents(cles=jour),
    "reservations:heures_du_jour": parents(cles=jour),
    "reservations:retirer_heures_du_jour": parents("post", succes=302, cles=jour),
    "reservations:absence": parents(cles=jour),
    "reservations:joindre_absence": parents("post", cles=jour),
    "reservations:retirer_absence": parents("post", succes=302, cles=jour),
    "reservations:places": public(cles=places),
    "reservations:accepter_places": public("post", succes=302, cles=places),
    "reservations:refuser_places": public("post", succes=302, cles=places),
    "admin:reservations_regledelai_apercu": gestion("agent", methode="post"),
    "admin:reservations_periode_assistant": gestion("agent"),
    "admin:reservations_periode_copier": gestion("agent", cles=lambda scene: {"pk": scene.periode.pk}),
    "admin:reservations_fermeture_preparer": gestion("agent"),
    "admin:reservations_fermeture_appliquer": gestion("agent", methode="post"),
    "admin:reservations_fermeture_rouvrir": gestion("agent", cles=lambda scene: {"pk": scene.fermeture.pk}),
    "reservations:heures": parents(succes=302, cles=reservation),
    "reservations:enregistrer_heures": parents("post", succes=302, cles=reservation),
    "reservations:demande": parents(cles=demande),
    "admin:reservations_creneau_effectifs": gestion("agent", "direction"),
    "admin:reservations_creneau_effectifs_csv": gestion("agent", "direction"),
    "admin:reservations_prestation_places": gestion("agent", cles=prestation),
    "admin:reservations_prestation_appliquer_places": gestion("agent", methode="post", cles=prestation),
    "admin:reservations_salle_places": gestion("agent", cles=salle),
    "admin:reservations_salle_appliquer_places": gestion("agent", methode="post", cles=salle),
    "reservations:retirer_demande": parents("post", succes=302, cles=demande),
}

for _geste in ("recalculer", "confirmer", "abandonner", "reprendre"):
    DROITS[f"admin:reservations_attribution_{_geste}"] = gestion(
        "agent", methode="post", succes=302, cles=lambda scene: {"object_id": scene.attribution.pk}
    )
