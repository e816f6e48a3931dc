/** SHA-256 of the built files that this source belongs to; rewritten by build-kernel.mjs --update-hashes. */

/** SHA-256 of generated/kernel.wasm. */
export const KERNEL_WASM_SHA256 = '3ab774254f4eaa544998af8c737553e60441ce11884653b23b55b592b77c3912';
/** SHA-256 of generated/tables.bin. */
export const TABLES_SHA256 = 'da74b617c520b3fac9552bdae309c0b914fa52dbd0ff0e7fc67d9a47315bbce0';
