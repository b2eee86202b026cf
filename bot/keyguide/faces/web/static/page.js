// The page works without this script. With it, a turn needs no reload, what was sent is shown at once, the
// focus stays where a person goes on, and commands can be copied.
"use strict";

(() => {
  const STORAGE_KEY = "keyguide"; // for this tab only, until it is closed: what the server sent, with secrets masked
  const MAX_STORED = 40;
  const COPIED_MS = 2000;
  const talk = document.getElementById("talk");
  const ask = document.getElementById("ask");
  const text = document.getElementById("text");
  const typing = document.getElementById("typing");
  const trouble = document.getElementById("trouble");
  const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const touch = matchMedia("(pointer: coarse)");
  const picture = document.getElementById("picture"); // only if pictures are read
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

  const withoutCopyButtons = (exchange) => {
    const copy = exchange.cloneNode(true);
    copy.querySelectorAll(".copy").forEach((button) => button.remove());
    copy.querySelectorAll(".copy-text").forEach((button) => (button.hidden = true));
    return copy;
  };

  const store = () => {
    const known = listExchanges().filter((exchange) => exchange.dataset.id !== "now").slice(-MAX_STORED);
    try {
      sessionStorage.setItem(STORAGE_KEY, JSON.stringify(known.map((exchange) => withoutCopyButtons(exchange).outerHTML)));
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

  // The summary for a human is copied whole; without scripts it can be selected, and its button stays hidden.
  const showTextCopyButtons = (exchange) => {
    exchange.querySelectorAll(".copy-text").forEach((button) => (button.hidden = false));
  };

  // Put a button beside every command that copies it.
  const addCopyButtons = (exchange) => {
    showTextCopyButtons(exchange);
    for (const command of exchange.querySelectorAll(":is(.body, .notice) code.command")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.title = talk.dataset.copy.replace("{text}", command.textContent);
      button.setAttribute("aria-label", button.title);
      (command.closest("a") ?? command).after(button);
    }
  };

  const copy = async (button) => {
    const copied = button.dataset.text ?? button.previousElementSibling.textContent;
    try {
      await navigator.clipboard.writeText(copied);
    } catch {
      return; // the browser forbids it, as in some frames; the text can still be selected
    }
    button.classList.add("done");
    typing.textContent = talk.dataset.copied;
    setTimeout(() => {
      button.classList.remove("done");
      if (!busy) typing.textContent = "";
    }, COPIED_MS);
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
    removeExamples();
    listExchanges().at(-1).scrollIntoView();
  };

  const removeExamples = () => document.getElementById("examples")?.remove();

  // Whoever wrote goes on in the box, and whoever pressed goes on at the answer. On a touch screen, the focus
  // in the box would cover the answer with a keyboard.
  const add = (exchange, wrote) => {
    listExchanges().forEach(fold);
    talk.append(exchange);
    history.replaceState(null, "", `/?seen=${exchange.dataset.id}`);
    removeExamples();
    store();
    addCopyButtons(exchange);
    (wrote && !touch.matches ? text : findHeading(exchange)).focus({ preventScroll: true });
    exchange.scrollIntoView({ behavior: reducedMotion.matches ? "auto" : "smooth" });
  };

  // Show what was sent until the answer brings it with secrets masked.
  const showSent = (sent) => {
    const bubble = document.createElement("p");
    const you = document.createElement("span");
    const words = document.createElement("span");
    bubble.className = "said waiting";
    bubble.setAttribute("aria-hidden", "true"); // the answer brings it again
    you.className = "unseen";
    you.textContent = `${talk.dataset.you} `;
    words.className = "words";
    words.textContent = sent;
    bubble.append(you, words);
    if (sent) talk.append(bubble);
    return bubble;
  };

  const setBusy = (waiting) => {
    busy = waiting;
    typing.textContent = waiting ? typing.dataset.says : "";
    if (waiting) typing.scrollIntoView({ block: "nearest" });
  };

  const listPictureNames = () => [...(picture?.files ?? [])].map((file) => file.name);

  const clear = () => {
    ask.reset();
    showWhetherPictures();
  };

  const showWhetherPictures = () => {
    if (!picture) return;
    document.getElementById("no-picture").hidden = !picture.files.length;
    if (!busy) typing.textContent = picture.files.length ? ask.dataset.added : "";
  };

  // Whatever is pasted or dropped goes into the field for pictures, as if it had been chosen there.
  const addPictures = (event, transfer) => {
    const added = [...(transfer?.files ?? [])].filter((file) => picture.accept.split(",").includes(file.type));
    if (!added.length) return;
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of [...picture.files, ...added]) all.items.add(file);
    picture.files = all.files;
    showWhetherPictures();
    text.focus({ preventScroll: true });
  };

  const takePictures = () => {
    const mark = (on) => document.documentElement.classList.toggle("dropping", on);
    document.addEventListener("paste", (event) => {
      const hasWords = event.clipboardData?.types.includes("text/plain"); // as of a cell of a table
      if (!hasWords) addPictures(event, event.clipboardData);
    });
    document.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // or the browser would open the file in place of the page
      mark(true);
    });
    document.addEventListener("dragleave", (event) => event.relatedTarget || mark(false));
    document.addEventListener("drop", (event) => {
      mark(false);
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
      addPictures(event, event.dataTransfer);
    });
    picture.addEventListener("change", showWhetherPictures);
    document.getElementById("no-picture").addEventListener("click", () => {
      picture.value = "";
      showWhetherPictures();
      picture.focus();
    });
  };

  const send = async (form, button) => {
    const wrote = form === ask;
    const line = form.elements.line?.value.trim(); // to a human
    const sent = wrote ? [...listPictureNames(), text.value.trim()].join("\n").trim() : line || (button.querySelector(".label") ?? button).textContent;
    const bubble = showSent(sent);
    setBusy(true);
    trouble.textContent = "";
    try {
      const fields = new FormData(form, button);
      const body = form.enctype === "multipart/form-data" ? fields : new URLSearchParams(fields);
      const response = await fetch(form.getAttribute("action"), { method: "POST", headers: { "X-Keyguide": "part" }, body });
      const answer = await response.text();
      if (!response.ok) {
        trouble.textContent = answer;
        return;
      }
      if (wrote) clear();
      bubble.remove();
      add(parse(answer), wrote);
    } catch {
      trouble.textContent = talk.dataset.offline;
    } finally {
      bubble.remove();
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

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".copy, .copy-text");
    if (button) copy(button);
  });

  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    ask.requestSubmit();
  });

  if (picture) takePictures();
  restore();
  store();
  listExchanges().forEach(addCopyButtons);
})();
