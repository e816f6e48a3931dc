/** Passwords: argon2id (RFC 9106) with 19 MiB and two passes, the least that OWASP's password storage sheet of 2025 advises. */
import { hash, verify } from '@node-rs/argon2';
import { InvalidAccountError } from './errors.js';

/** The library's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const MIN_LENGTH = 10;
const MAX_LENGTH = 1024;

let ofNobody: Promise<string> | undefined;

/** What is kept of a password. @throws InvalidAccountError where it is too short, too long, or the account's own name */
export async function hashPassword(password: string, userName: string): Promise<string> {
  const length = [...password].length;
  if (length < MIN_LENGTH)
    throw new InvalidAccountError('password', `has ${length} characters; at least ${MIN_LENGTH} are needed`);
  if (length > MAX_LENGTH)
    throw new InvalidAccountError('password', `has ${length} characters; at most ${MAX_LENGTH} are taken`);
  if (password.toLowerCase().includes(userName))
    throw new InvalidAccountError('password', "contains the account's name; choose another");
  return hash(password.normalize('NFC'), COST);
}

/** Whether the password is right. For an unknown account (null) it takes as long and is never right. */
export async function isPasswordRight(kept: string | null, password: string): Promise<boolean> {
  ofNobody ??= hash('the password of nobody', COST);
  const right = await verify(kept ?? (await ofNobody), password.slice(0, MAX_LENGTH * 2).normalize('NFC'));
  return right && kept !== null;
}
