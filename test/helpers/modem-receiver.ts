// A receiver of XMODEM and YMODEM after Forsberg's reference, made from the text and not from the sender: it asks, takes
// packets that are sound and in order, asks again after its time-out, and keeps what it got.

const SOH = 1
const STX = 2
const EOT = 4
const ACK = 6
const NAK = 21
const CAN = 24
const C = 67

/** The reference's time-outs, ms: for the start and for what comes next. */
const ASKS_EVERY = 3_000
const WAITS = 10_000

export class ModemReceiver {
  readonly batch: boolean
  readonly crc: boolean
  /** Octets kept, with their filling, and the file's name and size as YMODEM told them. */
  readonly octets: number[] = []
  name: string | undefined
  size = 0
  done = false
  cancelled = false
  deadline = 0
  /** Octets to send. */
  out: number[] = []
  /** Packets to answer with CAN CAN after so many were taken; Infinity: never. */
  cancelAfter = Number.POSITIVE_INFINITY

  #started = false
  #expected: number
  #eots = 0
  #packet: number[] = []

  constructor(batch: boolean, crc = true) {
    this.batch = batch
    this.crc = crc
    this.#expected = batch ? 0 : 1
  }

  tick(now: number): void {
    if (now < this.deadline || this.done || this.cancelled) return
    this.#packet = []
    this.#say(this.#started ? NAK : this.#ask())
    this.deadline = now + (this.#started ? WAITS : ASKS_EVERY)
  }

  receive(chunk: Uint8Array, now: number): void {
    for (const octet of chunk) {
      if (this.done || this.cancelled) return
      this.#take(octet)
    }
    if (chunk.length > 0) this.deadline = now + (this.#started ? 1_000 : ASKS_EVERY)
    if (this.#packet.length === 0 && this.#started) this.deadline = now + WAITS
  }

  #take(octet: number): void {
    const { length } = this.#packet
    if (length === 0) {
      if (octet === EOT) this.#end()
      else if (octet === SOH || octet === STX) this.#packet.push(octet)
      else if (octet === CAN) this.cancelled = true
      return
    }
    this.#packet.push(octet)
    const size = this.#packet[0] === STX ? 1024 : 128
    if (this.#packet.length < 3 + size + (this.crc ? 2 : 1)) return
    const packet = this.#packet
    this.#packet = []
    this.#judge(packet, size)
  }

  #judge(packet: number[], size: number): void {
    const [, number = 0, complement = 0] = packet
    const data = packet.slice(3, 3 + size)
    const check = packet.slice(3 + size)
    const sound =
      number + complement === 255 &&
      (this.crc
        ? crc(data) === check[0]! * 256 + check[1]!
        : data.reduce((sum, octet) => sum + octet, 0) % 256 === check[0])
    if (!sound) {
      this.#say(NAK)
    } else if (number === (this.#expected + 255) % 256 && this.#started) {
      this.#say(ACK)
    } else if (number !== this.#expected) {
      this.#say(CAN, CAN)
      this.cancelled = true
    } else if (this.batch && !this.#started) {
      this.#header(data)
    } else {
      this.#started = true
      this.octets.push(...data)
      this.#expected = (this.#expected + 1) % 256
      if (this.octets.length / size >= this.cancelAfter) {
        this.#say(CAN, CAN)
        this.cancelled = true
      } else this.#say(ACK)
    }
  }

  #header(data: number[]): void {
    const text = Buffer.from(data).toString('latin1')
    if (text[0] === '\0') {
      this.done = true
      this.#say(ACK)
      return
    }
    const [name = '', rest = ''] = text.split('\0')
    this.name = name
    this.size = Number.parseInt(rest, 10)
    this.#started = true
    this.#expected = 1
    this.#say(ACK, C)
  }

  #end(): void {
    if (!this.#started) return
    if (!this.batch) {
      this.#say(ACK)
      this.done = true
    } else if (this.#eots++ === 0) {
      this.#say(NAK)
    } else {
      this.#say(ACK, C)
      this.#started = false
      this.#expected = 0
    }
  }

  #ask(): number {
    return this.crc ? C : NAK
  }

  #say(...octets: number[]): void {
    this.out.push(...octets)
  }
}

/** CRC-16 of XMODEM, bit by bit. */
function crc(data: readonly number[]): number {
  let register = 0
  for (const octet of data) {
    for (let bit = 7; bit >= 0; bit--) {
      const out = ((register >>> 15) ^ (octet >>> bit)) & 1
      register = ((register << 1) & 0xffff) ^ (out ? 0x1021 : 0)
    }
  }
  return register
}
