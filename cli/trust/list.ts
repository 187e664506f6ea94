// `hanrig trust list`: whose certificates a directory holds, for what and until when, whether their private keys are there, and
// whether they lead to an authority that is there too.

import { ROLES } from '#emulators/smki/certificate'
import type { KeyFiles } from '#emulators/smki/keys'
import { print, printJson } from '../output/output.ts'
import { tableText } from '../output/text-table.ts'
import { readDirectory } from './directory.ts'

const HEAD = ['file', 'usage', 'EUI-64', 'who', 'from', 'until', 'private key', 'chain']

export function listTrust(directory: string, { json }: { json?: true }): void {
  const keys = readDirectory(directory)
  const facts = keys.all.map(each => factsOf(keys, each))
  if (json) for (const each of facts) printJson({ name: 'certificate', ...each })
  else {
    const rows = facts.map(({ file, usage, id, who, from, until, hasPrivateKey, hasChain }) => [
      ...[file, usage, id ?? '-', who, from.slice(0, 10), until.slice(0, 10)],
      ...[hasPrivateKey ? 'yes' : 'no', hasChain ? 'whole' : 'broken'],
    ])
    print(tableText({ head: HEAD, rows }))
  }
}

function factsOf(keys: KeyFiles, { name, certificate, secret }: KeyFiles['all'][number]) {
  const { id, isDevice, usage, role, common, serial, from, until } = certificate
  const named = role === undefined ? undefined : (ROLES[role] ?? `role ${role}`)
  return {
    file: name,
    usage,
    id: id ?? null,
    role: role ?? null,
    who: isDevice ? 'device' : (named ?? common ?? '-'),
    commonName: common ?? null,
    serial,
    from: new Date(from).toISOString(),
    until: new Date(until).toISOString(),
    hasPrivateKey: secret !== undefined,
    hasChain: keys.hasChain(certificate),
  }
}
