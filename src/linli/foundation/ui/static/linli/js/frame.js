// The frame of every page: menus, theme and size, dialogs, toasts, selection of rows, sheet on phones.
// Maps and charts load their modules only where a page holds one.

import { watchKeys } from "linli/keyboard";
import { showToast, watchToasts } from "linli/toast";

const HEIGHTS = ["peek", "half", "full"];
const PREFERENCES = { theme: "bsTheme", size: "llSize" };
const TWINS = { light: "dark", dark: "light", standard: "large", large: "standard" };

function watchMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

// The cookie is set by the server, so that the next page is drawn right at once; this page follows without a reload.
function watchPreferences() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const attribute = PREFERENCES[form.dataset.preference];
    if (!attribute) return;
    event.preventDefault();
    const button = form.querySelector(`button[name="${form.dataset.preference}"]`);
    const content = new FormData(form);
    content.set(form.dataset.preference, button.value);
    fetch(form.action, { method: "POST", body: content, headers: { "HX-Request": "true" } }).then((answer) => {
      if (!answer.ok) { form.submit(); return; }
      document.documentElement.dataset[attribute] = button.value;
      for (const twin of document.querySelectorAll(`button[name="${form.dataset.preference}"]`)) relabel(twin);
      document.dispatchEvent(new CustomEvent("linli:look"));
    });
  });
}

function relabel(button) {
  button.value = TWINS[button.value];
  const words = button.querySelector("span");
  const next = button.dataset.twin ?? "";
  if (words && next) { button.dataset.twin = words.textContent; words.textContent = next; }
}

function watchFold() {
  const app = document.querySelector("[data-app]");
  for (const button of document.querySelectorAll("[data-fold]")) {
    button.addEventListener("click", () => {
      app.classList.toggle("ll-app--rail");
      window.dispatchEvent(new Event("resize"));
    });
  }
}

function watchDialogs() {
  const dialog = document.getElementById("dialog");
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog) return;
    if (dialog.childElementCount && !dialog.open) dialog.showModal();
  });
  // A server answer may close the dialog or show a toast by the header HX-Trigger.
  document.addEventListener("linli:close-dialog", () => dialog.close());
  document.addEventListener("linli:toast", (event) => showToast(event.detail.words ?? event.detail.value));
}

function watchSelection() {
  const bar = document.querySelector("[data-selection-bar]");
  const boxes = () => [...document.querySelectorAll("[data-select]")];
  const all = document.querySelector("[data-select-all]");
  if (!bar) return;
  const write = () => {
    const chosen = boxes().filter((box) => box.checked);
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-selection-count]").textContent = (bar.dataset.words ?? "{n}").replace("{n}", chosen.length);
    const sums = new Map();
    for (const box of chosen) {
      for (const [unit, value] of Object.entries(JSON.parse(box.dataset.sums ?? "{}"))) sums.set(unit, (sums.get(unit) ?? 0) + value);
    }
    bar.querySelector("[data-selection-sums]").textContent = [...sums].map(([unit, value]) => `${value.toLocaleString("en")} ${unit}`).join(" · ");
    if (all) { all.checked = chosen.length > 0 && chosen.length === boxes().length; all.indeterminate = chosen.length > 0 && !all.checked; }
  };
  document.addEventListener("change", (event) => {
    if (event.target === all) for (const box of boxes()) box.checked = all.checked;
    if (event.target === all || event.target.matches("[data-select]")) write();
  });
  bar.querySelector("[data-selection-clear]").addEventListener("click", () => { for (const box of boxes()) box.checked = false; write(); });
  write();
}

function watchSheets() {
  for (const sheet of document.querySelectorAll("[data-sheet]")) {
    const grip = sheet.querySelector("[data-grip]");
    if (!grip) continue;
    const set = (height) => { sheet.dataset.height = height; document.dispatchEvent(new CustomEvent("linli:sheet", { detail: { height } })); };
    const place = () => Math.max(0, HEIGHTS.indexOf(sheet.dataset.height ?? "half"));
    let from = null;
    grip.addEventListener("pointerdown", (event) => { from = event.clientY; grip.setPointerCapture(event.pointerId); });
    grip.addEventListener("pointerup", (event) => {
      const moved = from === null ? 0 : event.clientY - from;
      from = null;
      if (Math.abs(moved) < 12) set(HEIGHTS[(place() + 1) % HEIGHTS.length]);
      else set(HEIGHTS[Math.max(0, Math.min(HEIGHTS.length - 1, place() + (moved < 0 ? 1 : -1)))]);
    });
    grip.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      set(HEIGHTS[(place() + 1) % HEIGHTS.length]);
    });
  }
}

/** Load what the content below `root` needs. */
async function enliven(root) {
  const holds = (selector) => root.matches?.(selector) || root.querySelector(selector);
  watchToasts(root);
  if (holds("[data-map]")) (await import("linli/map")).mountMaps(root);
  if (holds("[data-compare]")) (await import("linli/compare")).mountComparisons(root);
  if (holds("[data-chart]")) (await import("linli/charts")).mountCharts(root);
}

watchMenus();
watchPreferences();
watchFold();
watchDialogs();
watchSelection();
watchSheets();
watchKeys();
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) enliven(event.target); });
enliven(document.body);
