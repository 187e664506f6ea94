// What is odd about an image, with the option that helps.

import type { ImageNote, NoteCode } from '#core/image/note'

const HELP: Partial<Record<NoteCode, string>> = {
  'also-gb-signed': 'if it is one, say --kind gb-signed',
  'trailing-octets': '--unwrap cuts them',
  'left-out': 'another --range takes others',
}

export function imageNotes({ notes }: { readonly notes: readonly ImageNote[] }): ImageNote[] {
  return notes.map(note => {
    const help = HELP[note.code]
    return help === undefined
      ? note
      : { ...note, message: note.message.replace(/\.$/, `; ${help}.`) }
  })
}
