// What the words of a scenario stand for once they are known to be right: targets that go without saying, every direction
// of every link, and the line on which each step and expectation begins.

import type { Places } from '../../language/places.ts'
import { NO_FAULTS } from '../../link/faults.ts'
import { HAN, type LinkValues, WAN } from '../../profile/profiles.ts'
import type { DeviceSpec, Draft, Expectation, LinkSpec, Scenario, Step } from '../schema/schema.ts'

/** SRV 11.1 fails after 7 days; its target response time is 5 more. */
const UNTIL = 12 * 86_400_000
/** With boards, whose time is wall time: nobody watches a bench for days (chosen). */
export const UNTIL_WITH_BOARDS = 4 * 3_600_000

/** What feeds a hub that no ESME feeds. */
export const OWN_MAINS = 'mains'

/** When a run that still moves is stopped, virtual ms. */
export function untilOf({ until, devices }: Draft): number {
  const hasBoards = Object.values(devices).some(({ board }) => board !== undefined)
  return until ?? (hasBoards ? UNTIL_WITH_BOARDS : UNTIL)
}

export function settle(draft: Draft, places: Places): Scenario {
  const on = <T extends object>(items: readonly T[], key: string) =>
    items.map((item, i) => ({ ...item, line: places.ofValue([key, i]).line }))
  const steps = draft.steps.map(step => {
    if (step.kind === 'distribute') return { ...step, to: targetsOf(draft, step.image, step.to) }
    if (step.kind === 'activate') return { ...step, on: targetsOf(draft, step.image, step.on) }
    if (step.kind === 'cut-mains') return { ...step, on: onMains(draft) }
    return step
  })
  const expect = draft.expect.map(wanted =>
    wanted.kind === 'device' && isHash(wanted.sha256)
      ? { ...wanted, sha256: wanted.sha256!.toLowerCase() }
      : wanted,
  )
  return {
    ...draft,
    until: untilOf(draft),
    hub: {
      ...draft.hub,
      fedBy: draft.hub.fedBy ?? feederOf(draft.devices),
      ad1: draft.hub.ad1 ?? (draft.generation === 'smets2' ? 'yes' : 'no'),
    },
    links: settleLinks(draft.links, Object.keys(draft.devices)),
    steps: on(steps, 'steps') as Step[],
    expect: on(expect, 'expect') as Expectation[],
  }
}

/** Who feeds the hub where nothing else is said: the first ESME that has power at the start, else mains of its own. */
export function feederOf(devices: Readonly<Record<string, DeviceSpec>>): string {
  const fed = Object.entries(devices).find(([, { type, plugged }]) => type === 'esme' && plugged)
  return fed?.[0] ?? OWN_MAINS
}

/** Whoever has no supply when the home's mains go, the hub among them. */
function onMains({ devices }: Draft): string[] {
  const names = Object.entries(devices)
    .filter(([, { values }]) => values.mainsPowered !== 0)
    .map(([name]) => name)
  return [...names, 'hub']
}

/** The named boxes, or all whose type the image is for. */
export function targetsOf(draft: Draft, image: string, named: readonly string[]): string[] {
  const wanted = draft.images[image]?.for
  if (named.length > 0) return [...named]
  if (wanted === 'hub') return ['hub']
  return Object.entries(draft.devices)
    .filter(([, { type }]) => type === wanted)
    .map(([name]) => name)
}

/** Both directions of every link of a scenario with these devices. */
export function linkNames(devices: readonly string[]): string[] {
  const links = ['wan', 'csp', ...devices.map(name => `han.${name}`)]
  return links.flatMap(link => [`${link}.up`, `${link}.down`])
}

/** Whether a text is a SHA-256 and not the name of an image. */
export function isHash(text: string | undefined): boolean {
  return text !== undefined && /^[0-9A-Fa-f]{64}$/.test(text)
}

function settleLinks(given: Draft['links'], devices: readonly string[]): Record<string, LinkSpec> {
  return Object.fromEntries(
    linkNames(devices).map(name => {
      const parts = name.split('.')
      const medium: LinkValues = parts[0] === 'han' ? HAN : WAN
      const spec: Record<string, unknown> = {
        ...NO_FAULTS,
        ...medium,
      }
      // From the widest name to the closest, so that the closest has the last word.
      for (let n = 1; n <= parts.length; n++) {
        Object.assign(spec, given[parts.slice(0, n).join('.')])
      }
      return [name, spec as unknown as LinkSpec]
    }),
  )
}
