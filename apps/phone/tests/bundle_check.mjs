// bundle_check.mjs DIST: whether the built page keeps what it promises: a small first load, and
// nothing that a strict content security policy forbids.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const dist = process.argv[2] ?? 'dist';
const mostBytes = 250_000;
const problems = [];
const text = (name) => readFileSync(join(dist, name), 'utf8');
const html = text('index.html');

if (/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/i.test(html)) problems.push('inline code or style');
if (/(?:src|href)="(?!\/)/.test(html)) problems.push('a file from elsewhere');

// Everything the first view needs: what the document names and what that imports at once.
const first = new Set();
const take = (name) => {
  if (first.has(name)) return;
  first.add(name);
  if (!name.endsWith('.js')) return;
  for (const [, found] of text(name).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    take(`assets/${found}`);
};
for (const [, found] of html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)) take(found);
const size = [...first].reduce((sum, name) => sum + gzipSync(text(name)).length, gzipSync(html).length);
if (first.size < 2) problems.push('the document names no script or no style');
if (size > mostBytes) problems.push(`the first load has ${size} bytes, allowed are ${mostBytes}`);

// What is loaded later must not have slipped in.
const assets = readdirSync(join(dist, 'assets'));
for (const [part, word] of [
  ['drawing', 'createChart'],
  ['cloud_sign_in', 'identitytoolkit'],
]) {
  if (!assets.some((name) => name.startsWith(`${part}-`))) problems.push(`${part} is no part of its own`);
  if ([...first].some((name) => text(name).includes(word))) problems.push(`${part} is in the first load`);
}

const list = JSON.parse(/const files = (\[.*?\]);/s.exec(text('shell_worker.js'))?.[1] ?? '[]');
for (const name of first) if (!list.includes(`/${name}`)) problems.push(`${name} is not kept offline`);
for (const name of list) if (name !== '/') readFileSync(join(dist, name));
if (/__FILES__|__VERSION__/.test(text('shell_worker.js'))) problems.push('a worker without its list');

for (const name of assets.filter((x) => x.endsWith('.js') && !x.endsWith('.gz')))
  if (/\beval\(|new Function\(/.test(text(`assets/${name}`))) problems.push(`${name} makes code of text`);

if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exit(1);
}
process.stdout.write(`first load: ${size} bytes compressed in ${first.size + 1} files\n`);
