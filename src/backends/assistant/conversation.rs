//! One user's conversation with the assistants of an account: what its Durable Object stores, and what it does next.
//!
//! One call of a model at a time. Every delivery of a message waits for the same call, and a call that was cut off is never
//! made again: it may have been charged.

use serde::{Deserialize, Serialize};

use crate::assistants::{Limits, Memory, Turn};
use crate::time::{SECONDS_A_DAY, Timestamp};

use super::Question;

/// The number of answers that are remembered for repeated deliveries and for retries.
const MAX_ANSWERS: usize = 16;
/// For how many seconds they are.
const ANSWERS_KEPT: i64 = SECONDS_A_DAY;
/// How many messages may wait for the call that is being made; they are asked together after it.
const MAX_WAITING: usize = 3;
/// How many messages may fetch the answer of a call.
const MAX_FETCHES: usize = 4;
/// In seconds.
const MINUTE: i64 = 60;

/// What the object stores, as JSON.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// The assistant that the memory belongs to.
    assistant: String,
    /// What was said, oldest first.
    turns: Vec<Turn>,
    /// The provider's id of the conversation, if it keeps the memory itself.
    remote: Option<String>,
    /// When the memory expires.
    expires_at: Option<Timestamp>,
    /// The call that is being made, or that was cut off.
    call: Option<Call>,
    /// What is asked after it.
    waiting: Vec<Question>,
    answers: Vec<Answered>,
    asked: Asked,
}

/// A call of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Call {
    /// The messages that are asked together; the answer belongs to the last one.
    questions: Vec<Question>,
    /// When the call began; `None` if it has not.
    began: Option<Timestamp>,
    /// Whether what was said was to be forgotten after that.
    #[serde(default)]
    is_forgotten: bool,
}

/// An answer that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Answered {
    /// The question's id.
    id: String,
    answer: Answer,
    at: Timestamp,
}

/// The answer to a question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The messages; none if it belongs to a later question.
    pub texts: Vec<String>,
    /// Whether the user has seen the first message although that is stored nowhere else.
    pub is_given: bool,
}

/// How often the user has asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Asked {
    /// In days since 1970 in Beijing.
    day: i64,
    today: u32,
    /// The times of the questions of the last minute.
    recent: Vec<Timestamp>,
}

/// What happens to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// It was answered before.
    Answered(Answer),
    /// The answer has to be waited for. The call has to be started if `start` is set.
    Wait {
        /// Whether no call is being made.
        start: bool,
    },
    /// The user has asked too often.
    Limited,
    /// Too many messages wait already.
    Busy,
}

/// What an alarm has to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    /// Ask the model.
    Ask(Box<Prompt>),
    /// The call was cut off: answer with the failure text.
    CutOff(Box<Question>),
    /// Nothing.
    Rest,
}

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Prompt {
    /// The last of the messages that are asked together.
    pub question: Box<Question>,
    /// The texts of all of them.
    pub text: String,
    /// What was said before, oldest first.
    pub turns: Vec<Turn>,
    /// The provider's id of the conversation, if it keeps the memory itself.
    pub remote: Option<String>,
}

/// What a call has brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallOutcome {
    /// The parts of the answer, or of the text that is given instead.
    pub texts: Vec<String>,
    /// The model's answer, if it is to be remembered.
    pub said: Option<String>,
    /// The provider's id of the conversation.
    pub remote: Option<String>,
}

impl Call {
    const fn of(questions: Vec<Question>) -> Self {
        Self { questions, began: None, is_forgotten: false }
    }

    fn is_of(&self, assistant: &str) -> bool {
        self.questions.iter().all(|question| question.assistant == assistant)
    }
}

impl CallOutcome {
    /// A text that the user gets instead of an answer.
    #[must_use]
    pub fn instead(text: &str) -> Self {
        Self { texts: vec![text.to_owned()], ..Self::default() }
    }
}

impl Conversation {
    /// A delivery of a message asks.
    pub fn ask(&mut self, question: &Question, limits: Limits, now: Timestamp) -> Step {
        if let Some(answer) = self.answer(&question.id) {
            return Step::Answered(answer.clone());
        }
        if self.is_pending(&question.id) {
            return Step::Wait { start: self.call.as_ref().is_some_and(|call| call.began.is_none()) };
        }
        if let Some(call) =
            self.call.as_mut().filter(|call| question.is_fetch && call.is_of(&question.assistant))
        {
            // It only fetches the answer that is being waited for.
            if call.questions.iter().filter(|asked| asked.is_fetch).count() >= MAX_FETCHES {
                return Step::Busy;
            }
            call.questions.push(question.clone());
            return Step::Wait { start: call.began.is_none() };
        }
        if self.waiting.len() >= MAX_WAITING {
            return Step::Busy;
        }
        if !self.asked.count(limits, now) {
            return Step::Limited;
        }
        let question = Question { is_fetch: false, ..question.clone() };
        if let Some(call) = &self.call {
            // One that was not begun may have lost its alarm.
            let start = call.began.is_none();
            self.waiting.push(question);
            return Step::Wait { start };
        }
        self.call = Some(Call::of(vec![question]));
        Step::Wait { start: true }
    }

    /// The answer to a question; `None` if there is none yet.
    #[must_use]
    pub fn answer(&self, id: &str) -> Option<&Answer> {
        self.answers.iter().find(|answered| answered.id == id).map(|answered| &answered.answer)
    }

    /// The answer that a delivery waits for; none of its messages if the question was deleted, `None` if it is still asked.
    #[must_use]
    pub fn awaited(&self, id: &str) -> Option<Answer> {
        self.answer(id).cloned().or_else(|| (!self.is_pending(id)).then(Answer::default))
    }

    /// Notes that the user has seen the first message of an answer although nothing else could be stored.
    pub fn given(&mut self, id: &str) {
        for answered in self.answers.iter_mut().filter(|answered| answered.id == id) {
            answered.answer.is_given = true;
        }
    }

    /// Begins what is to be done: store the state before the model is asked.
    pub fn begin(&mut self, memory: impl Fn(&Question) -> Memory, now: Timestamp) -> Work {
        let Some(call) = &mut self.call else { return Work::Rest };
        let Some(question) = call.questions.last().cloned().map(Box::new) else {
            self.call = None;
            return Work::Rest;
        };
        if call.began.is_some() {
            return Work::CutOff(question);
        }
        call.began = Some(now);
        let texts: Vec<&str> =
            call.questions.iter().filter(|asked| !asked.is_fetch).map(|asked| asked.text.as_str()).collect();
        let text = texts.join("\n");
        if self.assistant != question.assistant {
            self.clear();
            self.assistant.clone_from(&question.assistant);
        }
        self.expire(now);
        memory(&question).trim(&mut self.turns);
        let turns = self.turns.clone();
        let remote = self.remote.clone();
        Work::Ask(Box::new(Prompt { question, text, turns, remote }))
    }

    /// Ends the call in which the question with an id was asked; returns the questions with the texts that answer each. What
    /// waited is asked next. Nothing ends if everything was deleted during the call: what was asked since is another call.
    pub fn end(
        &mut self,
        (id, asked): (&str, &str),
        outcome: CallOutcome,
        memory: &Memory,
        now: Timestamp,
    ) -> Vec<(Question, Vec<String>)> {
        let is_of_call =
            |call: &mut Call| call.began.is_some() && call.questions.iter().any(|question| question.id == id);
        let Some(call) = self.call.take_if(is_of_call) else { return Vec::new() };
        if let Some(said) = outcome.said.filter(|_| !call.is_forgotten) {
            self.turns.push(Turn { question: asked.to_owned(), answer: said });
            memory.trim(&mut self.turns);
            self.remote = outcome.remote.or_else(|| self.remote.take());
            self.expires_at = Some(now.plus(i64::from(memory.minutes).saturating_mul(MINUTE)));
        }
        let last = call.questions.len().saturating_sub(1);
        let answered = call.questions.into_iter().enumerate().map(|(index, question)| {
            let texts = if index == last { outcome.texts.clone() } else { Vec::new() };
            (question, texts)
        });
        let answered: Vec<_> = answered.collect();
        for (question, texts) in &answered {
            self.note(&question.id, texts.clone(), now);
        }
        if let Some(next) = self.waiting.first().map(|question| question.assistant.clone()) {
            // Another assistant is asked in a call of its own.
            let (together, waiting) = std::mem::take(&mut self.waiting)
                .into_iter()
                .partition(|question| question.assistant == next);
            self.waiting = waiting;
            self.call = Some(Call::of(together));
        }
        answered
    }

    /// Notes an answer without a call, such as the text that says that the user has asked too often.
    pub fn note(&mut self, id: &str, texts: Vec<String>, now: Timestamp) {
        self.answers.retain(|answer| answer.at.plus(ANSWERS_KEPT) > now && answer.id != id);
        if self.answers.len() >= MAX_ANSWERS {
            self.answers.remove(0);
        }
        let answer = Answer { texts, is_given: false };
        self.answers.push(Answered { id: id.to_owned(), answer, at: now });
    }

    /// The account of the call.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        self.call.as_ref()?.questions.last().map(|question| question.account.as_str())
    }

    /// Whether a call is to be made, is being made, or was cut off.
    #[must_use]
    pub const fn has_call(&self) -> bool {
        self.call.is_some()
    }

    /// Whether a call began.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.call.as_ref().is_some_and(|call| call.began.is_some())
    }

    /// Forgets what was said, and what is being asked.
    pub fn forget(&mut self) {
        self.clear();
        if let Some(call) = &mut self.call {
            call.is_forgotten = true;
        }
    }

    fn clear(&mut self) {
        self.turns.clear();
        self.remote = None;
        self.expires_at = None;
    }

    /// Forgets what has expired; returns when the rest does, `None` if nothing is left.
    pub fn expire(&mut self, now: Timestamp) -> Option<Timestamp> {
        if self.expires_at.is_some_and(|at| at <= now) {
            self.clear();
        }
        self.answers.retain(|answer| answer.at.plus(ANSWERS_KEPT) > now);
        let answers = self.answers.iter().map(|answer| answer.at.plus(ANSWERS_KEPT)).max();
        self.expires_at.into_iter().chain(answers).min()
    }

    /// Whether nothing is left that has to be stored.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.turns.is_empty() && self.call.is_none() && self.waiting.is_empty() && self.answers.is_empty()
    }

    /// The name of the assistant that was last asked.
    #[must_use]
    pub fn assistant(&self) -> &str {
        &self.assistant
    }

    /// What was said, oldest first.
    #[must_use]
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    fn is_pending(&self, id: &str) -> bool {
        let in_call = self.call.iter().flat_map(|call| &call.questions);
        in_call.chain(&self.waiting).any(|question| question.id == id)
    }
}

impl Asked {
    /// Counts a question, unless the user has asked too often.
    fn count(&mut self, limits: Limits, now: Timestamp) -> bool {
        let day = now.day_in_beijing();
        if self.day != day {
            (self.day, self.today) = (day, 0);
        }
        self.recent.retain(|at| at.plus(MINUTE) > now);
        let in_minute = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        if in_minute >= limits.user_minute || self.today >= limits.user_day {
            return false;
        }
        self.recent.push(now);
        self.today = self.today.saturating_add(1);
        true
    }
}
