// used_css.mjs -- what of a style sheet our pages can ever ask for, to standard output.
// usage: node tools/used_css.mjs SHEET.css FILE...   FILEs: whatever writes class names
//
// A rule goes only when each of its selectors needs a class whose block (the name up to "--" or
// "__") stands in none of the files: names put together from parts keep their whole block.
import { readFileSync } from 'node:fs';

const [sheet, ...files] = process.argv.slice(2);
const css = readFileSync(sheet, 'utf8');
const said = files.map((file) => readFileSync(file, 'utf8')).join('\n');

const QUOTES = '"\'';
const known = new Map();

function isKnown(name) {
  const block = name.split(/--|__/)[0];
  if (!known.has(block)) known.set(block, said.includes(block));
  return known.get(block);
}

// Where the text that begins at `from` first has one of `ends` outside of quotes and brackets.
function reach(text, from, ends) {
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') {
      i++;
    } else if (QUOTES.includes(c)) {
      i = text.indexOf(c, i + 1);
      if (i < 0) break;
    } else if (depth === 0 && ends.includes(c)) {
      return i;
    } else if ('(['.includes(c)) {
      depth++;
    } else if (')]'.includes(c)) {
      depth--;
    }
  }
  return text.length;
}

function blockEnd(text, open) {
  let at = open + 1;
  for (let depth = 1; depth > 0; at++) {
    at = reach(text, at, '{}');
    if (at === text.length) throw Error(`${sheet}: a { without its }`);
    depth += text[at] === '{' ? 1 : -1;
  }
  return at; // behind the }
}

function selectorsOf(prelude) {
  const list = [];
  for (let at = 0; at <= prelude.length;) {
    const end = reach(prelude, at, ',');
    list.push(prelude.slice(at, end));
    at = end + 1;
  }
  return list;
}

function isUsed(selector) {
  const plain = selector.replace(/:(not|is|where|has)\([^()]*(\([^()]*\)[^()]*)*\)/g, '');
  return (plain.match(/\.-?[A-Za-z_][\w-]*/g) ?? []).every((name) => isKnown(name.slice(1)));
}

function keep(text) {
  let out = '';
  for (let at = 0; at < text.length;) {
    const open = reach(text, at, '{;');
    if (text[open] !== '{') { // a statement, or the end
      out += text.slice(at, open + 1);
      at = open + 1;
      continue;
    }
    const end = blockEnd(text, open);
    const prelude = text.slice(at, open);
    const body = text.slice(open + 1, end - 1);
    if (/^\s*@(media|supports)/.test(prelude)) {
      const inner = keep(body);
      if (inner.trim()) out += `${prelude}{${inner}}`;
    } else if (/^\s*@/.test(prelude)) {
      out += text.slice(at, end);
    } else {
      const used = selectorsOf(prelude).filter(isUsed);
      if (used.length > 0) out += `${used.join(',')}{${body}}`;
    }
    at = end;
  }
  return out;
}

process.stdout.write(keep(css));
