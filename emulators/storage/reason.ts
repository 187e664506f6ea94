// What an error of the file system says, without the path in it: that may be a temporary one, which nobody asked for.

import { getSystemErrorMap } from 'node:util'

/** As half a sentence: 'no space left on device (ENOSPC)'. */
export function reasonOf(error: unknown): string {
  const { errno, message } = error as NodeJS.ErrnoException
  const [code, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? []
  return words === undefined ? message.replace(/\.$/, '') : `${words} (${code})`
}
