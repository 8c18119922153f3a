// questions.mjs -- the questions of the shared benchmark as SQL, and the hash of their answers.
//
// The SQL is read from ../shared/bench/sql, where each engine's best forms stand too; "who newly
// qualifies" is put together here, the same for every engine. An answer's hash is FNV-1a over each
// field and a '|', row after row, as the golden answers have it.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const AS_AT = '2025-04-01';
const NEXT_DAY = '2025-04-02';
const back = (day, months) => {
  const d = new Date(`${day}T00:00:00Z`);
  d.setUTCMonth(d.getUTCMonth() - months);
  return d.toISOString().slice(0, 10);
};
export const dayNumber = (day) => Date.parse(`${day}T00:00:00Z`) / 86400000;

const asDate = (day) => `DATE '${day}'`;
const asNumber = (day) => String(dayNumber(day));
const fill = (sql, day, show) => sql
  .replaceAll('@D@', show(day))
  .replaceAll('@D15@', show(back(day, 15)))
  .replaceAll('@D12@', show(back(day, 12)))
  .replaceAll('@B65@', show(back(day, 65 * 12)));

// [{ name: 'Q1', sql }] of one file of the shared folder.
function questionsOf(folder, file) {
  const text = readFileSync(path.join(folder, 'sql', file), 'utf8');
  return text.split(/^-- /m).slice(1).map((part) => {
    const [name, ...rest] = part.split('\n');
    return { name: name.trim(), sql: rest.join('\n').trim().replace(/;$/, '') };
  });
}

// Those in the cohort of question 2 without its rule of admissions. The events of the next day are
// in the same table: every question says up to which day it asks.
const QUALIFIES = `SELECT p.pid FROM patients p
 WHERE p.active = 1 AND p.imd <= 2 AND p.dob <= @B65@
   AND p.pid IN (SELECT pid FROM (SELECT e.pid, e.val, row_number() OVER
         (PARTITION BY e.pid ORDER BY e.d DESC, e.val DESC) AS place
         FROM events e WHERE e.code IN (SELECT code FROM cs WHERE kind = 'hba1c')
          AND e.d <= @D@ AND e.d > @D15@) x WHERE place = 1 AND val > 58)
   AND p.pid IN (SELECT e.pid FROM events e JOIN cs ON cs.code = e.code
         WHERE cs.kind = 'ltc' AND e.d <= @D@ GROUP BY e.pid HAVING count(DISTINCT cs.grp) >= 2)
   AND p.pid NOT IN (SELECT e.pid FROM events e
         WHERE e.code IN (SELECT code FROM cs WHERE kind = 'pal') AND e.d <= @D@)`;

function newlyQualifying(show) {
  return `WITH a AS (${fill(QUALIFIES, AS_AT, show)}), b AS (${fill(QUALIFIES, NEXT_DAY, show)})
SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b),
 (SELECT count(*) FROM (SELECT pid FROM b EXCEPT SELECT pid FROM a) x),
 (SELECT count(*) FROM (SELECT pid FROM a EXCEPT SELECT pid FROM b) y)`;
}

// Every form of every question: [{ name: 'Q2', form: 'Q2b', sql }]; `files` hold the engine's own.
export function questions(folder, files, datesAreNumbers) {
  const show = datesAreNumbers ? asNumber : asDate;
  const forms = ['queries.sql', ...files].flatMap((file) => questionsOf(folder, file));
  const all = forms.map(({ name, sql }) => (
    { name: name.slice(0, 2), form: name, sql: fill(sql, AS_AT, show) }));
  all.push({ name: 'Q7', form: 'Q7', sql: newlyQualifying(show) });
  return all;
}

const PRIME = 1099511628211n;
const WORD = (1n << 64n) - 1n;
export function hashOf(rows) {
  let hash = 1469598103934665603n;
  for (const [first, ...rest] of rows) {
    // The sum over nobody is nothing in SQL, 0 with us.
    const nobody = first === '0' && rest.length === 1 && rest[0] === '';
    const row = nobody ? ['0', '0'] : [first, ...rest];
    for (const byte of Buffer.from(row.map((field) => `${field}|`).join(''))) {
      hash = ((hash ^ BigInt(byte)) * PRIME) & WORD;
    }
  }
  return hash.toString(16).padStart(16, '0');
}
