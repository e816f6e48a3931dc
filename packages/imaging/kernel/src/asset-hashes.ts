/** SHA-256 of the built files that this source belongs to; rewritten by build-kernel.mjs --update-hashes. */

/** SHA-256 of generated/kernel.wasm. */
export const KERNEL_WASM_SHA256 = '69224ecce7f03e983674f706e54b52c1782dc1e15c7f3e960422b55cd5db3351';
/** SHA-256 of generated/tables.bin. */
export const TABLES_SHA256 = 'da74b617c520b3fac9552bdae309c0b914fa52dbd0ff0e7fc67d9a47315bbce0';
