/** The submission in the other tongues of the service. */
import { actOf } from '../copyable-act/act.js';
import { CopyableAct, CopyableActButton } from '../copyable-act/copyable-act.js';
import { useRunChange } from './changed-run/use-changed-run.js';
import { useDesigned } from './design-state.js';
import { submission } from './submission.js';

/** The button and its dialog. @param title name of the run */
export default function SubmitAct({ title }: { readonly title: string }) {
  return (
    <CopyableActButton title="Submit this request outside of the page">
      <SubmittedAct title={title} />
    </CopyableActButton>
  );
}

function SubmittedAct({ title }: { readonly title: string }) {
  const state = useDesigned((now) => now);
  const { name, input } = submission(title, state, useRunChange());
  return <CopyableAct act={actOf(window.location.origin, name, input)} />;
}
