// Axes and labels of charts, as in the report (src/Reporting/Charts).

/** Maps values from low to high to coordinates between two ends; beyond them, to an end. */
export class Axis {
  constructor(low, high, from, to) {
    Object.assign(this, { low, high, from, to });
  }

  /** An axis over some values with a margin; values of at least zero get none below it. */
  static over(values, margin, from, to) {
    let [low, high] = [Math.min(...values), Math.max(...values)];
    if (low === high) [low, high] = [low - Math.abs(low) * 0.1 - 1e-6, high + Math.abs(high) * 0.1 + 1e-6];
    const more = (high - low) * margin;
    return new Axis(low >= 0 ? Math.max(0, low - more) : low - more, high + more, from, to);
  }

  at(value) {
    const share = Math.min(1, Math.max(0, (value - this.low) / (this.high - this.low)));
    return this.from + share * (this.to - this.from);
  }

  /** About so many round values: multiples of 1, 2 or 5 times a power of ten. */
  ticks(count) {
    const step = this.#step(count);
    const ticks = [];
    for (let k = Math.ceil(this.low / step); k * step <= this.high; k++) ticks.push(k * step);
    return ticks;
  }

  /** Decimal places that tell the ticks apart. */
  digits(count) {
    return Math.min(9, Math.max(0, -Math.floor(Math.log10(this.#step(count)))));
  }

  #step(count) {
    const least = (this.high - this.low) / count;
    const power = 10 ** Math.floor(Math.log10(least));
    return power * [1, 2, 5, 10].find(factor => factor >= least / power - 1e-9);
  }
}

/** Places labels beside their marks, off other marks and labels as far as there is room. */
export class LabelPlacer {
  #taken = [];

  constructor(left, top, right, bottom) {
    this.area = { left, top, right, bottom };
  }

  /** Keeps a mark free. */
  reserve(x, y, radius) {
    this.cover(x - radius, y - radius, x + radius, y + radius);
  }

  /** Keeps a rectangle, or a line of two pixels, free. */
  cover(left, top, right, bottom) {
    this.#taken.push({ left: left - 1, top: top - 1, right: right + 1, bottom: bottom + 1 });
  }

  /** The left end of the baseline of a label for the mark at (x, y): of the places around it, the one that covers least. */
  place(text, x, y) {
    const width = text.length * 6.7;
    const { left, top, right, bottom } = this.area;
    let best;
    for (const [dx, dy] of [
      [12, 4], [12, -12], [12, 20], [-12 - width, 4], [-12 - width, -12], [-12 - width, 20], [-width / 2, -16], [-width / 2, 26],
      [14, -34], [14, 42], [-14 - width, -34], [-14 - width, 42],
    ]) {
      const from = Math.min(Math.max(x + dx, left), Math.max(left, right - width));
      const base = Math.min(Math.max(y + dy + 3, top + 14), bottom);
      const box = { left: from, top: base - 14, right: from + width, bottom: base };
      const covered = this.#taken.reduce((sum, other) => sum + overlap(box, other), 0);
      if (!best || covered < best.covered) best = { box, covered };
    }
    this.#taken.push(best.box);
    return [best.box.left, best.box.bottom - 3];
  }
}

const overlap = (a, b) =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
