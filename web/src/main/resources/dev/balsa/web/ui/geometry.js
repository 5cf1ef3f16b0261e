// Where things stand in the picture: in a ring, which is high and narrow on a narrow screen, so that what is written in it can be read.

export const NARROW = matchMedia('(max-width: 760px)');
const WIDE = { width: 680, x: 340, y: 276 };
const HIGH = { width: 380, x: 190, y: 276 };

/** The picture's width and the ring's middle. */
function plane() {
  return NARROW.matches ? HIGH : WIDE;
}

/** A node's radius: smaller when there are many. */
export function nodeRadius(count) {
  return NARROW.matches ? 36 : count <= 5 ? 40 : count <= 7 ? 34 : 29;
}

export function nodeAt(id, count) {
  const { x, y } = plane();
  if (count === 1) {
    return { x, y };
  }
  const angle = -Math.PI / 2 + ((id - 1) * 2 * Math.PI) / count;
  const radius = NARROW.matches ? 60 + 32 * count : count === 2 ? 150 : count <= 5 ? 178 : 196;
  return {
    x: x + (NARROW.matches ? 140 : radius * 1.12) * Math.cos(angle),
    y: y + radius * Math.sin(angle),
  };
}

/** The part of the plane that holds the nodes and their labels. */
export function frame(count) {
  const ys = Array.from({ length: count }, (_, i) => nodeAt(i + 1, count).y);
  const top = Math.min(...ys) - nodeRadius(count) - 42;
  return { x: 0, y: top, width: plane().width, height: Math.max(...ys) + nodeRadius(count) + 58 - top };
}

/** Where a node's client stands: outside of the ring, in a narrow one inside. */
export function clientAt(id, count) {
  const { x, y } = plane();
  const node = nodeAt(id, count);
  const dx = count === 1 ? -1 : (node.x - x) / 178;
  const dy = count === 1 ? 0 : (node.y - y) / 178;
  const side = Math.abs(dx) < 0.2 ? 1 : Math.sign(dx);
  return NARROW.matches ? { x: node.x - (Math.abs(dx) < 0.2 ? -1 : side) * 100, y: node.y }
    : { x: node.x + side * 96, y: node.y + dy * 18 };
}

/** A way between two nodes, a little beside the straight line so that both directions are seen. */
export function way(from, to, count) {
  const a = nodeAt(from, count);
  const b = nodeAt(to, count);
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const unit = { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
  const side = 9;
  const edge = nodeRadius(count) + 10;
  return {
    x1: a.x + unit.x * edge - unit.y * side,
    y1: a.y + unit.y * edge + unit.x * side,
    x2: b.x - unit.x * edge - unit.y * side,
    y2: b.y - unit.y * edge + unit.x * side,
  };
}

export function along(line, part) {
  return { x: line.x1 + (line.x2 - line.x1) * part, y: line.y1 + (line.y2 - line.y1) * part };
}

/** An arc of a circle from the top, clockwise, for a part from 0 to 1. */
export function arc(radius, part) {
  const angle = Math.min(0.9999, Math.max(0, part)) * 2 * Math.PI;
  const x = radius * Math.sin(angle);
  const y = -radius * Math.cos(angle);
  return `M0 ${-radius}A${radius} ${radius} 0 ${angle > Math.PI ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}`;
}

/** Terms have numbers first and colors second: eight of them, told apart by most eyes. */
export function termClass(term) {
  return `term-${Number(term) % 8}`;
}
