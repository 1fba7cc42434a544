//! One Official Account: what each of its uses needs, or what is missing for it.

use std::collections::BTreeMap;

use crate::secret::Secret;

use super::source::AccountSource;
use super::variable::{self, Variable};
use super::{AppId, EncodingAesKey, OriginalId, Problem};

/// Unless `WECHAT_SIGNATURE_MAX_AGE` is set.
const DEFAULT_SIGNATURE_MAX_AGE: u64 = 600;

/// An Official Account (公众号 or 服务号).
#[derive(Debug)]
pub struct Account {
    name: String,
    tokens: Result<CallbackTokens, Problem>,
    callback: Result<Callback, Vec<Problem>>,
    app: Result<AppCredentials, Vec<Problem>>,
    providers: Result<Providers, Problem>,
    variables: Vec<Variable>,
}

/// Where the secrets of the providers of models are.
#[derive(Debug)]
pub(super) enum Providers {
    /// In `AI_...`: those of the first account, also for further ones that say so.
    Variables,
    /// In the account's entry of `ACCOUNTS`.
    Own(BTreeMap<String, Secret>),
}

/// Where the secret of a provider is.
#[derive(Debug)]
pub enum ProviderSecret<'a> {
    /// In a variable of its own.
    Variable,
    /// In the account's entry of `ACCOUNTS`, whose path comes first; `None` = it is missing.
    Value(String, Option<&'a Secret>),
}

/// What WeChat requires for an access token.
#[derive(Debug, Clone)]
pub struct AppCredentials {
    /// AppID
    pub app_id: AppId,
    /// AppSecret
    pub secret: Secret,
}

/// What receiving messages needs.
#[derive(Debug)]
pub struct Callback {
    /// The keys of the signatures.
    pub tokens: CallbackTokens,
    /// What compatible and secure mode need, or what is missing for them.
    pub encryption: Result<Encryption, Problem>,
    /// If set, `ToUserName` must equal it.
    pub original_id: Option<OriginalId>,
    /// Reject callbacks that are not encrypted. True if there is an EncodingAESKey, unless the operator says otherwise:
    /// the signature of a plaintext does not cover the body.
    pub require_encryption: bool,
    /// Maximum difference between a `POST`'s timestamp and our clock, in seconds; `None` = no limit.
    pub signature_max_age: Option<u64>,
}

/// The callback token (令牌), and the previous one during a rotation.
#[derive(Debug, Clone)]
pub struct CallbackTokens {
    current: Secret,
    previous: Option<Secret>,
}

/// The keys of compatible and secure mode.
#[derive(Debug, Clone)]
pub struct Encryption {
    /// The AppID at the end of every plaintext.
    pub app_id: AppId,
    current: EncodingAesKey,
    previous: Option<EncodingAesKey>,
}

impl Account {
    pub(super) fn parse(source: &AccountSource) -> Self {
        let (callback, app) = (Callback::parse(source), AppCredentials::parse(source));
        let problems: Vec<&Problem> =
            [callback.as_ref().err(), app.as_ref().err()].into_iter().flatten().flatten().collect();
        let variables = variable::of_account(source, &problems);
        let (name, tokens) = (source.name.clone(), CallbackTokens::parse(source));
        Self { name, tokens, callback, app, providers: source.providers(), variables }
    }

    /// The name in the path `/callback/{account}`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What server address verification needs: the callback token, and nothing else.
    pub const fn tokens(&self) -> Result<&CallbackTokens, &Problem> {
        self.tokens.as_ref()
    }

    /// What receiving messages needs.
    pub fn callback(&self) -> Result<&Callback, &[Problem]> {
        self.callback.as_ref().map_err(Vec::as_slice)
    }

    /// What calling WeChat's API needs.
    pub fn app(&self) -> Result<&AppCredentials, &[Problem]> {
        self.app.as_ref().map_err(Vec::as_slice)
    }

    /// Where the base URL and the key of a provider of models are, such as `deepseek`.
    #[must_use]
    pub fn provider(&self, name: &str) -> ProviderSecret<'_> {
        match &self.providers {
            Ok(Providers::Variables) => ProviderSecret::Variable,
            Ok(Providers::Own(secrets)) => ProviderSecret::Value(
                format!("ai.{name} in the account's entry of ACCOUNTS"),
                secrets.get(name),
            ),
            Err(problem) => ProviderSecret::Value(problem.variable().to_owned(), None),
        }
    }

    /// The variables that every account has, and whether they are set.
    #[must_use]
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// What the operator has to fix before callbacks of this account can be answered.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.callback.as_ref().err().map(Vec::as_slice).unwrap_or_default()
    }

    /// What the operator has to fix before models can be asked for this account.
    #[must_use]
    pub const fn provider_problem(&self) -> Option<&Problem> {
        match &self.providers {
            Ok(_) => None,
            Err(problem) => Some(problem),
        }
    }
}

impl CallbackTokens {
    fn parse(source: &AccountSource) -> Result<Self, Problem> {
        let current =
            source.text("token")?.ok_or_else(|| Problem::new(source.label("token"), "is missing"))?;
        Ok(Self { current: Secret::new(current), previous: source.text("previous_token")?.map(Secret::new) })
    }

    /// The tokens to try, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl AppCredentials {
    fn parse(source: &AccountSource) -> Result<Self, Vec<Problem>> {
        let mut fields = Fields { source, problems: Vec::new() };
        let app_id = fields.optional("app_id", AppId::RULE, AppId::parse);
        let secret = fields.optional("app_secret", "must be text", |text| Some(Secret::new(text)));
        match (app_id, secret) {
            (Some(app_id), Some(secret)) => Ok(Self { app_id, secret }),
            (app_id, secret) => {
                for (field, is_there) in [("app_id", app_id.is_some()), ("app_secret", secret.is_some())] {
                    if !is_there {
                        fields.complain(field, "is missing, but WeChat's API needs it");
                    }
                }
                Err(fields.problems)
            }
        }
    }
}

impl Encryption {
    /// The keys to try, the current one first.
    pub fn keys(&self) -> impl Iterator<Item = &EncodingAesKey> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl Callback {
    fn parse(source: &AccountSource) -> Result<Self, Vec<Problem>> {
        let mut fields = Fields { source, problems: source.unknown_field().into_iter().collect() };
        let tokens = fields.keep(CallbackTokens::parse(source));
        let app_id = fields.optional("app_id", AppId::RULE, AppId::parse);
        let aes_key = fields.optional("encoding_aes_key", EncodingAesKey::RULE, EncodingAesKey::parse);
        let previous =
            fields.optional("previous_encoding_aes_key", EncodingAesKey::RULE, EncodingAesKey::parse);
        let original_id = fields.optional("original_id", OriginalId::RULE, OriginalId::parse);
        let require_encryption = fields
            .optional("require_encryption", "must be true or false", |text| text.parse().ok())
            .unwrap_or_else(|| aes_key.is_some());
        let signature_max_age = fields
            .optional("signature_max_age", "must be a number of seconds", |text| text.parse().ok())
            .unwrap_or(DEFAULT_SIGNATURE_MAX_AGE);

        if aes_key.is_some() && app_id.is_none() {
            fields.complain("app_id", "is missing, but encryption needs it");
        }
        if aes_key.is_none() && (require_encryption || previous.is_some()) {
            fields.complain("encoding_aes_key", "is missing, but encryption needs it");
        }

        let no_key = "is missing, but the message is encrypted";
        let encryption = app_id
            .zip(aes_key)
            .map(|(app_id, current)| Encryption { app_id, current, previous })
            .ok_or_else(|| Problem::new(source.label("encoding_aes_key"), no_key));
        match tokens {
            Some(tokens) if fields.problems.is_empty() => Ok(Self {
                tokens,
                encryption,
                original_id,
                require_encryption,
                signature_max_age: (signature_max_age > 0).then_some(signature_max_age),
            }),
            _ => Err(fields.problems),
        }
    }
}

/// Reads fields one by one and collects the complaints, so that the operator sees all of them at once.
struct Fields<'a> {
    source: &'a AccountSource,
    problems: Vec<Problem>,
}

impl Fields<'_> {
    fn optional<T>(&mut self, field: &str, rule: &'static str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.keep(self.source.text(field))??;
        let value = parse(&text);
        if value.is_none() {
            self.complain(field, rule);
        }
        value
    }

    fn keep<T>(&mut self, read: Result<T, Problem>) -> Option<T> {
        read.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Keeps only the first complaint about a field: a malformed key is not also missing.
    fn complain(&mut self, field: &str, complaint: &'static str) {
        let variable = self.source.label(field);
        if self.problems.iter().all(|problem| problem.variable != variable) {
            self.problems.push(Problem { variable, complaint });
        }
    }
}
