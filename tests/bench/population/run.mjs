// run.mjs -- the shared benchmark's questions to our columns and to three known engines, in one
// run, on one made-up population; every answer must be the same before a time is worth reading.
//
// Ours are asked twice: the kernels, and the same through the cohort language (cohorts only).
//
// usage: node run.mjs PROGRAMS PEOPLE FOLDER [ENGINE,...]   (duckdb,sqlite,postgres)
// KEEP=1 in the environment keeps the loaded databases for the next run (kept.mjs).
// Prints a table of the best times and their ratios. Ends with 1 when an answer differs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ANSWER = new RegExp([
  /^(Q\d) .*?([\d.]+) ms\s+cpu\s+[\d.]+\s+/, // best wall time
  /(?:rows\s+\d+\s+([0-9a-f]{16})|([\d,]+)) (.*)$/, // hash, or counts; the verdict
].map((part) => part.source).join(''));
const REPEATS = 3;
const LATE_MINUTES = 10; // an engine that takes longer for one question is told so
const [, , programs, peopleText, folder, wanted = 'duckdb,sqlite,postgres'] = process.argv;
const people = Number(peopleText);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const shared = path.join(root, '../shared/bench');
const data = path.resolve(folder, String(people));

function sh(command, args) {
  const out = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (out.status !== 0) throw new Error(`${command}: ${out.stdout}${out.stderr}`);
  return out.stdout;
}

function generate() {
  mkdirSync(data, { recursive: true });
  const generator = path.join(folder, 'gen');
  sh('gcc', ['-O2', '-w', path.join(shared, 'src/gen.c'), '-o', generator, '-lm']);
  if (!existsSync(path.join(data, 'delta.csv'))) sh(generator, [peopleText, data]);
  return statSync(path.join(data, 'events.csv')).size;
}

function ours() {
  const program = path.join(programs, 'bench_columns');
  const out = sh(program, [peopleText, '0', path.join(data, 'columns')]);
  const answers = [];
  for (const line of out.split('\n')) {
    const found = ANSWER.exec(line);
    if (!found) continue;
    const [, name, ms, hash, counts, verdict] = found;
    if (verdict.startsWith('NOT')) throw new Error(line);
    answers.push({ name, ms: Number(ms), hash, counts });
  }
  return { out, answers };
}

// Milliseconds by question, of columns that kept no answer.
function throughLanguage() {
  const out = sh(path.join(programs, 'bench_population'), [peopleText, path.join(data, 'columns')]);
  console.log(`\nthrough the cohort language\n${out.split('\n').slice(2).join('\n').trim()}`);
  return new Map([...out.matchAll(/^(Q\d) first\s+([\d.]+) ms/gm)].map(([, name, ms]) => (
    [name, Number(ms)])));
}

const show = (ms) => (ms < 10 ? ms.toFixed(2) : ms.toFixed(0));

const mean = (ratios) => ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;

// Prints each question's best form beside ours; the mean and the least ratio of Q1 to Q6, which the
// goal is about. How many answers differ.
function compare(mine, theirs, want, language) {
  let different = 0;
  const ratios = { kernels: [], language: [] };
  console.log('question  kernels ms  language   theirs ms     ratio  answer   form');
  for (const { name, ms: own } of mine) {
    const forms = theirs.filter((answer) => answer.name === name);
    const wrong = forms.filter(({ hash, late }) => !late && hash !== want.get(name));
    different += wrong.length;
    const [best] = [...forms].sort((a, b) => a.ms - b.ms);
    if (!best) continue;
    if (name <= 'Q6') {
      ratios.kernels.push(best.ms / own);
      ratios.language.push(best.ms / (language.get(name) ?? NaN));
    }
    const spoken = language.has(name) ? show(language.get(name)) : '-';
    const said = wrong.length > 0 ? `DIFFERS in ${wrong.map(({ form }) => form)}` : 'same';
    console.log(`${name.padEnd(8)} ${show(own).padStart(10)} ${spoken.padStart(10)} `
      + `${best.late ? '>' : ' '}`
      + `${show(best.ms).padStart(10)} ${(best.ms / own).toFixed(0).padStart(9)}  `
      + `${said.padEnd(8)} ${best.form}`);
  }
  for (const [by, each] of Object.entries(ratios)) {
    console.log(`Q1 to Q6 by ${by}: mean ratio ${mean(each).toFixed(0)}, `
      + `least ${Math.min(...each).toFixed(0)}`);
  }
  return different;
}

async function main() {
  if (!existsSync(shared)) {
    console.log('bench-population: ../shared/bench is not there, so there is nothing to measure');
    return 0;
  }
  const { hashOf } = await import('./questions.mjs');
  console.log(`${people} people, events.csv ${(generate() / 1e6).toFixed(0)} MB`);
  const mine = ours();
  console.log(mine.out.split('\n').filter((line) => !/^Q\d/.test(line)).join('\n').trim());
  const language = throughLanguage();
  const want = new Map(mine.answers.map(({ name, hash, counts }) => (
    [name, hash ?? hashOf([counts.split(',')])])));
  let different = 0;
  for (const engine of wanted.split(',')) {
    const { [engine]: rival } = await import(`./${engine}.mjs`);
    const result = await rival({ shared, data, repeats: REPEATS, minutes: LATE_MINUTES });
    console.log(`\n${result.engine}: loaded in ${(result.loaded / 1000).toFixed(1)} s, `
      + `${(result.bytes / 1e6).toFixed(0)} MB`);
    for (const order of new Set(result.answers.map((answer) => answer.order))) {
      const inOrder = result.answers.filter((answer) => answer.order === order);
      if (order) console.log(`its rows ${order}`);
      different += compare(mine.answers, inOrder, want, language);
    }
  }
  return different === 0 ? 0 : 1;
}

process.exitCode = await main();
