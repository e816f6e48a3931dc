/**
 * The focal plane of LSSTCam as a drawing of its 205 detectors. The caller says how each looks and what it is called; one detector at a
 * time is in the tab order, and the arrow keys lead to its neighbours.
 */
import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  useRef,
  useState,
} from 'react';
import type { Detector } from '@imsim-od/camera';
import { ARROWS, HALF_SIDE_MM, neighbour, SHAPES } from './detector-shape.js';
import classes from './focal-plane.module.css';

/** How one detector is shown. */
export interface DetectorLook {
  /** Word for its colours, see focal-plane.module.css: a task's state, `chosen`, `free`, `absent`. */
  readonly state: string;
  /** What it is, for the tooltip and screen readers: `R22_S11, done`. */
  readonly label: string;
  /** Of a drawing whose detectors are checkboxes. */
  readonly isChecked?: boolean;
  /** A colour of its own instead of the state's, as for counts. */
  readonly fill?: string;
  /** It is drawn, but nothing can be done with it. */
  readonly isIdle?: boolean;
}

/** What the drawing needs. */
export interface FocalPlaneProps {
  /** What the drawing shows, for screen readers. */
  readonly label: string;
  readonly look: (detector: Detector) => DetectorLook;
  /** Absent: the drawing is a picture. */
  readonly onPress?: (detector: Detector, event: MouseEvent | KeyboardEvent) => void;
  /** What a detector is to assistive technology; default button. */
  readonly detectorRole?: 'button' | 'checkbox';
  readonly pressedId?: number | null;
  /** Drawn over the detectors, in millimetres, y downwards. */
  readonly children?: ReactNode;
  readonly onPointerDown?: (event: PointerEvent<SVGSVGElement>) => void;
  readonly onPointerMove?: (event: PointerEvent<SVGSVGElement>) => void;
  readonly onPointerUp?: (event: PointerEvent<SVGSVGElement>) => void;
}

/** Number of R22_S11, in the middle. */
const MIDDLE = 94;

/** The drawing. */
export function FocalPlane({
  label,
  look,
  onPress,
  detectorRole = 'button',
  pressedId = null,
  children,
  ...pointer
}: FocalPlaneProps) {
  const svg = useRef<SVGSVGElement>(null);
  const looks = SHAPES.map(({ detector }) => look(detector));
  const isUsable = (id: number): boolean => looks[id]?.isIdle !== true;
  const [focused, setFocused] = useState<number | null>(null);
  const inTabOrder =
    [focused, pressedId, MIDDLE].find((id) => id !== null && isUsable(id)) ??
    looks.findIndex((_l, id) => isUsable(id));
  const side = 2 * HALF_SIDE_MM;

  const onKeyDown = (detector: Detector) => (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      onPress?.(detector, event);
      return;
    }
    const direction = ARROWS[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    const next = neighbour(detector.id, direction, isUsable);
    setFocused(next);
    svg.current?.querySelector<SVGRectElement>(`[data-detector="${next}"]`)?.focus();
  };

  return (
    <svg
      ref={svg}
      className={classes['plane']}
      viewBox={`${-HALF_SIDE_MM} ${-HALF_SIDE_MM} ${side} ${side}`}
      role={onPress === undefined ? 'img' : 'group'}
      aria-label={label}
      {...pointer}
    >
      {SHAPES.map(({ detector, x, y, width, height }) => {
        const {
          state,
          label: name,
          isChecked,
          fill,
          isIdle,
        } = looks[detector.id] ?? { state: 'absent', label: detector.name };
        const canPress = onPress !== undefined && isIdle !== true;
        return (
          <rect
            key={detector.id}
            data-detector={detector.id}
            data-state={state}
            className={classes['detector']}
            x={x - width / 2}
            y={y - height / 2}
            width={width}
            height={height}
            rx={2}
            {...(fill === undefined ? {} : { style: { fill } })}
            {...(canPress
              ? {
                  role: detectorRole,
                  'aria-label': name,
                  ...(detectorRole === 'checkbox'
                    ? { 'aria-checked': isChecked === true }
                    : { 'aria-pressed': pressedId === detector.id }),
                  tabIndex: detector.id === inTabOrder ? 0 : -1,
                  onClick: (event: MouseEvent) => onPress(detector, event),
                  onKeyDown: onKeyDown(detector),
                  onFocus: () => setFocused(detector.id),
                }
              : { 'aria-hidden': true })}
          >
            <title>{name}</title>
          </rect>
        );
      })}
      {children}
    </svg>
  );
}
