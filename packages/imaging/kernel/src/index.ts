/**
 * The WebAssembly renderer and its typed facade: photons, mean images, Poisson noise, read-out and Rice compression of
 * one chip; and the light profiles it draws with.
 */
export * from './profiles/index.js';
export { createKernel, Kernel, type KernelAssets } from './kernel.js';
export type { FrameShape } from './kernel-core.js';
export { Frame, type DrawnStamp, type StampLimits, type StreamKey } from './frame.js';
export type { BoxSize } from './box-rule.js';
export type { PhotonSource, PhotonSources } from './photon-batch.js';
export type { FaintSource, FaintSources } from './farthest-batch.js';
export type { FarthestDraws } from './photon-reach.js';
export type { Psf } from './psf.js';
export type { RadiusBounds } from './radius-bounds.js';
export { AMPLIFIERS, type AmplifierConfig, type Readout, type ReadoutConfig } from './readout.js';
export { RiceDataError, riceDecode, riceEncodeScalar } from './rice.js';
export { KernelAssetError, KernelInputError, KernelStateError } from './errors.js';
export { MAX_SERSIC_INDEX, MIN_SERSIC_INDEX } from './sersic-grid.js';
export { KERNEL_WASM_SHA256, TABLES_SHA256 } from './asset-hashes.js';
