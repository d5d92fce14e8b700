import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Writes the service worker with the names of the built files and of their content. */
function shellWorker(): Plugin {
  return {
    name: 'outcry-shell-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = ['/', '/manifest.webmanifest', '/icon.svg'];
      const hash = createHash('sha256');
      for (const name of Object.keys(bundle).sort()) {
        const part = bundle[name];
        if (!part || name.endsWith('.html')) continue;
        // Signing in needs the cloud: of no use without a connection.
        if (!name.includes('cloud_sign_in')) files.push(`/${name}`);
        hash.update(part.type === 'chunk' ? part.code : part.source);
      }
      for (const file of ['index.html', 'public/icon.svg', 'public/manifest.webmanifest'])
        hash.update(readFileSync(new URL(file, import.meta.url)));
      const template = readFileSync(new URL('src/shell_worker.js', import.meta.url), 'utf8');
      const version = hash.digest('hex').slice(0, 16);
      this.emitFile({
        type: 'asset',
        fileName: 'shell_worker.js',
        source: template
          .replace('__FILES__', JSON.stringify(files))
          .replace('__VERSION__', JSON.stringify(version)),
      });
    },
  };
}

/** The parts that every first view needs, though each is on its way by itself. */
const early = ['src/ui.tsx', 'src/service/firebase/connect.ts'];

/** Names the early parts and what they import in the document: none is found by a detour. */
function earlyParts(): Plugin {
  return {
    name: 'outcry-early-parts',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle = {} }) {
        const named = new Set<string>();
        const take = (name: string) => {
          const part = bundle[name];
          if (part?.type !== 'chunk' || named.has(name) || html.includes(name)) return;
          named.add(name);
          part.imports.forEach(take);
        };
        for (const [name, part] of Object.entries(bundle))
          if (part.type === 'chunk' && early.some((file) => part.facadeModuleId?.endsWith(`/${file}`)))
            take(name);
        if (named.size < early.length) throw new Error(`${early.join(', ')}: not all are parts`);
        return [...named].map((name) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` },
          injectTo: 'head' as const,
        }));
      },
    },
  };
}

/** Where `npm run dev` finds a floor's database; its own address goes to that server's allowed ones. */
const floor = process.env['OUTCRY_FIREBASE'] ?? 'http://127.0.0.1:9000';

export default defineConfig({
  plugins: [react(), earlyParts(), shellWorker()],
  build: {
    target: 'es2022',
    // Inlined files are data: addresses, which a strict policy forbids.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: Object.fromEntries(
      ['/auth', '/outcry.json', '/.ws', '/.lp'].map((path) => [
        path,
        { target: floor, ws: path === '/.ws', changeOrigin: true },
      ]),
    ),
  },
  test: {
    // Only what draws pages asks for a browser's document: it takes seconds to make.
    environment: 'node',
    include: ['tests/**/*_test.{ts,tsx}'],
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 90_000,
  },
});
