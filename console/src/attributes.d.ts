export {}

declare global {
  /** What `make` calls the build; `development` without a name. */
  const __BUILD__: string
}

// Attributes of the popover API, which Vue's types lack.
declare module 'vue' {
  interface HTMLAttributes {
    popover?: '' | 'auto' | 'manual'
  }
  interface ButtonHTMLAttributes {
    popovertarget?: string
  }
}
