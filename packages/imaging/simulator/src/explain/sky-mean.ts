/** The mean of the sky in a pixel. */
import { type DetectorSetting, skySurface } from '../detector/detector-setting.js';

/** Mean sky electrons in a pixel of a detector, from the surface that the sky is realised from. */
export function skyMean(setting: DetectorSetting, x: number, y: number): number {
  const { values, cells } = skySurface(setting);
  const { nx, ny } = setting.detector;
  const u = ((x + 0.5) * cells) / nx;
  const v = ((y + 0.5) * cells) / ny;
  const i = Math.min(Math.floor(u), cells - 1);
  const j = Math.min(Math.floor(v), cells - 1);
  const at = (row: number, column: number): number => values[row * (cells + 1) + column]!;
  const below = at(j, i) + (u - i) * (at(j, i + 1) - at(j, i));
  const above = at(j + 1, i) + (u - i) * (at(j + 1, i + 1) - at(j + 1, i));
  return below + (v - j) * (above - below);
}
