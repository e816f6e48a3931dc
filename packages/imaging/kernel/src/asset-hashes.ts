/** SHA-256 of the built files that this source belongs to; rewritten by build-kernel.mjs --update-hashes. */

/** SHA-256 of generated/kernel.wasm. */
export const KERNEL_WASM_SHA256 = '2bfad54cbe7e183fa1500a8b4be1a674c168202ba4a562cc0682a956d7b94b23';
/** SHA-256 of generated/tables.bin. */
export const TABLES_SHA256 = 'da74b617c520b3fac9552bdae309c0b914fa52dbd0ff0e7fc67d9a47315bbce0';
