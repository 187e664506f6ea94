// Of which generation the Devices of a campaign are.

/** Of which generation the Devices are: MP230's limits are for images of SMETS1. */
export type Generation = 'smets1' | 'smets2'
