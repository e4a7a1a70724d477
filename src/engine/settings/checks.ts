// Checks of single values beyond their type, with Redis's words for what is wrong.

// The longest name of a host, with its NUL.
const HOST_NAME_SIZE = 256;

const ACTIVE_DEFRAG_ERROR =
  'Active defragmentation cannot be enabled: it requires a Redis server compiled with a ' +
  'modified Jemalloc like the one shipped by default with the Redis source distribution';

// Redstart compares bytes, which is the collation of these locales and of no other.
const BYTE_LOCALES = ['', 'C', 'POSIX', 'C.UTF-8', 'C.utf8'];

/** There is no Jemalloc to defragment, as in a Redis that was built without it. */
export function checkActiveDefrag(value: string): string | null {
  return value === 'yes' ? ACTIVE_DEFRAG_ERROR : null;
}

export function checkSnapshotName(value: string): string | null {
  return isPath(value) ? "dbfilename can't be a path, just a filename" : null;
}

export function checkJournalName(value: string): string | null {
  if (value === '') return "appendfilename can't be empty";
  return isPath(value) ? "appendfilename can't be a path, just a filename" : null;
}

export function checkJournalDirectory(value: string): string | null {
  if (value === '') return "appenddirname can't be empty";
  return isPath(value) ? "appenddirname can't be a path, just a dirname" : null;
}

export function checkHostName(value: string): string | null {
  if (value.length >= HOST_NAME_SIZE) {
    return `Hostnames must be less than ${HOST_NAME_SIZE} characters`;
  }
  if (/^[A-Za-z0-9.-]*$/.test(value)) return null;
  return 'Hostnames may only contain alphanumeric characters, hyphens or dots';
}

export function checkNodeName(value: string): string | null {
  if (!/[!#$%&()*+:;<>?@[\]^{|}~]/.test(value)) return null;
  return 'Announced human node name contained invalid character';
}

export function checkLocale(value: string): string | null {
  return BYTE_LOCALES.includes(value) ? null : 'Invalid locale name';
}

/** A title may not come out empty, and {title}, {server-mode} and {unixsocket} may be. */
export function checkTitleTemplate(value: string): string | null {
  const error = 'template format is invalid or contains unknown variables';
  let title = '';
  for (let index = 0; index < value.length; ) {
    if (value[index] !== '{') {
      title += value[index++];
    } else if (value[index + 1] === '{') {
      title += '{';
      index += 2;
    } else {
      const end = value.indexOf('}', index);
      if (end === -1) return error;
      const variable = value.slice(index + 1, end);
      if (
        !/^(title|listen-addr|server-mode|config-file|port|tls-port|unixsocket)$/.test(variable)
      ) {
        return error;
      }
      if (!/^(title|server-mode|unixsocket)$/.test(variable)) title += variable;
      index = end + 1;
    }
  }
  return /^ *$/.test(title) ? error : null;
}

function isPath(value: string): boolean {
  return value.includes('/') || value.includes('\\');
}
