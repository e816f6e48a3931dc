/** The part of JS9 3.9.0 that the bridge uses. */

/** JS9 refuses displays that are narrower or lower, CSS pixels. */
export const LEAST_DISPLAY_PX = 10;

/** An image as JS9 keeps it. */
export interface Js9Image {
  readonly raw: { readonly width: number; readonly height: number };
  readonly params: { readonly transform?: readonly (readonly number[])[] };
  readonly display: { readonly canvas: HTMLCanvasElement };
  readonly rgb: { readonly sect: { readonly zoom: number } };
  imageToDisplayPos(position: { readonly x: number; readonly y: number }): { x: number; y: number };
}

interface OnDisplay {
  readonly display: Js9Image | string;
}

/** Its public functions. */
export interface Js9 {
  readonly inited?: boolean;
  error: (...facts: unknown[]) => unknown;
  Load(bytes: Blob, options: { filename: string; onload: (image: Js9Image) => void }): unknown;
  DisplayImage(on: OnDisplay): unknown;
  SetScale(scale: string, on: OnDisplay): unknown;
  SetScale(least: number, greatest: number, on: OnDisplay): unknown;
  SetColormap(name: string, on: OnDisplay): unknown;
  SetZoom(zoom: number | string, on: OnDisplay): unknown;
  GetZoom(on: OnDisplay): number;
  SetPan(x: number, y: number, on: OnDisplay): unknown;
  ResizeDisplay(width: number, height: number): unknown;
  RegisterPlugin(
    xclass: string,
    name: string,
    init: () => void,
    options: Readonly<Record<string, unknown>>,
  ): unknown;
}

declare global {
  interface Window {
    JS9?: Js9;
    JS9Prefs?: unknown;
    /** Of its WebAssembly part. */
    Module?: { readonly calledRun?: boolean };
  }
}
