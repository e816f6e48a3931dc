/** The figures of every detector: as a plot of the spread, and as a table whose rows lead to the two images. */
import { Anchor, SegmentedControl, Stack, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { plainNumber } from '../page-parts/quantity.js';
import classes from './difference-plane.module.css';
import type { ImagePair } from './run-pairs.js';
import type { Differences } from './use-differences.js';

const [WIDTH, HEIGHT] = [620, 200];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 8, 12, 26];
/** Detectors of the camera. */
const LAST = 204;

/** Root mean square over the number of the detector. */
export function RmsPlot({
  pairs,
  differences: { known },
  unit,
}: {
  readonly pairs: readonly ImagePair[];
  readonly differences: Differences;
  readonly unit: string;
}) {
  const most = Math.max(0, ...[...known.values()].map(({ rms }) => rms));
  const x = (id: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * id) / LAST;
  const y = (rms: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (most === 0 ? 0 : rms / most));
  return (
    <figure className={classes['figure']}>
      <svg
        className={classes['plot']}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`Root mean square of the difference by detector: ${known.size} values up to ${plainNumber(most)} ${unit}; the table has them all`}
      >
        <path className={classes['axis']} d={`M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}`} />
        <text className={classes['text']} x={LEFT - 6} y={TOP + 6} textAnchor="end">
          {plainNumber(most)}
        </text>
        <text className={classes['text']} x={LEFT - 6} y={HEIGHT - BOTTOM} textAnchor="end">
          0
        </text>
        <text className={classes['text']} x={LEFT} y={HEIGHT - 8}>
          0
        </text>
        <text className={classes['text']} x={WIDTH - RIGHT} y={HEIGHT - 8} textAnchor="end">
          {LAST}
        </text>
        {pairs.map(({ detectorId, detector }) => {
          const difference = known.get(detectorId);
          return difference === undefined ? null : (
            <circle
              key={detectorId}
              className={classes['dot']}
              cx={x(detectorId)}
              cy={y(difference.rms)}
              r={3}
            >
              <title>{`${detector}: ${plainNumber(difference.rms)} ${unit}`}</title>
            </circle>
          );
        })}
      </svg>
      <figcaption>Root mean square of the difference, {unit}, over the number of the detector.</figcaption>
    </figure>
  );
}

/** In which order the table has its rows. */
type Order = 'most' | 'number';

/** The table. */
export function DifferenceTable({
  pairs,
  differences: { known, failed },
  unit,
}: {
  readonly pairs: readonly ImagePair[];
  readonly differences: Differences;
  readonly unit: string;
}) {
  const [order, setOrder] = useState<Order>('most');
  const rmsOf = ({ detectorId }: ImagePair): number => known.get(detectorId)?.rms ?? -1;
  const rows = order === 'number' ? pairs : [...pairs].sort((a, b) => rmsOf(b) - rmsOf(a));
  return (
    <Stack gap="xs">
      <SegmentedControl
        aria-label="Order of the detectors"
        style={{ alignSelf: 'start' }}
        data={[
          { value: 'most', label: 'Most different first' },
          { value: 'number', label: 'By number' },
        ]}
        value={order}
        onChange={(value) => setOrder(value as Order)}
      />
      <Table.ScrollContainer minWidth={640} maxHeight={420}>
        <Table striped stickyHeader>
          <Table.Thead>
            <Table.Tr>
              {[
                'Detector',
                'Pixels that differ',
                `Mean (${unit})`,
                `RMS (${unit})`,
                'Least',
                'Greatest',
                'Most, at (FITS)',
              ].map((name) => (
                <Table.Th scope="col" key={name}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ detectorId, detector, first, second }) => {
              const difference = known.get(detectorId);
              const problem = failed.get(detectorId);
              return (
                <Table.Tr key={detectorId}>
                  <Table.Th scope="row">
                    <Anchor
                      renderRoot={(props) => (
                        <Link to="/compare" search={{ a: first.id, b: second.id }} {...props} />
                      )}
                    >
                      {detector}
                    </Anchor>
                  </Table.Th>
                  {difference === undefined ? (
                    <Table.Td colSpan={6}>
                      {problem === undefined ? 'being subtracted …' : problem.message}
                    </Table.Td>
                  ) : difference.differing === 0 ? (
                    <Table.Td colSpan={6}>equal</Table.Td>
                  ) : (
                    <>
                      <Table.Td>{difference.differing}</Table.Td>
                      <Table.Td>{plainNumber(difference.mean)}</Table.Td>
                      <Table.Td>{plainNumber(difference.rms)}</Table.Td>
                      <Table.Td>{plainNumber(difference.least)}</Table.Td>
                      <Table.Td>{plainNumber(difference.greatest)}</Table.Td>
                      <Table.Td>
                        {difference.mostX}, {difference.mostY}
                      </Table.Td>
                    </>
                  )}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
