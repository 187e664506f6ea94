// The door of the core: what `hanrig/core` exports, and all of the core that is public. Nothing inside imports it.

export { Chunker } from './block/chunker.ts'
export { Geometry, MAX_BLOCK_SIZE, MAX_IMAGE_SIZE } from './block/geometry.ts'
export {
  ACCEPTED,
  BAD_CRC,
  COMPLETE,
  CONFLICT,
  DUPLICATE,
  FEED_NAMES,
  type FeedCode,
  Reassembler,
} from './block/reassembler.ts'
export { ReceivedMap } from './block/received-map.ts'
export { loadMap, MAP_LOADED, savedMapLength, saveMap } from './block/saved-map.ts'
export { Arena } from './bytes/arena.ts'
export { Bytes } from './bytes/bytes.ts'
export { crc32 } from './bytes/crc32.ts'
export { DEFAULTS } from './campaign/defaults.ts'
export type { CampaignPlan } from './campaign/plan.ts'
export { isAccepted } from './campaign/plan.ts'
export { planCampaign } from './campaign/planner.ts'
export type { CampaignRequest, Portfolio } from './campaign/portfolio.ts'
export { estate } from './campaign/portfolio.ts'
export type { Settings } from './campaign/settings.ts'
export { type ErrorCode, type ErrorKind, HanrigError } from './errors/errors.ts'
export { eui64From } from './eui64/text.ts'
export { buildGbImage } from './image/build.ts'
export { type OpenedImage, type OpenOptions, openImage } from './image/open.ts'
export { manufacturerImageHash, signatureIsRight } from './image/signature.ts'
export { isLarge, largeImageLimit } from './image/size-class.ts'
export { DECODED, decodeOta, encodeOta, OtaFrame } from './ota/ota-frame.ts'
export { AD1_THRESHOLD, RAISE_AD1, SupplyMonitor } from './power/supply-monitor.ts'
export { judgeAd1, NOT_RECORDED, SUPPRESSED, SUPPRESSION_REASONS } from './power/suppression.ts'
export { Random } from './time/random.ts'
