/** What the colours of a focal plane mean. */
import classes from './focal-plane.module.css';

/** The legend; each entry in the colour of a state. */
export function FocalPlaneLegend({
  entries,
}: {
  readonly entries: readonly { readonly state: string; readonly label: string }[];
}) {
  return (
    <ul className={classes['legend']}>
      {entries.map(({ state, label }) => (
        <li key={state}>
          <svg width={14} height={14} aria-hidden="true">
            <rect
              className={classes['detector']}
              data-state={state}
              x={1}
              y={1}
              width={12}
              height={12}
              rx={2}
            />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  );
}
