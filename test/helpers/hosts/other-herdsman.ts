// Loaded before hanrig, it has hanrig use the zigbee-herdsman that is installed in $HANRIG_TEST_HERDSMAN.

import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

const parentURL = `${pathToFileURL(process.env.HANRIG_TEST_HERDSMAN!)}/package.json`

registerHooks({
  resolve(specifier, context, next) {
    const isIts = specifier.split('/')[0] === 'zigbee-herdsman'
    return next(specifier, isIts ? { ...context, parentURL } : context)
  },
})
