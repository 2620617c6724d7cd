// The one script. The page works without it: it makes the radar live, keeps the address true, and saves round trips.

const root = document.documentElement;
const version = new URL(import.meta.url).search;
const views = new WeakMap();

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

/** Load Vega once, when the first live chart is met. */
let bundle;
function vega() {
  bundle ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `/static/vega.js${version}`;
    script.onload = () => resolve(window.vegaEmbed);
    script.onerror = () => reject(new Error("vega.js"));
    document.head.append(script);
  });
  return bundle;
}

/** Put a live view in place of a picture; rows are pushed into it from then on. */
async function enliven(paper) {
  const [embed, answer] = await Promise.all([vega(), fetch(paper.dataset.live)]);
  if (!answer.ok) return;
  const { spec } = await answer.json();
  const place = document.createElement("div");
  const picture = paper.querySelector("img");
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", picture?.alt ?? "");
  const { view } = await embed(place, spec, {
    mode: "vega", renderer: "svg", actions: false, ast: true, defaultStyle: false, tooltip: false, hover: false,
  });
  place.querySelector("svg").setAttribute("aria-hidden", "true"); // the place around it has the name
  picture?.replaceWith(place);
  views.set(paper, view);
  paper.dataset.ready = "yes";
}

/** The policies that a form holds, as the API takes them. */
function levers(form) {
  const found = [];
  for (const field of form.querySelectorAll("input[data-size]")) {
    const size = Number(field.value);
    if (size > 0) {
      const host = form.elements[`${field.name}.host`]?.value;
      found.push({ key: field.name, commodity: form.dataset.commodity, [field.dataset.size]: size, ...(host && { host }) });
    }
  }
  return found;
}

/** The address that a form stands for, without what is not set. */
function addressOf(form) {
  const pairs = [...new FormData(form)].filter(([key, value]) => {
    const field = key.endsWith(".host") ? form.elements[key.slice(0, -5)] : form.elements[key];
    return value !== "" && !(field?.dataset?.size && !(Number(field.value) > 0));
  });
  const further = [...new URLSearchParams(location.search)].filter(([key]) => key.endsWith(".offtake") || key.endsWith(".cost_musd"));
  return `${form.getAttribute("action")}?${new URLSearchParams([...pairs, ...further])}`;
}

/** Ask what policies change; the newest question wins, and only one is under way. */
function live(form) {
  let asking = false;
  let waiting = false;
  const problem = form.querySelector("[data-problem]");
  const query = new URLSearchParams(location.search);

  async function ask() {
    if (asking) { waiting = true; return; }
    asking = true;
    do {
      waiting = false;
      const question = {
        importer: query.get("importer") || "JPN", year: Number(query.get("year")) || null, chart: true,
        edition: query.getAll("edition").filter(Boolean), basis: query.get("basis") || "sourcing",
        commodities: [form.dataset.commodity], levers: levers(form),
      };
      const sent = performance.now();
      try {
        const answer = await fetch(form.dataset.whatif, {
          method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(question),
        });
        const told = await answer.json();
        problem.hidden = answer.ok;
        problem.textContent = answer.ok ? "" : told.detail;
        if (answer.ok) await show(told);
        root.dataset.answered = String(performance.now() - sent);
      } catch (error) {
        problem.hidden = false;
        problem.textContent = String(error.message ?? error);
      }
    } while (waiting);
    asking = false;
  }

  async function show(told) {
    const paper = document.querySelector("[data-live]");
    const view = paper && views.get(paper);
    if (view) await view.data("rows", told.chart).runAsync();
    for (const row of told.after.stages) {
      const cell = document.querySelector(`[data-stage="${row.stage}"]`);
      if (cell) {
        cell.querySelector("b").textContent = row.risk === null ? "–" : row.risk.toFixed(2);
        cell.className = `cell shade${row.risk === null ? "" : Math.min(9, Math.floor(row.risk * 10))}`;
      }
    }
  }

  form.addEventListener("input", (event) => {
    const field = event.target;
    if (field.dataset.for) form.elements[field.dataset.for].value = field.value;
    if (field.dataset.size) form.querySelector(`[data-for="${field.name}"]`).value = field.value;
    ask();
  });
  form.addEventListener("change", () => go(addressOf(form), { parts: true }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(addressOf(form), { parts: true });
  });
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

/** Show the data of a chart in a dialog, from the chart's own page. */
async function table(address) {
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const box = document.createElement("dialog");
  const close = document.createElement("button");
  close.className = "close";
  close.textContent = "×";
  close.setAttribute("aria-label", "×");
  close.addEventListener("click", () => box.close());
  box.append(close, page.querySelector("#table") ?? page.querySelector("main"));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ("copy" in link.dataset && navigator.clipboard) {
    event.preventDefault();
    await navigator.clipboard.writeText(link.href);
    tell(document.body.dataset.copied);
  } else if ("table" in link.dataset) {
    event.preventDefault();
    await table(link.href);
  } else if (link.origin === location.origin && !link.hash && !link.hasAttribute("download")) {
    busy(true);
  }
});
document.addEventListener("submit", (event) => { if (!event.defaultPrevented) busy(true); });
addEventListener("popstate", (event) => { if (event.state !== null || latest) go(location.pathname + location.search, { push: false }); });
addEventListener("pageshow", () => busy(false));

/** Fetch a part of the page that takes longer to compute than the rest. */
async function later(place) {
  const answer = await fetch(place.dataset.later);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(page.querySelector("[data-fragment]") ?? page.querySelector("main"));
}

/** Make a page live, when it is loaded and whenever its main part is another. */
function start() {
  for (const paper of document.querySelectorAll("[data-live]")) enliven(paper).catch((error) => console.warn(error));
  for (const form of document.querySelectorAll("form[data-whatif]")) live(form);
  for (const place of document.querySelectorAll("[data-later]")) later(place).catch((error) => console.warn(error));
}

start();
