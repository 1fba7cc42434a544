// The English texts. The Chinese ones have the same names and parameters; the compiler checks that.

export const en = {
  usage: `mp-worker: a WeChat Official Account backend on Cloudflare Workers

  mp-worker init      ask for the account and write wrangler.jsonc and .secrets.json
  mp-worker deploy    create what is missing on Cloudflare, migrate the database, and upload the worker
  mp-worker upgrade   the same with a newer package: npm install mp-worker@latest first
  mp-worker values    print what to enter in WeChat's console
  mp-worker doctor    check the deployed worker and say what to do
  mp-worker console   a link that signs in to the console once
  mp-worker dev       run the worker on this machine, without an account
  mp-worker relay nginx|caddy   write the configuration of a relay with a fixed IP address
  mp-worker relay check         call WeChat through the relay

  init: --name, --domain, --app-id, --plan free|paid; the AppSecret is asked for, or read from WECHAT_APP_SECRET
  deploy, upgrade: --dry-run, --adopt, --replace-domain, --no-open, --config FILE
  doctor, console: --url URL; the root API key comes from .secrets.json or ROOT_API_KEY
  dev: --port, --reset, --no-open
  relay: --host
  all: --lang zh|en, --help, --version`,
  invalidLanguage: '--lang is zh or en.',
  unknownCommand: 'There is no such command; `mp-worker --help` lists them.',
  noOperands: (/** @type {string} */ command) => `\`mp-worker ${command}\` takes options only; \`mp-worker --help\` lists them.`,
  unknownOption: (/** @type {string} */ name) => `There is no option --${name}; \`mp-worker --help\` lists them.`,
  optionOfAnother: (/** @type {string} */ name, /** @type {string} */ command) => `\`mp-worker ${command}\` has no option --${name}; \`mp-worker --help\` lists them.`,
  optionNeedsValue: (/** @type {string} */ name) => `--${name}: a value is missing, or there is one too many; \`mp-worker --help\` shows how it is used.`,
  secretAsOption:
    'A secret must not be on the command line, where other programs and the history of the shell see it. It is asked for, or read from the environment: WECHAT_APP_SECRET, ROOT_API_KEY.',
  cannotAsk: (/** @type {string} */ question, /** @type {string} */ instead) => `"${question}" needs an answer, and there is no terminal. Give it with ${instead}.`,
  stopped: 'Stopped.',
  missing: 'This must not be empty.',
  notInstalledHere: 'Install the package in this folder first, and then run the command again: npm install mp-worker',
  otherWrangler: (/** @type {string} */ found, /** @type {string} */ wanted) =>
    `mp-worker needs wrangler ${wanted}, and ${found} is installed next to it. Remove wrangler from your package.json, then run npm install.`,

  askName: 'A name for the worker, as Cloudflare will show it',
  invalidName: 'A name has up to 54 lowercase letters, digits and hyphens, and begins and ends with a letter or a digit.',
  askDomain: 'The domain for the worker, such as wx.example.com; it must use Cloudflare\'s DNS',
  invalidDomain: 'Enter a domain of your own, such as wx.example.com: not an IP address, and not workers.dev, which WeChat does not reach.',
  askPlan: "Cloudflare's plan, free or paid",
  invalidPlan: 'Enter free or paid.',
  askAppId: "AppID (开发者ID; in WeChat's console: 设置与开发 → 开发接口管理)",
  invalidAppId: 'An AppID is "wx" and 16 letters or digits.',
  askAppSecret: 'AppSecret (开发者密码; it is not shown as you type)',
  invalidAppSecret: 'An AppSecret has 32 letters and digits.',
  askRootKey: 'The root API key (ROOT_API_KEY; it is not shown as you type)',
  initialised: (/** @type {string} */ config, /** @type {string} */ secrets) =>
    `Wrote ${config}, and ${secrets} with the secrets, which only you can read. Keep a copy of it in a safe place.`,
  deployNext: 'Next: npx mp-worker deploy',

  configMissing: (/** @type {string} */ path) => `${path} does not exist. Change to the folder of your deployment (cd), or run \`npx mp-worker init\` for a new one.`,
  configUnreadable: (/** @type {string} */ path, line = 1) => `${path} has a mistake in line ${line}, such as a comma or a quotation mark too many or too few.`,
  configNeedsList: (/** @type {string} */ path, /** @type {string} */ key) => `${path}: "${key}" must be a list, such as "${key}": [{ ... }].`,
  configCannotBeEdited: (/** @type {string} */ path, /** @type {string} */ line) => `${path} has another form than expected. Add to it yourself: ${line}`,
  tomlNeedsTheSource: 'Only a checkout of the source deploys with a .toml file. Use wrangler.jsonc, which `npx mp-worker init` writes.',
  secretsUnreadable: (/** @type {string} */ path) => `${path} must be a JSON object whose values are texts.`,
  secretsReadableByOthers: (/** @type {string} */ path) =>
    `Others may read ${path}. Run: chmod 600 '${path}'\nIf that changes nothing, the disk cannot keep a file private (such as /mnt/c in WSL): move the folder into your home directory.`,
  noDomain: 'The configuration has no domain ("routes" in wrangler.jsonc). Add it and deploy again, or name the worker with --url https://...',
  domainMissing: (/** @type {string} */ path) =>
    `It has no domain yet, which WeChat needs. Add yours to ${path} and deploy again:\n  "routes": [{ "pattern": "wx.example.com", "custom_domain": true }],`,
  invalidUrl: '--url must be an https:// address; http:// is allowed for this machine only.',

  lookingForSignIn: 'Looking for your sign-in to Cloudflare.',
  signingIn: `A browser opens: sign in to Cloudflare there, and allow wrangler (Cloudflare's own program) to deploy.
If none opens, copy the address below into a browser on this computer.`,
  signingInElsewhere: 'Open the address below in a browser on any computer or phone, sign in to Cloudflare, and enter the code.',
  whichAccount: 'Which account of Cloudflare',
  chooseANumber: (/** @type {number} */ count) => `Enter a number from 1 to ${count}.`,
  nameTaken: (/** @type {string} */ name) =>
    `This account of Cloudflare has a Worker "${name}" already. Choose another "name" in the configuration; or, if that one is an mp-worker of yours, run the command again with --adopt, which replaces it and keeps its database.`,
  domainInUse: (/** @type {string} */ domain, /** @type {string | undefined} */ worker) => (worker ? `${domain} belongs to the Worker "${worker}".` : `${domain} already leads somewhere.`),
  replaceDomain: 'If the worker is to replace what is there, run the command again with --replace-domain; otherwise choose another domain in the configuration.',
  askReplaceDomain: 'Replace what is there (yes or no)',
  domainKept: 'Nothing was changed. Choose another domain in the configuration, and run the command again.',
  alreadyRunning: (/** @type {number} */ pid, /** @type {string} */ path) =>
    `Another deployment of this folder is running (process ${pid}). Wait until it ends; if there is none, delete ${path}.`,
  creatingDatabase: (/** @type {string} */ name, /** @type {boolean} */ isRehearsal) => `${isRehearsal ? 'Would create' : 'Creating'} the D1 database ${name} in Asia.`,
  creatingNamespace: (/** @type {string} */ name, /** @type {boolean} */ isRehearsal) => `${isRehearsal ? 'Would create' : 'Creating'} the KV namespace ${name}.`,
  migrating: 'Migrating the database.',
  migrationFailed:
    'A migration of the database failed, and was undone. The new version was not uploaded: the earlier one, if there is one, keeps running. Cloudflare\'s message is above; run the command again once its cause is gone.',
  uploading: 'Uploading the worker and its secrets; this may take a minute.',
  uploaded: 'The worker is deployed.',
  wouldMigrate: 'Would apply the database migrations that are missing.',
  wouldUpload: (/** @type {string[]} */ names) => `Would upload the worker${names.length > 0 ? `, with the secrets ${names.join(', ')}` : ''}.`,
  rehearsed: 'Nothing was changed.',
  nextSteps: `
What is left to do:
  1. In Cloudflare's dashboard, choose the domain, then Security → Settings, and switch Bot Fight Mode off.
     WeChat's servers are bots.
  2. Sign in to the console and make your rules, or import the auto-replies of WeChat's console.
     WeChat switches its own auto-replies and its menu editor off with step 3.
  3. In WeChat's console, enter these values, and choose 提交 and then 启用
     (设置与开发 → 开发接口管理 → 基本配置 → 服务器配置):`,
  showValues: '     npx mp-worker values prints them.',
  lastStep: '  4. npx mp-worker doctor checks everything.',
  checkNext: '`npx mp-worker doctor` checks it.',
  valuesElsewhere: (/** @type {string} */ file) => `  The Token and the EncodingAESKey are not in ${file}: they are those that you set on Cloudflare.`,
  waitingForDomain: (/** @type {string} */ domain) => `Waiting until ${domain} has its certificate; this takes up to three minutes the first time.`,
  domainNotUpYet: 'It does not answer yet. Run `npx mp-worker doctor` in a few minutes, then `npx mp-worker console`.',
  consoleLink: (/** @type {string} */ link) => `The console (this link signs in once, within ten minutes):\n  ${link}`,
  notDeployedYet: 'There is nothing to upgrade yet: run `npx mp-worker deploy`.',
  wouldDowngrade: (/** @type {string} */ running, /** @type {string} */ installed) =>
    `The running worker has version ${running}, and the installed package ${installed}. Run npm install mp-worker@latest first.`,
  upgrading: (/** @type {string | undefined} */ from, /** @type {string} */ to) => (from ? `Upgrading from ${from} to ${to}.` : `Upgrading to ${to}.`),

  obstacles: {
    unreachable: (/** @type {string} */ url, /** @type {string} */ says) =>
      `${url} does not answer (${says}). A new domain takes some minutes; if it lasts, check in Cloudflare that the domain is active and belongs to the worker.`,
    untrusted: (/** @type {string} */ url, /** @type {string} */ says) =>
      `${url} has no valid certificate (${says}). A new domain takes some minutes; if it lasts, check in Cloudflare, under SSL/TLS → Edge Certificates, that there is one for this domain.`,
    challenged: (/** @type {string} */ url, /** @type {string} */ says) =>
      `${url} is behind bot protection (${says}), which would stop WeChat's servers as well. In Cloudflare, switch Bot Fight Mode, challenges and geographic rules off for this domain.`,
    foreign: (/** @type {string} */ url, /** @type {string} */ says) =>
      `${url} answers, but not as mp-worker (${says}). Check that the domain belongs to the worker, and that no redirect or access rule is in front of it.`,
  },
  answers: (/** @type {string} */ url, /** @type {string} */ version) => `${url} answers, version ${version}`,
  wrongRootKey: 'The worker refuses the root API key. It is the ROOT_API_KEY that was last uploaded; `npx mp-worker deploy` uploads that of .secrets.json.',
  callFailed: (/** @type {string} */ call, /** @type {string} */ message) => `${call} failed: ${message}`,
  checks: {
    configuration: 'Configuration',
    encryption: 'Encryption',
    storage: 'Storage',
    spool: 'Spool',
    replies: 'Replies',
    providers: 'Models',
    access_token: 'Access token',
    callback: "WeChat's way to the worker",
    quota: 'Customer-service messages',
    database_size: 'Size of the database',
    database_rows: 'Rows of the day',
  },
  /** A check that passed. */
  passed: (/** @type {string} */ label, /** @type {string} */ message) => `${label}: ${message}`,
  /** Checks that failed, by the id of the problem. The worker's own message is in English. */
  problems: {
    configuration: (/** @type {string} */ message) => `The configuration has mistakes: ${message}`,
    unwritable: (/** @type {string} */ message) => `KV or D1 does not work: ${message}. Messages are queued, and automatic replies continue.`,
    spool: (/** @type {string} */ message) => `The spool: ${message}`,
    token: (/** @type {string} */ message) => `WeChat issues no access token: ${message}`,
    callback: (/** @type {string} */ message) => message,
    quota: (/** @type {string} */ message) => message,
    size: (/** @type {string} */ message) => message,
    rows: (/** @type {string} */ message) => message,
  },
  plainMode: "Messages are accepted unencrypted, so others can forge them. Choose 安全模式 in WeChat's console, and set WECHAT_ENCODING_AES_KEY.",
  wrongAppId: 'The AppID is wrong (40013). Correct WECHAT_APP_ID in .secrets.json, then run `npx mp-worker deploy`.',
  addressNotListed: (/** @type {string} */ ip) =>
    `WeChat refuses calls from ${ip} (40164): a worker has no fixed address. Set up a relay (\`npx mp-worker relay nginx\`) and add its address to API IP白名单. Answering messages works without it.`,
  wrongAppSecret: 'The AppSecret is wrong, or was reset. Put the current one into .secrets.json as WECHAT_APP_SECRET, then run `npx mp-worker deploy`.',
  notPermitted: (/** @type {string} */ label) => `${label}: WeChat does not permit this account to do that (48001).`,
  noRules: "No rules are published: users get no reply. Make some in the console, or import those of WeChat's console.",
  neverConnected: (/** @type {string} */ url) => `WeChat has never called the worker. Enter ${url} and the other values of \`npx mp-worker values\` in WeChat's console.`,
  connected: 'WeChat has verified the server address.',
  tokenDiffers: 'WeChat used another Token than the worker. Enter the one of `npx mp-worker values` in WeChat\'s console, and submit again.',
  handshakeFailed: (/** @type {string} */ step) => `WeChat could not verify the server address (${step}). Submit it again in WeChat's console.`,
  capabilities: {
    menu: 'menus',
    customer_service: 'customer-service messages',
    template: 'template messages',
    user: 'followers',
    tag: 'tags',
    qrcode: 'QR codes',
    media: 'media',
  },
  unverified: (/** @type {string[]} */ names) =>
    `WeChat does not permit this account: ${names.join(', ')}. Unverified and personal accounts have no such permissions; replies by rules, backends and assistants work.`,

  startingDev: 'Starting the worker on this machine.',
  devFailed: 'The worker did not start; wrangler\'s output is above.',
  devRuns: (/** @type {string} */ url, /** @type {string} */ link) => `
The worker   ${url}/callback
The console  ${link}
             (this link signs in once, within ten minutes)

In the console, under rules, the phone shows what a user would get.
With WECHAT_APP_ID and WECHAT_APP_SECRET of a test account (接口测试号) in the environment, the worker calls WeChat itself.
Press Ctrl-C to stop.`,
  invalidPort: '--port must be a number from 1 to 65535.',
  portTaken: (/** @type {number} */ port) => `Port ${port} is in use. Choose another one with --port.`,

  relayUsage: 'Use: mp-worker relay nginx, mp-worker relay caddy or mp-worker relay check',
  askRelayHost: 'The domain of the relay, such as relay.example.com',
  invalidRelayHost: 'Enter a domain such as relay.example.com, not an IP address.',
  relayWritten: (/** @type {string} */ file, /** @type {string[]} */ addresses) => `Wrote ${file}, which contains the relay's secret, and put the address and the secret of the relay into .secrets.json.
  1. Copy the file to the machine with the fixed address and start the server with it; node_modules/mp-worker/docs/relay.md says how.
  2. Add its address to API IP白名单 in WeChat's console${addresses.length > 0 ? `: ${addresses.join(', ')}` : ''}.
  3. npx mp-worker relay check
  4. npx mp-worker deploy`,
  noRelay: '.secrets.json has no relay. Run `npx mp-worker relay nginx` or `npx mp-worker relay caddy` first.',
  relayUnreachable: (/** @type {string} */ base) => `${base} does not answer, or its certificate is not valid.`,
  relayOpen: 'The relay passes calls on without the secret, or is not the relay. Use the configuration as it was written.',
  relayRefuses: 'The relay refuses the secret. Start it with the configuration that was written last.',
  relayForeign: (/** @type {number} */ status) => `The relay answered ${status}, and not as WeChat does. Check that it reaches api.weixin.qq.com.`,
  relayPassesBut: (/** @type {number} */ errcode) => `The relay works, but WeChat refuses the AppID or the AppSecret (${errcode}).`,
  relayWorks: 'The relay works, and WeChat accepts its address.',
  listRelay: (/** @type {string} */ address) => `The relay works. Add this address to API IP白名单 in WeChat's console, wait ten minutes, and run this again: ${address}`,

  system: {
    denied: (/** @type {string} */ path) => `${path || 'A file'} cannot be read or written: it is read-only, or belongs to another user. Use a folder of your own.`,
    full: (/** @type {string} */ path) => `The disk is full${path ? ` (${path})` : ''}. Free some space, then run the command again: it continues where it stopped.`,
    other: (/** @type {string} */ message) => `The operating system reports: ${message}`,
  },

  /** What Cloudflare's errors mean. */
  cloudflare: {
    notSignedIn: 'You are not signed in to Cloudflare. Run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN to an API token made from the template "Edit Cloudflare Workers", with D1 added.',
    noPermission:
      'Cloudflare refuses the API token: it is wrong or expired, lacks a permission, or is of another account than the configuration\'s account_id. Make one from the template "Edit Cloudflare Workers", add D1 (Edit), and set CLOUDFLARE_API_TOKEN; or unset it and run `npx wrangler login`.',
    signInFailed: 'The sign-in to Cloudflare did not succeed. Run the command again, or set CLOUDFLARE_API_TOKEN to an API token made from the template "Edit Cloudflare Workers", with D1 added.',
    severalAccounts: 'You have several accounts of Cloudflare. Set CLOUDFLARE_ACCOUNT_ID to the id of the one to use.',
    domainElsewhere:
      'The domain is not in this account of Cloudflare. Add it in the dashboard (Domains → Onboard a domain), enter the name servers that it names at your registrar, and run the command again when it is active.',
    domainTaken: 'The domain has a DNS record or belongs to another Worker. Delete that in Cloudflare, or choose another domain in the configuration, and run the command again.',
    emailUnverified: 'Cloudflare wants your e-mail address confirmed first: look for its message, then run the command again.',
    tooManyCrons: 'The free plan allows five cron triggers for all Workers of an account. Remove one in the dashboard, or change to the paid plan, and run the command again.',
    tooManyDatabases: 'The free plan allows ten D1 databases. Delete one in the dashboard, or change to the paid plan, and run the command again.',
    databaseGone: 'The configuration names a database that this account does not have. Sign in to the account that has it; or, if it was deleted, remove its database_id and run the command again, which makes an empty one.',
    namespaceTaken: 'A KV namespace of this name exists already. Run the command again: it will be used.',
    databaseTaken: 'A database of this name exists already. Run the command again: it will be used.',
    tooManyCalls: 'Cloudflare limits how often it may be called. Wait five minutes, then run the command again: it continues where it stopped.',
    outage: 'Cloudflare has a fault (https://www.cloudflarestatus.com). Run the command again in some minutes: it continues where it stopped.',
    notCloudflare: 'Something else answered instead of Cloudflare: a proxy, a firewall, or the sign-in page of this network. Check the network, and run the command again: it continues where it stopped.',
    noNetwork: 'Cloudflare cannot be reached. Check the network (and HTTPS_PROXY, if you need a proxy), and run the command again: it continues where it stopped.',
    unknown: 'Cloudflare refused a step; its message is above. Once its cause is gone, run the command again: it continues where it stopped.',
  },
}
