/** Checks the CHECKSUM and DATASUM that an HDU carries against its bytes (FITS Standard 4.0 §4.4.2.7). */
import { FITS_BLOCK_BYTES } from './byte-sink.js';
import { sumBytes } from './data-sum.js';
import type { FitsHdu } from './file-reader.js';

/** `absent` where the keyword is not there or is empty, which the standard calls undefined. */
export type ChecksumState = 'absent' | 'right' | 'wrong';

/** The state of both keywords of an HDU; `bytes` is the whole file it was opened from. */
export function verifyChecksums(
  bytes: Uint8Array,
  hdu: FitsHdu,
): { checksum: ChecksumState; datasum: ChecksumState } {
  const end = hdu.dataOffset + Math.ceil(hdu.data.length / FITS_BLOCK_BYTES) * FITS_BLOCK_BYTES;
  const stated = hdu.header.string('DATASUM', '').trim();
  const datasum =
    stated === ''
      ? 'absent'
      : Number(stated) === sumBytes(bytes.subarray(hdu.dataOffset, end))
        ? 'right'
        : 'wrong';
  if (hdu.header.string('CHECKSUM', '').trim() === '') return { checksum: 'absent', datasum };
  const sum = sumBytes(bytes.subarray(hdu.headerOffset, end));
  return { checksum: sum === 0xffff_ffff || sum === 0 ? 'right' : 'wrong', datasum };
}
