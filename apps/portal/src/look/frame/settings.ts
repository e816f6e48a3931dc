/** Settings of JS9, read before it starts: nothing from outside, no helper, no keys; a drag pans and the wheel zooms. */
import { LEAST_DISPLAY_PX } from './js9.js';

/** Larger than any detector; JS9 bins what is larger. */
const LARGEST_PX = 8192;

// A frame without an origin cannot start workers; JS9 does without one where there are none.
Object.defineProperty(window, 'Worker', { value: undefined });

const actions = ['display value/position', 'pan the image', 'pan the image'];
window.JS9Prefs = {
  globalOpts: {
    installDir: '/js9/',
    helperType: 'none',
    requireHelper: false,
    alerts: false,
    loadProxy: false,
    corsProxy: '',
    simbadProxy: '',
    cgiProxy: '',
    localStorage: false,
    postMessage: false,
    quietReturn: true,
    updateTitlebar: false,
    logoDisplay: false,
    resizeHandle: false,
    dragdrop: false,
    extendedPlugins: true,
    keyboardActions: {},
    mouseActions: actions,
    touchActions: actions,
    mousetouchZoom: true,
    image: { xdim: LARGEST_PX, ydim: LARGEST_PX, bin: 1 },
  },
  imageOpts: { scale: 'linear', colormap: 'grey', scaleclipping: 'zscale', valpos: false },
};

// Before JS9 looks for its element. The frame may have no size as yet.
document.addEventListener('DOMContentLoaded', () => {
  const display = document.getElementById('JS9');
  display?.setAttribute('data-width', `${Math.max(LEAST_DISPLAY_PX, window.innerWidth)}px`);
  display?.setAttribute('data-height', `${Math.max(LEAST_DISPLAY_PX, window.innerHeight)}px`);
});
