//! The settings of the Official Account that the operator and the platform share.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mp_worker::config::{AppId, EncodingAesKey};
use mp_worker::secret::Secret;

/// How the account receives messages (消息加解密方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// 明文模式
    Plain,
    /// 兼容模式
    Compatible,
    /// 安全模式
    Secure,
}

/// The settings of an account that the platform needs.
#[derive(Debug, Clone)]
pub struct Account {
    /// AppID
    pub app_id: AppId,
    /// The original ID, `gh_...`.
    pub original_id: String,
    /// The callback token.
    pub token: Secret,
    /// The AppSecret, for the token endpoints.
    pub app_secret: Secret,
    /// The key of compatible and secure mode, if the account has one.
    pub encoding_aes_key: Option<EncodingAesKey>,
    /// The worker's first API key, if it has one.
    pub root_api_key: Option<Secret>,
}

impl Account {
    /// Reads the account from a file of variables. The environment takes precedence over the file.
    pub fn read(file: &Path) -> Result<Self, String> {
        Self::read_with(file, |name| std::env::var(name).ok())
    }

    /// Reads the account from a file of variables and ignores the environment, as wrangler does.
    pub fn read_file(file: &Path) -> Result<Self, String> {
        Self::read_with(file, |_| None)
    }

    fn read_with(file: &Path, process: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let mut variables = BTreeMap::new();
        if file.exists() {
            for line in
                dotenvy::from_path_iter(file).map_err(|error| format!("{}: {error}", file.display()))?
            {
                // dotenvy's error quotes the line, which may contain a secret.
                let (name, value) =
                    line.map_err(|_| format!("{} has a line that is not NAME=value", file.display()))?;
                variables.insert(name, value);
            }
        }
        Self::parse(|name| process(name).or_else(|| variables.get(name).cloned()))
            .map_err(|complaint| format!("{complaint}; set it in {} or in the environment", file.display()))
    }

    fn parse(variable: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let required = |name: &str| variable(name).ok_or_else(|| format!("{name} is missing"));
        Ok(Self {
            app_id: AppId::parse(&required("WECHAT_APP_ID")?).ok_or("WECHAT_APP_ID is not a valid AppID")?,
            original_id: variable("WECHAT_ORIGINAL_ID").unwrap_or_else(|| "gh_0a1b2c3d4e5f".to_owned()),
            token: Secret::new(required("WECHAT_TOKEN")?),
            app_secret: Secret::new(variable("WECHAT_APP_SECRET").unwrap_or_default()),
            root_api_key: variable("ROOT_API_KEY").map(Secret::new),
            encoding_aes_key: variable("WECHAT_ENCODING_AES_KEY")
                .map(|key| {
                    EncodingAesKey::parse(&key).ok_or("WECHAT_ENCODING_AES_KEY is not 43 letters and digits")
                })
                .transpose()?,
        })
    }
}

/// Returns `.dev.vars` if it exists, and `.dev.vars.example` otherwise.
#[must_use]
pub fn variables_file() -> PathBuf {
    let own = Path::new(".dev.vars");
    if own.exists() { own } else { Path::new(".dev.vars.example") }.to_owned()
}
