//! Providers of models: where their API is, and the key.

use crate::secret::Secret;
use crate::url::{WebUrl, check_public};

use super::document::Api;

/// A provider. It does not print its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// Without the path of a call, and without a slash at its end.
    base_url: String,
    key: Secret,
}

/// Why a secret does not describe a provider. Never contains its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotProvider {
    /// It is not a base URL, a space and a key.
    Form,
    /// The base URL must not be called; the end of a sentence.
    Url(&'static str),
    /// The key contains what no key contains.
    Key,
}

impl NotProvider {
    /// What is wrong, as the end of a sentence: "must begin with https://".
    #[must_use]
    pub const fn complaint(self) -> &'static str {
        match self {
            Self::Form => "must be a base URL, a space and a key, such as `https://api.deepseek.com sk-...`",
            Self::Url(complaint) => complaint,
            Self::Key => "must have a key of visible ASCII characters",
        }
    }
}

impl Provider {
    /// The name of the secret that describes a provider of the first account: `AI_DEEPSEEK` for `deepseek`.
    #[must_use]
    pub fn secret_name(provider: &str) -> String {
        format!("AI_{}", provider.to_ascii_uppercase())
    }

    /// Reads a secret: `<base URL> <key>`.
    ///
    /// The base URL may end with the path of the call, as operators copy it. With `allow_private`, for development, it may
    /// be on a private network and without TLS.
    pub fn parse(secret: &str, allow_private: bool) -> Result<Self, NotProvider> {
        let (url, key) = secret.trim().split_once(char::is_whitespace).ok_or(NotProvider::Form)?;
        let key = key.trim_start();
        check_public(url, allow_private).map_err(NotProvider::Url)?;
        if url.contains(['?', '#']) {
            return Err(NotProvider::Url("must not contain ? or #"));
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(NotProvider::Key);
        }
        let url = url.trim_end_matches('/');
        let calls = [Api::Openai, Api::Dify].map(path);
        let url = calls.iter().find_map(|call| url.strip_suffix(call)).unwrap_or(url);
        Ok(Self { base_url: url.trim_end_matches('/').to_owned(), key: Secret::new(key) })
    }

    /// The URL that is called.
    #[must_use]
    pub fn url(&self, api: Api) -> String {
        format!("{}{}", self.base_url, path(api))
    }

    /// The host, in lowercase.
    #[must_use]
    pub fn host(&self) -> String {
        WebUrl::parse(&self.base_url).map_or("", |url| url.host).to_ascii_lowercase()
    }

    /// The key.
    #[must_use]
    pub const fn key(&self) -> &Secret {
        &self.key
    }
}

const fn path(api: Api) -> &'static str {
    match api {
        Api::Openai => "/chat/completions",
        Api::Dify => "/chat-messages",
    }
}
