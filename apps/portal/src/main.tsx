/** The portal's beginning. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/portal.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { fetchLostStylesAgain } from './app/lost-styles.js';
import { announceNonce } from './app/page-nonce.js';
import { Portal } from './app/portal.js';

announceNonce();
fetchLostStylesAgain();
const root = document.getElementById('portal');
if (root === null) throw new Error('index.html has no element #portal');
createRoot(root).render(
  <StrictMode>
    <Portal />
  </StrictMode>,
);
