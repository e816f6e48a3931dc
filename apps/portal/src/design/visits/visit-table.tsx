/** Visits of a scheduler's database that fit, a page at a time, each to be chosen. */
import { Button, Checkbox, Group, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Failure } from '../../page-parts/failure.js';
import { countText } from '../../page-parts/quantity.js';
import { callQuery } from '../../service/use-call.js';
import { startMinute } from './visit-time.js';
import classes from './visits.module.css';

const PAGE = 25;

const COLUMNS = [
  ['visitId', 'Visit'],
  ['startMjdUtc', 'Start (UTC)'],
  ['band', 'Band'],
  ['raDeg', 'RA (deg)'],
  ['decDeg', 'Dec (deg)'],
  ['airmass', 'Airmass'],
  ['seeingFwhm500Arcsec', 'Seeing (″)'],
  ['skyBrightnessMagPerArcsec2', 'Sky (mag)'],
  ['moonPhasePercent', 'Moon (%)'],
] as const;
type Order = (typeof COLUMNS)[number][0];

/** The table. */
export function VisitTable({
  databaseId,
  where,
  chosen,
  onToggle,
}: {
  readonly databaseId: string;
  readonly where: string;
  readonly chosen: ReadonlySet<number>;
  readonly onToggle: (visitId: number) => void;
}) {
  const [offset, setOffset] = useState(0);
  const [order, setOrder] = useState<Order>('startMjdUtc');
  const [descending, setDescending] = useState(false);
  useEffect(() => setOffset(0), [databaseId, where, order, descending]);
  const { data, error } = useQuery({
    ...callQuery('surveyVisits', {
      params: { id: databaseId },
      query: { where, order, descending, limit: PAGE, after: String(offset) },
    }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  if (error !== null) return <Failure error={error} />;
  if (data === undefined) return <Text size="sm">The visits are being read …</Text>;
  const { items, matching, next } = data;
  return (
    <>
      <div className={classes['scroll']} tabIndex={0} role="region" aria-label="Visits that fit">
        <table className={classes['table']} aria-label="Visits that fit">
          <thead>
            <tr data-first="mark">
              <th scope="col">
                <span className="visually-hidden">Choose</span>
              </th>
              {COLUMNS.map(([key, label]) => (
                <th
                  key={key}
                  scope="col"
                  aria-sort={order !== key ? 'none' : descending ? 'descending' : 'ascending'}
                >
                  <button
                    type="button"
                    className={classes['sort']}
                    onClick={() => {
                      setDescending(order === key && !descending);
                      setOrder(key);
                    }}
                  >
                    {label}
                    {order === key ? (descending ? ' ↓' : ' ↑') : ''}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((visit, index) => {
              const { visitId, startMjdUtc } = visit;
              const isChosen = visitId !== null && chosen.has(visitId);
              const fixed = (value: number | null, digits: number): string =>
                value === null ? '–' : value.toFixed(digits);
              return (
                <tr key={visitId ?? -index} data-first="mark" data-chosen={isChosen}>
                  <td>
                    <Checkbox
                      size="xs"
                      aria-label={`Visit ${visitId ?? 'without a number'}`}
                      checked={isChosen}
                      disabled={visitId === null}
                      onChange={() => visitId !== null && onToggle(visitId)}
                    />
                  </td>
                  <td>{visitId ?? '–'}</td>
                  <td>{startMinute(startMjdUtc)}</td>
                  <td>{visit.band ?? '–'}</td>
                  <td>{fixed(visit.raDeg, 3)}</td>
                  <td>{fixed(visit.decDeg, 3)}</td>
                  <td>{fixed(visit.airmass, 2)}</td>
                  <td>{fixed(visit.seeingFwhm500Arcsec, 2)}</td>
                  <td>{fixed(visit.skyBrightnessMagPerArcsec2, 2)}</td>
                  <td>{fixed(visit.moonPhasePercent, 0)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {items.length === 0
            ? 'None fits.'
            : `${countText(offset + 1)} to ${countText(offset + items.length)} of ${countText(matching)}`}
        </Text>
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            disabled={offset === 0}
            onClick={() => setOffset(Math.max(0, offset - PAGE))}
          >
            Earlier in the list
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            disabled={next === null}
            onClick={() => setOffset(offset + PAGE)}
          >
            Further down
          </Button>
        </Group>
      </Group>
    </>
  );
}
