// The search field names what it may mean while one types: a combobox with a list (WAI-ARIA 1.2); without it, a form.

const form = document.querySelector("form.find");
const field = form?.elements.q;

function listen() {
  const list = document.createElement("ul");
  list.id = "found";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.getAttribute("aria-label"));
  form.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-controls": "found", "aria-expanded": "false", "aria-autocomplete": "list",
  })) field.setAttribute(name, value);
  let at = -1;
  let newest = 0;

  function mark(place) {
    at = place;
    [...list.children].forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
    const marked = list.children[at];
    if (marked) field.setAttribute("aria-activedescendant", marked.id); else field.removeAttribute("aria-activedescendant");
    marked?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    newest += 1;
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  async function offer() {
    const mine = ++newest;
    if (!field.value.trim()) { close(); return; }
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const answer = await fetch(`/find/names?${query}`);
    const found = answer.ok ? await answer.json() : [];
    if (mine !== newest) return;
    list.replaceChildren(...found.map((one, i) => {
      const item = document.createElement("li");
      item.id = `found-${i}`;
      item.setAttribute("role", "option");
      item.dataset.to = one.to;
      const name = document.createElement("b");
      name.textContent = one.name;
      const other = document.createElement("span");
      other.textContent = `${one.other} · ${one.kind}`;
      item.append(name, " ", other);
      return item;
    }));
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(found.length > 0));
    mark(-1);
  }

  field.addEventListener("input", (event) => { if (!event.isComposing) offer(); });
  field.addEventListener("compositionend", offer);
  field.addEventListener("keydown", (event) => {
    const count = list.hidden ? 0 : list.children.length;
    if (event.isComposing) return;
    if (event.key === "Escape") { if (count) event.preventDefault(); close(); }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(at < 0 && step < 0 ? count - 1 : (at + step + count) % count);
    }
    if (event.key === "Enter" && at >= 0 && count) {
      event.preventDefault();
      location.assign(list.children[at].dataset.to);
    }
  });
  field.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (item) location.assign(item.dataset.to);
  });
}
if (field) listen();
