//! The log: one structured line for each request, and one for each problem that the answer does not show.
//!
//! No line holds a secret, a token, an OpenID or a message's text. `docs/operations.md` says what each event means
//! and what to do about it; a test compares the two.

use crate::error::{Failure, Fault, Logged};

/// How serious a line is: the method of JavaScript's `console` that writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Everything works.
    Info,
    /// Something failed and will be tried again, or the operator has something to do.
    Warn,
    /// Something is lost, or fails until somebody looks at it.
    Error,
}

impl Level {
    /// The value of `level`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// The value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field<'a> {
    Text(&'a str),
    Number(i64),
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Field<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Field<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// Declares every notice once: its level, its event's name, and its fields. `account` is the account's name in the
/// configuration, and `error` a sentence for the operator.
macro_rules! notices {
    ($($(#[$doc:meta])* $level:ident $variant:ident = $name:literal { $($field:ident: $type:ty),* $(,)? },)*) => {
        /// An event to log in addition to the request's own line.
        #[derive(Debug, Clone)]
        #[expect(missing_docs, reason = "a field is what its name says; see the macro")]
        pub enum Notice<'a> {
            $($(#[$doc])* $variant { $($field: $type),* },)*
        }

        impl Notice<'_> {
            /// Every event's name and level, in the order of the table.
            pub const ALL: &'static [(&'static str, Level)] = &[$(($name, Level::$level)),*];

            /// The value of `event`.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $name,)*
                }
            }

            /// How serious it is.
            #[must_use]
            pub const fn level(&self) -> Level {
                match self {
                    $(Self::$variant { .. } => Level::$level,)*
                }
            }

            /// The line.
            #[must_use]
            pub fn line(&self) -> String {
                let (name, level) = (self.name(), self.level());
                match self {
                    $(Self::$variant { $($field),* } => line(name, level, &[$((stringify!($field), (*$field).into())),*]),)*
                }
            }
        }
    };
}

notices! {
    /// D1 does not answer for an API key, which is believed for at most ten minutes.
    Warn KeyUnconfirmed = "key_unconfirmed" { key: &'a str, error: &'a str },
    /// The copy of an API key in KV is older than the key; the next cron run writes it. The copy is read only where D1 fails.
    Warn KeyNotCopied = "key_not_copied" { account: &'a str, key: &'a str, error: &'a str },
    /// When an API key was used is not stored.
    Warn KeyUseNotStored = "key_use_not_stored" { key: &'a str, error: &'a str },

    /// The published settings cannot be read; the isolate continues with those in its memory.
    Warn SettingsUnreadable = "settings_unreadable" { account: &'a str, error: &'a str },
    /// The published settings are invalid and are not used.
    Error SettingsInvalid = "settings_invalid" { account: &'a str, error: &'a str },
    /// A change of the settings has not reached KV; the next cron run publishes it.
    Warn SettingsNotPublished = "settings_not_published" { account: &'a str, error: &'a str },

    /// WeChat would reject the reply that the rules chose; the user gets none.
    Warn ReplyInvalid = "reply_invalid" { account: &'a str, field: &'a str, error: &'a str },
    /// WeChat would refuse a reply after the one before it, such as one more than it accepts; the user does not get it.
    Warn ReplyLeftOut = "reply_left_out" { account: &'a str, rule: &'a str, error: &'a str },
    /// The reply stored with a repeated delivery cannot be read; the rules answer again.
    Warn StoredReplyUnreadable = "stored_reply_unreadable" { account: &'a str, error: &'a str },
    /// D1 did not store a message; for half a minute this isolate gives messages to the spool at once.
    Warn DatabaseRefused = "database_refused" { account: &'a str, error: &'a str },
    /// D1 accepts nothing of what waits in the spool; it is offered again.
    Warn SpoolNotEmptied = "spool_not_emptied" { account: &'a str, waiting: i64, error: &'a str },
    /// D1 has stored entries that waited in the spool.
    Info SpoolEmptied = "spool_emptied" { account: &'a str, stored: usize, left: i64 },
    /// D1 refuses an entry of the spool again and again while it accepts others; it is kept there, and offered once a day.
    Error SpooledEntrySetAside = "spooled_entry_set_aside" { account: &'a str, error: &'a str },
    /// A message is stored nowhere; what the rules decided was answered.
    Error MessageNotStored = "message_not_stored" { account: &'a str, error: &'a str },

    /// A model has answered.
    Info AssistantAnswered = "assistant_answered" { account: &'a str, assistant: &'a str, provider: &'a str, tokens: i64, ms: i64 },
    /// A model has not answered; the next one is asked, and after the last one the user gets `failure_text`.
    Warn AssistantFailed = "assistant_failed" { account: &'a str, assistant: &'a str, provider: &'a str, error: &'a str },
    /// An account has used up its calls or its tokens of the day; the user gets `limit_text`.
    Warn AssistantLimitReached = "assistant_limit_reached" { account: &'a str, assistant: &'a str },
    /// What a call used is not settled; what was reserved for it counts.
    Warn MeterNotSettled = "meter_not_settled" { account: &'a str, error: &'a str },
    /// A user's conversation did not answer; it is asked again.
    Warn ConversationFailed = "conversation_failed" { account: &'a str, assistant: &'a str, error: &'a str },
    /// An answer was given while D1 was down, which the conversation does not know; the user may get it twice.
    Warn AnswerMayRepeat = "answer_may_repeat" { account: &'a str, error: &'a str },
    /// What a user and an assistant said is not forgotten, although the user asked for that.
    Warn ConversationNotForgotten = "conversation_not_forgotten" { account: &'a str, error: &'a str },

    /// Whether the reply window is open could not be read; WeChat decides.
    Warn WindowUnknown = "window_unknown" { account: &'a str, error: &'a str },
    /// A message was sent, but is missing from the user's timeline.
    Warn SentMessageNotStored = "sent_message_not_stored" { account: &'a str, error: &'a str },

    /// A remark or a follow time that WeChat told is not stored.
    Warn UserNotStored = "user_not_stored" { account: &'a str, error: &'a str },
    /// A message was sent, and automatic answers to the user are not paused as its sender wanted.
    Warn UserNotPaused = "user_not_paused" { account: &'a str, error: &'a str },

    /// A backend failed an attempt; the delivery is tried again, or was given up.
    Warn BackendFailed = "backend_failed" { account: &'a str, backend: &'a str, delivery: &'a str, attempt: i64, error: &'a str },
    /// A backend answered 410 Gone and is switched off.
    Warn BackendSwitchedOff = "backend_switched_off" { account: &'a str, backend: &'a str },
    /// A backend answered 410 Gone and could not be switched off.
    Error BackendNotSwitchedOff = "backend_not_switched_off" { account: &'a str, backend: &'a str, error: &'a str },
    /// The deliveries that are due cannot be read; the next run tries again.
    Warn DeliveriesUnreadable = "deliveries_unreadable" { account: &'a str, error: &'a str },
    /// The outcome of an attempt is not stored, so that the attempt may be made again.
    Error AttemptNotStored = "attempt_not_stored" { account: &'a str, delivery: &'a str, error: &'a str },
    /// Replies of a backend are lost: WeChat does not accept so many, or they can only be passive, and were late.
    Warn RepliesLost = "replies_lost" { account: &'a str, backend: &'a str, replies: usize },
    /// A backend's answer is not stored and not sent; the backend is asked again.
    Warn AnswerNotStored = "answer_not_stored" { account: &'a str, backend: &'a str, error: &'a str },
    /// An answer that was given to a repeated delivery is still kept; the user may get it twice.
    Warn KeptAnswersUnavailable = "kept_answers_unavailable" { account: &'a str, error: &'a str },
    /// WeChat refused a message to a user; `backend` is empty for one of the rules.
    Warn SendRefused = "send_refused" { account: &'a str, delivery: &'a str, backend: &'a str, errcode: i64 },
    /// A user who is waiting for an answer was not told how to fetch it.
    Warn FetchTextNotStored = "fetch_text_not_stored" { account: &'a str, backend: &'a str, error: &'a str },
    /// Messages to a user are left to the cron trigger.
    Warn SendsPostponed = "sends_postponed" { account: &'a str, error: &'a str },

    /// WeChat issued no access token or ticket.
    Error CredentialNotRenewed = "credential_not_renewed" { account: &'a str, error: &'a str },
    /// A new access token or ticket has not reached KV; the token keeper still has it.
    Warn CredentialNotPublished = "credential_not_published" { account: &'a str, error: &'a str },
    /// The token keeper, a Durable Object, failed.
    Error TokenKeeperFailed = "token_keeper_failed" { account: &'a str, error: &'a str },

    /// An Idempotency-Key stays reserved although its call has ended; a repeat is refused.
    Warn IdempotencyKeyNotSettled = "idempotency_key_not_settled" { account: &'a str, error: &'a str },
    /// WeChat did not answer a call that went through the gateway.
    Warn GatewayGotNoAnswer = "gateway_got_no_answer" { error: &'a str },

    /// What became of a request to the callback URL, or that the set-up page is open, is not stored.
    Warn RequestNotRecorded = "request_not_recorded" { account: &'a str, error: &'a str },
    /// A change that was made through the API is missing from `audit/list`.
    Warn ChangeNotRecorded = "change_not_recorded" { account: &'a str, call: &'a str, error: &'a str },

    /// Menus were published, or not, and the next publication has to wait for up to three minutes.
    Warn MenuPublicationNotEnded = "menu_publication_not_ended" { account: &'a str, error: &'a str },

    /// The database has reached 80 % of its limit; both are in megabytes.
    Warn DatabaseNearlyFull = "database_nearly_full" { megabytes: i64, limit: i64 },
    /// D1 has written 80 % of the rows of the day, or refused a call because of them; the rest is reserved for receiving.
    Warn DailyRowsReserved = "daily_rows_reserved" { rows: i64, limit: i64 },
    /// The sum of the rows written today is not known; the isolate goes by its own count.
    Warn RowCounterFailed = "row_counter_failed" { error: &'a str },
    /// What is older than so many days is deleted before its time, because the database is too full.
    Warn ForgottenEarly = "forgotten_early" { account: &'a str, days: i64 },

    /// A scheduled job ran. `served` and `failed` count accounts; `left` is how many wait for the next run.
    Info JobRan = "job_ran" { job: &'a str, served: usize, failed: usize, left: usize, ms: i64 },
    /// A scheduled job failed for an account, or, with an empty account, as a whole.
    Error JobFailed = "job_failed" { job: &'a str, account: &'a str, error: &'a str },
    /// Where the jobs stopped is not stored; the next run may begin with the same accounts.
    Warn JobProgressUnavailable = "job_progress_unavailable" { error: &'a str },
}

/// The line of one request: `event` is `request`.
#[derive(Debug, Clone, Default)]
pub struct RequestLine<'a> {
    /// Also in the answer of a request that failed.
    pub request_id: &'a str,
    /// `callback`, `verify`, `api`, `gateway` or `health`; `none` for an unknown path.
    pub route: &'static str,
    /// The account's name; empty if there is none.
    pub account: &'a str,
    /// The HTTP method.
    pub method: &'a str,
    /// The HTTP status.
    pub status: u16,
    /// For a callback the outcome that `message/list` shows, else `ok` or the failure's public code.
    pub outcome: &'a str,
    /// Milliseconds until the answer; the runtime's clock advances only during IO.
    pub ms: i64,
    /// The call of the JSON API, or WeChat's path in a call through the gateway; see [`GatewayPath::logged`](crate::gateway::GatewayPath::logged).
    pub call: Option<&'a str>,
    /// The id of the API key, or `root`.
    pub key: Option<&'a str>,
    /// WeChat's errcode, if it refused.
    pub errcode: Option<i64>,
    /// WeChat's id of the request, if it refused it.
    pub rid: Option<&'a str>,
    /// The field that is wrong.
    pub field: Option<&'a str>,
    /// Why it failed, with details for the operator.
    pub error: Option<&'a str>,
}

impl<'a> RequestLine<'a> {
    /// Adds the fields of a failure.
    #[must_use]
    pub fn failed(mut self, failure: &'a Failure, logged: &'a Logged) -> Self {
        self.status = failure.status;
        self.outcome = failure.code;
        self.field = logged.field.as_deref();
        if let Some(refusal) = &failure.refusal {
            self.errcode = Some(refusal.errcode);
            self.rid = refusal.rid.as_deref();
        }
        self.error = Some(&logged.message);
        self
    }

    /// The line, whose level is the fault's if it failed.
    #[must_use]
    pub fn line(&self, fault: Option<Fault>) -> (Level, String) {
        let level = match fault {
            None | Some(Fault::Caller) => Level::Info,
            Some(Fault::Operator) => Level::Warn,
            Some(Fault::Ours) => Level::Error,
        };
        (level, line("request", level, &self.fields()))
    }

    fn fields(&self) -> Vec<(&'static str, Field<'_>)> {
        let mut fields: Vec<(&'static str, Field<'_>)> = vec![
            ("request_id", self.request_id.into()),
            ("route", self.route.into()),
            ("account", self.account.into()),
            ("method", self.method.into()),
            ("status", i64::from(self.status).into()),
            ("outcome", self.outcome.into()),
            ("ms", self.ms.into()),
        ];
        let texts = [("call", self.call), ("key", self.key), ("rid", self.rid), ("field", self.field)];
        fields.extend(texts.into_iter().filter_map(|(name, text)| Some((name, Field::Text(text?)))));
        fields.extend(self.errcode.map(|errcode| ("errcode", Field::Number(errcode))));
        fields.extend(self.error.map(|error| ("error", Field::Text(error))));
        fields
    }
}

/// One JSON object, the event and its level first.
fn line(event: &str, level: Level, fields: &[(&str, Field<'_>)]) -> String {
    // Names need no escaping.
    let mut line = format!(r#"{{"event":"{event}","level":"{}""#, level.name());
    for (name, value) in fields {
        line.extend([",\"", name, "\":"]);
        match value {
            Field::Text(text) => line.push_str(&serde_json::to_string(text).unwrap_or_default()),
            Field::Number(number) => line.push_str(&number.to_string()),
        }
    }
    line.push('}');
    line
}
