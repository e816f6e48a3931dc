/** Line drawings of 24 × 24 units in the colour of the text around them. They say nothing that a text beside them does not. */

const PATHS = {
  runs: 'M5 6h14M5 12h14M5 18h9M19 16v4M17 18h4',
  data: 'M12 4c4.4 0 7 1.3 7 3s-2.6 3-7 3-7-1.3-7-3 2.6-3 7-3zM5 7v5c0 1.7 2.6 3 7 3s7-1.3 7-3V7M5 12v5c0 1.7 2.6 3 7 3s7-1.3 7-3v-5',
  design:
    'M4 20l1-4L15.5 5.500a1.800 1.800 0 0 1 2.500 0l.5.5a1.800 1.800 0 0 1 0 2.500L8 19zM13.500 7.500l3 3',
  look: 'M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  account:
    'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20c.8-3.500 3.600-5.500 7.500-5.500s6.700 2 7.500 5.500',
  admin: 'M12 3l7 3v5c0 4.500-2.800 8-7 10-4.200-2-7-5.500-7-10V6zM9 12l2.200 2.200L15.200 10',
  table: 'M4 5h16v14H4zM4 10h16M4 14.500h16M10 10v9',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.500 9.500a2.500 2.500 0 1 1 3.600 2.200c-.8.4-1.100.9-1.100 1.800M12 16.800v.2',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M5.300 18.700l1.400-1.400M17.300 6.700l1.400-1.400',
  dark: 'M20 14.500A8 8 0 1 1 9.500 4a6.500 6.500 0 0 0 10.500 10.500z',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5M13.500 5l-3 14',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  done: 'M5 12.500l4.500 4.500L19 7.500',
  download: 'M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10',
  warning: 'M12 4l9 16H3zM12 10v4.500M12 17.200v.2',
} as const;

/** Names of the drawings. */
export type IconName = keyof typeof PATHS;

/** A drawing. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
