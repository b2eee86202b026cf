// The page works without this script. With it, a turn needs no reload, the answer gets the focus, and
// the page shows that an answer is on its way.
"use strict";

(() => {
  const STORAGE_KEY = "keyguide"; // for this tab only, until it is closed: what the server sent, with secrets masked
  const MAX_STORED = 40;
  const talk = document.getElementById("talk");
  const ask = document.getElementById("ask");
  const text = document.getElementById("text");
  const typing = document.getElementById("typing");
  const trouble = document.getElementById("trouble");
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  let busy = false;

  const parse = (html) => new DOMParser().parseFromString(html, "text/html").querySelector(".exchange");
  const findHeading = (exchange) => exchange.querySelector("h2");
  const listExchanges = () => [...talk.querySelectorAll(".exchange")];

  const readStored = () => {
    try {
      return JSON.parse(sessionStorage.getItem(STORAGE_KEY)) ?? [];
    } catch {
      return [];
    }
  };

  const store = () => {
    const known = listExchanges().filter((exchange) => exchange.dataset.id !== "now");
    try {
      sessionStorage.setItem(STORAGE_KEY, JSON.stringify(known.slice(-MAX_STORED).map((exchange) => exchange.outerHTML)));
    } catch {
      // If the storage is full or forbidden, the next load only lacks the older part of the conversation.
    }
  };

  // Fold the options of an answer when another one follows it.
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

  // Restore the exchanges that this tab showed before those on the page of the server.
  const restore = () => {
    const page = listExchanges();
    const ids = page.map((exchange) => exchange.dataset.id);
    const older = readStored().map(parse).filter((exchange) => exchange && !ids.includes(exchange.dataset.id));
    const last = older.at(-1);
    if (!last) return;
    if ("derived" in talk.dataset && findHeading(last).textContent === findHeading(page[0]).textContent) page[0].remove();
    talk.prepend(...older);
    listExchanges().forEach(fold);
    unfold(listExchanges().at(-1));
    listExchanges().at(-1).scrollIntoView();
  };

  const add = (exchange) => {
    listExchanges().forEach(fold);
    talk.append(exchange);
    history.replaceState(null, "", `/?seen=${exchange.dataset.id}`);
    store();
    findHeading(exchange).focus({ preventScroll: true });
    exchange.scrollIntoView({ behavior: reducedMotion.matches ? "auto" : "smooth" });
  };

  const setBusy = (waiting) => {
    busy = waiting;
    typing.textContent = waiting ? typing.dataset.says : "";
    if (waiting) typing.scrollIntoView({ block: "nearest" });
  };

  const send = async (form, button) => {
    setBusy(true);
    trouble.textContent = "";
    try {
      const body = new URLSearchParams(new FormData(form, button));
      const response = await fetch("/", { method: "POST", headers: { "X-Keyguide": "part" }, body });
      const answer = await response.text();
      if (!response.ok) {
        trouble.textContent = answer;
        return;
      }
      if (form === ask) ask.reset();
      add(parse(answer));
    } catch {
      trouble.textContent = talk.dataset.offline;
    } finally {
      setBusy(false);
    }
  };

  document.addEventListener("submit", (event) => {
    if (event.target.id === "forget") {
      sessionStorage.removeItem(STORAGE_KEY);
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
  store();
})();
