//! How calls fail: which statuses and codes, and where.
//!
//! `src/error.rs` decides them and stands above us; a test compares every example here with what it answers.

use serde_json::{Map, Value, json};

use crate::api::{Effect, Endpoint};

/// All failures of one status.
pub(super) struct Failure {
    pub(super) status: u16,
    /// In `components.responses`.
    name: &'static str,
    occurs: Occurs,
    description: &'static str,
    /// One for each code.
    examples: &'static [Example],
}

/// Which calls may fail so.
#[derive(Clone, Copy)]
enum Occurs {
    Everywhere,
    WhereWechatDecides,
    InMessages,
    InMessagesAndChanges,
}

struct Example {
    code: &'static str,
    message: &'static str,
    detail: Detail,
}

/// What a failure says beside its code and its message.
enum Detail {
    None,
    Field(&'static str),
    Since(i64),
    Refusal { errcode: i64, errmsg: &'static str },
}

const FAILURES: [Failure; 12] = [
    Failure {
        status: 400,
        name: "BadRequest",
        occurs: Occurs::Everywhere,
        description: "`invalid_parameter`: the body is not what the call takes; `field` says where.",
        examples: &[Example {
            code: "invalid_parameter",
            message: "openid is empty",
            detail: Detail::Field("openid"),
        }],
    },
    Failure {
        status: 401,
        name: "Unauthorized",
        occurs: Occurs::Everywhere,
        description: "`unauthorized`: there is no API key, or it is wrong, expired or revoked.",
        examples: &[Example {
            code: "unauthorized",
            message: "send a valid API key as `Authorization: Bearer <api key>`",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 403,
        name: "Forbidden",
        occurs: Occurs::Everywhere,
        description: "`forbidden`: the API key lacks the scope, or belongs to another account.",
        examples: &[Example {
            code: "forbidden",
            message: "this API key lacks the scope menu:write",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 404,
        name: "NotFound",
        occurs: Occurs::Everywhere,
        description: "`not_found`: there is no such account, message, user or key.",
        examples: &[Example {
            code: "not_found",
            message: "there is no account of this name",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 409,
        name: "Conflict",
        occurs: Occurs::InMessagesAndChanges,
        description: "`window_closed`, of messages: the user may not be sent one now, `since` that time; \
                      WeChat was not asked. \
                      `conflict`, of changes: the settings are not at the version that `if_version` names.",
        examples: &[
            Example {
                code: "conflict",
                message: "somebody else has changed it meanwhile: it is at version 7; read it again and repeat the \
                          change",
                detail: Detail::None,
            },
            Example {
                code: "window_closed",
                message: "the user's window has been closed since 1763776800: it opens for 48 hours when the user writes, \
                      and for a minute when the user follows, taps the menu or scans a code; \
                      send it with `try_anyway` to have WeChat decide",
                detail: Detail::Since(1_763_776_800),
            },
        ],
    },
    Failure {
        status: 413,
        name: "ContentTooLarge",
        occurs: Occurs::Everywhere,
        description: "`invalid_parameter`: the body has more than 256 KiB, or 2 MiB for `rule/import` and `rule/test`.",
        examples: &[Example {
            code: "invalid_parameter",
            message: "the body has more than 256 KiB, or 2 MiB for `rule/import` and `rule/test`",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 422,
        name: "UnprocessableContent",
        occurs: Occurs::InMessages,
        description: "`invalid_reply`: the message is one WeChat would refuse; `field` says where.",
        examples: &[Example {
            code: "invalid_reply",
            message: "text.content is empty",
            detail: Detail::Field("text.content"),
        }],
    },
    Failure {
        status: 429,
        name: "TooManyRequests",
        occurs: Occurs::WhereWechatDecides,
        description: "`rate_limited`: a quota of WeChat's is used up.",
        examples: &[Example {
            code: "rate_limited",
            message: "WeChat refused (45009: reach max api daily quota limit). \
                      The quota is used up; it begins anew at midnight in Beijing.",
            detail: Detail::Refusal { errcode: 45009, errmsg: "reach max api daily quota limit" },
        }],
    },
    Failure {
        status: 500,
        name: "InternalServerError",
        occurs: Occurs::Everywhere,
        description: "`internal`: something failed on our side; the log has it under `request_id`.",
        examples: &[Example {
            code: "internal",
            message: "something failed on our side; it is in the log",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 502,
        name: "BadGateway",
        occurs: Occurs::WhereWechatDecides,
        description: "`wechat_error`: WeChat refused, and `errcode` says why. \
                      `request_failed`: WeChat could not be reached, or its answer cannot be read; \
                      the call may have taken effect.",
        examples: &[
            Example {
                code: "wechat_error",
                message: "WeChat refused (43004: require subscribe). This user does not follow the account.",
                detail: Detail::Refusal { errcode: 43004, errmsg: "require subscribe" },
            },
            Example {
                code: "request_failed",
                message: "WeChat could not be reached, or the connection broke",
                detail: Detail::None,
            },
        ],
    },
    Failure {
        status: 503,
        name: "ServiceUnavailable",
        occurs: Occurs::Everywhere,
        description: "`not_configured`: the operator has something to set; `message` says what. \
                      `internal`, of `key/revoke` alone: the key is revoked, and not everybody knows it yet.",
        examples: &[
            Example {
                code: "not_configured",
                message: "not configured: WECHAT_APP_SECRET is missing, and WeChat's API needs it",
                detail: Detail::None,
            },
            Example {
                code: "internal",
                message: "the key is revoked, but other locations may take it until the news reaches them; \
                          revoke it again",
                detail: Detail::None,
            },
        ],
    },
    Failure {
        status: 504,
        name: "GatewayTimeout",
        occurs: Occurs::WhereWechatDecides,
        description: "`request_failed`: WeChat did not answer in time; the call may have taken effect.",
        examples: &[Example {
            code: "request_failed",
            message: "WeChat did not answer in time; the call may have taken effect",
            detail: Detail::None,
        }],
    },
];

/// Answers another method than POST, which no operation of the document stands for.
const METHOD_NOT_ALLOWED: &str = "method_not_allowed";

/// How a call may fail.
pub(super) fn failures_of(endpoint: &Endpoint) -> impl Iterator<Item = &'static Failure> {
    let calls_wechat = endpoint.handler.is_wechats() || endpoint.effects.contains(&Effect::CallsWechat);
    let sends_message = endpoint.effects.contains(&Effect::SendsMessage);
    let changes_settings = endpoint.effects.contains(&Effect::ChangesSettings);
    FAILURES.iter().filter(move |failure| match failure.occurs {
        Occurs::Everywhere => true,
        Occurs::WhereWechatDecides => calls_wechat,
        Occurs::InMessages => sends_message,
        Occurs::InMessagesAndChanges => sends_message || changes_settings,
    })
}

/// What goes to `components.responses`.
pub(super) fn responses() -> Map<String, Value> {
    FAILURES.iter().map(|failure| (failure.name.to_owned(), failure.response())).collect()
}

/// What every failure answers.
pub(super) fn schema() -> Value {
    let mut codes: Vec<&str> =
        FAILURES.iter().flat_map(|failure| failure.examples).map(|example| example.code).collect();
    codes.push(METHOD_NOT_ALLOWED);
    codes.sort_unstable();
    codes.dedup();
    json!({
        "description": "A failure.",
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": { "description": "Stable; decide on it.", "type": "string", "enum": codes },
                    "message": { "description": "What was wrong and what to do.", "type": "string" },
                    "field": {
                        "description": "The path of the field that is wrong; `.` is the whole body.",
                        "type": "string",
                    },
                    "since": {
                        "description": "Unix seconds since when it is so.",
                        "type": "integer",
                        "format": "int64",
                    },
                    "errcode": { "description": "WeChat's own.", "type": "integer", "format": "int64" },
                    "errmsg": { "description": "WeChat's own.", "type": "string" },
                    "rid": {
                        "description": "WeChat's id of the request, good for seven days in its look-up.",
                        "type": ["string", "null"],
                    },
                    "request_id": { "description": "What the log calls the request.", "type": "string" },
                },
                "required": ["code", "message", "request_id"],
            },
        },
        "required": ["error"],
    })
}

impl Failure {
    /// Stands for the response in an operation.
    pub(super) fn reference(&self) -> Value {
        json!({ "$ref": format!("#/components/responses/{}", self.name) })
    }

    fn response(&self) -> Value {
        let examples: Map<String, Value> = self
            .examples
            .iter()
            .map(|example| (example.code.to_owned(), json!({ "value": example.body() })))
            .collect();
        let mut response = json!({
            "description": self.description,
            "content": {
                "application/json": {
                    "schema": { "$ref": "#/components/schemas/Error" },
                    "examples": examples,
                },
            },
        });
        if let (429, Some(response)) = (self.status, response.as_object_mut()) {
            response.insert("headers".to_owned(), json!({ "Retry-After": retry_after() }));
        }
        response
    }
}

fn retry_after() -> Value {
    json!({
        "description": "Seconds; absent where a day or a month has to be over in Beijing.",
        "schema": { "type": "integer" },
    })
}

impl Example {
    fn body(&self) -> Value {
        let mut error = json!({
            "code": self.code,
            "message": self.message,
            "request_id": "9f86d081884c7d65",
        });
        if let Some(error) = error.as_object_mut() {
            error.extend(self.detail.fields());
        }
        json!({ "error": error })
    }
}

impl Detail {
    fn fields(&self) -> Map<String, Value> {
        let fields: Vec<(&str, Value)> = match *self {
            Self::None => vec![],
            Self::Field(field) => vec![("field", field.into())],
            Self::Since(since) => vec![("since", since.into())],
            Self::Refusal { errcode, errmsg } => {
                let rid = "6915a2b0-1c5e7b2d-4860a1b2";
                vec![("errcode", errcode.into()), ("errmsg", errmsg.into()), ("rid", rid.into())]
            }
        };
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
