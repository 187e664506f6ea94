// What @serialport/stream asks of a binding, by shape. The same is in @serialport/bindings-interface, whose types an
// ES module cannot resolve (1.2.2); the compiler holds the two together where a stream is made.

/** How @serialport/stream has a port opened. */
export interface OpenOptions {
  /** Address of the port. */
  path: string
  /** Bits a second; a virtual board's line has the rate of its address. */
  baudRate: number
  /** Bits of an octet. */
  dataBits?: 5 | 6 | 7 | 8
  /** True, the default: nobody else may open the port. */
  lock?: boolean
  /** Stop bits. */
  stopBits?: 1 | 1.5 | 2
  /** Parity; 'none' is usual. */
  parity?: string
  /** RTS/CTS flow control. */
  rtscts?: boolean
  /** XON/XOFF flow control of what is sent. */
  xon?: boolean
  /** XON/XOFF flow control of what is received. */
  xoff?: boolean
  /** Any octet lets sending go on. */
  xany?: boolean
  /** Modem lines fall when the port is closed. */
  hupcl?: boolean
}

/** Modem lines, each on or off. */
export interface SetOptions {
  /** Break. */
  brk?: boolean
  /** Clear to send. */
  cts?: boolean
  /** Data set ready. */
  dsr?: boolean
  /** Data terminal ready. */
  dtr?: boolean
  /** Request to send. */
  rts?: boolean
}

/** A port that there is. */
export interface PortInfo {
  /** What it is opened by. */
  path: string
  /** Who made it. */
  manufacturer: string | undefined
  /** Its serial number. */
  serialNumber: string | undefined
  /** Plug-and-play id; a virtual port has none. */
  pnpId: string | undefined
  /** Where it is plugged in; a virtual port is nowhere. */
  locationId: string | undefined
  /** USB id of the product; a virtual port has none. */
  productId: string | undefined
  /** USB id of the vendor; a virtual port has none. */
  vendorId: string | undefined
}

/** An open port. */
export interface BindingPort {
  /** How it was opened, defaults filled in. */
  readonly openOptions: Required<OpenOptions>
  /** False once it was closed. */
  isOpen: boolean
  /** Closes it; a read under way is rejected. */
  close(): Promise<void>
  /** Resolves with one octet or more; rejects with `canceled` when closed, without it when the line is gone. */
  read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ buffer: Buffer; bytesRead: number }>
  /** Called when no other write is under way. */
  write(octets: Buffer): Promise<void>
  /** Changes the rate. */
  update(options: { baudRate: number }): Promise<void>
  /** Sets modem lines. */
  set(options: SetOptions): Promise<void>
  /** The lines that the other end sets. */
  get(): Promise<{ cts: boolean; dsr: boolean; dcd: boolean }>
  /** The rate. */
  getBaudRate(): Promise<{ baudRate: number }>
  /** Throws away what is on its way, both ways. */
  flush(): Promise<void>
  /** Resolves once everything written has left. */
  drain(): Promise<void>
}

/** What @serialport/stream takes as `binding`. */
export interface Binding {
  /** The ports that there are. */
  list(): Promise<PortInfo[]>
  /** Opens a port. */
  open(options: OpenOptions): Promise<BindingPort>
}
