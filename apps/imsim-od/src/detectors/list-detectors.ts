/** The `detectors` command carried out. */
import { DETECTORS, type Detector, PIXEL_MM, selectDetectors } from '@imsim-od/camera';
import { printJson, printResult } from '../standard-streams.js';
import { formatTable } from '../text/text-table.js';

/** Prints the detectors a pattern names, or all that can be drawn. */
export function listDetectors(pattern: string | undefined, json: boolean): void {
  const detectors =
    pattern === undefined ? DETECTORS.filter(({ kind }) => kind !== 'wavefront') : selectDetectors(pattern);
  if (json) printJson(detectors.map(documentOf));
  else printResult(tableOf(detectors));
}

function documentOf({ id, name, kind, vendor, serial, centreMm, yawDeg, nx, ny }: Detector): object {
  return { id, name, kind, vendor, serial, centreMm, yawDeg, nx, ny, pixelMm: PIXEL_MM };
}

function tableOf(detectors: readonly Detector[]): string {
  return formatTable(
    [
      { head: 'id', align: 'right' },
      { head: 'name' },
      { head: 'type' },
      { head: 'vendor' },
      { head: 'x mm', align: 'right' },
      { head: 'y mm', align: 'right' },
      { head: 'yaw deg', align: 'right' },
      { head: 'pixels' },
    ],
    detectors.map(({ id, name, kind, vendor, centreMm, yawDeg, nx, ny }) => [
      String(id),
      name,
      kind,
      vendor,
      centreMm.x.toFixed(2),
      centreMm.y.toFixed(2),
      String(yawDeg),
      `${nx} x ${ny}`,
    ]),
  );
}
