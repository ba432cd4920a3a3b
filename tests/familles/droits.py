from allauth.account.models import EmailAddress

from familles import jetons
from tests.droits import connectes, gestion, parents, public
from tests.fabriques import MOT_DE_PASSE, FabriqueUtilisateur

NOUVEAU = "Falaise-Ocre-77"


def preparer(scene):
    scene.attente = EmailAddress.objects.create(user=scene.parent, email="nouvelle@exemple.fr", verified=False)
    scene.nouveau = FabriqueUtilisateur(adresse_confirmee=False)


def cle_confirmation(scene):
    return {"key": jetons.confirmation(scene.attente)}


def cle_activation(scene):
    return {"jeton": jetons.activation(scene.nouveau)}


def cle_retour(scene):
    return {"jeton": jetons.retour(scene.parent, "ancienne@exemple.fr")}


def cle_famille(scene):
    return {"cle": scene.famille.cle}


def cle_adulte(scene):
    return {"cle": scene.famille.cle, "responsable_cle": scene.famille.responsables.get().cle}


def cle_gestion(scene):
    return {"pk": scene.famille.pk}


def cle_gestion_adulte(scene):
    return {"pk": scene.famille.pk, "cle": scene.famille.responsables.get().cle}


def foyer(scene):
    return {"adresse": "1 rue", "code_postal": "44740", "ville": "Batz-sur-Mer"}


def adulte(scene):
    return {"nom": "X", "prenom": "Y"}


DROITS = {
    "account_login": connectes(succes=302, anonyme=200),
    "account_logout": connectes("post", succes=302, anonyme=302),
    "account_inactive": public(),
    "account_reauthenticate": connectes(),
    "account_change_password": connectes(),
    "account_set_password": connectes(succes=302),
    "account_reset_password": public("post", succes=302, donnees=lambda scene: {"email": "inconnue@exemple.fr"}),
    "account_reset_password_done": public(),
    # A false key: the page says that the link is dead.
    "account_reset_password_from_key": public(cles=lambda scene: {"uidb36": "1", "key": "abc-def"}),
    "account_reset_password_from_key_done": public(),
    "account_email": connectes(),
    "compte_adresse_modifier": connectes(
        "post", succes=302, donnees=lambda scene: {"email": "autre@exemple.fr", "mot_de_passe": MOT_DE_PASSE}
    ),
    "compte_adresse_renvoyer": connectes("post", succes=302),
    "compte_adresse_renoncer": connectes("post", succes=302),
    # Links sent by mail: whoever holds one may use it, and once only.
    "account_confirm_email": public("post", succes=302, cles=cle_confirmation),
    "compte_retablir": public("post", cles=cle_retour),
    "compte_activer": public(
        "post",
        succes=302,
        cles=cle_activation,
        donnees=lambda scene: {"password1": NOUVEAU, "password2": NOUVEAU},
    ),
    # A stranger sees their own household there.
    "familles:fiche": parents(etranger=200),
    "familles:fiche_de": parents(cles=cle_famille),
    "familles:enregistrer_famille": parents("post", succes=302, cles=cle_famille, donnees=foyer),
    "familles:certifier": parents("post", succes=302, cles=cle_famille),
    "familles:enregistrer_responsable": parents("post", succes=302, cles=cle_adulte, donnees=adulte),
    "familles:recopier_adresse": parents("post", cles=cle_adulte, donnees=adulte),
    "familles:cesser_d_agir": connectes("post", succes=302),
    "admin:familles_famille_ouvrir": gestion("agent", methode="post", succes=302, cles=cle_gestion_adulte),
    "admin:familles_famille_renvoyer": gestion("agent", methode="post", succes=302, cles=cle_gestion_adulte),
    "admin:familles_famille_detacher": gestion("agent", methode="post", succes=302, cles=cle_gestion_adulte),
    "admin:familles_famille_agir": gestion("agent", methode="post", succes=302, cles=cle_gestion),
    "admin:familles_famille_quotient": gestion("agent", cles=cle_gestion),
    "compte_sessions": connectes(),
    "compte_sessions_fermer": connectes("post", succes=302),
    "compte_session_fermer": connectes("post", succes=302, cles=lambda scene: {"cle": "inconnue"}),
    "mfa_index": connectes(),
    # Without a login that waits for its code, back to the login.
    "mfa_authenticate": connectes(succes=302),
    "mfa_reauthenticate": connectes(succes=302),
    # The password is asked again first.
    "mfa_activate_totp": connectes(succes=302),
    "mfa_deactivate_totp": connectes(succes=404),
    "mfa_list_webauthn": connectes(),
    "mfa_add_webauthn": connectes(succes=302),
    # Without a key of one's own, the password is asked again first, then there is nothing to take away.
    "mfa_remove_webauthn": connectes(succes=302, cles=lambda scene: {"cle": "inconnue"}),
    "mfa_reauthenticate_webauthn": connectes(succes=302),
    # A key that is not one leads back to the login page; whoever is in already stays in.
    "mfa_login_webauthn": connectes("post", succes=302, donnees=lambda scene: {"credential": "{}"}),
    "mfa_view_recovery_codes": connectes(succes=404),
    "mfa_generate_recovery_codes": connectes(succes=302),
    "mfa_download_recovery_codes": connectes(succes=404),
}
