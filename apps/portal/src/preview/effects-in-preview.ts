/** Which effects a cut-out shows, and what it can be compared with. */
import { EffectsSchema } from '@imsim-od/simulator';

/** Effects that a cut-out can show; the others act on the whole CCD or in its read-out. */
export const IN_PREVIEW: ReadonlySet<string> = new Set(['background', 'vignetting', 'chargeDiffusion']);

/** A picture without an effect, to put beside the designed one. */
export interface Comparison {
  /** Name of the effect in the request. */
  readonly value: string;
  readonly label: string;
  /** True for effects that no cut-out shows. */
  readonly disabled: boolean;
}

/** One for every effect of the schema. */
export const COMPARISONS: readonly Comparison[] = Object.keys(EffectsSchema.properties).map((value) => {
  const words = value.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const isShown = IN_PREVIEW.has(value);
  return { value, label: `without ${words}${isShown ? '' : ' – not in preview'}`, disabled: !isShown };
});
