// Sliders of policies: the server answers all places of a slider at once, so that the radar follows the hand.

const root = document.documentElement;

/** The address that a form stands for, without what is not set; `without` names a policy that is left out. */
function addressOf(form, without = "") {
  const pairs = [...new FormData(form)].filter(([key, value]) => {
    const field = key.endsWith(".host") ? form.elements[key.slice(0, -5)] : form.elements[key];
    if (key === without) return false;
    return value !== "" && (key === `${without}.host` || !(field?.dataset?.size && !(Number(field.value) > 0)));
  });
  const further = [...new URLSearchParams(location.search)].filter(([key]) => key.endsWith(".offtake") || key.endsWith(".cost_musd"));
  return new URLSearchParams([...pairs, ...further]);
}

/** Answer while policies move: the newest question wins, and only one is under way. */
function live(form) {
  const known = new Map(); // question → answers, or what will be
  const problem = form.querySelector("[data-problem]");
  let asking = false;
  let next = null;

  /** Return the answers at all places of a slider, or the one of what is set, where no slider is named. */
  function answers(slider = "") {
    const query = addressOf(form, slider);
    query.delete("map");
    if (slider) query.set("along", slider);
    const address = `${form.dataset.whatif}?${query}`;
    if (!known.has(address)) {
      const asked = fetch(address).then(async (answer) => {
        const told = await answer.json();
        if (!answer.ok) throw new Error(told.detail);
        known.set(address, told);
        return told;
      });
      asked.catch(() => known.delete(address));
      known.set(address, asked);
    }
    return known.get(address);
  }

  async function ask(field) {
    next = field;
    if (asking) return;
    asking = true;
    while (next) {
      const now = next;
      next = null;
      const sent = performance.now();
      try {
        const told = answers(now.dataset.for);
        const several = told instanceof Promise ? await told : told;
        const place = now.dataset.for ? Math.round(now.value / now.step) : 0;
        await show(several[Math.min(place, several.length - 1)]);
        problem.hidden = true;
        root.dataset.answered = String(performance.now() - sent);
      } catch (error) {
        problem.hidden = false;
        problem.textContent = String(error.message ?? error);
      }
    }
    asking = false;
  }

  async function show({ chart, stages }) {
    const paper = document.querySelector("[data-live]");
    if (paper?.view) {
      await new Promise((done) => document.dispatchEvent(new CustomEvent("rows", { detail: { paper, rows: chart, done } })));
    }
    for (const [stage, risk] of Object.entries(stages)) {
      const shown = risk === null ? "–" : risk.toFixed(2);
      const cell = document.querySelector(`[data-stage="${stage}"]`);
      if (cell) cell.querySelector("b").textContent = shown;
      if (cell) cell.className = `cell shade${risk === null ? "" : Math.min(9, Math.floor(risk * 10))}`;
      const now = document.querySelector(`[data-now="${stage}"]`);
      if (now) {
        now.hidden = now.previousElementSibling.textContent === shown;
        now.innerHTML = " → <b></b>";
        now.querySelector("b").textContent = shown;
      }
    }
  }

  const ahead = (event) => {
    const slider = event.target.dataset.for;
    if (slider) Promise.resolve(answers(slider)).catch(() => {}); // what is wrong is told when it moves
  };
  form.addEventListener("pointerover", ahead);
  form.addEventListener("focusin", ahead);
  form.addEventListener("input", (event) => {
    const field = event.target;
    if (field.dataset.for) form.elements[field.dataset.for].value = field.value;
    if (field.dataset.size) form.querySelector(`[data-for="${field.name}"]`).value = field.value;
    ask(field);
  });
  const go = () => document.dispatchEvent(new CustomEvent("go", { detail: `${form.getAttribute("action")}?${addressOf(form)}` }));
  form.addEventListener("change", go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
}

function start() {
  for (const form of document.querySelectorAll("form[data-whatif]:not([data-listens])")) {
    form.dataset.listens = "yes";
    live(form);
  }
}
document.addEventListener("shown", start);
start();
