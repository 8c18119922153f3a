// postgres.mjs -- PostgreSQL 15 asked the questions: a server of our own on a socket, in a folder
// that goes away; indexes that cover, two workers a question.
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { keeping, leave, loadedIn } from './kept.mjs';
import { hashOf, questions } from './questions.mjs';

const BIN = '/usr/lib/postgresql/15/bin';
const LOAD_MINUTES = 120;
const SETTINGS = `listen_addresses=''
shared_buffers=2GB
work_mem=256MB
maintenance_work_mem=1GB
effective_cache_size=8GB
max_wal_size=12GB
synchronous_commit=off
fsync=off
wal_level=minimal
max_wal_senders=0
random_page_cost=1.1
max_parallel_workers_per_gather=2
max_parallel_maintenance_workers=2
autovacuum=off
`;

function must(out, what) {
  if (out.status !== 0) throw new Error(`${what}: ${String(out.stderr).slice(0, 500)}`);
  return out.stdout;
}

const other = process.getuid() === 0; // a server refuses to run as the administrator
const as = (folder, command, ...args) => spawnSync(
  other ? 'setpriv' : command,
  other ? ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args] : args,
  { encoding: 'utf8', cwd: folder },
);

function make(folder) {
  mkdirSync(folder, { recursive: true });
  if (other) must(spawnSync('chown', ['postgres:', folder]), 'chown');
  const db = path.join(folder, 'db');
  const made = as(folder, `${BIN}/initdb`, '-D', db, '-U', 'trellis', '-A', 'trust', '--no-sync');
  must(made, 'initdb');
  const settings = `${SETTINGS}unix_socket_directories='${folder}'\n`;
  appendFileSync(path.join(db, 'postgresql.conf'), settings);
}

function start(folder) { // { psql(sql, minutes), stop() }
  const control = (...words) => as(folder, `${BIN}/pg_ctl`, '-D', path.join(folder, 'db'), '-w',
    '-t', '600', ...words);
  must(control('-l', path.join(folder, 'log'), 'start'), 'pg_ctl');
  return {
    psql(sql, minutes) {
      const out = spawnSync(
        'psql', ['-h', folder, '-U', 'trellis', '-d', 'postgres', '-AtqX', '-v', 'ON_ERROR_STOP=1'],
        { input: sql, encoding: 'utf8', maxBuffer: 1 << 28, timeout: minutes * 60000 },
      );
      if (out.error?.code === 'ETIMEDOUT' || /statement timeout/.test(out.stderr)) return null;
      return must(out, 'psql');
    },
    stop: (how) => control('-m', how, 'stop'),
  };
}

const loading = (data) => `
CREATE TABLE patients(pid int PRIMARY KEY, dob date, sex smallint, practice smallint, lsoa int,
 imd smallint, eth smallint, active smallint);
CREATE TABLE cs(kind text, grp smallint, code int, weight int);
CREATE TABLE events(pid int, code int, d date, val real);
\\copy patients FROM '${data}/patients.csv' CSV HEADER
\\copy cs FROM '${data}/codesets.csv' CSV HEADER
\\copy events FROM '${data}/events.csv' CSV HEADER
\\copy events FROM '${data}/delta.csv' CSV HEADER
CREATE INDEX ev_code ON events(code, pid, d) INCLUDE (val);
CREATE INDEX ev_pid ON events(pid, d);
CREATE INDEX cs_i ON cs(kind, grp, code);
CREATE INDEX cs_c ON cs(code, kind, grp);
VACUUM ANALYZE;
`;

function load(folder, data) {
  make(folder);
  const pg = start(folder);
  try {
    if (pg.psql(loading(data), LOAD_MINUTES) === null) {
      throw new Error(`PostgreSQL did not load in ${LOAD_MINUTES} minutes`);
    }
  } finally {
    pg.stop('fast'); // what was loaded is on the disk then, and not read from its log at the start
  }
}

export async function postgres({ shared, data, repeats, minutes }) {
  const name = keeping ? `of-${path.basename(data)}` : process.pid;
  const folder = path.join(os.tmpdir(), `trellis-rival-${name}`);
  let pg = null;
  try {
    const loaded = await loadedIn(folder, () => load(folder, data));
    pg = start(folder);
    const size = "SELECT pg_total_relation_size('events') + pg_total_relation_size('patients')";
    const bytes = Number(pg.psql(size, 1));
    const answers = [];
    const files = ['q1b_q2b_handtuned.sql', 'q2c_q3b_handtuned.sql'];
    const limit = `SET statement_timeout = '${minutes}min';\n`;
    for (const { name, form, sql } of questions(shared, files, false)) {
      const asked = Array(repeats).fill(`${sql};\n\\echo end\n`).join('');
      const out = pg.psql(`${limit}\\timing on\n${asked}`, minutes * repeats + 1);
      if (out === null) {
        answers.push({ name, form, ms: minutes * 60000, late: true, hash: '' });
        continue;
      }
      const times = [...out.matchAll(/^Time: ([\d.]+) ms/gm)].map(([, ms]) => Number(ms));
      const rows = out.slice(0, out.search(/^Time:/m)).split('\n').filter((line) => line !== '');
      answers.push({
        name, form, ms: Math.min(...times), hash: hashOf(rows.map((line) => line.split('|'))),
      });
    }
    return { engine: 'PostgreSQL 15', loaded, bytes, answers };
  } finally {
    pg?.stop(keeping ? 'fast' : 'immediate');
    leave(folder);
  }
}
