/** SHA-256 of the built files that this source belongs to; rewritten by build-kernel.mjs --update-hashes. */

/** SHA-256 of generated/kernel.wasm. */
export const KERNEL_WASM_SHA256 = '6d5c7ded98dfb9c68204bebcbc14002012e3c0df412ea24c6974e0a5c94f43ff';
/** SHA-256 of generated/tables.bin. */
export const TABLES_SHA256 = 'abf7d290c5ff722cab30811e8a8a7db7b589e3e8ae74034247b8504c42bfe051';
