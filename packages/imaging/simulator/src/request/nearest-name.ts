/** The nearest known name to a misspelt one; tables of sources suggest columns by the same rule. */
export { nearestName } from '@imsim-od/sky';
