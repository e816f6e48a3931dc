/** The submission in the other tongues of the service. */
import { actOf } from '../copyable-act/act.js';
import { CopyableActButton } from '../copyable-act/copyable-act.js';
import type { Json } from './request-document.js';

/** The button and its dialog. */
export default function SubmitAct({
  input,
}: {
  readonly input: { readonly body: { readonly name: string; readonly requests: Json[] } };
}) {
  return (
    <CopyableActButton
      title="Submit this request outside of the page"
      act={actOf(window.location.origin, 'submitRun', input)}
    />
  );
}
