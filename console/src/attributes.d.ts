export {}

// Attributes of the popover API, which Vue's types lack.
declare module 'vue' {
  interface HTMLAttributes {
    popover?: '' | 'auto' | 'manual'
  }
  interface ButtonHTMLAttributes {
    popovertarget?: string
  }
}
