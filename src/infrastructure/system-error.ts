// What the operating system says when it refuses something, in the words that operators know.
import { getSystemErrorMap } from 'node:util';

/** Codes for which the C library's words are not the runtime's with a capital letter. */
const WORDS: Readonly<Record<string, string>> = {
  EADDRNOTAVAIL: 'Cannot assign requested address',
  ERR_INVALID_ARG_VALUE: 'Invalid argument',
  EAFNOSUPPORT: 'Address family not supported by protocol',
  EILSEQ: 'Invalid or incomplete multibyte or wide character',
  EEXIST: 'File exists',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  EMFILE: 'Too many open files',
  ENOTDIR: 'Not a directory',
  ENOTFOUND: 'Name or service not known',
  EISDIR: 'Is a directory',
};

/** The code of a system error, `EADDRINUSE` for instance; '' if it is none. */
export function errorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** `Address already in use`. */
export function errorWords(error: unknown): string {
  const code = errorCode(error);
  return code === '' ? String(error) : codeWords(code);
}

/** The words for a code. */
export function codeWords(code: string): string {
  const known = WORDS[code];
  if (known !== undefined) return known;
  for (const [name, words] of getSystemErrorMap().values()) {
    if (name === code) return words.charAt(0).toUpperCase() + words.slice(1);
  }
  return code;
}
