// duckdb.mjs -- DuckDB asked the questions, from memory-mapped tables of its own in two orders.
import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { leave, loadedIn } from './kept.mjs';
import { hashOf, questions } from './questions.mjs';

const COLUMNS = {
  patients: "{'pid':'INTEGER','dob':'DATE','sex':'TINYINT','practice':'SMALLINT','lsoa':'INTEGER',"
    + "'imd':'TINYINT','eth':'TINYINT','active':'TINYINT'}",
  codesets: "{'kind':'VARCHAR','grp':'SMALLINT','code':'INTEGER','weight':'INTEGER'}",
  events: "{'pid':'INTEGER','code':'INTEGER','d':'DATE','val':'FLOAT'}",
};
const ORDERS = { by_code: 'by code and day, its best order', by_person: 'by patient' };
const csv = (folder, name, columns) => (
  `read_csv('${path.join(folder, name)}.csv', header=true, columns=${COLUMNS[columns]})`);

async function load(file, data) {
  rmSync(`${file}.wal`, { force: true });
  const instance = await DuckDBInstance.create(file, { threads: '2' });
  const db = await instance.connect();
  const run = (sql) => db.run(sql);
  await run(`CREATE TABLE patients AS SELECT * FROM ${csv(data, 'patients', 'patients')}`);
  await run(`CREATE TABLE cs AS SELECT * FROM ${csv(data, 'codesets', 'codesets')}`);
  await run(`CREATE TABLE by_person AS SELECT * FROM ${csv(data, 'events', 'events')}`);
  await run(`INSERT INTO by_person SELECT * FROM ${csv(data, 'delta', 'events')}`);
  await run('CREATE TABLE by_code AS SELECT * FROM by_person ORDER BY code, d');
  await run('CHECKPOINT');
  db.closeSync();
  instance.closeSync();
}

export async function duckdb({ shared, data, repeats }) {
  const file = path.join(data, 'rival.duckdb');
  const loaded = await loadedIn(file, () => load(file, data));
  const instance = await DuckDBInstance.create(file, { threads: '2' });
  const db = await instance.connect();
  const run = (sql) => db.run(sql);
  const answers = [];
  for (const order of Object.keys(ORDERS)) {
    await run(`CREATE OR REPLACE VIEW events AS SELECT * FROM ${order}`);
    for (const { name, form, sql } of questions(shared, ['q3_bitor_duckdb.sql'], false)) {
      let best = Infinity;
      let hash = '';
      for (let i = 0; i < repeats; i++) {
        const start = performance.now();
        const rows = (await db.runAndReadAll(sql)).getRows();
        best = Math.min(best, performance.now() - start);
        hash = hashOf(rows.map((row) => row.map((field) => (field === null ? '' : String(field)))));
      }
      answers.push({ name, form, order: ORDERS[order], ms: best, hash });
    }
  }
  db.closeSync();
  instance.closeSync();
  const bytes = statSync(file).size;
  leave(file);
  return { engine: 'DuckDB', loaded, bytes, answers };
}
