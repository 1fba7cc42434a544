//! Asks a user's conversation with an assistant for the answer to a message.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use worker::{Context, Delay};

use crate::backends::{
    Answer, AssistantBackend, AttemptOutcome, Backend, ConversationRequest, EntryKey, Question, Slow,
};
use crate::callback::{Message, Reply};
use crate::edge::bindings::{assistant, log, runtime};
use crate::inbox::Entry;
use crate::notice::Notice;
use crate::time::Timestamp;

use super::Dispatcher;
use super::ask::{Replies, budget_left};

/// How much longer than the object waits for the model a request waits for the object.
const MARGIN: Duration = Duration::from_secs(2);
/// How long forgetting may take: a part of WeChat's five seconds.
const FORGET_TIMEOUT: Duration = Duration::from_millis(1500);
/// When to ask again for an answer that takes longer, in seconds: the conversation delivers it by itself before that.
const ASK_AGAIN_AFTER: i64 = 60;

impl Dispatcher {
    pub(super) async fn ask_assistant(
        &self,
        backend: &AssistantBackend,
        id: &str,
        (key, message): (&EntryKey, &Message),
        received_at: Timestamp,
    ) -> Result<Replies, AttemptOutcome> {
        // What needs no model was answered when the message arrived, unless the settings have changed since.
        let Some(text) = backend.text_of(message) else {
            return Ok(Reply::texts(&backend.assistant.texts.unreadable).into());
        };
        let question = Question {
            id: id.to_owned(),
            account: self.account.clone(),
            entry: key.clone(),
            received_at,
            assistant: backend.assistant.name.clone(),
            is_fetch: backend.is_fetch(text),
            text: text.to_owned(),
        };
        let request = ConversationRequest::Ask(Box::new(question));
        let user = (self.account.as_str(), key.openid.as_str());
        let wait = Duration::from_millis(AssistantBackend::WAIT.into()).saturating_add(MARGIN);
        let answer: Result<Option<Answer>, _> = assistant::converse(&self.env, user, &request, wait).await;
        match answer {
            Ok(Some(answer)) => Ok(answer.into()),
            Ok(None) => {
                let error = "the model has not answered yet".to_owned();
                Err(AttemptOutcome::Failed { error, retry_after: Some(ASK_AGAIN_AFTER), trace: None })
            }
            Err(error) => {
                let (account, assistant) = (self.account.as_str(), backend.assistant.name.as_str());
                log::notice(&Notice::ConversationFailed { account, assistant, error: &error.to_string() });
                Err(AttemptOutcome::failed(error.to_string()))
            }
        }
    }

    /// Asks an assistant about a message that waits for D1 in the spool, and waits as long as WeChat does. What it answers in
    /// time is the passive reply; the rest is delivered once D1 has the message.
    pub(in crate::edge) async fn ask_without_database(
        &self,
        message: Arc<Message>,
        entry: &Entry,
        started: i64,
        context: &Context,
    ) -> Option<Reply> {
        let backend = self.settings.backends.answering(entry.record.backend.as_deref(), &message)?.clone();
        let Backend::Assistant(assistant) = &backend else { return None };
        let key = EntryKey::of(entry);
        let id = key.delivery_id(&self.account, backend.id());
        let question = self.ask_assistant(assistant, &id, (&key, &message), entry.record.received_at);
        match select(Box::pin(question), Delay::from(budget_left(&backend, started))).await {
            Either::Left((Ok(answered), _)) => {
                let reply = answered.replies.into_iter().next()?;
                let (dispatcher, openid, id) = (self.clone(), key.openid.clone(), id.clone());
                runtime::after_response(context, async move { dispatcher.note_given(&openid, id).await });
                Some(reply)
            }
            Either::Left((Err(_), _)) => None,
            Either::Right(_) => {
                if self.slow(&backend) == Slow::NextDelivery {
                    self.outwait(started).await;
                }
                None
            }
        }
    }

    /// Notes that the user has seen an answer that D1 does not know of.
    async fn note_given(&self, openid: &str, id: String) {
        let user = (self.account.as_str(), openid);
        let noted: Result<(), _> =
            assistant::converse(&self.env, user, &ConversationRequest::Given(id), FORGET_TIMEOUT).await;
        if let Err(error) = noted {
            let (account, error) = (self.account.as_str(), &error.to_string());
            log::notice(&Notice::AnswerMayRepeat { account, error });
        }
    }

    /// Forgets what a user and the assistants have said.
    pub(in crate::edge) async fn forget_conversation(&self, openid: &str) {
        let user = (self.account.as_str(), openid);
        let forgotten: Result<(), _> =
            assistant::converse(&self.env, user, &ConversationRequest::Forget, FORGET_TIMEOUT).await;
        if let Err(error) = forgotten {
            let (account, error) = (self.account.as_str(), &error.to_string());
            log::notice(&Notice::ConversationNotForgotten { account, error });
        }
    }
}
