import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FitsError } from '@imsim-od/fits';
import { CliError, HostFileError, atPath, explainError } from './errors.js';
import { EXIT_CODE } from './exit-code.js';

describe('explainError', () => {
  it('takes coded errors of the packages as bad input, in their own words', () => {
    const error = new FitsError('FITS_TRUNCATED', 'The HDU is cut off.', {});
    expect(explainError(error)).toEqual({
      exitCode: EXIT_CODE.badInput,
      message: error.message,
      fatal: false,
    });
  });

  it('takes system errors as bad input with the path and a sentence', () => {
    let thrown: unknown;
    try {
      readFileSync('/no/such/file');
    } catch (error) {
      thrown = error;
    }
    expect(explainError(thrown)).toEqual({
      exitCode: EXIT_CODE.badInput,
      message: '/no/such/file: no such file or folder; check the path',
      fatal: true,
    });
  });

  it('takes anything else as our bug and asks for a report', () => {
    const { exitCode, message, fatal } = explainError(new TypeError('x is undefined'));
    expect(exitCode).toBe(EXIT_CODE.bug);
    expect(message).toContain('TypeError: x is undefined');
    expect(message).toContain('report');
    expect(fatal).toBe(false);
  });

  it('keeps Node’s own coded errors and the kernel’s apart from bad input', () => {
    expect(explainError(Object.assign(new Error('bad'), { code: 'ERR_INVALID_ARG_TYPE' })).exitCode).toBe(
      EXIT_CODE.bug,
    );
    expect(explainError(Object.assign(new Error('bad'), { code: 'KERNEL_BAD_FRAME' })).exitCode).toBe(
      EXIT_CODE.bug,
    );
  });

  it('takes a worker without memory as the machine’s limit', () => {
    const error = Object.assign(new Error('heap'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
    expect(explainError(error)).toMatchObject({ exitCode: EXIT_CODE.site, fatal: false });
  });

  it('passes on the exit code of a CliError', () => {
    expect(explainError(new CliError('no', EXIT_CODE.usage))).toMatchObject({
      exitCode: EXIT_CODE.usage,
      message: 'no',
    });
  });
});

describe('atPath', () => {
  it('names the file in what the system refuses', () => {
    const folder = mkdtempSync(join(tmpdir(), 'imsim-od-test-'));
    try {
      mkdirSync(join(folder, 'sub'));
      expect(() => atPath('shown/name', () => readFileSync(join(folder, 'sub')))).toThrow(HostFileError);
      expect(() => atPath('shown/name', () => readFileSync(join(folder, 'sub')))).toThrow(
        'shown/name: is a folder; a file is expected',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
