// Keys of every page. Each has a visible twin; single letters can be switched off.

const SINGLE_KEYS = "linli.single-keys";

function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function singleKeysAllowed() {
  return window.localStorage.getItem(SINGLE_KEYS) !== "off";
}

function moveInList(step) {
  const rows = [...document.querySelectorAll("[data-row], .ll-find, .ll-table tbody tr")].filter((row) => row.offsetParent);
  if (!rows.length) return;
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[Math.max(0, Math.min(rows.length - 1, now + step))] ?? rows[0];
  next.querySelector("a, button")?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function focusSearch() {
  const field = document.getElementById("search-words");
  if (field?.offsetParent) { field.focus(); field.select(); return true; }
  return false;
}

function moveInFound(event, step) {
  const found = document.getElementById("search-found");
  if (!found || !event.target.closest?.("[data-search]")) return false;
  const links = [...found.querySelectorAll("a")];
  if (!links.length) return false;
  const now = links.indexOf(document.activeElement);
  if (now + step < 0) document.getElementById("search-words").focus();
  else links[Math.min(links.length - 1, now + step)].focus();
  return true;
}

function escape() {
  const open = document.querySelector("details[data-menu][open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); return; }
  document.dispatchEvent(new CustomEvent("linli:escape"));
}

function onKey(event) {
  if (event.ctrlKey && event.key.toLowerCase() === "k") { if (focusSearch()) event.preventDefault(); return; }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (moveInFound(event, event.key === "ArrowDown" ? 1 : -1)) event.preventDefault();
    return;
  }
  if (event.key === "Escape") { escape(); return; }
  if (isTyping(event.target)) return;
  if (event.ctrlKey && event.key.toLowerCase() === "z") {
    const undo = document.querySelector("[data-undo]");
    if (undo) { undo.click(); event.preventDefault(); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !singleKeysAllowed()) return;
  if (event.key === "/") { if (focusSearch()) event.preventDefault(); }
  else if (event.key === "j") moveInList(1);
  else if (event.key === "k") moveInList(-1);
  else if (event.key === "x") document.activeElement?.closest("tr")?.querySelector("[data-select]")?.click();
  else if (event.key === "m") document.querySelector("[data-map] canvas")?.focus();
  else if (event.key === "?") document.getElementById("keys")?.showModal();
}

/** Listen to the keys of the page. */
export function watchKeys() {
  document.addEventListener("keydown", onKey);
  const box = document.querySelector("[data-single-keys]");
  if (!box) return;
  box.checked = singleKeysAllowed();
  box.addEventListener("change", () => window.localStorage.setItem(SINGLE_KEYS, box.checked ? "on" : "off"));
}
