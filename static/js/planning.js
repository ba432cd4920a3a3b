/* Planning: live count and amount, ticks kept as they are made, arrow keys. The page works without this file. */
(() => {
  "use strict";
  const formulaire = document.getElementById("planning");
  if (!formulaire) return;
  const resume = formulaire.querySelector("[data-resume]");
  const cases = [...formulaire.querySelectorAll("input[name=jours]")];
  const euros = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
  const enCentimes = (texte) => Math.round(Number(texte || 0) * 100);

  const compter = () => {
    let ajouts = Number(formulaire.dataset.ajouts);
    let retraits = Number(formulaire.dataset.retraits);
    let centimes = enCentimes(formulaire.dataset.montant);
    for (const une of cases) {
      const acquise = "acquise" in une.dataset;
      if (une.checked === acquise) continue;
      if (une.checked) ajouts += 1;
      else retraits += 1;
      centimes += (une.checked ? 1 : -1) * enCentimes(une.dataset.montant);
    }
    const mots = [];
    if (ajouts) mots.push(`${ajouts} à réserver`);
    if (retraits) mots.push(`${retraits} à annuler`);
    if (!mots.length) {
      resume.textContent = "Aucune modification à envoyer";
      return;
    }
    const fort = document.createElement("strong");
    fort.textContent = mots.join(", ");
    resume.replaceChildren(fort, ` · estimation ${euros.format(centimes / 100)}`);
  };

  // The tag of a day follows its box: what is ticked or unticked here is not sent yet.
  const modeles = document.querySelector(".legende");
  const marques = new Map(cases.map((une) => [une, une.labels[0].querySelector(".etat")]));
  const marquer = (une) => {
    const acquise = "acquise" in une.dataset;
    const recue = marques.get(une);
    const change = une.checked !== acquise;
    let marque = recue;
    if (change !== recue.classList.contains("etat-brouillon")) {
      marque = modeles.querySelector(change ? ".etat-brouillon" : ".etat-libre").cloneNode(true);
      const mot = change ? (acquise ? "À annuler" : "À envoyer") : acquise ? "Inchangé" : "Libre";
      marque.querySelector(".etat-mot").textContent = mot;
    }
    une.labels[0].querySelector(".etat").replaceWith(marque);
  };

  formulaire.addEventListener("change", (evenement) => {
    if (marques.has(evenement.target)) marquer(evenement.target);
    compter();
  });
  // Each tick is kept on the server without leaving the page; if that fails, the buttons of the form still send it.
  const depart = formulaire.querySelector("input[name=depart]");
  const annuler = document.querySelector("[data-annuler]");
  let attente = 0;
  let enCours = Promise.resolve();
  const garder = async () => {
    const coches = cases.filter((une) => une.checked).map((une) => une.value);
    if (coches.join(" ") === depart.value) return;
    const corps = new FormData(formulaire);
    corps.set("suite", "sans-page");
    try {
      const reponse = await fetch(formulaire.action, { method: "POST", body: corps, redirect: "manual" });
      if (reponse.status === 205) {
        location.reload();
        return;
      }
      if (reponse.status !== 204) throw new Error(String(reponse.status));
    } catch {
      resume.append(" · pas encore gardé");
      return;
    }
    depart.value = coches.join(" ");
    annuler.hidden = false;
  };
  formulaire.addEventListener("change", (evenement) => {
    if (evenement.target.name !== "jours") return;
    clearTimeout(attente);
    attente = setTimeout(() => {
      enCours = enCours.then(garder);
    }, 600);
  });

  window.addEventListener("pageshow", () => cases.forEach(marquer));
  window.addEventListener("pageshow", compter);

  // Left and right: previous and next day; up and down: same weekday, one week away.
  formulaire.addEventListener("keydown", (evenement) => {
    const depart = evenement.target;
    if (depart.name !== "jours" || evenement.ctrlKey || evenement.altKey || evenement.metaKey) return;
    if (evenement.key === "Enter") {
      // Enter ticks the day, as the space bar does, instead of leaving for the first button of the form.
      evenement.preventDefault();
      depart.click();
      return;
    }
    const pas = { ArrowLeft: -1, ArrowRight: 1 }[evenement.key];
    let cible;
    if (pas) {
      cible = cases[cases.indexOf(depart) + pas];
    } else if (evenement.key === "ArrowUp" || evenement.key === "ArrowDown") {
      const cellule = depart.closest("td");
      const choix = depart.value.slice(8);
      let ligne = cellule.parentElement;
      while (!cible && ligne) {
        ligne = evenement.key === "ArrowUp" ? ligne.previousElementSibling : ligne.nextElementSibling;
        const boites = ligne ? [...ligne.cells[cellule.cellIndex].querySelectorAll("input")] : [];
        // The same choice of the same child; another of that day when that one cannot be changed.
        cible = boites.find((une) => une.value.slice(8) === choix) || boites[0];
      }
    }
    if (!cible) return;
    evenement.preventDefault();
    cible.focus();
  });
})();
