// opt_outs.mjs -- who opted out of secondary uses, read from the packs as their form is written
// down (src/insight/population/population_pack.h), apart from the program.
import { rowsOf } from './server.mjs';

const WHOLE_BITS = 7;

// A whole number in LEB128; gives it and where the next begins.
function whole(bytes, at) {
  let value = 0;
  let place = at;
  for (let shift = 0; ; shift += WHOLE_BITS) {
    const byte = bytes[place++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, place];
  }
}

// The codes of a pack whose events have neither numbers nor answers.
function codesOf(bytes) {
  const codes = [];
  for (let at = 1; at < bytes.length;) {
    let code;
    [, at] = whole(bytes, at + 1); // the day
    [code, at] = whole(bytes, at);
    codes.push(code);
  }
  return codes;
}

// Ids of people of whom a list said so; nobody of them took it back.
export function optedOut(data, kinds = ['national-data', 'type-1']) {
  const those = new Set(rowsOf(data, `SELECT id FROM code WHERE system = 'urn:trellis:opt-out'
    AND code IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`).map(({ id }) => id));
  const packs = rowsOf(data, `SELECT person_id AS person, hex(body) AS body FROM event_pack
    WHERE batch_id IN (SELECT id FROM batch WHERE format = 'Opt-outs' AND state = 2)`);
  return new Set(packs
    .filter(({ body }) => codesOf(Buffer.from(body, 'hex')).some((code) => those.has(code)))
    .map(({ person }) => person));
}
