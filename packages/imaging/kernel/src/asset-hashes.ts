/** SHA-256 of the built files that this source belongs to; rewritten by build-kernel.mjs --update-hashes. */

/** SHA-256 of generated/kernel.wasm. */
export const KERNEL_WASM_SHA256 = 'c3325d827001877434d9e0feebd74710c71e33fcb5b461033a4b03f87b1d64e7';
/** SHA-256 of generated/tables.bin. */
export const TABLES_SHA256 = 'da74b617c520b3fac9552bdae309c0b914fa52dbd0ff0e7fc67d9a47315bbce0';
