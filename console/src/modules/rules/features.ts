/** What the worker's rules do not have yet. Each goes once openapi.json has it. */
export const features = { off: false, explain: false, version: false } as const
