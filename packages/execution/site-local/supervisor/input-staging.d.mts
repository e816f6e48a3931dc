export class InputError extends Error {
  readonly code: 'SITE_LOCAL_INPUT';
}
export function stageInput(
  input: { readonly source: string; readonly path: string; readonly sha256?: string },
  folder: string,
): Promise<void>;
export function hashFile(path: string): Promise<string>;
