/* Planning: choices of a day that require, exclude or bring another follow each tick. The server applies the same rules. */
(() => {
  "use strict";
  const formulaire = document.getElementById("planning");
  if (!formulaire || !formulaire.dataset.liens) return;
  const { noms, exige, exclut, ajoute } = JSON.parse(formulaire.dataset.liens);
  const annonce = formulaire.querySelector("[data-annonce]");
  const citer = (codes, mot = " ou ") => codes.map((un) => `«\u00a0${noms[un]}\u00a0»`).join(mot);

  // « 20180115-1a2b3c4d.5e6f7a8b »: a day, a choice, a child. One map for each child and day: choice -> its box, or
  // null for a booked choice that cannot be changed any more.
  const lire = (code) => {
    const [jour, reste] = code.split("-");
    const [choix, enfant] = reste.split(".");
    return { cle: `${jour}.${enfant || ""}`, choix };
  };
  const jours = new Map();
  const ranger = (code, boite) => {
    const { cle, choix } = lire(code);
    if (!jours.has(cle)) jours.set(cle, new Map());
    jours.get(cle).set(choix, boite);
  };
  for (const boite of formulaire.querySelectorAll("input[name=jours]")) ranger(boite.value, boite);
  for (const fixe of formulaire.querySelectorAll("[data-acquis]")) ranger(fixe.dataset.acquis, null);

  const tenus = (jour) => [...jour].filter(([, boite]) => !boite || boite.checked).map(([choix]) => choix);
  const manquants = (choix, tous) => {
    const exiges = exige[choix] || [];
    if (exiges.length && !exiges.some((un) => tous.includes(un))) return exiges;
    return (ajoute[choix] || []).filter((un) => !tous.includes(un));
  };

  let suivies = false;
  const poser = (jour, choix, coche) => {
    const boite = jour.get(choix);
    if (!boite || boite.checked === coche) return false;
    boite.checked = coche;
    boite.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  };

  // What is brought comes with the tick; what nothing supports any more goes with it. As the server does.
  const apporter = (jour, coche) => {
    const phrases = [];
    const vus = new Set([coche]);
    for (const choix of vus) {
      for (const apporte of ajoute[choix] || []) {
        if (vus.has(apporte)) continue;
        vus.add(apporte);
        if (poser(jour, apporte, true)) phrases.push(`Coché aussi\u00a0: ${citer([apporte])}, qui va avec ${citer([choix])}.`);
      }
    }
    return phrases;
  };
  const emporter = (jour, decoche) => {
    const phrases = [];
    const retires = new Set([decoche]);
    for (;;) {
      const restent = tenus(jour).filter((un) => !retires.has(un));
      const orphelin = restent.find((un) => {
        const exiges = exige[un] || [];
        return exiges.some((e) => retires.has(e)) && !exiges.some((e) => restent.includes(e));
      });
      if (!orphelin) return phrases;
      retires.add(orphelin);
      if (poser(jour, orphelin, false)) {
        phrases.push(`Décoché aussi\u00a0: ${citer([orphelin])}, qui demande ${citer(exige[orphelin])}.`);
      }
    }
  };

  // What does not hold together, said in the day itself; what was booked before and is untouched is not questioned.
  const obstacles = (jour) => {
    const tous = tenus(jour);
    const change = (choix) => {
      const boite = jour.get(choix);
      return Boolean(boite) && boite.checked !== ("acquise" in boite.dataset);
    };
    if (![...jour.keys()].some(change)) return [];
    const phrases = [];
    for (const choix of tous) {
      const genants = (exclut[choix] || []).filter((un) => tous.includes(un) && (change(choix) || change(un)));
      const dits = genants.filter((un) => tous.indexOf(un) > tous.indexOf(choix));
      if (dits.length) phrases.push(`${citer([choix])} ne va pas avec ${citer(dits, " ni ")}\u00a0: gardez l’un ou l’autre.`);
      const absents = manquants(choix, tous);
      if (absents.length && (change(choix) || absents.some(change))) phrases.push(`${citer([choix])} demande aussi ${citer(absents)}.`);
    }
    return phrases;
  };
  const dire = (jour) => {
    const boite = [...jour.values()].find(Boolean);
    if (!boite) return [];
    const cadre = boite.closest(".jour-enfant, td");
    cadre.querySelector(".jour-alerte")?.remove();
    const phrases = obstacles(jour);
    if (phrases.length) {
      const alerte = document.createElement("p");
      alerte.className = "jour-alerte";
      alerte.textContent = phrases.join(" ");
      cadre.append(alerte);
    }
    return phrases;
  };

  formulaire.addEventListener(
    "change",
    (evenement) => {
      const boite = evenement.target;
      if (boite.name !== "jours" || suivies) return;
      const { cle, choix } = lire(boite.value);
      const jour = jours.get(cle);
      suivies = true;
      const phrases = boite.checked ? apporter(jour, choix) : emporter(jour, choix);
      suivies = false;
      annonce.textContent = [...phrases, ...dire(jour)].join(" ");
    },
    true,
  );
  window.addEventListener("pageshow", () => jours.forEach(dire));
})();
