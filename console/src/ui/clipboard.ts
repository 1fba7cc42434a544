/** Copies by selecting the text on the page, inside the open dialog if there is one: only there can it be selected. */
export function copySelected(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.readOnly = true
  area.className = 'hush'
  const focused = document.activeElement
  ;([...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body).append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
