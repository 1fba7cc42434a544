// The project's own `wrangler.toml`, for `make deploy`. Only the ids are written, as lines of their own.
import { readFileSync } from 'node:fs'

import { TomlError, parse } from 'smol-toml'

import { Failure } from '../failure.js'
import { replaceFile } from '../private-file.js'

const READABLE_BY_ALL = 0o644

export class TomlConfig {
  #path
  #text
  #texts

  /**
   * @param {string} path
   * @param {string} text
   * @param {import('../language.js').Texts} texts
   */
  constructor(path, text, texts) {
    this.#path = path
    this.#text = text
    this.#texts = texts
    // Fails here rather than later.
    void this.#value
  }

  /**
   * @param {string} path
   * @param {import('../language.js').Texts} texts
   */
  static read(path, texts) {
    return new TomlConfig(path, readFileSync(path, 'utf8'), texts)
  }

  get path() {
    return this.#path
  }

  get text() {
    return this.#text
  }

  get name() {
    return this.#value.name
  }

  get domain() {
    return this.#value.routes?.find((/** @type {any} */ route) => route.custom_domain)?.pattern
  }

  get accountId() {
    return this.#value.account_id
  }

  get databaseId() {
    return this.#binding('d1_databases', 'DB')?.database_id
  }

  get databaseName() {
    return this.#binding('d1_databases', 'DB')?.database_name
  }

  get namespaceId() {
    return this.#binding('kv_namespaces', 'KV')?.id
  }

  /** @param {string} id */
  setAccount(id) {
    this.#insertAfter(/^name = .*$/m, `account_id = ${JSON.stringify(id)}`)
  }

  /**
   * @param {string} name
   * @param {string} id
   */
  setDatabase(name, id) {
    const named = this.databaseName === undefined ? `database_name = ${JSON.stringify(name)}\n` : ''
    this.#insertAfter(/^binding = "DB"$/m, `${named}database_id = ${JSON.stringify(id)}`)
  }

  /** @param {string} id */
  setNamespace(id) {
    this.#insertAfter(/^binding = "KV"$/m, `id = ${JSON.stringify(id)}`)
  }

  save() {
    replaceFile(this.#path, this.#text, READABLE_BY_ALL)
  }

  /** @returns {any} */
  get #value() {
    try {
      return parse(this.#text)
    } catch (error) {
      throw new Failure(this.#texts.configUnreadable(this.#path, error instanceof TomlError ? error.line : undefined))
    }
  }

  /**
   * @param {string} key
   * @param {string} name
   */
  #binding(key, name) {
    return this.#value[key]?.find((/** @type {any} */ one) => one.binding === name)
  }

  /**
   * @param {RegExp} line
   * @param {string} added
   */
  #insertAfter(line, added) {
    if (!line.test(this.#text)) throw new Failure(this.#texts.configCannotBeEdited(this.#path, added))
    this.#text = this.#text.replace(line, (found) => `${found}\n${added}`)
  }
}
