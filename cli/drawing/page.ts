// The frame of every page: one file that needs nothing else, with no script, no font and no network.

import { Markup, markup } from './markup.ts'

/**
 * A whole page.
 * @param style rules beyond those of every page.
 * @param body header, main and footer.
 */
export function page(title: string, hanrig: string, style: string, body: Markup): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="hanrig ${hanrig}">
<title>${title} – hanrig</title>
<style>${new Markup(style)}</style>
</head>
<body>
${body}
</body>
</html>
`.text
}
