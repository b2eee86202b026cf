// Makes the page pleasanter, never necessary: no reload, the focus on the answer, a sign that something happens.
"use strict";

(() => {
  const KEPT = "keyguide"; // in this tab only: what the server sent, masked, gone when the tab is closed
  const MOST = 40;
  const talk = document.getElementById("talk");
  const ask = document.getElementById("ask");
  const text = document.getElementById("text");
  const typing = document.getElementById("typing");
  const trouble = document.getElementById("trouble");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let busy = false;

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".exchange");
  const heading = (exchange) => exchange.querySelector("h2");
  const shown = () => [...talk.querySelectorAll(".exchange")];

  const kept = () => {
    try {
      return JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
    } catch {
      return [];
    }
  };

  const keep = () => {
    const known = shown().filter((exchange) => exchange.dataset.id !== "now");
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(known.slice(-MOST).map((exchange) => exchange.outerHTML)));
    } catch {
      // A full or forbidden storage costs only the older part of the conversation at the next load.
    }
  };

  // An answer that was followed by another keeps its options, folded away.
  const fold = (exchange) => {
    const options = exchange.querySelector("form.options");
    if (!options || options.closest("details")) return;
    const details = document.createElement("details");
    const summary = document.createElement("summary");
    details.className = "past";
    summary.textContent = talk.dataset.others;
    options.replaceWith(details);
    details.append(summary, options);
  };

  const unfold = (exchange) => {
    const details = exchange.querySelector("details.past");
    if (details) details.replaceWith(details.querySelector("form.options"));
  };

  // Bring back what this tab saw before the server's page begins.
  const restore = () => {
    const page = shown();
    const ids = page.map((exchange) => exchange.dataset.id);
    const older = kept().map(parsed).filter((exchange) => exchange && !ids.includes(exchange.dataset.id));
    const last = older.at(-1);
    if (!last) return;
    if ("derived" in talk.dataset && heading(last).textContent === heading(page[0]).textContent) page[0].remove();
    talk.prepend(...older);
    shown().forEach(fold);
    unfold(shown().at(-1));
    shown().at(-1).scrollIntoView();
  };

  const add = (exchange) => {
    shown().forEach(fold);
    talk.append(exchange);
    history.replaceState(null, "", `/?seen=${exchange.dataset.id}`);
    keep();
    heading(exchange).focus({ preventScroll: true });
    exchange.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
  };

  const wait = (waiting) => {
    busy = waiting;
    typing.textContent = waiting ? typing.dataset.says : "";
    if (waiting) typing.scrollIntoView({ block: "nearest" });
  };

  const send = async (form, button) => {
    wait(true);
    trouble.textContent = "";
    try {
      const body = new URLSearchParams(new FormData(form, button));
      const response = await fetch("/", { method: "POST", headers: { "X-Keyguide": "part" }, body });
      const said = await response.text();
      if (!response.ok) {
        trouble.textContent = said;
        return;
      }
      if (form === ask) ask.reset();
      add(parsed(said));
    } catch {
      trouble.textContent = talk.dataset.offline;
    } finally {
      wait(false);
    }
  };

  document.addEventListener("submit", (event) => {
    if (event.target.id === "forget") {
      sessionStorage.removeItem(KEPT);
      return;
    }
    event.preventDefault();
    if (!busy) send(event.target, event.submitter);
  });

  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask.requestSubmit();
  });

  restore();
  keep();
})();
