// What the boards of a run cannot do of what its scenario asks: said in every report, beside the result.

import type { Cargo } from '#emulators/home/cargo'
import type { Scenario, Step } from '#emulators/scenario/schema/schema'
import type { Equipment } from './board-body.ts'

const TAKES_POWER: readonly Step['kind'][] = ['cut-power', 'cut-mains', 'unplug']

/** Sentences for the board of one device. */
export function noticesOfBoard(
  device: string,
  { power, link }: Equipment,
  scenario: Scenario,
): string[] {
  const cuts = scenario.steps.filter(
    step => TAKES_POWER.includes(step.kind) && 'on' in step && step.on.includes(device),
  )
  const restarts = scenario.devices[device]!.wrong.some(({ what }) => what === 'restart')
  if (power || (cuts.length === 0 && !restarts)) return []
  return [
    `The board of ${device} (${link.address}) has no power switch: where the scenario takes its power, only the emulated device loses it.`,
  ]
}

/** Images that a board runs already: a device asks for none of these, so nothing would be sent. */
export function noticesOfImages(
  scenario: Scenario,
  boards: ReadonlyMap<string, Equipment>,
  cargo: ReadonlyMap<string, Cargo>,
): string[] {
  return [...boards].flatMap(([device, { link }]) => {
    const sent = scenario.steps.flatMap(step =>
      step.kind === 'distribute' && step.to.includes(device) ? [step.image] : [],
    )
    return [...new Set(sent)]
      .filter(image => link.board.runningVersion === cargo.get(image)?.fileVersion)
      .map(
        image =>
          `The board of ${device} runs the version of ${image} already: its device will not ask for it. Flash an earlier one first.`,
      )
  })
}
