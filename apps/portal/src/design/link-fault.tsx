/** What is said where the page was opened by a link whose request cannot be read. */
import { Alert } from '@mantine/core';
import { useEffect, useState } from 'react';
import { faultOfLink } from './design-link.js';

/** The alert; nothing where the address has a request, or none at all. */
export function LinkFault() {
  const [fault, setFault] = useState(() => faultOfLink(window.location.hash));
  useEffect(() => {
    const read = (): void => setFault(faultOfLink(window.location.hash));
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  if (fault === undefined) return null;
  const close = (): void => {
    const { pathname, search } = window.location;
    window.history.replaceState(window.history.state, '', pathname + search);
    setFault(undefined);
  };
  return (
    <Alert
      color="red"
      role="alert"
      title="This link holds no request that can be opened"
      withCloseButton
      closeButtonLabel="Close"
      onClose={close}
    >
      {fault} Mail and other programs cut or change long links: copy all of it anew, or ask for the request as
      a file, and open it here with Import. The screen shows what was worked on before.
    </Alert>
  );
}
