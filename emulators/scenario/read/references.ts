// Names of a scenario: each is that of something in it, and what is said of one place fits what is said of another.

import { RESERVED } from '../../language/names.ts'
import { orNearest } from '../../language/nearest.ts'
import { type Path, type Places, samePlace } from '../../language/places.ts'
import { type Problem, phrase } from '../../language/problems.ts'
import { show } from '../../language/wording.ts'
import type { Draft } from '../schema/schema.ts'
import { isHash, linkNames, OWN_MAINS, targetsOf, untilOf } from './settle.ts'

/** Checks that every name in a scenario is that of something in it. */
export class References {
  readonly #draft: Draft
  readonly #places: Places
  readonly #problems: Problem[]
  readonly #images: readonly string[]
  readonly #devices: readonly string[]
  readonly #boxes: readonly string[]
  readonly #sources: readonly string[]

  constructor(draft: Draft, places: Places, problems: Problem[]) {
    this.#draft = draft
    this.#places = places
    this.#problems = problems
    this.#images = Object.keys(draft.images)
    this.#devices = Object.keys(draft.devices)
    this.#boxes = [...this.#devices, 'hub']
    this.#sources = [...this.#devices, ...RESERVED, ...linkNames(this.#devices)]
  }

  check(): void {
    this.#checkBoxes()
    for (const name of Object.keys(this.#draft.links)) this.#checkLink(name)
    for (const [i, step] of this.#draft.steps.entries()) this.#checkStep(step, ['steps', i])
    for (const [i, wanted] of this.#draft.expect.entries()) this.#checkWanted(wanted, ['expect', i])
  }

  #checkBoxes(): void {
    const { hub, devices } = this.#draft
    const esmes = Object.keys(devices).filter(name => devices[name]!.type === 'esme')
    this.#name(hub.fedBy, ['hub', 'fedBy'], 'an ESME, or mains,', [...esmes, OWN_MAINS])
    const ids = new Map<string, string[]>()
    for (const [name, { id, values }] of [['hub', hub] as const, ...Object.entries(devices)]) {
      const path = name === 'hub' ? ['hub'] : ['devices', name]
      if (id !== undefined) this.#checkId(id, path, ids)
      if (values.activationShortest > values.activationLongest) {
        this.#bad([...path, 'with'], 'makes activationShortest longer than activationLongest')
      }
    }
  }

  #checkId(id: string, path: string[], ids: Map<string, string[]>): void {
    const other = ids.get(id)
    ids.set(id, path)
    if (!other) return
    const at = [...path, 'id']
    const place = this.#places.ofValue(at)
    // Of two boxes that are aliases of one text, the name is what sets them apart.
    const same = samePlace(place, this.#places.ofValue([...other, 'id']))
    const sentence = phrase(at, `is already the id of ${other.at(-1)}`)
    this.#problems.push({ ...(same ? this.#places.ofKey(path) : place), sentence })
  }

  #checkLink(name: string): void {
    const [medium, device] = name.split('.')
    if (medium === 'han' && device !== undefined && !this.#devices.includes(device)) {
      this.#unknown(['links', name], device, 'a device', this.#devices, true)
    }
  }

  #checkStep(step: Draft['steps'][number], path: Path): void {
    if (step.at !== undefined && step.at > untilOf(this.#draft)) {
      this.#bad([...path, 'at'], 'is after the end of the run: see "until"')
    }
    switch (step.kind) {
      case 'distribute':
        this.#checkTargets(step.image, step.to, path, 'distribute', 'to')
        if (step.via === 'han' && targetsOf(this.#draft, step.image, step.to).includes('hub')) {
          this.#bad(
            [...path, 'via'],
            'cannot be han for the hub: only devices are served in the home',
          )
        }
        break
      case 'activate':
        this.#checkTargets(step.image, step.on, path, 'activate', 'on')
        break
      case 'discard':
        this.#image(step.image, [...path, 'discard'])
        break
      case 'cancel':
      case 'cut-power':
      case 'rot':
        this.#list(step.on, [...path, step.kind], this.#boxes)
        break
      case 'unplug':
      case 'plug':
      case 'pull':
      case 'query':
      case 'relist':
        this.#list(step.on, [...path, step.kind], this.#devices)
        break
      case 'wait-event':
        this.#name(step.source, [...path, 'wait', 'source'], 'a box or link', this.#sources)
        break
      case 'wait':
      case 'cut-mains':
        break
    }
  }

  #checkWanted(wanted: Draft['expect'][number], path: Path): void {
    if ('after' in wanted && wanted.after > wanted.within) {
      this.#bad([...path, 'within'], 'is before "after"')
    }
    switch (wanted.kind) {
      case 'alert':
        this.#name(wanted.from, [...path, 'from'], 'a device or hub', this.#boxes)
        break
      case 'device':
        this.#name(wanted.device, [...path, 'device'], 'a device or hub', this.#boxes)
        if (typeof wanted.runs === 'string') this.#image(wanted.runs, [...path, 'runs'])
        if (wanted.holds !== 'nothing') this.#image(wanted.holds, [...path, 'holds'], ['nothing'])
        if (!isHash(wanted.sha256)) this.#image(wanted.sha256, [...path, 'sha256'])
        break
      case 'event':
        this.#name(wanted.source, [...path, 'source'], 'a box or link', this.#sources)
        break
      case 'response':
        this.#name(wanted.device, [...path, 'device'], 'a device or hub', this.#boxes)
        break
      case 'ends':
        break
    }
  }

  #checkTargets(image: string, to: readonly string[], path: Path, key: string, list: string): void {
    this.#list(to, [...path, list], this.#boxes)
    const known = this.#images.includes(image)
    if (!known) this.#image(image, [...path, key])
    else if (targetsOf(this.#draft, image, to).length === 0) {
      const type = this.#draft.images[image]!.for
      this.#bad(
        [...path, key],
        `is for ${type}, and no device is one: name the devices with "${list}"`,
      )
    }
  }

  #list(names: readonly string[], path: Path, known: readonly string[]): void {
    const what = known === this.#boxes ? 'a device or hub' : 'a device'
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i) this.#bad([...path, i], `names ${show(name)} again`)
      this.#name(name, [...path, i], what, known)
    }
  }

  #image(name: string | undefined, path: Path, also: readonly string[] = []): void {
    this.#name(name, path, 'an image', [...this.#images, ...also])
  }

  #name(name: string | undefined, path: Path, what: string, known: readonly string[]): void {
    if (name !== undefined && !known.includes(name)) this.#unknown(path, name, what, known)
  }

  #unknown(path: Path, name: string, what: string, known: readonly string[], atKey = false): void {
    const place = atKey ? this.#places.ofKey(path) : this.#places.ofValue(path)
    const message = `${show(name)} is not ${what} of this scenario${orNearest(name, known)}`
    this.#problems.push({ ...place, sentence: phrase(path, message, ':') })
  }

  #bad(path: Path, message: string): void {
    this.#problems.push({ ...this.#places.ofValue(path), sentence: phrase(path, message) })
  }
}
