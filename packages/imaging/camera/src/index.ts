/** LSSTCam: detectors, amplifiers, electronics, vignetting; pixels, focal plane and sky. */
export * from './amplifiers.js';
export * from './detector-projection.js';
export * from './detector-wcs.js';
export * from './detectors.js';
export * from './electronics.js';
export * from './focal-plane.js';
export * from './radial-distortion.js';
export * from './selection.js';
export * from './vignetting.js';
