"use strict";
// Nothing here makes markup of text: the page is complete without this script, which only hides, shows and copies.
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const one = (id) => document.getElementById(id);
  const told = one("told");
  const cards = all("article.card");
  const texts = new Map();
  const textOf = (card) => {
    if (!texts.has(card)) texts.set(card, card.textContent.toLowerCase());
    return texts.get(card);
  };

  const filters = one("filters");
  const apply = () => {
    const words = one("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = (name) => new Set(all(`input[name=${name}]:checked`, filters).map((each) => each.value));
    const kinds = chosen("kind");
    const levels = chosen("level");
    const contract = one("contract").value;
    const direction = one("direction").value;
    const waived = one("waived");
    let shown = 0;
    for (const card of cards) {
      const data = card.dataset;
      const fits =
        (data.kind === undefined || kinds.has(data.kind)) &&
        levels.has(data.level) &&
        (contract === "" || data.contract === contract) &&
        (direction === "" || (data.breaks || "").split(" ").includes(direction)) &&
        (waived === null || waived.checked || data.waived !== "yes") &&
        words.every((word) => textOf(card).includes(word));
      card.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const pair of all("section.pair")) {
      const some = all("article.card", pair);
      const nothing = pair.querySelector(".nothing");
      if (nothing) nothing.hidden = some.length === 0 || some.some((card) => !card.hidden);
    }
    one("count").textContent = shown === cards.length ? `${shown} shown` : `${shown} of ${cards.length} shown`;
  };

  if (filters) {
    filters.hidden = false;
    let pending = 0;
    filters.addEventListener("input", () => {
      cancelAnimationFrame(pending);
      pending = requestAnimationFrame(apply);
    });
    filters.addEventListener("reset", () => requestAnimationFrame(apply));
    filters.addEventListener("submit", (event) => event.preventDefault());
    const fold = (open) => () => cards.forEach((card) => { if (!card.hidden) card.firstElementChild.open = open; });
    one("unfold").addEventListener("click", fold(true));
    one("fold").addEventListener("click", fold(false));
    document.addEventListener("keydown", (event) => {
      const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        one("q").focus();
      }
    });
    apply();
  }

  const copy = async (text) => {
    if (navigator.clipboard) {
      try { await navigator.clipboard.writeText(text); return true; } catch { /* not allowed here: the old way */ }
    }
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  for (const button of all("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const box = button.closest(".copies");
      const source = box.querySelector(".exact") || box.querySelector("code");
      const done = await copy(source.textContent);
      button.focus();
      button.textContent = done ? "Copied" : "Not allowed";
      told.textContent = done ? "Copied." : "The browser does not allow copying.";
      setTimeout(() => { button.textContent = "Copy"; told.textContent = ""; }, 1600);
    });
  }

  const unfold = (button, open) => {
    one(button.getAttribute("aria-controls")).hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  for (const button of all("button.unfold")) {
    unfold(button, false);
    button.addEventListener("click", () => unfold(button, button.getAttribute("aria-expanded") !== "true"));
  }

  const reveal = () => {
    const target = one(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const rows = target.closest("tbody.fold");
    if (rows && rows.hidden) unfold(document.querySelector(`[aria-controls="${rows.id}"]`), true);
    for (let each = target; each; each = each.parentElement) {
      if (each.tagName === "DETAILS") each.open = true;
      if (each.hidden) each.hidden = false;
    }
    if (target.matches("article.card")) target.firstElementChild.open = true;
    target.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) reveal();
  });
  if (location.hash) reveal();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => closed.forEach((each) => { each.open = false; }));
})();
