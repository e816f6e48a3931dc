/** Colours, sizes and manners of components. Every pair of colours meets WCAG AA in light and dark; the browser tests see to it. */
import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Deep-sea blue, after the camera's focal plane at night. */
const sea: MantineColorsTuple = [
  '#e6f6fb',
  '#d1e9f2',
  '#a3d2e4',
  '#72bad6',
  '#4ba6ca',
  '#2f93ba',
  '#1b7f9f',
  '#0b6a87',
  '#08556d',
  '#053f52',
];

export const theme = createTheme({
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 7 },
  colors: { sea },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  components: {
    // What can be scrolled can be reached by the keyboard.
    TableScrollContainer: { defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } },
    // What is waited for has a name, which only something with a role may have.
    Loader: { defaultProps: { role: 'status' } },
    // A cross says nothing to those who do not see it.
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    // Their headers are those of a dialog, not banners of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
  },
});
