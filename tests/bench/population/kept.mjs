// kept.mjs -- a rival's loaded database kept from one run to the next.
//
// A million people take an engine half an hour to load. With KEEP=1 in the environment what was
// loaded stays beside the data with a note of how long it took, and the next run asks it at once,
// so that all engines can be asked in one run after they were loaded in several.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export const keeping = process.env.KEEP === '1';

// Loads `place` (a file or a folder) with `load`, or finds it loaded. Milliseconds the load took.
export async function loadedIn(place, load) {
  const note = `${place}.loaded`;
  if (keeping && existsSync(place) && existsSync(note)) return Number(readFileSync(note, 'utf8'));
  for (const old of [note, place]) rmSync(old, { force: true, recursive: true });
  const began = performance.now();
  await load();
  const took = performance.now() - began;
  if (keeping) writeFileSync(note, String(Math.round(took)));
  return took;
}

// Takes away what no later run is to find.
export function leave(place) {
  if (keeping) return;
  rmSync(place, { force: true, recursive: true });
}
