// How far the image that each box was sent last has come, as the trace tells it; what that is called is said in
// core/campaign/endings.ts, for a home as for a nation.

import { type Ending, endingOf } from '#core/campaign/endings'
import type { Generation } from '#core/campaign/portfolio'
import { ACCEPTED_NULL, OUTCOME_SUCCESS } from '#core/power/activation'
import type { EventOf, TraceEvent } from '../trace/trace.ts'

interface Way {
  answered: boolean | undefined
  delivered: boolean | undefined
  activated: boolean | undefined
}

export class Journeys {
  readonly #generation: Generation
  /** Names of the boxes by their EUI-64. */
  readonly #names: ReadonlyMap<string, string>
  readonly #ways = new Map<string, Way>()

  constructor(generation: Generation, ids: ReadonlyMap<string, string>) {
    this.#generation = generation
    this.#names = new Map([...ids].map(([name, id]) => [id, name]))
  }

  /** What became of the image that a box was sent last; 'open' of a box that was sent none. */
  endingOf(name: string): Ending {
    const way = this.#ways.get(name) ?? newWay()
    return endingOf({ generation: this.#generation, ...way })
  }

  /** Hears an event of the trace. */
  heed(event: TraceEvent): void {
    switch (event.name) {
      case 'srv-sent':
        if (event.service === '11.3') break
        for (const target of event.targets) this.#ways.set(this.#names.get(target)!, newWay())
        break
      case 'srv-response':
        this.#answered(event)
        break
      case 'image-verified':
        this.#wayOf(event.source).delivered = true
        break
      case 'image-rejected':
        this.#wayOf(event.source).delivered = false
        break
      case 'alert-raised':
        if (event.code === '8F89' && event.target !== undefined) this.#gaveUp(event.target)
        break
      case 'activation-refused':
        this.#wayOf(event.source).activated = false
        break
      case 'activation-ended':
        this.#wayOf(event.source).activated = event.code === OUTCOME_SUCCESS
    }
  }

  #answered(response: EventOf<'srv-response'>): void {
    if (response.service !== '11.3') {
      for (const target of response.targets) this.#of(target).answered = response.ok
    } else if (response.code !== OUTCOME_SUCCESS && response.code !== ACCEPTED_NULL) {
      this.#gaveUp(response.device)
    }
  }

  /** Nobody will bring it any more: of a device that has it, that changes nothing. */
  #gaveUp(id: string): void {
    const way = this.#of(id)
    way.delivered ??= false
  }

  #of(id: string): Way {
    return this.#wayOf(this.#names.get(id)!)
  }

  #wayOf(name: string): Way {
    const known = this.#ways.get(name) ?? newWay()
    this.#ways.set(name, known)
    return known
  }
}

function newWay(): Way {
  return { answered: undefined, delivered: undefined, activated: undefined }
}
