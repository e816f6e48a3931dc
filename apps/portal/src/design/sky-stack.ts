/**
 * The sky as its author stacks it: entries of the request, and between them such as are switched off. Those are no part of the request;
 * the design keeps them with the places they have among all.
 */
import { type Json, isMapping } from './request-document.js';

/** An entry that is switched off. */
export interface SwitchedOff {
  /** Its place among all entries, from 0. */
  readonly place: number;
  readonly entry: Json;
}

/** One entry of the stack. What the sky holds that is no mapping has its place too, so that every other one keeps its own. */
export type StackedEntry =
  { readonly entry: Json; readonly isOn: boolean } | { readonly entry: unknown; readonly isOn: true };

/** All entries in their order. Where the sky has grown shorter, those that are switched off come at its end. */
export function stackOf(sky: unknown, off: readonly SwitchedOff[]): readonly StackedEntry[] {
  const stack = entriesOf(sky).map((entry): StackedEntry => ({ entry, isOn: true }));
  for (const { place, entry } of off) stack.splice(place, 0, { entry, isOn: false });
  return stack;
}

/** A stack as the request's sky and what is beside it. */
export function fromStack(stack: readonly StackedEntry[]): {
  readonly sky: readonly unknown[];
  readonly off: readonly SwitchedOff[];
} {
  return {
    sky: stack.filter(({ isOn }) => isOn).map(({ entry }) => entry),
    off: stack.flatMap(({ entry, isOn }, place) => (isOn ? [] : [{ place, entry }])),
  };
}

/** The stack without one entry of the request's sky. @param index of that one in the sky, from 0 */
export function withoutSkyEntry(stack: readonly StackedEntry[], index: number): readonly StackedEntry[] {
  let before = 0;
  return stack.filter(({ isOn }) => !isOn || before++ !== index);
}

/** Entries that are switched off, as a link or this browser tells of them; undefined where that is something else. */
export function readSwitchedOff(said: unknown): readonly SwitchedOff[] | undefined {
  if (!Array.isArray(said)) return undefined;
  const off = said as readonly unknown[];
  return off.every(isSwitchedOff) ? off : undefined;
}

function isSwitchedOff(value: unknown): value is SwitchedOff {
  return (
    isMapping(value) &&
    Number.isSafeInteger(value['place']) &&
    Number(value['place']) >= 0 &&
    isMapping(value['entry'])
  );
}

function entriesOf(sky: unknown): readonly unknown[] {
  return Array.isArray(sky) ? (sky as readonly unknown[]) : [];
}
