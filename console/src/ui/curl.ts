/** The command that does what a form does. The key is a variable, never a real one. */
export function curlOf(address: string, body: unknown): string {
  const json = JSON.stringify(body, null, 2).replaceAll("'", "'\\''")
  return `curl "$MP${address.replace(/["$`\\]/g, '\\$&')}" -H "Authorization: Bearer $KEY" -d '${json}'`
}
