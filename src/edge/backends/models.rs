//! Asks the models of an account's assistants.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use worker::Delay;

use crate::api::assistant::{AssistantTested, LastCall, ProviderChecked, ProviderState};
use crate::assistants::text::{Layout, Placeholders, Unusable};
use crate::assistants::{
    Ask, Assistant, Completion, Failure, Memory, Model, NotProvider, Provider, Reader, Slow,
};
use crate::backends::{Answer, AssistantBackend, Backend, CallOutcome, EntryKey, Prompt, Question, Reserved};
use crate::callback::Trigger;
use crate::config::ProviderSecret;
use crate::edge::bindings::{Env, fetch, log, runtime};
use crate::edge::state::settings;
use crate::error::Error;
use crate::mac::{Purpose, SigningKeys};
use crate::notice::Notice;
use crate::settings::Settings;

use super::Dispatcher;
use super::ask::Answered;
use super::metering::estimate;

/// The longest that a busy provider is waited for, in seconds, once.
const LONGEST_WAIT: u32 = 5;

/// The longest that a provider is waited for when it is checked, in milliseconds.
const LONGEST_CHECK: u32 = 15_000;

/// What the models of an assistant have said.
struct Said {
    end: End,
    /// How many tokens it took.
    tokens: u64,
    /// The providers that did not answer, and why.
    errors: Vec<(String, String)>,
    /// What that says about each of them.
    seen: Vec<(String, Option<String>)>,
}

/// What it comes to.
enum End {
    Answer {
        /// The messages that the user gets.
        texts: Vec<String>,
        /// The answer without its label.
        text: String,
        /// As the model wrote it.
        raw: String,
        model: String,
        /// The provider's id of the conversation.
        conversation: Option<String>,
    },
    Blocked,
    Failure,
}

/// The assistants of an account.
pub(in crate::edge) struct Models(pub(super) Dispatcher);

impl Models {
    /// Those of the settings of this isolate, at most a minute old.
    pub(in crate::edge) async fn of(account: &str, env: &Env) -> Result<Self, Error> {
        Ok(Self::with(account, env, settings::at_hand(account, env).await?))
    }

    /// Those of these settings.
    pub(in crate::edge) fn with(account: &str, env: &Env, settings: Rc<Settings>) -> Self {
        Self(Dispatcher {
            env: env.clone(),
            config: runtime::config(env),
            settings,
            account: account.to_owned(),
        })
    }

    /// The names of all providers, each once.
    fn providers(&self) -> BTreeSet<String> {
        let models = self.0.settings.backends.assistants().flat_map(|backend| &backend.assistant.models);
        models.map(|model| model.provider.clone()).collect()
    }

    /// The names of the providers of an assistant, each once.
    pub(in crate::edge) fn providers_of(&self, assistant: &str) -> BTreeSet<String> {
        let models = self.find(assistant).into_iter().flat_map(|assistant| &assistant.models);
        models.map(|model| model.provider.clone()).collect()
    }

    /// The same, read from D1 if the assistant is not among them: it may be new.
    pub(in crate::edge) async fn knowing(self, assistant: &str) -> Result<Self, Error> {
        if self.find(assistant).is_some() {
            return Ok(self);
        }
        let settings = settings::current(&self.0.account, &self.0.env).await?;
        Ok(Self(Dispatcher { settings, ..self.0 }))
    }

    /// The assistant with a name.
    pub(in crate::edge) fn find(&self, name: &str) -> Option<&Assistant> {
        self.backend(name).map(|backend| &backend.assistant)
    }

    fn backend(&self, name: &str) -> Option<&AssistantBackend> {
        self.0.settings.backends.assistant(name).map(AsRef::as_ref)
    }

    /// Asks the models in turn, and returns the answer, or the text that the user gets instead.
    pub(in crate::edge) async fn ask(&self, prompt: &Prompt) -> CallOutcome {
        let Question { id, assistant, entry, .. } = &*prompt.question;
        let Some(assistant) = self.find(assistant) else { return CallOutcome::default() };
        match self.reserve(id, &entry.openid, estimate(assistant, prompt), assistant.limits).await {
            Ok(Reserved::Yes) => {}
            Ok(Reserved::No) => {
                let (account, assistant_name) = (self.0.account.as_str(), assistant.name.as_str());
                log::notice(&Notice::AssistantLimitReached { account, assistant: assistant_name });
                return CallOutcome::instead(&assistant.texts.limit);
            }
            // What cannot be counted may cost anything.
            Err(error) => return self.failed(assistant, &error.to_string()),
        }
        let user = self.user(&entry.openid);
        let said = self.first_answer(prompt, assistant, &user).await;
        self.settle(id, said.tokens, said.seen).await;
        for (provider, error) in &said.errors {
            self.log_failure(assistant, provider, error);
        }
        let instead = match said.end {
            End::Answer { texts, text, conversation, .. } => {
                return CallOutcome { texts, said: Some(text), remote: conversation };
            }
            End::Blocked => &assistant.texts.blocked,
            End::Failure => &assistant.texts.failure,
        };
        CallOutcome::instead(instead)
    }

    /// What an assistant would answer to the first message of a conversation.
    pub(in crate::edge) async fn test(
        &self,
        assistant: &Assistant,
        text: String,
    ) -> Result<AssistantTested, Error> {
        let prompt = self.first_question(assistant, text)?;
        let (began, id) = (runtime::milliseconds(), prompt.question.id.as_str());
        if self.reserve(id, "", estimate(assistant, &prompt), assistant.limits).await? == Reserved::No {
            return Ok(AssistantTested {
                answer: vec![assistant.texts.limit.clone()],
                ..AssistantTested::default()
            });
        }
        let said = self.first_answer(&prompt, assistant, &self.user("")).await;
        self.settle(id, said.tokens, said.seen).await;
        let (answer, raw, model) = match said.end {
            End::Answer { texts, raw, model, .. } => (texts, Some(raw), Some(model)),
            End::Blocked => (vec![assistant.texts.blocked.clone()], None, None),
            End::Failure => (vec![assistant.texts.failure.clone()], None, None),
        };
        let took_ms = runtime::milliseconds().saturating_sub(began);
        let errors =
            said.errors.into_iter().map(|(provider, error)| format!("{provider}: {error}")).collect();
        Ok(AssistantTested { answer, raw, model, tokens: said.tokens, took_ms, errors })
    }

    /// The first message of a conversation.
    fn first_question(&self, assistant: &Assistant, text: String) -> Result<Prompt, Error> {
        let id = format!("test_{}", runtime::nonce()?);
        let entry = EntryKey { create_time: runtime::now(), openid: String::new(), id: id.clone() };
        let question = Question {
            id,
            account: self.0.account.clone(),
            entry,
            received_at: runtime::now(),
            assistant: assistant.name.clone(),
            text: text.clone(),
            is_fetch: false,
        };
        Ok(Prompt { question: Box::new(question), text, turns: Vec::new(), remote: None })
    }

    /// Asks a provider for one token, with the first model of an assistant that names it.
    pub(in crate::edge) async fn check(&self, provider: &str) -> Result<ProviderChecked, Error> {
        let assistants = self.0.settings.backends.assistants().map(|backend| &backend.assistant);
        let mut models =
            assistants.flat_map(|assistant| assistant.models.iter().map(move |model| (assistant, model)));
        let (assistant, model) = models
            .find(|(_, model)| model.provider == provider)
            .ok_or(crate::api::Error::NotFound("provider"))?;
        let model = Model { max_tokens: 1, ..model.clone() };
        let timeout = assistant.timeout.min(LONGEST_CHECK);
        let assistant = Assistant { prompt: String::new(), timeout, ..assistant.clone() };
        let prompt = self.first_question(&assistant, "hi".to_owned())?;
        let began = runtime::milliseconds();
        let (error, seen) = match self.complete(&model, &assistant, &prompt, &self.user("")).await {
            // With one token it may have thought, and nothing else.
            Ok(_) | Err(Failure::NoText { .. }) => (None, Some((provider.to_owned(), None))),
            Err(failure) => (Some(failure.to_string()), self.seen_of(provider, &failure)),
        };
        let took_ms = runtime::milliseconds().saturating_sub(began);
        if let Some(seen) = seen {
            self.note(vec![seen]).await;
        }
        Ok(ProviderChecked { ok: error.is_none(), model: model.model, took_ms, error })
    }

    /// What a failure says about a provider that was asked, if its operator has to change something. Its secret is looked at
    /// whenever that is wanted.
    fn seen_of(&self, provider: &str, failure: &Failure) -> Option<(String, Option<String>)> {
        let Failure::Misconfigured(reason) = failure else { return None };
        let (_, secret) = self.provider(provider);
        secret.is_ok().then(|| (provider.to_owned(), Some(reason.clone())))
    }

    /// The providers that assistants name, with what is wrong with their secrets and how they last answered.
    pub(in crate::edge) async fn provider_states(&self) -> Vec<ProviderState> {
        let names = self.providers();
        let seen = if names.is_empty() { Vec::new() } else { self.seen().await };
        let state = |name: String| {
            let (secret, provider) = self.provider(&name);
            let (host, problem) = match provider {
                Ok(provider) => (Some(provider.host()), None),
                Err(complaint) => (None, Some(complaint.to_owned())),
            };
            let last = seen.iter().find(|(seen, ..)| *seen == name).filter(|_| problem.is_none());
            let last =
                last.map(|(_, at, error)| LastCall { ok: error.is_none(), at: *at, error: error.clone() });
            ProviderState { name, secret, host, problem, last }
        };
        names.into_iter().map(state).collect()
    }

    /// The answer of the first model that has one.
    async fn first_answer(&self, prompt: &Prompt, assistant: &Assistant, user: &str) -> Said {
        let mut said = Said { end: End::Failure, tokens: 0, errors: Vec::new(), seen: Vec::new() };
        for model in &assistant.models {
            let began = runtime::milliseconds();
            let failure = match self.complete(model, assistant, prompt, user).await {
                Ok(completion) => {
                    said.seen.push((model.provider.clone(), None));
                    let usage = completion.usage;
                    let tokens = usage.unwrap_or_else(|| estimate(assistant, prompt));
                    match self.answer(model, assistant, completion) {
                        Ok(answer) => {
                            said.tokens = said.tokens.saturating_add(tokens);
                            self.log_answer(assistant, model, tokens, began);
                            said.end = answer;
                            return said;
                        }
                        Err(Unusable::Blocked) => {
                            said.tokens = said.tokens.saturating_add(tokens);
                            said.end = End::Blocked;
                            return said;
                        }
                        Err(Unusable::Empty) => Failure::NoText { reason: "its answer is empty", usage },
                    }
                }
                Err(Failure::Refused) => {
                    said.end = End::Blocked;
                    return said;
                }
                Err(failure) => failure,
            };
            // What only thought, or was not waited for, is charged as well.
            if let Failure::NoText { usage, .. } | Failure::Lost { usage, .. } = failure {
                let tokens = usage.unwrap_or_else(|| estimate(assistant, prompt));
                said.tokens = said.tokens.saturating_add(tokens);
            }
            said.seen.extend(self.seen_of(&model.provider, &failure));
            said.errors.push((model.provider.clone(), failure.to_string()));
        }
        said
    }

    /// Asks one model, once more if it is busy for a few seconds.
    async fn complete(
        &self,
        model: &Model,
        assistant: &Assistant,
        prompt: &Prompt,
        user: &str,
    ) -> Result<Completion, Failure> {
        let (label, provider) = self.provider(&model.provider);
        let provider = provider
            .map_err(|complaint| Failure::Misconfigured(format!("its secret {label} {complaint}")))?;
        let mut ask = Ask {
            assistant,
            model,
            provider: &provider,
            account: &self.0.account,
            history: &prompt.turns,
            text: &prompt.text,
            user,
            conversation: prompt.remote.as_deref(),
            timeout: assistant.timeout,
            now: runtime::now(),
        };
        match self.complete_once(&ask).await {
            Err(Failure::Busy { retry_after: Some(seconds) }) if seconds <= LONGEST_WAIT => {
                Delay::from(Duration::from_secs(seconds.into())).await;
            }
            Err(Failure::ConversationGone) => ask.conversation = None,
            outcome => return outcome,
        }
        self.complete_once(&ask).await
    }

    async fn complete_once(&self, ask: &Ask<'_>) -> Result<Completion, Failure> {
        let answer =
            fetch::send_to_backend(&self.0.env, &ask.request()).await.map_err(|error| match error {
                fetch::NoAnswer::Lost(reason) => Failure::Lost { reason, usage: None },
                fetch::NoAnswer::Failed(reason) => Failure::Failed(reason),
            })?;
        let mut reader = Reader::new(ask.model.api);
        reader.push(&answer.body);
        reader.finish(answer.status, answer.retry_after.as_deref())
    }

    /// An answer as the messages that the user gets.
    fn answer(&self, model: &Model, assistant: &Assistant, completion: Completion) -> Result<End, Unusable> {
        let text = assistant.clean(&completion)?;
        let placeholders =
            Placeholders { model: &model.model, account: &self.0.account, now: runtime::now() };
        let label = placeholders.replace_in(&assistant.label);
        let layout = Layout {
            label: &label,
            label_at: assistant.label_at,
            parts_max: assistant.parts_max,
            is_fetched: assistant.slow == Slow::NextDelivery,
        };
        let Completion { text: raw, conversation, .. } = completion;
        Ok(End::Answer { texts: layout.parts(&text), text, raw, model: model.model.clone(), conversation })
    }

    /// Where a provider's secret is, and the provider, or what is wrong with the secret: "is missing".
    pub(in crate::edge) fn provider(&self, name: &str) -> (String, Result<Provider, &'static str>) {
        let Ok(account) = self.0.config.account(Some(&self.0.account)) else {
            return (String::new(), Err("is missing"));
        };
        let (label, secret) = match account.provider(name) {
            ProviderSecret::Variable => {
                let variable = Provider::secret_name(name);
                let secret = runtime::secret(&self.0.env, &variable);
                (variable, secret)
            }
            ProviderSecret::Value(label, secret) => (label, secret.cloned()),
        };
        let Some(secret) = secret else { return (label, Err("is missing")) };
        let allow_private = self.0.config.webhook_allow_private();
        (label, Provider::parse(secret.expose(), allow_private).map_err(NotProvider::complaint))
    }

    /// The user, as providers know them: 16 hex digits that do not lead to the OpenID.
    fn user(&self, openid: &str) -> String {
        let code = |keys: &SigningKeys| keys.codes(Purpose::AssistantUser, &[&self.0.account, openid]).next();
        let code = self.0.config.signing_keys().ok().and_then(code).unwrap_or_default();
        code.first_chunk().map_or_else(String::new, |bytes| format!("{:016x}", u64::from_be_bytes(*bytes)))
    }

    /// What becomes of a question whose call was cut off. It is not asked again: the call may have been charged.
    pub(in crate::edge) fn cut_off(&self, question: &Question) -> CallOutcome {
        match self.find(&question.assistant) {
            Some(assistant) => self.failed(assistant, "the call was cut off, and is not made again"),
            None => CallOutcome::default(),
        }
    }

    fn failed(&self, assistant: &Assistant, error: &str) -> CallOutcome {
        self.log_failure(assistant, "", error);
        CallOutcome::instead(&assistant.texts.failure)
    }

    /// What an assistant remembers.
    pub(in crate::edge) fn memory(&self, assistant: &str) -> Memory {
        self.find(assistant).map(|assistant| assistant.memory.clone()).unwrap_or_default()
    }

    /// How long a call may take altogether.
    pub(in crate::edge) fn longest_call(&self, assistant: &str) -> Duration {
        let Some(assistant) = self.find(assistant) else { return Duration::ZERO };
        let calls = u32::try_from(assistant.models.len()).unwrap_or(u32::MAX).saturating_mul(2);
        Duration::from_millis(u64::from(assistant.timeout)).saturating_mul(calls)
    }

    /// Delivers an answer for which WeChat no longer waits, unless somebody has.
    pub(in crate::edge) async fn deliver_late(&self, question: &Question, texts: Vec<String>) {
        let Some(backend) = self.0.settings.backends.assistant(&question.assistant) else { return };
        let backend = &Backend::Assistant(backend.clone());
        let answer = Answer { texts, is_given: false }.into();
        let answered = Answered { backend, trigger: Some(Trigger::Message), answer };
        self.0.late(answered, (&question.entry, &question.id), question.received_at).await;
    }

    fn log_answer(&self, assistant: &Assistant, model: &Model, tokens: u64, began: i64) {
        let (account, provider) = (self.0.account.as_str(), model.provider.as_str());
        let ms = runtime::milliseconds().saturating_sub(began);
        let tokens = i64::try_from(tokens).unwrap_or(i64::MAX);
        log::notice(&Notice::AssistantAnswered { account, assistant: &assistant.name, provider, tokens, ms });
    }

    fn log_failure(&self, assistant: &Assistant, provider: &str, error: &str) {
        let account = self.0.account.as_str();
        log::notice(&Notice::AssistantFailed { account, assistant: &assistant.name, provider, error });
    }
}
