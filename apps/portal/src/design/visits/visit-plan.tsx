/** What the chosen visits come to, one by one: the estimate of the bar below, visit by visit. */
import { Text } from '@mantine/core';
import { bytesText, countText, durationText } from '../../page-parts/quantity.js';
import { useDesigned } from '../design-state.js';
import { useDesignEstimate } from '../design-estimate.js';
import { valueAt } from '../request-document.js';
import { saidMinute } from './visit-time.js';
import classes from './visits.module.css';

/** Rows that are shown. */
const MOST_ROWS = 200;

/** The table. */
export function VisitPlan() {
  const requests = useDesigned((state) => state.requests);
  const { data } = useDesignEstimate();
  const number = (value: unknown, digits: number): string =>
    typeof value === 'number' ? value.toFixed(digits) : '–';
  return (
    <>
      <div className={classes['scroll']} tabIndex={0} role="group" aria-label="Plan of the visits">
        <table className={classes['table']} aria-label="Plan of the visits">
          <thead>
            <tr>
              {[
                'Visit',
                'Middle (UTC)',
                'Band',
                'RA',
                'Dec',
                'Seeing',
                'CCD images',
                'Sources',
                'CPU',
                'Bytes',
              ].map((label) => (
                <th key={label} scope="col">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {requests.slice(0, MOST_ROWS).map((request, index) => {
              const cost =
                data?.visits.length === Math.min(requests.length, 500) ? data.visits[index] : undefined;
              return (
                <tr key={index}>
                  <td>{String(request['visitId'] ?? '–')}</td>
                  <td>{saidMinute(request['obsMjdTai'])}</td>
                  <td>{String(request['band'])}</td>
                  <td>{number(valueAt(request, 'pointing.raDeg'), 3)}</td>
                  <td>{number(valueAt(request, 'pointing.decDeg'), 3)}</td>
                  <td>{number(request['seeingFwhm500Arcsec'], 2)}</td>
                  <td>{cost === undefined ? '…' : countText(cost.tasks)}</td>
                  <td>{cost === undefined ? '…' : countText(cost.sources)}</td>
                  <td>{cost === undefined ? '…' : durationText(cost.cpuS)}</td>
                  <td>{cost === undefined ? '…' : bytesText(cost.bytes)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {requests.length > MOST_ROWS && (
        <Text size="xs">
          The first {MOST_ROWS} of {countText(requests.length)}.
        </Text>
      )}
    </>
  );
}
