// What is said of a value that cannot be: the end of a sentence, whose subject (read/problems.ts) goes before it.

/** What was found, for the end of a sentence. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty list' : `a list of ${value.length}`
  if (typeof value === 'object') return 'a map'
  const text = String(value)
  if (typeof value !== 'string') return text
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}

/** 'must be …, not …', as the schema library takes it. */
export const must = (wanted: string) => ({
  error: (issue: { input?: unknown }) =>
    issue.input === undefined
      ? `is missing: it must be ${wanted}`
      : `must be ${wanted}, not ${show(issue.input)}`,
})

/** What editors say in place of a pattern; the keyword is the one that VS Code and yaml-language-server know. */
export const editorsSay = (wanted: string) => ({ errorMessage: `Must be ${wanted}.` })

/** A phrase as a sentence of its own. */
export function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`
}
