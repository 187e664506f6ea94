// Requests as DUIS takes them: a list of at most 50,000 Devices each, with the image in it every time.
// Source: DUIS Schema V5.4: DeviceIDList of at most 1,199,999 characters, FirmwareImage of at most 10,240,000 octets.

/** Devices of one request. */
export const MOST_LISTED = 50_000
/** Octets of an image in a request. */
export const MOST_IMAGE = 10_240_000
/** Characters of an EUI-64 in a list, '00-DB-12-34-56-78-90-A0', and one that parts it from the next. */
const LISTED_ID = 24

/** Requests that a batch of so many Devices takes. */
export function requestsOf(devices: number): number {
  return Math.ceil(devices / MOST_LISTED)
}

/** The sizes of the lists, full ones first. */
export function listsOf(devices: number): number[] {
  return Array.from({ length: requestsOf(devices) }, (_, i) =>
    Math.min(MOST_LISTED, devices - i * MOST_LISTED),
  )
}

/**
 * Octets that a User uploads for a batch: the image in base64 in every request, and the ids. What is around them in the XML
 * and its signature is left out.
 */
export function uploadOctets(devices: number, image: number): number {
  const ids = devices * LISTED_ID - requestsOf(devices)
  return requestsOf(devices) * 4 * Math.ceil(image / 3) + Math.max(0, ids)
}

/** Whether DUIS takes an image of so many octets. */
export function fitsRequest(octets: number): boolean {
  return octets <= MOST_IMAGE
}
