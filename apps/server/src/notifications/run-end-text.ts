/** What is said of a run that has ended. */
import type { RunEnd } from '@imsim-od/runs';

const WORDS: Readonly<Record<RunEnd['state'], string>> = {
  succeeded: 'is done',
  failed: 'has failed',
  cancelled: 'was cancelled',
};

/** Subject and text of a mail. @param portal address of the portal, where the service knows its own */
export function runEndMail(
  run: RunEnd,
  portal: string | undefined,
): { readonly subject: string; readonly text: string } {
  const subject = `Run "${run.name}" ${WORDS[run.state]}`;
  const lines = [
    `The run "${run.name}" ${WORDS[run.state]}: ${run.succeeded} of ${run.tasks} detectors are done${run.failed > 0 ? `, ${run.failed} failed` : ''}.`,
    '',
    portal === undefined ? `On the command line: imsim-od status ${run.id}` : `${portal}/runs/${run.id}`,
    '',
    'Such mails are switched off on the page of your account.',
  ];
  return { subject, text: lines.join('\n') };
}

/** What a webhook is sent. */
export function runEndDocument(run: RunEnd, ownerName: string, portal: string | undefined): unknown {
  const { id, name, state, tasks, succeeded, failed } = run;
  return {
    event: 'run.ended',
    run: { id, name, owner: ownerName, state, tasks, succeeded, failed },
    ...(portal === undefined ? {} : { url: `${portal}/runs/${id}` }),
  };
}
