// Loaded before hanrig, it makes zigbee-herdsman a package that is not installed.

import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    return next(specifier === 'zigbee-herdsman' ? 'zigbee-herdsman/absent' : specifier, context)
  },
})
