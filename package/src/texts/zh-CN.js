// The Chinese texts, in the words of WeChat's and Cloudflare's consoles.

/** @type {typeof import('./en.js').en} */
export const zhCN = {
  usage: `mp-worker：运行在 Cloudflare Workers 上的公众号后台

  mp-worker init      填写公众号信息，生成 wrangler.jsonc 和 .secrets.json
  mp-worker deploy    在 Cloudflare 上创建所需资源，迁移数据库，上传 worker
  mp-worker upgrade   用新版本重复以上步骤；先执行 npm install mp-worker@latest
  mp-worker values    显示要填入微信后台的内容
  mp-worker doctor    检查已部署的 worker，并说明如何处理
  mp-worker console   生成一次性的控制台登录链接
  mp-worker dev       在本机运行 worker，无需任何账号
  mp-worker relay nginx|caddy   生成固定 IP 中转服务器的配置
  mp-worker relay check         通过中转服务器调用微信接口

  init：--name、--domain、--app-id、--plan free|paid；AppSecret 会另行询问，或从 WECHAT_APP_SECRET 读取
  deploy、upgrade：--dry-run、--adopt、--replace-domain、--no-open、--config 文件
  doctor、console：--url 网址；根 API Key 取自 .secrets.json 或 ROOT_API_KEY
  dev：--port、--reset、--no-open
  relay：--host
  通用：--lang zh|en、--help、--version`,
  invalidLanguage: '--lang 只能是 zh 或 en。',
  unknownCommand: '没有这个命令；`mp-worker --help` 列出全部命令。',
  noOperands: (command) => `\`mp-worker ${command}\` 后面只能跟选项；\`mp-worker --help\` 列出全部选项。`,
  unknownOption: (name) => `没有选项 --${name}；\`mp-worker --help\` 列出全部选项。`,
  optionOfAnother: (name, command) => `\`mp-worker ${command}\` 没有选项 --${name}；\`mp-worker --help\` 列出全部选项。`,
  optionNeedsValue: (name) => `--${name}：缺少值，或不应带值；用法见 \`mp-worker --help\`。`,
  secretAsOption: '请勿把机密写在命令行上：其他程序和 shell 历史都能看到。程序会询问，也可以通过环境变量 WECHAT_APP_SECRET、ROOT_API_KEY 提供。',
  cannotAsk: (question, instead) => `“${question}”需要回答，但当前没有终端。请用 ${instead} 提供。`,
  stopped: '已中止。',
  missing: '不能为空。',
  notInstalledHere: '请先在当前目录安装，再重新执行：npm install mp-worker',
  otherWrangler: (found, wanted) => `mp-worker 需要 wrangler ${wanted}，而旁边安装的是 ${found}。请从您的 package.json 中删除 wrangler，再执行 npm install。`,

  askName: 'worker 的名称，将显示在 Cloudflare 中',
  invalidName: '名称最多 54 个字符，只能有小写字母、数字和连字符，首尾必须是字母或数字。',
  askDomain: 'worker 使用的域名，例如 wx.example.com；须由 Cloudflare 解析',
  invalidDomain: '请填写自己的域名，例如 wx.example.com；不能是 IP 地址，也不能是 workers.dev（微信无法访问）。',
  askPlan: 'Cloudflare 套餐，free（免费）或 paid（付费）',
  invalidPlan: '请填写 free 或 paid。',
  askAppId: '开发者ID (AppID；微信后台：设置与开发 → 开发接口管理)',
  invalidAppId: 'AppID 是 "wx" 加 16 位字母或数字。',
  askAppSecret: '开发者密码 (AppSecret，输入时不显示)',
  invalidAppSecret: 'AppSecret 是 32 位字母和数字。',
  askRootKey: '根 API Key (ROOT_API_KEY，输入时不显示)',
  initialised: (config, secrets) => `已写入 ${config}，机密在 ${secrets} 中，仅您本人可读。请另存一份到安全的地方。`,
  deployNext: '下一步：npx mp-worker deploy',

  configMissing: (path) => `${path} 不存在。请先用 cd 进入部署所在的目录；如果是新的部署，请执行 \`npx mp-worker init\`。`,
  configUnreadable: (path, line = 1) => `${path} 第 ${line} 行有误，例如多了或少了逗号、引号。`,
  configNeedsList: (path, key) => `${path}："${key}" 必须是列表，例如 "${key}": [{ ... }]。`,
  configCannotBeEdited: (path, line) => `${path} 的格式与预期不同。请自行加入：${line}`,
  tomlNeedsTheSource: '只有源码目录才能用 .toml 文件部署。请使用 `npx mp-worker init` 生成的 wrangler.jsonc。',
  secretsUnreadable: (path) => `${path} 必须是 JSON 对象，且每个值都是文本。`,
  secretsReadableByOthers: (path) =>
    `其他用户可以读取 ${path}。请执行：chmod 600 '${path}'\n如果没有效果，说明这个磁盘不能设置文件权限（例如 WSL 的 /mnt/c）：请把整个目录移到主目录下。`,
  noDomain: '配置中没有域名（wrangler.jsonc 的 "routes"）。请加上域名后重新部署，或用 --url https://... 指定 worker。',
  domainMissing: (path) => `还没有域名，而微信需要它。请在 ${path} 中加入您的域名，再重新部署：\n  "routes": [{ "pattern": "wx.example.com", "custom_domain": true }],`,
  invalidUrl: '--url 必须是 https:// 地址；只有本机可以用 http://。',

  lookingForSignIn: '正在查找 Cloudflare 的登录状态。',
  signingIn: `将打开浏览器：请登录 Cloudflare，并允许 wrangler（Cloudflare 官方的部署程序）访问。
如果没有自动打开，请把下面的地址复制到这台电脑的浏览器中。`,
  signingInElsewhere: '请在任意电脑或手机的浏览器中打开下面的地址，登录 Cloudflare，输入代码。',
  whichAccount: '使用哪个 Cloudflare 账号',
  chooseANumber: (count) => `请输入 1 到 ${count} 的数字。`,
  nameTaken: (name) =>
    `这个 Cloudflare 账号中已有名为“${name}”的 Worker。请在配置中换一个 "name"；如果它就是您的 mp-worker，请加上 --adopt 重新执行：它会被替换，数据库保留。`,
  domainInUse: (domain, worker) => (worker ? `${domain} 属于名为“${worker}”的 Worker。` : `${domain} 已指向别处。`),
  replaceDomain: '如果要由 worker 取代，请加上 --replace-domain 重新执行；否则请在配置中换一个域名。',
  askReplaceDomain: '要取代它吗（yes 或 no）',
  domainKept: '没有做任何更改。请在配置中换一个域名，再重新执行。',
  alreadyRunning: (pid, path) => `这个目录正在部署（进程 ${pid}）。请等它结束；如果并没有，请删除 ${path}。`,
  creatingDatabase: (name, isRehearsal) => `${isRehearsal ? '将在亚洲创建' : '正在亚洲创建'} D1 数据库 ${name}。`,
  creatingNamespace: (name, isRehearsal) => `${isRehearsal ? '将创建' : '正在创建'} KV 命名空间 ${name}。`,
  migrating: '正在迁移数据库。',
  migrationFailed: '数据库迁移失败，已撤销。新版本没有上传：原有版本（如果有）继续运行。Cloudflare 的信息见上；原因消除后重新执行即可。',
  uploading: '正在上传 worker 和机密，可能需要一分钟。',
  uploaded: 'worker 已部署。',
  wouldMigrate: '将执行尚未执行的数据库迁移。',
  wouldUpload: (names) => `将上传 worker${names.length > 0 ? `，以及机密 ${names.join('、')}` : ''}。`,
  rehearsed: '没有做任何更改。',
  nextSteps: `
接下来：
  1. 在 Cloudflare 控制面板选择域名，进入“安全性”→“设置”，关闭 Bot Fight Mode。
     微信服务器本身就是机器人。
  2. 登录控制台，编写规则，或导入微信后台的自动回复。
     完成第 3 步后，微信后台自带的自动回复和菜单编辑会停用。
  3. 在微信后台填入以下内容，点“提交”，再点“启用”
     （设置与开发 → 开发接口管理 → 基本配置 → 服务器配置）：`,
  showValues: '     执行 npx mp-worker values 查看。',
  lastStep: '  4. 执行 npx mp-worker doctor 检查各项。',
  checkNext: '执行 `npx mp-worker doctor` 可以检查。',
  valuesElsewhere: (file) => `  ${file} 中没有 Token 和 EncodingAESKey：以您在 Cloudflare 上设置的为准。`,
  waitingForDomain: (domain) => `正在等待 ${domain} 的证书；首次最多需要三分钟。`,
  domainNotUpYet: '尚无响应。请几分钟后执行 `npx mp-worker doctor`，再执行 `npx mp-worker console`。',
  consoleLink: (link) => `控制台（链接只能登录一次，十分钟内有效）：\n  ${link}`,
  notDeployedYet: '还没有可升级的部署：请执行 `npx mp-worker deploy`。',
  wouldDowngrade: (running, installed) => `正在运行的是 ${running}，而安装的是 ${installed}。请先执行 npm install mp-worker@latest。`,
  upgrading: (from, to) => (from ? `从 ${from} 升级到 ${to}。` : `升级到 ${to}。`),

  obstacles: {
    unreachable: (url, says) => `${url} 没有响应（${says}）。新域名需要几分钟；如果一直如此，请在 Cloudflare 中检查域名是否已启用，并且已绑定到 worker。`,
    untrusted: (url, says) => `${url} 没有有效的证书（${says}）。新域名需要几分钟；如果一直如此，请在 Cloudflare 的“SSL/TLS”→“边缘证书”中检查这个域名的证书。`,
    challenged: (url, says) => `${url} 被机器人防护拦截（${says}），微信的服务器也会被拦截。请在 Cloudflare 中为这个域名关闭 Bot Fight Mode、质询和地区规则。`,
    foreign: (url, says) => `${url} 有响应，但不是 mp-worker（${says}）。请检查域名是否绑定到 worker，前面是否有跳转或访问规则。`,
  },
  answers: (url, version) => `${url} 正常，版本 ${version}`,
  wrongRootKey: 'worker 不接受这个根 API Key。它应当是最后一次上传的 ROOT_API_KEY；`npx mp-worker deploy` 会上传 .secrets.json 中的那个。',
  callFailed: (call, message) => `${call} 失败：${message}`,
  checks: {
    configuration: '配置',
    encryption: '加密',
    storage: '存储',
    spool: '暂存',
    replies: '回复',
    providers: '模型',
    access_token: 'access_token',
    callback: '微信到 worker 的网络',
    quota: '客服消息',
    database_size: '数据库大小',
    database_rows: '当日写入行数',
  },
  passed: (label) => `${label}：正常`,
  problems: {
    configuration: (message) => `配置有误：${message}`,
    unwritable: (message) => `KV 或 D1 无法使用：${message}。消息会暂存，自动回复照常。`,
    spool: (message) => `暂存的消息无法写入数据库：${message}`,
    token: (message) => `微信没有给出 access_token：${message}`,
    callback: () => '微信无法访问 worker。请检查微信后台填写的服务器地址中的域名。',
    quota: () => '今日的客服消息额度已用完，明天恢复。',
    size: () => '数据库即将写满。请缩短 RETENTION_DAYS，或把 DATABASE_LIMIT_MB 设为套餐允许的大小。',
    rows: () => '今日写入的行数即将达到上限：用户的消息照常保存，其余写入到 UTC 零点后恢复。付费套餐请设置 PLAN=paid。',
  },
  plainMode: 'worker 接受未加密的消息，他人可能伪造。请在微信后台选择安全模式，并设置 WECHAT_ENCODING_AES_KEY。',
  wrongAppId: 'AppID 不正确 (40013)。请改正 .secrets.json 中的 WECHAT_APP_ID，再执行 `npx mp-worker deploy`。',
  addressNotListed: (ip) =>
    `微信拒绝来自 ${ip} 的调用 (40164)：worker 没有固定地址。请架设中转服务器（\`npx mp-worker relay nginx\`），并把它的地址加入 API IP白名单。自动回复不受影响。`,
  wrongAppSecret: 'AppSecret 不正确，或已被重置。请把现在的 AppSecret 写入 .secrets.json 的 WECHAT_APP_SECRET，再执行 `npx mp-worker deploy`。',
  notPermitted: (label) => `${label}：微信不允许这个公众号使用 (48001)。`,
  noRules: '尚未发布规则：用户收不到回复。请在控制台编写，或导入微信后台的自动回复。',
  neverConnected: (url) => `微信还没有访问过 worker。请在微信后台填入 ${url}，以及 \`npx mp-worker values\` 显示的其他内容。`,
  connected: '微信已验证服务器地址。',
  tokenDiffers: '微信后台填写的 Token 与 worker 的不同。请填入 `npx mp-worker values` 显示的 Token，再次提交。',
  handshakeFailed: (step) => `微信未能验证服务器地址（${step}）。请在微信后台再次提交。`,
  capabilities: {
    menu: '自定义菜单',
    customer_service: '客服消息',
    template: '模板消息',
    user: '用户管理',
    tag: '标签',
    qrcode: '带参数二维码',
    media: '素材',
  },
  unverified: (names) => `微信不允许这个公众号使用：${names.join('、')}。未认证的公众号和个人公众号没有这些权限；规则、后端和助手的回复不受影响。`,

  startingDev: '正在本机启动 worker。',
  devFailed: 'worker 未能启动；wrangler 的输出见上。',
  devRuns: (url, link) => `
worker  ${url}/callback
控制台  ${link}
        （链接只能登录一次，十分钟内有效）

在控制台的规则页，手机画面显示用户会收到什么。
在环境变量中设置接口测试号的 WECHAT_APP_ID 和 WECHAT_APP_SECRET，worker 就会调用微信接口。
按 Ctrl-C 停止。`,
  invalidPort: '--port 必须是 1 到 65535 的数字。',
  portTaken: (port) => `端口 ${port} 已被占用。请用 --port 换一个。`,

  relayUsage: '用法：mp-worker relay nginx、mp-worker relay caddy 或 mp-worker relay check',
  askRelayHost: '中转服务器的域名，例如 relay.example.com',
  invalidRelayHost: '请填写域名，例如 relay.example.com，不能是 IP 地址。',
  relayWritten: (file, addresses) => `已写入 ${file}，其中含有中转密钥；地址和密钥也已写入 .secrets.json。
  1. 把文件复制到有固定地址的机器上并启动；方法见 node_modules/mp-worker/docs/relay.zh-CN.md。
  2. 在微信后台把它的地址加入 API IP白名单${addresses.length > 0 ? `：${addresses.join('、')}` : ''}。
  3. npx mp-worker relay check
  4. npx mp-worker deploy`,
  noRelay: '.secrets.json 中没有中转服务器。请先执行 `npx mp-worker relay nginx` 或 `npx mp-worker relay caddy`。',
  relayUnreachable: (base) => `${base} 没有响应，或证书无效。`,
  relayOpen: '中转服务器不检查密钥，或者这不是中转服务器。请原样使用生成的配置。',
  relayRefuses: '中转服务器拒绝了密钥。请用最后一次生成的配置启动它。',
  relayForeign: (status) => `中转服务器返回 ${status}，不是微信的响应。请检查它能否访问 api.weixin.qq.com。`,
  relayPassesBut: (errcode) => `中转服务器正常，但微信拒绝了 AppID 或 AppSecret (${errcode})。`,
  relayWorks: '中转服务器正常，微信接受它的地址。',
  listRelay: (address) => `中转服务器正常。请在微信后台把这个地址加入 API IP白名单，等十分钟后重新执行：${address}`,

  system: {
    denied: (path) => `无法读写 ${path || '文件'}：它是只读的，或属于其他用户。请使用自己的目录。`,
    full: (path) => `磁盘已满${path ? `（${path}）` : ''}。请腾出空间，再重新执行：会从中断处继续。`,
    other: (message) => `操作系统报告：${message}`,
  },

  cloudflare: {
    notSignedIn: '尚未登录 Cloudflare。请执行 `npx wrangler login`，或把 CLOUDFLARE_API_TOKEN 设为 API 令牌（用模板“编辑 Cloudflare Workers”创建，并加上 D1）。',
    noPermission: 'Cloudflare 拒绝了 API 令牌：可能不正确、已过期、缺少权限，或不属于配置中 account_id 的账号。请用模板“编辑 Cloudflare Workers”创建，加上 D1（编辑），设为 CLOUDFLARE_API_TOKEN；或删除这个变量并执行 `npx wrangler login`。',
    signInFailed: '未能登录 Cloudflare。请重新执行，或把 CLOUDFLARE_API_TOKEN 设为 API 令牌（用模板“编辑 Cloudflare Workers”创建，并加上 D1）。',
    severalAccounts: '您有多个 Cloudflare 账号。请把 CLOUDFLARE_ACCOUNT_ID 设为要使用的账号 ID。',
    domainElsewhere: '这个域名不在当前 Cloudflare 账号中。请在控制面板添加域名，到注册商处改为 Cloudflare 给出的名称服务器，启用后重新执行。',
    domainTaken: '这个域名已有 DNS 记录，或属于另一个 Worker。请在 Cloudflare 中删除，或在配置中换一个域名，再重新执行。',
    emailUnverified: 'Cloudflare 要求先验证邮箱：请查收邮件，再重新执行。',
    tooManyCrons: '免费套餐的账号总共只能有五个 Cron 触发器。请在控制面板删除一个，或换成付费套餐，再重新执行。',
    tooManyDatabases: '免费套餐最多有十个 D1 数据库。请在控制面板删除一个，或换成付费套餐，再重新执行。',
    databaseGone: '当前账号中没有配置所写的数据库。请登录拥有它的账号；如果它已被删除，请去掉 database_id 后重新执行，将新建一个空的数据库。',
    namespaceTaken: '已有同名的 KV 命名空间。请重新执行：将直接使用它。',
    databaseTaken: '已有同名的数据库。请重新执行：将直接使用它。',
    tooManyCalls: 'Cloudflare 限制了调用次数。请等五分钟再重新执行：会从中断处继续。',
    outage: 'Cloudflare 出现故障（https://www.cloudflarestatus.com）。请过几分钟再重新执行：会从中断处继续。',
    notCloudflare: '收到的不是 Cloudflare 的响应，可能来自代理、防火墙或网络的登录页面。请检查网络，再重新执行：会从中断处继续。',
    noNetwork: '无法连接 Cloudflare。请检查网络（如需代理，检查 HTTPS_PROXY），再重新执行：会从中断处继续。',
    unknown: 'Cloudflare 拒绝了某个步骤，信息见上。原因消除后重新执行：会从中断处继续。',
  },
}
