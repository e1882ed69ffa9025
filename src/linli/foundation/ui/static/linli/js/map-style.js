// The look of the governance map: layers over our own files, no tile from elsewhere.

const EMPTY = { type: "FeatureCollection", features: [] };
const WIDE = ["bold"];
const PLAIN = ["regular"];
// Marked parcels have small sources of their own: a filter over all parcels would lay out every one anew.
const MARKS = ["hatch-bad", "hatch-two", "hatch-dot", "hatch-hold", "hatch-move", "moved", "blind", "hover", "pick"];
const ROADS = [["expressway", 3], ["main", 2.2], ["street", 1.3], ["lane", 0.7]];

/** Sources that a look from afar does not need: the zoom at which each is filled, a little before its layer shows. */
export const LATER = { buildings: 12, "parcel-names": 14.5 };

const collection = (features) => ({ type: "FeatureCollection", features });
// The class a parcel has now, or the one it was drawn with.
const CLASS = ["coalesce", ["feature-state", "c"], ["get", "c"]];
const zoomed = (...stops) => ["interpolate", ["exponential", 1.5], ["zoom"], ...stops];
/** Return a line width that keeps its size on the ground, in metres at 35 degrees north. */
const inMetres = (metres) => {
  const pixels = (zoom) => (512 * 2 ** zoom) / (40_075_017 * Math.cos((35 * Math.PI) / 180));
  return ["interpolate", ["exponential", 2], ["zoom"], 9, ["*", metres, pixels(9)], 20, ["*", metres, pixels(20)]];
};
const roadWidth = (factor) => {
  const width = (at) => ["match", ["get", "kind"], ...ROADS.flatMap(([kind, w]) => [kind, w * at * factor]), at * factor];
  return zoomed(10, width(0.5), 13, width(1.4), 16, width(6), 18, width(16));
};

/** Return the expression that turns the class of a parcel into its fill. */
export function fillBy(colours) {
  return ["match", CLASS, ...colours.flatMap((colour, i) => [i, colour]), "rgba(0,0,0,0)"];
}

/** Return the expression of a fill's strength: hidden classes vanish, places outside the area step back. */
export function strengthBy(hidden, solid) {
  const seen = ["case", ["coalesce", ["feature-state", "out"], ["get", "out"]], solid * 0.2, solid];
  return hidden.length ? ["case", ["in", CLASS, ["literal", hidden]], 0, seen] : seen;
}

/** Return the style: sources, and layers from the ground up. */
export function styleOf(colours, ground) {
  const larger = document.documentElement.dataset.llSize === "large" ? 1.3 : 1;
  // What reaches over the edge of a tile must be drawn in both: lines by half their width, fills by nothing.
  const source = (data, buffer = 16) => ({ type: "geojson", data, buffer });
  const onLines = (kinds) => ["in", ["get", "kind"], ["literal", kinds]];
  const roads = ROADS.map(([kind]) => kind);
  const halo = { "text-color": colours["map-label"], "text-halo-color": colours["map-halo"], "text-halo-width": 1.8 };
  const hatch = (kind) => ({ id: `hatch-${kind}`, type: "fill", source: `hatch-${kind}`, paint: { "fill-pattern": `hatch-${kind}` } });
  const outline = (id, colour, width) => ({ id, type: "line", source: id === "pick-gap" ? "pick" : id, layout: { "line-join": "round" }, paint: { "line-color": colour, "line-width": width } });
  return {
    version: 8,
    // A change of colour is one picture, not twenty: it must also be quick without a graphics card.
    transition: { duration: 0, delay: 0 },
    sources: {
      parcels: source(collection(ground.parcelFeatures)), areas: source(collection(ground.areaFeatures)), buildings: source(EMPTY),
      lines: source(collection(ground.lineFeatures), 64), borders: source(EMPTY), subdistricts: source(EMPTY), labels: source(EMPTY), badges: source(EMPTY), offices: source(EMPTY),
      "parcel-names": source(EMPTY),
      ...Object.fromEntries(MARKS.map((mark) => [mark, source(EMPTY)])),
    },
    layers: [
      { id: "land", type: "background", paint: { "background-color": colours["map-land"] } },
      { id: "green", type: "fill", source: "areas", filter: ["==", ["get", "kind"], "green"], paint: { "fill-color": colours["map-green"] } },
      { id: "parcel-ground", type: "fill", source: "parcels", paint: { "fill-antialias": false, "fill-color": ["match", ["get", "kind"], "park", colours["map-green"], ["school", "hospital", "office", "public", "mall", "works"], colours["map-public"], colours.surface] } },
      { id: "parcel-fill", type: "fill", source: "parcels", paint: { "fill-color": fillBy([colours["cat-none"]]), "fill-opacity": strengthBy([], 0.6), "fill-antialias": false } },
      hatch("bad"), hatch("two"), hatch("dot"), hatch("hold"), hatch("move"),
      { id: "buildings", type: "fill", source: "buildings", minzoom: 12.5, paint: { "fill-color": colours["map-building"] } },
      { id: "parcel-edge", type: "line", source: "parcels", paint: { "line-color": colours["map-road"], "line-width": zoomed(11, 0.3, 13, 0.9, 16, 2.5), "line-opacity": 0.9 } },
      { id: "water", type: "fill", source: "areas", filter: ["==", ["get", "kind"], "water"], paint: { "fill-color": colours["map-water"] } },
      { id: "road-edge", type: "line", source: "lines", minzoom: 13, filter: onLines(roads), layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": colours["map-road-edge"], "line-width": roadWidth(1.25) } },
      { id: "road", type: "line", source: "lines", filter: onLines(roads), layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": colours["map-road"], "line-width": roadWidth(1) } },
      { id: "border", type: "line", source: "borders", layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": colours["map-border"], "line-width": zoomed(9, 0.5, 12, 1, 14, 1.6, 17, 2.4) } },
      { id: "subdistrict-halo", type: "line", source: "subdistricts", layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": colours["map-halo"], "line-width": zoomed(9, 2.4, 13, 5.2, 17, 7) } },
      { id: "subdistrict", type: "line", source: "subdistricts", layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": colours["map-border-sub"], "line-width": zoomed(9, 1.2, 13, 2.6, 17, 3.4) } },
      // Parcels meet in the middle of the water: it covers the borders that run there, and bridges cover it.
      { id: "river", type: "line", source: "lines", filter: onLines(["river", "canal"]), layout: { "line-join": "round" }, paint: { "line-color": colours["map-water"], "line-width": inMetres(["max", ["coalesce", ["get", "width"], 0], 12]) } },
      { id: "bridge-edge", type: "line", source: "lines", minzoom: 12, filter: onLines(["bridge"]), paint: { "line-color": colours["map-road-edge"], "line-width": inMetres(26) } },
      { id: "bridge", type: "line", source: "lines", minzoom: 12, filter: onLines(["bridge"]), paint: { "line-color": colours["map-road"], "line-width": inMetres(20) } },
      { id: "rail", type: "line", source: "lines", filter: onLines(["rail"]), paint: { "line-color": colours["map-rail"], "line-width": zoomed(10, 1, 14, 3, 17, 5) } },
      { id: "rail-gap", type: "line", source: "lines", filter: onLines(["rail"]), paint: { "line-color": colours["map-land"], "line-width": zoomed(10, 0.5, 14, 1.6, 17, 3), "line-dasharray": [5, 5] } },
      outline("moved", colours.accent, 2.2), outline("blind", colours.bad, 2), outline("hover", colours.accent, 2),
      outline("pick-gap", colours.surface, 7), outline("pick", colours["map-pick"], 3.5),
      { id: "office", type: "circle", source: "offices", minzoom: 13, paint: { "circle-radius": 4, "circle-color": colours.surface, "circle-stroke-color": colours["map-border"], "circle-stroke-width": 1.6 } },
      { id: "line-name", type: "symbol", source: "lines", minzoom: 12.5, filter: ["!=", ["get", "name"], ""], layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": PLAIN, "text-size": 12 * larger, "text-letter-spacing": 0.3, "symbol-spacing": 420 }, paint: { "text-color": colours["ink-3"], "text-halo-color": colours["map-halo"], "text-halo-width": 1.4 } },
      { id: "area-name", type: "symbol", source: "areas", minzoom: 12, filter: ["!=", ["get", "name"], ""], layout: { "text-field": ["get", "name"], "text-font": PLAIN, "text-size": 13 * larger, "text-letter-spacing": 0.4 }, paint: { "text-color": colours["ink-3"], "text-halo-color": colours["map-halo"], "text-halo-width": 1.2 } },
      { id: "parcel-name", type: "symbol", source: "parcel-names", minzoom: 15, layout: { "text-field": ["get", "name"], "text-font": PLAIN, "text-size": 12 * larger, "text-max-width": 7, "text-variable-anchor": ["center", "top", "bottom"], "text-radial-offset": 1.1 }, paint: { ...halo, "text-halo-width": 1.4 } },
      { id: "label", type: "symbol", source: "labels", layout: {
        "text-field": ["step", ["zoom"], ["format", ["get", "name"], { "text-font": ["literal", WIDE] }], 12.2, ["format", ["get", "name"], { "text-font": ["literal", WIDE] }, "\n", {}, ["get", "count"], { "font-scale": 0.8, "text-font": ["literal", PLAIN] }]],
        "text-font": WIDE, "text-size": zoomed(10, 11 * larger, 13, 14.5 * larger, 16, 18 * larger), "text-line-height": 1.25, "text-letter-spacing": 0.04, "symbol-sort-key": ["-", 0, ["get", "households"]], "text-variable-anchor": ["center", "top", "bottom"], "text-radial-offset": 0.9,
      }, paint: halo },
      // Above the names, so that it takes its place first and they step aside.
      { id: "badge", type: "symbol", source: "badges", layout: { "icon-image": ["get", "image"], "icon-overlap": ["step", ["zoom"], "never", 13.5, "always"], "symbol-sort-key": ["get", "rank"], "icon-size": zoomed(10, 0.75 * larger, 14, larger) } },
    ],
  };
}

const isEmpty = (data) => (data.geometry ? data.geometry.coordinates : data.features).length === 0;

/** Return the layers over a source and whether they show: an invisible one asks for no tile. */
export function visibilityOf(name, data) {
  const layers = { subdistricts: ["subdistrict-halo", "subdistrict"], borders: ["border"], labels: ["label"], offices: ["office"], badges: ["badge"], pick: ["pick-gap", "pick"] }[name] ?? [name];
  return { layers, visibility: isEmpty(data) ? "none" : "visible" };
}

/** Draw the hatches that say what colour alone may not: 盲 重 缺 代 and moved. */
export function hatchImages(colours) {
  const size = 28; // twice the repeat of the pattern, for screens with two dots per pixel
  const draw = (paint) => {
    const canvas = document.createElement("canvas");
    canvas.width = size;
    canvas.height = size;
    const pen = canvas.getContext("2d");
    paint(pen);
    return pen.getImageData(0, 0, size, size);
  };
  const stripes = (colour, width, falling) => draw((pen) => {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    for (let x = -size; x <= size * 2; x += size / 2) { pen.moveTo(x, falling ? 0 : size); pen.lineTo(x + size, falling ? size : 0); }
    pen.stroke();
  });
  return {
    "hatch-bad": stripes(colours.bad, 3.2, false),
    "hatch-two": stripes(colours["map-label"], 2.6, true),
    "hatch-move": stripes(colours.accent, 3.6, false),
    "hatch-hold": draw((pen) => { pen.strokeStyle = colours.hold; pen.lineWidth = 3; pen.beginPath(); for (const y of [7, 21]) { pen.moveTo(0, y); pen.lineTo(size, y); } pen.stroke(); }),
    "hatch-dot": draw((pen) => { pen.fillStyle = colours["ink-3"]; for (const [x, y] of [[7, 7], [21, 21]]) { pen.beginPath(); pen.arc(x, y, 2.2, 0, 7); pen.fill(); } }),
  };
}

/** Draw the round badge of a finding: filled for `bad`, ringed for `warn`. */
export function badgeImage(letter, tone, colours, font) {
  const size = 46;
  const canvas = document.createElement("canvas");
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext("2d");
  const filled = tone !== "warn";
  const ink = colours[tone] ?? colours.idle;
  pen.beginPath();
  pen.arc(size / 2, size / 2, size / 2 - 3, 0, 7);
  pen.fillStyle = filled ? ink : colours.surface;
  pen.fill();
  pen.lineWidth = 4;
  pen.strokeStyle = filled ? colours["map-halo"] : ink;
  pen.stroke();
  pen.fillStyle = filled ? colours.surface : ink;
  pen.font = `600 24px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(letter, size / 2, size / 2 + 1);
  return pen.getImageData(0, 0, size, size);
}
