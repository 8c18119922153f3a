// linear.mjs -- what a set of sums says of each of its numbers: the least and the most it can be.
//
// The simplex method for numbers that each have a lowest and perhaps a highest value; dense, for a
// few hundred of them. Numbers are real here: whole ones can only lie in a narrower range.
const EPS = 1e-7;
const STEPS_MAX = 20_000;
const PATIENCE = 200; // steps without progress until the slow rule that never runs in a circle

export class Sums {
  constructor() {
    this.lo = [];
    this.hi = [];
    this.rows = [];
  }

  number(lo = 0, hi = Infinity) {
    this.lo.push(lo);
    this.hi.push(hi);
    return this.lo.length - 1;
  }

  // Σ factor × number = value; terms: [[number, factor], ...]
  equal(terms, value = 0) {
    this.rows.push({ terms, value });
  }

  // Σ factor × number ≥ value
  least(terms, value = 0) {
    this.equal([...terms, [this.number(), -1]], value);
  }

  // Finds some world in which everything holds; false: there is none.
  solve() {
    const count = this.lo.length;
    this.count = count;
    this.upper = new Uint8Array(count); // 1: stands at its highest value
    this.basic = new Int32Array(this.rows.length).fill(-1); // whose row it is, -1: nobody's yet
    this.where = new Int32Array(count).fill(-1);
    this.table = [];
    this.value = new Float64Array(this.rows.length);
    this.rows.forEach(({ terms, value }, i) => {
      const row = new Float64Array(count);
      let rest = value;
      for (const [k, factor] of terms) {
        row[k] += factor;
        rest -= factor * this.lo[k];
      }
      if (rest < 0) {
        row.forEach((x, k) => { row[k] = -x; });
        rest = -rest;
      }
      this.table.push(row);
      this.value[i] = rest;
    });
    this.extraMost = Infinity;
    const cost = new Float64Array(count);
    for (const row of this.table) row.forEach((x, k) => { cost[k] -= x; });
    this.descend(cost);
    const left = this.value.reduce((sum, x, i) => sum + (this.basic[i] < 0 ? x : 0), 0);
    this.extraMost = 0; // from now on what fills a row that is nobody's stays nothing
    return left < 1e-5;
  }

  least_of(k) {
    return this.extreme(k, 1);
  }

  most_of(k) {
    return this.extreme(k, -1);
  }

  extreme(k, sign) {
    const cost = new Float64Array(this.count);
    const row = this.where[k];
    if (row < 0) cost[k] = sign;
    else this.table[row].forEach((x, j) => { cost[j] = this.where[j] < 0 ? -sign * x : 0; });
    return this.descend(cost) ? this.now(k) : -sign * Infinity;
  }

  now(k) {
    if (this.where[k] >= 0) return this.value[this.where[k]];
    return this.upper[k] ? this.hi[k] : this.lo[k];
  }

  // Changes one number after another as long as the cost falls; false: it falls without end.
  descend(cost) {
    let still = 0;
    for (let step = 0; step < STEPS_MAX; step++) {
      const enter = this.entering(cost, still > PATIENCE);
      if (enter < 0) return true;
      const moved = this.move(enter, cost);
      if (moved === Infinity) return false;
      still = moved > EPS ? 0 : still + 1;
    }
    throw new Error('no end of steps');
  }

  entering(cost, first) {
    let best = -1;
    let most = EPS;
    for (let k = 0; k < this.count; k++) {
      if (this.where[k] >= 0 || this.lo[k] === this.hi[k]) continue;
      const gain = this.upper[k] ? cost[k] : -cost[k];
      if (gain > most) {
        best = k;
        if (first) return k;
        most = gain;
      }
    }
    return best;
  }

  move(k, cost) {
    const up = this.upper[k] ? -1 : 1;
    let far = this.hi[k] - this.lo[k];
    let leave = -1;
    let toHigh = false;
    for (let i = 0; i < this.table.length; i++) {
      const slope = up * this.table[i][k];
      if (Math.abs(slope) < EPS) continue;
      const b = this.basic[i];
      const end = slope > 0 ? (b < 0 ? 0 : this.lo[b]) : (b < 0 ? this.extraMost : this.hi[b]);
      const room = Math.max(0, (this.value[i] - end) / slope);
      if (room < far - EPS || (room < far + EPS && leave >= 0 && b < this.basic[leave])) {
        far = room;
        leave = i;
        toHigh = slope < 0;
      }
    }
    if (far === Infinity) return far;
    for (let i = 0; i < this.table.length; i++) this.value[i] -= up * far * this.table[i][k];
    if (leave < 0) this.upper[k] ^= 1;
    else this.turn(k, leave, toHigh, (this.upper[k] ? this.hi[k] : this.lo[k]) + up * far, cost);
    return far;
  }

  turn(k, leave, toHigh, value, cost) {
    const gone = this.basic[leave];
    if (gone >= 0) {
      this.where[gone] = -1;
      this.upper[gone] = toHigh ? 1 : 0;
    }
    const row = this.table[leave];
    const by = row[k];
    for (let j = 0; j < this.count; j++) row[j] /= by;
    const clear = (other) => {
      const factor = other[k];
      if (factor === 0) return;
      for (let j = 0; j < this.count; j++) if (row[j] !== 0) other[j] -= factor * row[j];
      other[k] = 0;
    };
    for (let i = 0; i < this.table.length; i++) if (i !== leave) clear(this.table[i]);
    clear(cost);
    this.basic[leave] = k;
    this.where[k] = leave;
    this.value[leave] = value;
  }
}
