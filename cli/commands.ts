// Which commands there are: what --help says of each, and where the rest of it is. A command is loaded when it is called or
// asked about, and not before: none waits for what another needs.

import type { Command } from 'commander'

/** Gets the exit code of the command that was called. */
export type Done = (exitCode: number) => void

export interface CommandEntry {
  /** What it takes, as help lists it. */
  readonly takes: string
  readonly about: string
  readonly load: (done: Done) => Promise<Command>
}

/** In the order of --help. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  run: {
    takes: '[options] [scenario...]',
    about:
      'Play scenarios: files, or ready ones by name. Without one: SMETS1 firmware distribution from Supplier to ESME, and the outage it causes.',
    load: async done => (await import('./run/command.ts')).runCommand(done),
  },
  scenarios: {
    takes: '[options]',
    about: 'List the ready scenarios.',
    load: async done => (await import('./run/command.ts')).scenariosCommand(done),
  },
  snapshot: {
    takes: '[options] [scenario]',
    about: 'Play a scenario up to a moment and save the whole home; `run --resume` goes on.',
    load: async done => (await import('./run/command.ts')).snapshotCommand(done),
  },
  image: {
    takes: '',
    about: 'Inspect, check, size, build, unwrap, split and join firmware images.',
    load: async done => (await import('./image/command.ts')).imageCommand(done),
  },
  campaign: {
    takes: '',
    about:
      'Plan firmware for an estate under MP230, play the plan, and say what it asks of the WAN.',
    load: async done => (await import('./campaign/command.ts')).campaignCommand(done),
  },
  stick: {
    takes: '[options] [scenario]',
    about:
      'Be a ZigBee stick with emulated devices behind it: zigbee-herdsman, Zigbee2MQTT and other hosts join and update them. Ends with ctrl-C.',
    load: async done => (await import('./stick/command.ts')).stickCommand(done),
  },
  flash: {
    takes: '[options] <image>',
    about: 'Flash an image to one or more boards; goes on where an earlier call stopped.',
    load: async done => (await import('./flash/command.ts')).flashCommand(done),
  },
  alerts: {
    takes: '[options] [files...]',
    about:
      'Judge recorded AD1s by MP102B: which are suppressed, which false ones get through, which genuine outages are hidden. Without files: a made-up estate.',
    load: async done => (await import('./alerts/command.ts')).alertsCommand(done),
  },
  boards: {
    takes: '[options]',
    about: 'List the serial ports, virtual ones too, and what answers there.',
    load: async () => (await import('./boards/command.ts')).boardsCommand(),
  },
  doctor: {
    takes: '[options]',
    about: 'Check this machine: Node, ports, permissions, locks, ptys, disk, clock.',
    load: async done => (await import('./doctor/command.ts')).doctorCommand(done),
  },
  gbcs: {
    takes: '',
    about: 'Take a GBCS message apart, or make one.',
    load: async () => (await import('./gbcs/command.ts')).gbcsCommand(),
  },
  trust: {
    takes: '',
    about: 'Make certificates and keys for tests; list those of a directory.',
    load: async () => (await import('./trust/command.ts')).trustCommand(),
  },
  han: {
    takes: '',
    about: 'Run a ZigBee network on a stick: form it, let devices join, list, remove them.',
    load: async done => (await import('./han/command.ts')).hanCommand(done),
  },
}
