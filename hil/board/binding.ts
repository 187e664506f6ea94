// What @serialport/stream asks of a binding, by shape. The same is in @serialport/bindings-interface, whose types an
// ES module cannot resolve (1.2.2); the compiler holds the two together where a stream is made.

export interface OpenOptions {
  path: string
  baudRate: number
  dataBits?: 5 | 6 | 7 | 8
  /** True, the default: nobody else may open the port. */
  lock?: boolean
  stopBits?: 1 | 1.5 | 2
  parity?: string
  rtscts?: boolean
  xon?: boolean
  xoff?: boolean
  xany?: boolean
  hupcl?: boolean
}

export interface SetOptions {
  brk?: boolean
  cts?: boolean
  dsr?: boolean
  dtr?: boolean
  rts?: boolean
}

export interface PortInfo {
  path: string
  manufacturer: string | undefined
  serialNumber: string | undefined
  pnpId: string | undefined
  locationId: string | undefined
  productId: string | undefined
  vendorId: string | undefined
}

export interface BindingPort {
  readonly openOptions: Required<OpenOptions>
  isOpen: boolean
  close(): Promise<void>
  /** Resolves with one octet or more; rejects with `canceled` when closed, without it when the line is gone. */
  read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ buffer: Buffer; bytesRead: number }>
  /** Called when no other write is under way. */
  write(octets: Buffer): Promise<void>
  update(options: { baudRate: number }): Promise<void>
  set(options: SetOptions): Promise<void>
  get(): Promise<{ cts: boolean; dsr: boolean; dcd: boolean }>
  getBaudRate(): Promise<{ baudRate: number }>
  flush(): Promise<void>
  drain(): Promise<void>
}

export interface Binding {
  list(): Promise<PortInfo[]>
  open(options: OpenOptions): Promise<BindingPort>
}
