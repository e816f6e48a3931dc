import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

/** Modules of ours have no effects but those of their exports, so that what the portal does not use is left out. */
const isOurs = /\/(packages|apps)\/.*\.[jt]sx?$/;

const treeshake = {
  moduleSideEffects: (id: string) =>
    !isOurs.test(id) || id.endsWith('main.tsx') || id.includes('node_modules'),
};

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'default'] },
  // The server puts a nonce of each answer in this place: the few styles that components make in the page carry it.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    target: 'es2022',
    // Browsers that know light-dark(): a stand-in for it would not know which of the two is shown.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      treeshake,
    },
  },
  // Modules, so that a worker can load its readers of catalogs when there is one to read.
  worker: { format: 'es', rolldownOptions: { treeshake } },
  server: { proxy: { '/api': 'http://127.0.0.1:8470' } },
});
