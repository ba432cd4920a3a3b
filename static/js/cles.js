/* Passkeys: tie the buttons of the page to the package's own functions. Without this file, the password stays. */
(() => {
  "use strict";

  const formulaires = window.allauth && window.allauth.webauthn && window.allauth.webauthn.forms;
  const montrer = (marque) => document.querySelectorAll(marque).forEach((element) => { element.hidden = false; });
  // A numeric address cannot own a key: browsers refuse it.
  const sansNom = /^\[|^\d+(\.\d+){3}$/.test(window.location.hostname);

  if (!formulaires || !window.PublicKeyCredential || sansNom) {
    montrer("[data-cle-absente]");
    return;
  }
  document.querySelectorAll("[data-cle]").forEach((bouton) => {
    const ids = { credential: bouton.dataset.champ, data: "donnees-cle" };
    if (bouton.dataset.cle === "addForm") Object.assign(ids, { add: bouton.id, passwordless: bouton.dataset.sansMotDePasse });
    if (bouton.dataset.cle === "authenticateForm") ids.authenticate = bouton.id;
    if (bouton.dataset.cle === "loginForm") ids.login = bouton.id;
    formulaires[bouton.dataset.cle]({ ids });
    bouton.hidden = false;
  });
  montrer("[data-cle-possible]");
  document.addEventListener("allauth.error", (evenement) => {
    evenement.preventDefault();
    montrer("[data-cle-erreur]");
  });
})();
