import { describe, expect, it } from 'vitest';
import { toJobKey, toSiteJobId } from './job-identity.js';
import { checkJobSpec, jobSpecSha256, type JobSpec } from './job-spec.js';
import { SiteError } from './site-error.js';

const good: JobSpec = {
  key: toJobKey('run-1.task-7+a2'),
  work: { kind: 'command', argv: ['imsim-od', 'work', ''] },
  environment: { PATH: '/usr/bin', _x1: '' },
  workingFolder: '/data/run 1/7',
  inputs: [{ source: '/data/catalog.txt', path: 'in/catalog.txt', sha256: 'a'.repeat(64) }],
  cpuCores: 2,
  memoryMb: 512.5,
  wallS: 0.5,
  cpuS: null,
  niceness: 19,
  outputs: [{ path: 'image.fits', required: true }],
};

describe('a job specification', () => {
  it('passes when it keeps the rules', () => {
    expect(() => checkJobSpec(good)).not.toThrow();
    expect(() =>
      checkJobSpec({ ...good, work: { kind: 'payload', payload: { recipe: [1, null] } } }),
    ).not.toThrow();
  });

  it.each<[string, Partial<JobSpec>]>([
    ['work.argv', { work: { kind: 'command', argv: [] } }],
    ['work.argv', { work: { kind: 'command', argv: [''] } }],
    ['work.argv', { work: { kind: 'command', argv: ['a\0b'] } }],
    ['environment."A=B"', { environment: { 'A=B': '' } }],
    ['environment."1A"', { environment: { '1A': '' } }],
    ['environment.A', { environment: { A: 'x\0' } }],
    ['workingFolder', { workingFolder: 'run/7' }],
    ['workingFolder', { workingFolder: '/run\0/7' }],
    ['inputs.path', { inputs: [{ source: '/a', path: '/etc/passwd' }] }],
    ['inputs.path', { inputs: [{ source: '/a', path: 'a/../../b' }] }],
    ['inputs.path', { inputs: [{ source: '/a', path: 'a//b' }] }],
    ['inputs.path', { inputs: [{ source: '/a', path: 'a\nb' }] }],
    ['inputs.path', { inputs: ['/a', '/b'].map((source) => ({ source, path: 'same' })) }],
    ['inputs.source', { inputs: [{ source: '', path: 'a' }] }],
    ['inputs.sha256', { inputs: [{ source: '/a', path: 'a', sha256: 'A'.repeat(64) }] }],
    ['outputs.path', { outputs: [{ path: '..', required: true }] }],
    ['outputs.path', { outputs: [{ path: 'in/catalog.txt', required: true }] }],
    ['outputs.path', { outputs: [{ path: 'x'.repeat(1001), required: true }] }],
    ['cpuCores', { cpuCores: 0 }],
    ['cpuCores', { cpuCores: 1.5 }],
    ['memoryMb', { memoryMb: 0 }],
    ['memoryMb', { memoryMb: Number.POSITIVE_INFINITY }],
    ['wallS', { wallS: 0 }],
    ['cpuS', { cpuS: Number.NaN }],
    ['niceness', { niceness: 20 }],
  ])('is refused with the name of the field: %s %#', (field, change) => {
    const check = (): void => checkJobSpec({ ...good, ...change });
    expect(check).toThrow(SiteError);
    expect(check).toThrow(`Job run-1.task-7+a2: ${field} `);
  });

  it('has one hash, whatever the order of its fields', () => {
    const turned = Object.fromEntries(Object.entries(good).reverse()) as unknown as JobSpec;
    expect(jobSpecSha256(turned)).toBe(jobSpecSha256(good));
    expect(jobSpecSha256(JSON.parse(JSON.stringify(good)) as JobSpec)).toBe(jobSpecSha256(good));
    const hashes = [
      good,
      { ...good, memoryMb: 513 },
      { ...good, work: { kind: 'command', argv: ['imsim-od', '', 'work'] } } as const,
      { ...good, workingFolder: null },
    ].map(jobSpecSha256);
    expect(new Set(hashes).size).toBe(4);
  });
});

describe('the names of a job', () => {
  it.each(['', ' a', '-a', 'a/b', 'a b', 'ä', 'a\n', 'x'.repeat(201)])('refuse %j as a key', (text) => {
    expect(() => toJobKey(text)).toThrow(expect.objectContaining({ code: 'SITE_BAD_JOB' }));
  });

  it('take a key of 200 characters', () => {
    expect(toJobKey('x'.repeat(200))).toHaveLength(200);
  });

  it.each(['', 'a b', 'a\n', 'ä'])('refuse %j as the id of a site', (text) => {
    expect(() => toSiteJobId(text)).toThrow(expect.objectContaining({ code: 'SITE_BAD_JOB' }));
  });
});
