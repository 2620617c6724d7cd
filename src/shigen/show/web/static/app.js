// The pages work without a script: this one keeps the address true, saves round trips, and tells the others what happens
// by events of the document: `shown` (the main part is another), `go`, `tell`.

const root = document.documentElement;
root.classList.add("scripted");

/** Say something aloud and for a moment on the page. */
function tell(message) {
  const place = document.getElementById("told");
  place.textContent = message;
  setTimeout(() => { place.textContent = ""; }, 2500);
}

/** Show that something is under way: a bar at once, a word after a second. */
let patience;
function busy(yes) {
  root.classList.toggle("busy", yes);
  clearTimeout(patience);
  if (yes) patience = setTimeout(() => tell(document.body.dataset.working), 1000);
}

/** Take another address of this page; swap what the server answers, all of it or its changing parts alone. */
let latest = 0;
async function go(address, { parts = false, push = true } = {}) {
  const mine = ++latest;
  busy(true);
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== latest) return;
    const taken = answer.ok || !parts;
    if (taken && push && address !== location.pathname + location.search) history.pushState({}, "", address);
    if (!taken) { // the form stays as it is, with what was wrong below it
      const problem = document.querySelector("[data-problem]");
      problem.hidden = false;
      problem.textContent = [...page.querySelectorAll(".problems li")].map((one) => one.textContent).join(" ");
    } else if (parts) {
      for (const part of document.querySelectorAll("[data-part]")) {
        const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
        if (fresh) part.replaceWith(fresh);
      }
      for (const [selector, name] of [[".chart .links a", "href"], [".switch", "href"], ["a.mark", "href"]]) {
        const fresh = page.querySelectorAll(selector);
        document.querySelectorAll(selector).forEach((link, i) => fresh[i] && link.setAttribute(name, fresh[i].getAttribute(name)));
      }
    } else {
      document.title = page.title;
      document.querySelector("main").replaceWith(page.querySelector("main"));
      start();
    }
    root.dataset.settled = String(Number(root.dataset.settled ?? 0) + 1);
  } finally {
    if (mine === latest) busy(false);
  }
}

/** Return a part of another page without what explains its terms: that stays behind on its page. */
function bare(part) {
  for (const term of part.querySelectorAll("a.term")) term.replaceWith(...term.childNodes);
  part.querySelector("[data-part=tips]")?.remove();
  return part;
}

/** Show a part of a page in a dialog. */
async function show(address, part) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const box = document.createElement("dialog");
  const close = document.createElement("button");
  close.className = "close";
  close.textContent = "×";
  close.setAttribute("aria-label", "×");
  close.addEventListener("click", () => box.close());
  box.append(close, bare(page.querySelector(part) ?? page.querySelector("main")));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

/** Put words into the clipboard. */
async function copy(words, button) {
  await navigator.clipboard.writeText(words);
  tell(button.dataset.done ?? document.body.dataset.copied);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copies]");
  if (button && navigator.clipboard) {
    await copy(button.parentElement.querySelector("[data-text]").textContent.trim(), button);
    return;
  }
  const link = event.target.closest("a");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ("copy" in link.dataset && navigator.clipboard) {
    event.preventDefault();
    await copy(link.href, link);
  } else if ("show" in link.dataset) {
    event.preventDefault();
    await show(link.href, link.dataset.show);
  } else if (link.origin === location.origin && !link.hash && !link.hasAttribute("download")) {
    busy(true);
  }
});
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) busy(true); });
document.addEventListener("go", (event) => go(event.detail, { parts: true }));
document.addEventListener("tell", (event) => tell(event.detail));
addEventListener("popstate", (event) => { if (event.state !== null || latest) go(location.pathname + location.search, { push: false }); });
addEventListener("pageshow", () => busy(false));

/** Put what a term means beside it; without a script it stands at the foot of the window. */
function beside(event) {
  const term = event.target.closest?.("a.term");
  if (!term) return;
  root.classList.remove("quiet");
  const at = term.getBoundingClientRect();
  const below = at.bottom < innerHeight - 150;
  term.style.setProperty("--x", `${Math.max(8, Math.min(at.left, innerWidth - 400))}px`);
  term.style.setProperty("--y", below ? `${at.bottom + 6}px` : "auto");
  term.style.setProperty("--b", below ? "auto" : `${innerHeight - at.top + 6}px`);
}
document.addEventListener("pointerover", beside);
document.addEventListener("focusin", beside);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") root.classList.add("quiet"); });

/** Fetch a part of the page that takes longer to compute than the rest. */
async function later(place) {
  const answer = await fetch(place.dataset.later);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(bare(page.querySelector("[data-fragment]") ?? page.querySelector("main")));
}

/** Show of a table the rows of one month, which a slider chooses. */
function played(slider) {
  const rows = document.querySelectorAll(`#${slider.dataset.months} [data-month]`);
  for (const row of rows) row.hidden = row.dataset.month !== slider.value;
  slider.parentElement.querySelector("output").textContent = slider.value;
}
document.addEventListener("input", (event) => { if (event.target.dataset?.months) { halted(event.target); played(event.target); } });

/** Stop the months of a slider. */
function halted(slider) {
  clearInterval(slider.playing);
  delete slider.playing;
  slider.closest("p").querySelector("[data-plays]").setAttribute("aria-pressed", "false");
}

/** Let the months run by themselves, from the first again at the end; one month a press for who wants no motion. */
function plays(button) {
  const slider = button.closest("p").querySelector("[data-months]");
  if (slider.playing) { halted(slider); return; }
  const next = () => {
    slider.value = slider.value === slider.max ? slider.min : String(Number(slider.value) + 1);
    played(slider);
  };
  next();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  button.setAttribute("aria-pressed", "true");
  slider.playing = setInterval(() => {
    if (!slider.isConnected || slider.value === slider.max) halted(slider);
    else next();
  }, 700);
}
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-plays]");
  if (button) plays(button);
});

/** Make a page live, when it is loaded and whenever its main part is another. */
function start() {
  document.dispatchEvent(new Event("shown"));
  document.querySelectorAll("[data-months]").forEach(played);
  for (const place of document.querySelectorAll("[data-later]")) later(place).catch((error) => console.warn(error));
}

start();
