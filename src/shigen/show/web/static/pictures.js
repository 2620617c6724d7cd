// Pictures that answer the pointer: a live view takes the place of a picture, and says what stands under the pointer.

const version = new URL(import.meta.url).search;

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

const tip = document.createElement("div");
tip.className = "hover";
tip.setAttribute("aria-hidden", "true"); // "Data as a table" says the same to who cannot point
tip.hidden = true;
document.body.append(tip);

/** Say what stands under the pointer: rows of a title and a value, as the chart's table has them. */
function point(event, cells) {
  tip.hidden = !cells;
  if (!cells) return;
  tip.replaceChildren(...cells.map(([title, value]) => {
    const line = document.createElement("p");
    const name = document.createElement("span");
    name.textContent = title;
    line.append(name, ` ${value}`);
    return line;
  }));
  const left = event.clientX + 14 + tip.offsetWidth > innerWidth ? event.clientX - 14 - tip.offsetWidth : event.clientX + 14;
  const top = Math.min(event.clientY + 14, innerHeight - tip.offsetHeight - 8);
  tip.style.translate = `${Math.max(4, left)}px ${Math.max(4, top)}px`;
}

/** What the corners of a radar say: axis, score, and the interval that it has. */
function corners(rows) {
  const between = ({ low, high }) => (high - low >= 0.005 ? `(${low.toFixed(2)}–${high.toFixed(2)})` : "");
  return rows.map((row) => [[row.label.replaceAll("\n", " "), between(row)]]);
}

/** Push rows into a radar. */
document.addEventListener("rows", ({ detail: { paper, rows, done } }) => {
  paper.tips = corners(rows);
  done(paper.view.data("rows", rows.map((row, i) => ({ ...row, row_: i + 1 }))).runAsync());
});

/** Put a live view in place of a picture. */
async function enliven(paper) {
  paper.dataset.ready = "soon";
  const [embed, answer] = await Promise.all([vega(), fetch(paper.dataset.json)]);
  if (!answer.ok) return;
  const { spec, tips } = await answer.json();
  const place = document.createElement("div");
  const picture = paper.querySelector("img");
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", picture?.alt ?? "");
  const { view } = await embed(place, spec, {
    mode: "vega", renderer: "svg", actions: false, ast: true, defaultStyle: false, hover: false, logLevel: 1,
    tooltip: (_, event, item, row) => point(event, paper.tips[row - 1]),
  });
  const svg = place.querySelector("svg");
  svg.setAttribute("aria-hidden", "true"); // the place around it has the name
  svg.style.maxWidth = picture?.style.maxWidth ?? "";
  picture?.replaceWith(place);
  paper.view = view;
  paper.tips = "live" in paper.dataset ? corners(spec.data.find((one) => one.name === "rows").values) : tips;
  paper.dataset.ready = "yes";
}

/** Copy a chart as the picture that its download is. */
async function copyPicture(link) {
  const picture = fetch(link.href).then((answer) => answer.blob());
  await navigator.clipboard.write([new ClipboardItem({ "image/png": picture })]);
  document.dispatchEvent(new CustomEvent("tell", { detail: link.dataset.done }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-picture]");
  if (!link || !navigator.clipboard || !window.ClipboardItem) return; // then it is a download
  event.preventDefault();
  copyPicture(link).catch(() => location.assign(link.href));
}, true);
document.addEventListener("pointerover", (event) => {
  if (!event.target.closest?.(".paper")) point(event, undefined);
  const paper = event.target.closest?.("[data-json]:not([data-ready])");
  if (paper && event.pointerType !== "touch") enliven(paper).catch((error) => console.warn(error));
});
addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });

function start() {
  for (const paper of document.querySelectorAll("[data-live]:not([data-ready])")) {
    enliven(paper).catch((error) => console.warn(error));
  }
}
document.addEventListener("shown", start);
start();
