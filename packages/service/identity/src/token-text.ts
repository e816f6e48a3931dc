/**
 * The text of a token: `iod_`, 32 random bytes and a checksum of four, in base64url. The prefix lets scanners of repositories find a leaked
 * one; the checksum tells a mistyped token without a question to the database.
 */
import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'iod_';
const RANDOM_BYTES = 32;
const CHECK_BYTES = 4;

/** A new token's text, 256 bits of randomness. */
export function newTokenText(): string {
  const random = randomBytes(RANDOM_BYTES);
  return PREFIX + Buffer.concat([random, checksum(random)]).toString('base64url');
}

/** Whether a text has the form of a token and its checksum is right. */
export function isTokenText(text: string): boolean {
  if (!text.startsWith(PREFIX) || text.length > 64) return false;
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
  if (bytes.length !== RANDOM_BYTES + CHECK_BYTES) return false;
  return checksum(bytes.subarray(0, RANDOM_BYTES)).equals(bytes.subarray(RANDOM_BYTES));
}

/** What is kept of a secret of 256 random bits: its SHA-256. (A password, which can be guessed, is kept as argon2id.) */
export function hashOfSecret(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function checksum(bytes: Buffer): Buffer {
  return createHash('sha256').update(PREFIX).update(bytes).digest().subarray(0, CHECK_BYTES);
}
