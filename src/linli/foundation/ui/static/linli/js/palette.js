// Colours of map and charts, read from the custom properties of tokens.css: no value is written here.

const NAMES = [
  "ink", "ink-2", "ink-3", "ground", "surface", "sunken", "hover", "line", "line-strong", "accent", "accent-soft",
  "ok", "ok-soft", "ok-line", "warn", "warn-soft", "warn-line", "bad", "bad-soft", "bad-line", "idle", "idle-soft", "idle-line", "hold", "hold-soft", "hold-line",
  "no-data", "cat-none", "map-land", "map-road", "map-road-edge", "map-water", "map-green", "map-public", "map-building",
  "map-border", "map-border-sub", "map-label", "map-halo", "map-rail", "map-pick",
  ...Array.from({ length: 12 }, (_, i) => `cat-${i + 1}`), ...Array.from({ length: 7 }, (_, i) => `seq-${i + 1}`), ...Array.from({ length: 7 }, (_, i) => `div-${i + 1}`),
];

/** Return every colour by its token's name without the prefix, in a form that canvas and map both read. */
export function palette() {
  const style = getComputedStyle(document.documentElement);
  const pen = document.createElement("canvas").getContext("2d");
  const colours = {};
  for (const name of NAMES) {
    pen.fillStyle = style.getPropertyValue(`--ll-${name}`).trim();
    colours[name] = pen.fillStyle;
  }
  return colours;
}

/** Return the font stack of the page, for labels drawn by the browser. */
export function fontStack() {
  return getComputedStyle(document.documentElement).getPropertyValue("--ll-font").trim();
}

/** Tell whether motion is to be left out. */
export function isStill() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
