// `wrangler.jsonc` of an operator: read and edited in place, so that comments and what they added stay.
import { isDeepStrictEqual } from 'node:util'

import { applyEdits, modify, parse } from 'jsonc-parser'

import { Failure } from '../failure.js'
import { readText, replaceFile } from '../private-file.js'

/** @typedef {Record<string, any>} Json */

/** A newer version of the package decides these. What is not listed is the operator's. */
const DECIDED_BY_THE_PACKAGE = ['main', 'no_bundle', 'compatibility_date', 'assets', 'durable_objects', 'migrations', 'triggers']
/** What is edited in place must be a list of objects, as wrangler demands. */
const LISTS = ['d1_databases', 'kv_namespaces', 'ratelimits']
const IN_THE_PACKAGE = 'node_modules/mp-worker/'
const FORMAT = { insertSpaces: true, tabSize: 2 }
const READABLE_BY_ALL = 0o644

export class JsoncConfig {
  #path
  #text
  /** @type {Json} */
  #value

  /**
   * @param {string} path
   * @param {string} text
   * @param {import('../language.js').Texts} texts
   */
  constructor(path, text, texts) {
    /** @type {import('jsonc-parser').ParseError[]} */
    const errors = []
    const value = parse(text, errors, { allowTrailingComma: true })
    const [mistake] = errors
    if (mistake) throw new Failure(texts.configUnreadable(path, text.slice(0, mistake.offset).split('\n').length))
    if (!isObject(value)) throw new Failure(texts.configUnreadable(path))
    const wrong = LISTS.find((key) => value[key] !== undefined && !(Array.isArray(value[key]) && value[key].every(isObject)))
    if (wrong) throw new Failure(texts.configNeedsList(path, wrong))
    this.#path = path
    this.#text = text
    this.#value = value
  }

  /**
   * @param {string} path
   * @param {import('../language.js').Texts} texts
   */
  static read(path, texts) {
    return new JsoncConfig(path, readText(path), texts)
  }

  get path() {
    return this.#path
  }

  get text() {
    return this.#text
  }

  get name() {
    return text(this.#value.name)
  }

  get domain() {
    const routes = list(this.#value.routes)
    return text(routes.find((route) => route.custom_domain === true)?.pattern)
  }

  get accountId() {
    return text(this.#value.account_id)
  }

  get databaseId() {
    return text(this.#binding('d1_databases', 'DB')?.database_id)
  }

  get databaseName() {
    return text(this.#binding('d1_databases', 'DB')?.database_name)
  }

  get namespaceId() {
    return text(this.#binding('kv_namespaces', 'KV')?.id)
  }

  /** @param {string} name */
  setName(name) {
    this.#set(['name'], name)
  }

  /** @param {string} domain */
  setDomain(domain) {
    this.#set(['routes'], [{ pattern: domain, custom_domain: true }])
  }

  /** @param {Record<string, string>} variables */
  setVariables(variables) {
    for (const [name, value] of Object.entries(variables)) this.#set(['vars', name], value)
  }

  /** @param {string} id */
  setAccount(id) {
    this.#set(['account_id'], id)
  }

  /**
   * @param {string} name
   * @param {string} id
   */
  setDatabase(name, id) {
    const path = this.#pathOf('d1_databases', 'DB')
    this.#set([...path, 'database_name'], name)
    this.#set([...path, 'database_id'], id)
  }

  /** @param {string} id */
  setNamespace(id) {
    this.#set([...this.#pathOf('kv_namespaces', 'KV'), 'id'], id)
  }

  /**
   * Takes over what the template of this version says.
   *
   * @param {JsoncConfig} template
   * @param {string} packagePath the package as the configuration names it
   */
  adopt(template, packagePath) {
    const wanted = JSON.parse(JSON.stringify(template.#value).replaceAll(IN_THE_PACKAGE, `${packagePath}/`))
    for (const key of DECIDED_BY_THE_PACKAGE) this.#set([key], wanted[key])
    for (const binding of list(wanted.d1_databases)) {
      this.#set([...this.#pathOf('d1_databases', binding.binding), 'migrations_dir'], binding.migrations_dir)
    }
    for (const limiter of list(wanted.ratelimits)) {
      const own = list(this.#value.ratelimits)
      if (!own.some(({ name }) => name === limiter.name)) this.#set(['ratelimits', own.length], limiter)
    }
  }

  save() {
    replaceFile(this.#path, this.#text, READABLE_BY_ALL)
  }

  /**
   * @param {string} key
   * @param {string} name
   * @returns {Json | undefined}
   */
  #binding(key, name) {
    return list(this.#value[key]).find(({ binding }) => binding === name)
  }

  /**
   * The path of a binding, which is added if it is missing.
   *
   * @param {string} key
   * @param {string} name
   */
  #pathOf(key, name) {
    const bindings = list(this.#value[key])
    const index = bindings.findIndex(({ binding }) => binding === name)
    if (index === -1) this.#set([key, bindings.length], { binding: name })
    return [key, index === -1 ? bindings.length : index]
  }

  /**
   * @param {(string | number)[]} path
   * @param {unknown} value
   */
  #set(path, value) {
    const before = path.reduce((/** @type {any} */ part, key) => part?.[key], this.#value)
    if (isDeepStrictEqual(before, value)) return
    this.#text = applyEdits(this.#text, modify(this.#text, path, value, { formattingOptions: FORMAT }))
    this.#value = parse(this.#text, [], { allowTrailingComma: true })
  }
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * @param {unknown} value
 * @returns {Json[]}
 */
function list(value) {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** @param {unknown} value */
function text(value) {
  return typeof value === 'string' && value !== '' ? value : undefined
}
