// linear.test.mjs -- the attacker's tool finds what can be found: else the attack proves nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sums } from '../lib/linear.mjs';

test('two of 12 and a sum of 28 leave 4', () => {
  const s = new Sums();
  const all = s.number(28, 32);
  const parts = [s.number(8, 12), s.number(8, 12), s.number(1, 4)];
  s.equal([[all, -1], ...parts.map((k) => [k, 1])]);
  assert.ok(s.solve());
  assert.ok(Math.abs(s.least_of(parts[2]) - 4) < 1e-6);
  assert.ok(Math.abs(s.most_of(parts[2]) - 4) < 1e-6);
  assert.ok(Math.abs(s.least_of(parts[0]) - 12) < 1e-6);
  assert.ok(Math.abs(s.most_of(all) - 28) < 1e-6);
});

test('what cannot be is said to be so', () => {
  const s = new Sums();
  const a = s.number(0, 3);
  const b = s.number(0, 3);
  s.equal([[a, 1], [b, 1]], 7);
  assert.equal(s.solve(), false);
});

// Small random systems, against trying every whole world.
test('no whole world lies outside what is found', () => {
  let seed = 5;
  const die = (n) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor(seed / 65536) % n;
  };
  for (let round = 0; round < 200; round++) {
    const s = new Sums();
    const truth = Array.from({ length: 6 }, () => die(6));
    const numbers = truth.map((x) => s.number(Math.max(0, x - die(3)), x + die(3)));
    const rows = [[0, 1, 2], [3, 4, 5]].map((row) => [row, row.reduce((n, k) => n + truth[k], 0)]);
    for (const [row, sum] of rows) s.equal(row.map((k) => [numbers[k], 1]), sum);
    const falls = [[0, 3], [1, 4], [2, 5]].filter(([a, b]) => truth[a] >= truth[b]);
    for (const [a, b] of falls) s.least([[numbers[a], 1], [numbers[b], -1]]);
    assert.ok(s.solve(), 'the truth is a world');
    const least = numbers.map(() => Infinity);
    const most = numbers.map(() => -Infinity);
    const walk = (world) => {
      const k = world.length;
      if (k < 6) {
        for (let x = s.lo[numbers[k]]; x <= s.hi[numbers[k]]; x++) walk([...world, x]);
        return;
      }
      if (rows.some(([row, sum]) => row.reduce((n, i) => n + world[i], 0) !== sum)) return;
      if (falls.some(([a, b]) => world[a] < world[b])) return;
      world.forEach((x, i) => {
        least[i] = Math.min(least[i], x);
        most[i] = Math.max(most[i], x);
      });
    };
    walk([]);
    numbers.forEach((k, i) => { // sums of this kind have whole ends
      assert.ok(Math.abs(s.least_of(k) - least[i]) < 1e-6, `${round}: least ${i}`);
      assert.ok(Math.abs(s.most_of(k) - most[i]) < 1e-6, `${round}: most ${i}`);
    });
  }
});
