/* The total of the ticked invoices, as they are ticked. The server counts again. */
(() => {
  "use strict";

  const ecrire = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
  document.querySelectorAll("form[data-total-coche]").forEach((formulaire) => {
    const resume = formulaire.querySelector("[data-resume]");
    if (!resume) return;
    resume.setAttribute("role", "status");
    const compter = () => {
      const coches = [...formulaire.querySelectorAll("input[data-montant]:checked")];
      const total = coches.reduce((somme, coche) => somme + Number(coche.dataset.montant), 0) / 100;
      const mot = coches.length > 1 ? "factures cochées" : "facture cochée";
      resume.textContent = `${coches.length} ${mot} : ${ecrire.format(total)}`;
    };
    formulaire.addEventListener("change", compter);
    compter();
  });
})();
