/** SHA-256 of the built files that this source belongs to; rewritten by build-kernel.mjs --update-hashes. */

/** SHA-256 of generated/kernel.wasm. */
export const KERNEL_WASM_SHA256 = 'e00eff2c22d7680614fa4e49ce244b36d0c6b269433cbcb34cf1fd7cb5f88117';
/** SHA-256 of generated/tables.bin. */
export const TABLES_SHA256 = 'da74b617c520b3fac9552bdae309c0b914fa52dbd0ff0e7fc67d9a47315bbce0';
