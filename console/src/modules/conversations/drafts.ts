/** What was typed and not sent, by user, while the page is open. */
export const drafts = new Map<string, string>()
