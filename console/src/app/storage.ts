type Stored = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'clear'>

/** The browser's storage. Where it is switched off, as with cookies blocked, or full, nothing is remembered. */
function storage(of: () => Storage): Stored {
  const attempt = <Value>(what: (store: Storage) => Value, otherwise: Value): Value => {
    try {
      return what(of())
    } catch {
      return otherwise
    }
  }
  return {
    getItem: (name) => attempt((store) => store.getItem(name), null),
    setItem: (name, value) => attempt((store) => store.setItem(name, value), undefined),
    removeItem: (name) => attempt((store) => store.removeItem(name), undefined),
    clear: () => attempt((store) => store.clear(), undefined),
  }
}

/** What this browser remembers. */
export const inBrowser = storage(() => localStorage)
/** What this tab remembers, also over a reload. */
export const inTab = storage(() => sessionStorage)
