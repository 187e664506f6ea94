// Who gets which board: every want its own, whichever way that comes out for all of them together.

/**
 * Assigns to each want a board that suits it and nobody else has; undefined when that cannot be.
 * @param suits for each want the numbers of the boards that suit it, the best first.
 * @returns for each want the number of its board.
 */
export function assign(suits: readonly (readonly number[])[]): number[] | undefined {
  const takenBy = new Map<number, number>()
  /** Finds a board for a want, if need be by finding another for whoever has it. */
  const place = (want: number, tried: Set<number>): boolean => {
    for (const board of suits[want]!) {
      if (tried.has(board)) continue
      tried.add(board)
      const holder = takenBy.get(board)
      if (holder !== undefined && !place(holder, tried)) continue
      takenBy.set(board, want)
      return true
    }
    return false
  }
  for (const want of suits.keys()) if (!place(want, new Set())) return undefined
  const boards = new Map([...takenBy].map(([board, want]) => [want, board]))
  return suits.map((_, want) => boards.get(want)!)
}
