// The two files of a map: parcels (geometry and figures) and layout (community per parcel).
// Their format is described in docs/reference/map-files.md.

const fetched = new Map();

/** Fetch a JSON file once per page. */
export function fetchOnce(url) {
  if (!fetched.has(url)) {
    fetched.set(url, fetch(url, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) { fetched.delete(url); throw new Error(`${answer.status} ${url}`); }
      return answer.json();
    }));
  }
  return fetched.get(url);
}

function ringOf(flat, origin, scale) {
  const ring = [];
  let x = 0, y = 0;
  for (let i = 0; i < flat.length; i += 2) {
    x += flat[i];
    y += flat[i + 1];
    ring.push([origin[0] + x / scale, origin[1] + y / scale]);
  }
  return ring;
}

function polygonsOf(thing, file) {
  if (thing.geometry) return thing.geometry.type === "Polygon" ? [thing.geometry.coordinates] : thing.geometry.coordinates;
  return thing.shape.map((polygon) => polygon.map((ring) => {
    const points = ringOf(ring, file.origin, file.scale);
    points.push(points[0]);
    return points;
  }));
}

function middleOf(polygons) {
  let box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of polygons[0][0]) box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
  return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
}

const featureOf = (polygons, properties, id) => ({ type: "Feature", id, properties, geometry: { type: "MultiPolygon", coordinates: polygons } });

/** Return lines as one feature. */
export const linesOf = (lines) => ({ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: lines } });

/** Return parcels with their features, ready for the map. */
export function readParcels(file) {
  const parcels = file.parcels.map((parcel, index) => {
    const polygons = polygonsOf(parcel, file);
    return { ...parcel, index, middle: parcel.at ?? middleOf(polygons), polygons };
  });
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { polygons } of parcels) for (const [ring] of polygons) for (const [x, y] of ring) {
    if (x < bounds[0]) bounds[0] = x;
    if (y < bounds[1]) bounds[1] = y;
    if (x > bounds[2]) bounds[2] = x;
    if (y > bounds[3]) bounds[3] = y;
  }
  let edges = null;
  const line = (thing) => thing.coords ?? ringOf(thing.line, file.origin, file.scale);
  return {
    parcels,
    bounds,
    indexOf: new Map(parcels.map((parcel) => [parcel.code, parcel.index])),
    adjacency: file.adjacency ?? [],
    // Read on first use: a layout that brings its borders needs none.
    get edges() { edges ??= readEdges(parcels); return edges; },
    parcelFeatures: parcels.map((p) => featureOf(p.polygons, { code: p.code, kind: p.kind }, p.index)),
    nameFeatures: parcels.filter((p) => p.name).map((p) => ({ type: "Feature", properties: { name: p.name }, geometry: { type: "Point", coordinates: p.middle } })),
    areaFeatures: (file.areas ?? []).map((a) => featureOf(polygonsOf(a, file), { kind: a.kind, name: a.name ?? "" })),
    buildingFeatures: (file.buildings ?? []).map((b) => featureOf(polygonsOf(b, file), {})),
    lineFeatures: (file.lines ?? []).map((l) => ({ type: "Feature", properties: { kind: l.kind, name: l.name ?? "", width: l.width ?? 0 }, geometry: { type: "LineString", coordinates: line(l) } })),
  };
}

// One whole number out of two below 2^26, exact in a double.
const PAIR = 67108864;

/** Return the edges of all rings, each once: its two corners (places in `corners`) and the parcels on both sides, -1 for none. */
export function readEdges(parcels) {
  const placeOf = new Map(), edgeOf = new Map();
  const corners = [], from = [], to = [], left = [], right = [];
  // Corners are counted in millionths of a degree from the first one; no district is 30 degrees wide.
  const [west, south] = parcels[0]?.polygons[0][0][0] ?? [0, 0];
  const cornerAt = (point) => {
    const key = (Math.round((point[0] - west) * 1e6) + PAIR / 2) * PAIR + Math.round((point[1] - south) * 1e6) + PAIR / 2;
    let place = placeOf.get(key);
    if (place === undefined) { place = corners.push(point) - 1; placeOf.set(key, place); }
    return place;
  };
  for (const parcel of parcels) for (const polygon of parcel.polygons) for (const ring of polygon) {
    let a = cornerAt(ring[0]);
    for (let i = 1; i < ring.length; i += 1) {
      const b = cornerAt(ring[i]);
      if (a !== b) {
        const key = a < b ? a * PAIR + b : b * PAIR + a;
        const edge = edgeOf.get(key);
        if (edge === undefined) { edgeOf.set(key, from.length); from.push(a); to.push(b); left.push(parcel.index); right.push(-1); }
        else if (right[edge] < 0) right[edge] = parcel.index;
      }
      a = b;
    }
  }
  return { corners, from, to, left, right };
}

/** Return edges as lines that run on from edge to edge until they fork: fewer corners to draw, and they may be simplified. */
function chain(chosen, { corners, from, to }) {
  const at = new Map();
  for (const edge of chosen) for (const corner of [from[edge], to[edge]]) {
    const met = at.get(corner);
    if (met) met.push(edge); else at.set(corner, [edge]);
  }
  const used = new Set();
  const lines = [];
  const follow = (edge, start) => {
    const line = [corners[start]];
    let corner = start;
    for (let next = edge; next !== undefined;) {
      used.add(next);
      corner = from[next] === corner ? to[next] : from[next];
      line.push(corners[corner]);
      const met = at.get(corner);
      next = met.length === 2 ? met.find((other) => !used.has(other)) : undefined;
    }
    lines.push(line);
  };
  for (const [corner, met] of at) if (met.length !== 2) for (const edge of met) if (!used.has(edge)) follow(edge, corner);
  // What is left are rings without a fork.
  for (const edge of chosen) if (!used.has(edge)) follow(edge, from[edge]);
  return lines;
}

/** Return the lines between parcels of different groups; `group` answers -1 for none, as beyond the last parcel. */
export function deriveBorders(edges, group) {
  const chosen = [];
  for (let edge = 0; edge < edges.from.length; edge += 1) {
    const beyond = edges.right[edge] < 0 ? -1 : group(edges.right[edge]);
    if (group(edges.left[edge]) !== beyond) chosen.push(edge);
  }
  return chain(chosen, edges);
}

function neighboursOf(adjacency, member, n) {
  const neighbours = Array.from({ length: n }, () => new Set());
  for (const [a, b] of adjacency) {
    const [x, y] = [member[a], member[b]];
    if (x !== y && x >= 0 && y >= 0) { neighbours[x].add(y); neighbours[y].add(x); }
  }
  return neighbours;
}

/** Give each community without a colour the least used of 1-6 that no neighbour has, 7-12 where six do not suffice. */
export function colourCommunities(communities, adjacency, member) {
  const neighbours = neighboursOf(adjacency, member, communities.length);
  const colours = communities.map((community) => community.colour ?? 0);
  const used = new Array(13).fill(0);
  for (const colour of colours) used[colour] += 1;
  const order = communities.map((_, i) => i).sort((a, b) => neighbours[b].size - neighbours[a].size || a - b);
  for (const i of order) {
    if (colours[i]) continue;
    const taken = new Set([...neighbours[i]].map((j) => colours[j]));
    const free = (from, to) => Array.from({ length: to - from + 1 }, (_, k) => from + k).filter((c) => !taken.has(c)).sort((a, b) => used[a] - used[b] || a - b)[0];
    colours[i] = free(1, 6) ?? free(7, 12) ?? 1;
    used[colours[i]] += 1;
  }
  return colours;
}

/** Return a layout with colours, borders, labels and findings, ready for the map. */
export function readLayout(file, ground) {
  const { communities, member } = file;
  const colours = colourCommunities(communities, ground.adjacency, member);
  const subdistrictOf = (i) => (member[i] < 0 ? -1 : communities[member[i]].subdistrict ?? 0);
  const subdistricts = [...new Set(communities.map((c) => c.subdistrict ?? 0))];
  const borders = file.borders ?? {};
  return {
    communities,
    member,
    colours,
    indexOf: new Map(communities.map((c, i) => [c.code, i])),
    findings: (file.findings ?? []).map((finding) => {
      const places = (finding.parcels ?? []).map((code) => ground.indexOf.get(code)).filter((i) => i !== undefined);
      return { ...finding, places, at: finding.at ?? ground.parcels[places[0]]?.middle };
    }),
    communityBorders: linesOf(borders.community ?? deriveBorders(ground.edges, (i) => member[i])),
    subdistrictBorders: linesOf(borders.subdistrict ?? deriveBorders(ground.edges, (i) => (member[i] < 0 ? -1 : subdistricts.indexOf(subdistrictOf(i))))),
  };
}
