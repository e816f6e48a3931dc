import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';
import { fileLength } from './scripts/lint/file-length.js';
import { pixelPath } from './scripts/lint/pixel-path.js';

// Rules on single files. What may import what is held by .dependency-cruiser.cjs; layout by prettier; types by the compiler.

const house = { rules: { 'file-length': fileLength, 'pixel-path': pixelPath } };

const sources = ['**/*.ts', '**/*.tsx', '**/*.js', '**/*.mjs', '**/*.cjs'];
const tests = ['**/*.test.ts', '**/*.test.tsx', '**/testing/**', 'tests/**'];

export default [
  {
    name: 'house/ignored',
    ignores: [
      '**/dist/',
      '**/generated/',
      '**/coverage/',
      '**/.cache/',
      '.venv/',
      'tests/house/fixtures/',
      '**/assembly/',
    ],
  },
  {
    name: 'house/everywhere',
    files: sources,
    languageOptions: {
      parser: tseslint.parser,
      ecmaVersion: 2024,
      sourceType: 'module',
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { '@typescript-eslint': tseslint.plugin, house },
    rules: {
      'no-cond-assign': 'error',
      'no-constant-condition': ['error', { checkLoops: false }],
      'no-debugger': 'error',
      'no-dupe-else-if': 'error',
      'no-duplicate-case': 'error',
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-eval': 'error',
      'no-fallthrough': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-self-assign': 'error',
      'no-sparse-arrays': 'error',
      'no-throw-literal': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-unused-expressions': 'error',
      'no-useless-escape': 'error',
      'no-useless-rename': 'error',
      'no-var': 'error',
      'object-shorthand': ['error', 'properties'],
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'use-isnan': 'error',
      'valid-typeof': 'error',
      'max-lines': ['warn', { max: 500 }],
      'house/file-length': ['error', { max: 800 }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-extra-non-null-assertion': 'error',
      '@typescript-eslint/no-namespace': 'error',
      '@typescript-eslint/no-require-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^@imsim-od/[^/]+/(src|dist)(/|$)|^([.][.]/)+[^.].*/dist/',
              message: 'Import another package by its name, never from its src/ or dist/.',
            },
          ],
        },
      ],
    },
  },
  {
    name: 'house/pixel-path',
    files: ['packages/imaging/*/src/**/*.ts'],
    ignores: tests,
    rules: { 'house/pixel-path': 'error' },
  },
  {
    name: 'house/runs-in-browsers',
    files: ['packages/imaging/*/src/**/*.ts'],
    ignores: [...tests, 'packages/imaging/*/src/node/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        'process',
        'Buffer',
        'require',
        '__dirname',
        '__filename',
        'setImmediate',
      ],
    },
  },
  {
    name: 'house/portal',
    files: ['apps/portal/src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    name: 'house/configuration',
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
];
