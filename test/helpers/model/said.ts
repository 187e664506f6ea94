// A scenario put back into the words of a scenario file: what it says can then be read as any file is, and a failing one
// can be made smaller by hand.

import { writeDuration } from '#emulators/language/units'
import {
  DEVICE_FIELDS,
  type Field,
  HAN_FIELDS,
  HUB_FIELDS,
  SERVICE_FIELDS,
} from '#emulators/profile/fields'
import type {
  ImageSource,
  LinkSpec,
  Scenario,
  Step,
  Wrong,
} from '#emulators/scenario/schema/schema'

type Words = Record<string, unknown>

/** The scenario as JSON, which is YAML. */
export function said(scenario: Scenario): string {
  const { images, hub, devices, service, links, steps } = scenario
  const words = {
    name: scenario.name,
    seed: scenario.seed,
    start: new Date(scenario.start).toISOString(),
    generation: scenario.generation,
    trust: scenario.trust,
    images: each(images, saidImage),
    hub: {
      version: hub.version,
      ad1: hub.ad1,
      with: saidValues(hub.values, HUB_FIELDS),
      wrong: hub.wrong.map(saidWrong),
    },
    devices: each(devices, ({ profile, version, listed, plugged, values, wrong }) => ({
      profile,
      version,
      listed,
      plugged,
      with: saidValues(values, DEVICE_FIELDS),
      wrong: wrong.map(saidWrong),
    })),
    service: saidValues(service, SERVICE_FIELDS),
    links: each(links, saidLink),
    steps: steps.map(saidStep),
    // The one expectation that a random scenario has.
    expect: scenario.expect.map(() => ({ event: 'step-failed', count: { min: 0 } })),
    until: writeDuration(scenario.until),
  }
  return JSON.stringify(words, null, 1)
}

function each<T>(map: Readonly<Record<string, T>>, say: (value: T) => Words): Words {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, say(value)]))
}

function saidImage(image: ImageSource): Words {
  const { kind: _, ...rest } = image
  return rest
}

function saidValues(
  values: Readonly<Record<string, number>>,
  fields: Record<string, Field>,
): Words {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, inWords(value, fields[name]!)]),
  )
}

function inWords(value: number, { unit }: Field): unknown {
  if (unit === 'ms') return writeDuration(value)
  return unit === 'yes/no' ? value === 1 : value
}

function saidWrong(wrong: Wrong): Words {
  if (wrong.what === 'restart') {
    return { what: wrong.what, every: writeDuration(wrong.every), for: writeDuration(wrong.for) }
  }
  const { times, for: time, ...rest } = wrong
  return {
    ...rest,
    ...(Number.isFinite(times) ? { times } : {}),
    ...(Number.isFinite(time) ? { for: writeDuration(time) } : {}),
  }
}

function saidLink({
  loss,
  corruption,
  duplication,
  reordering,
  bursts,
  deaf,
  ...values
}: LinkSpec): Words {
  const rates = { loss, corruption, duplication, reordering }
  return {
    ...saidValues({ ...values }, HAN_FIELDS),
    ...rates,
    ...(bursts ? { bursts } : {}),
    ...(deaf ? { deaf: { every: writeDuration(deaf.every), for: writeDuration(deaf.for) } } : {}),
  }
}

function saidStep(step: Step): Words {
  const at = step.at === undefined ? {} : { at: writeDuration(step.at) }
  switch (step.kind) {
    case 'distribute':
      return { distribute: step.image, to: step.to, via: step.via, ...at }
    case 'activate': {
      const { image, on, hash, wait } = step
      return { activate: image, on, in: writeDuration(step.in), hash, wait, ...at }
    }
    case 'wait':
      return { wait: writeDuration(step.for), ...at }
    case 'wait-event':
      return { wait: { event: step.event, atMost: writeDuration(step.atMost) }, ...at }
    case 'cut-power':
      return { 'cut-power': step.on, for: writeDuration(step.for), ...at }
    case 'cut-mains':
      return { 'cut-mains': 'home', for: writeDuration(step.for), ...at }
    case 'discard':
      return { discard: step.image, ...at }
    default:
      return { [step.kind]: step.on, ...at }
  }
}
