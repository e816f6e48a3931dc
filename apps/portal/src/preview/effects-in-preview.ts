/** Effects that a cut-out can show; the others act on the whole CCD or in its read-out. */
export const IN_PREVIEW: ReadonlySet<string> = new Set(['background', 'vignetting', 'chargeDiffusion']);
