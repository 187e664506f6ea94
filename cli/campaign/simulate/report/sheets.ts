// The sheets of a played campaign by their names; loaded when one is wanted.

import type { Played } from '#emulators/campaign/result'
import { mp102bSheet } from '../../../alerts/mp102b.ts'
import { type Sheet, sheetPage, sheetText, writeSheet } from '../../../drawing/sheet.ts'
import { print } from '../../../output/output.ts'
import { campaignFacts } from './mp102b.ts'
import { mp230Sheet } from './mp230.ts'

export type SheetName = 'mp230' | 'mp102b'

function sheetOf(name: SheetName, played: Played): Sheet {
  return name === 'mp230' ? mp230Sheet(played) : mp102bSheet(campaignFacts(played))
}

export function sheetPageOf(name: SheetName, played: Played): string {
  return sheetPage(sheetOf(name, played))
}

/** Prints a sheet, as text or as JSON Lines. */
export function printSheet(name: SheetName, played: Played, asJson: boolean): void {
  const sheet = sheetOf(name, played)
  if (asJson) writeSheet(sheet)
  else print(sheetText(sheet))
}
