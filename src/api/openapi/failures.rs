//! The failures of calls: statuses, codes and examples, and which calls have them.
//!
//! `src/error.rs` decides them, and we may not use it: a test compares every example with what it answers.

use serde_json::{Map, Value, json};

use crate::api::{Effect, Endpoint, Format};

/// All failures of one status.
pub(super) struct Failure {
    pub(super) status: u16,
    /// In `components.responses`.
    name: &'static str,
    /// In a call to which any of these applies.
    occurs: &'static [Occurs],
    description: &'static str,
    /// One for each code.
    examples: &'static [Example],
}

/// Which calls have a failure.
#[derive(Clone, Copy)]
enum Occurs {
    Everywhere,
    WhereWechatDecides,
    InMessages,
    InChanges,
    InDownloads,
}

struct Example {
    code: &'static str,
    message: &'static str,
    detail: Detail,
}

/// The fields of a failure in addition to its code and its message.
enum Detail {
    None,
    Field(&'static str),
    Since(i64),
    By(&'static str),
    BySince(&'static str, i64),
    Refusal { errcode: i64, errmsg: &'static str },
}

const FAILURES: [Failure; 13] = [
    Failure {
        status: 400,
        name: "BadRequest",
        occurs: &[Occurs::Everywhere],
        description: "`invalid_parameter`: the request body is invalid; `field` says where.",
        examples: &[Example {
            code: "invalid_parameter",
            message: "openid is empty",
            detail: Detail::Field("openid"),
        }],
    },
    Failure {
        status: 401,
        name: "Unauthorized",
        occurs: &[Occurs::Everywhere],
        description: "`unauthorized`: the API key is missing, wrong, expired or revoked.",
        examples: &[Example {
            code: "unauthorized",
            message: "send a valid API key as `Authorization: Bearer <api key>`",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 403,
        name: "Forbidden",
        occurs: &[Occurs::Everywhere],
        description: "`forbidden`: the API key lacks the scope, or belongs to another account; or the account has too many keys.",
        examples: &[Example {
            code: "forbidden",
            message: "this API key lacks the scope menu:write",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 404,
        name: "NotFound",
        occurs: &[Occurs::Everywhere],
        description: "`not_found`: something that the call names does not exist, such as the account, a message or a rule.",
        examples: &[Example {
            code: "not_found",
            message: "there is no account with this name",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 409,
        name: "Conflict",
        occurs: &[Occurs::WhereWechatDecides, Occurs::InChanges],
        description: "`window_closed`: the user's reply window has been closed since the time in `since`; \
                      WeChat was not asked. \
                      `conflict`: the settings, or the draft of the menus, are not at the version that `if_version` names; `by` says who \
                      changed them. \
                      `publishing`: `by` has been publishing the menus since the time in `since`; `Retry-After` says when that has \
                      ended at the latest. \
                      `wechat_error`: WeChat rejected the call because of the state of the user or of the account, such as a \
                      user who does not follow or a missing permission; `errcode` says which.",
        examples: &[
            Example {
                code: "conflict",
                message: "it has been changed meanwhile and is at version 7; read it again and repeat the change",
                detail: Detail::By("shop"),
            },
            Example {
                code: "publishing",
                message: "shop has been publishing the menus since 2025-11-22 10:00:00 +08:00; look at what is published \
                          when that has ended",
                detail: Detail::BySince("shop", 1_763_776_800),
            },
            Example {
                code: "window_closed",
                message: "the user's reply window has been closed since 2025-11-22 10:00:00 +08:00: it opens for 48 \
                          hours when the user sends a message, and for one minute when the user follows, taps the menu or scans a code; \
                          set `try_anyway` to let WeChat decide",
                detail: Detail::Since(1_763_776_800),
            },
            Example {
                code: "wechat_error",
                message: "WeChat refused (43004: require subscribe). This user does not follow the account.",
                detail: Detail::Refusal { errcode: 43004, errmsg: "require subscribe" },
            },
        ],
    },
    Failure {
        status: 410,
        name: "Gone",
        occurs: &[Occurs::InDownloads],
        description: "`gone`: WeChat has deleted the file.",
        examples: &[Example {
            code: "gone",
            message: "WeChat keeps what users send for three days, and has deleted this file",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 413,
        name: "ContentTooLarge",
        occurs: &[Occurs::Everywhere],
        description: "`invalid_parameter`: the request body is too large.",
        examples: &[Example {
            code: "invalid_parameter",
            message: "the request body is larger than 256 KiB",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 422,
        name: "UnprocessableContent",
        occurs: &[Occurs::WhereWechatDecides, Occurs::InMessages],
        description: "`invalid_reply`: WeChat would reject the message; `field` says where. \
                      `wechat_error`: WeChat rejected what the request contains; `errcode` says why.",
        examples: &[
            Example {
                code: "invalid_reply",
                message: "text.content is empty",
                detail: Detail::Field("text.content"),
            },
            Example {
                code: "wechat_error",
                message: "WeChat refused (45157: invalid tag name). \
                          Fix the request: repeated as it is, it will be refused again.",
                detail: Detail::Refusal { errcode: 45157, errmsg: "invalid tag name" },
            },
        ],
    },
    Failure {
        status: 429,
        name: "TooManyRequests",
        occurs: &[Occurs::Everywhere],
        description: "`rate_limited`: one of WeChat's quotas is used up, or too many requests came from this address \
                      without a valid API key; of `media/upload` also: other files are being uploaded.",
        examples: &[Example {
            code: "rate_limited",
            message: "WeChat refused (45009: reach max api daily quota limit). \
                      The quota is used up; it is reset at midnight in Beijing.",
            detail: Detail::Refusal { errcode: 45009, errmsg: "reach max api daily quota limit" },
        }],
    },
    Failure {
        status: 500,
        name: "InternalServerError",
        occurs: &[Occurs::Everywhere],
        description: "`internal`: an error of the worker; the log has the details under `request_id`.",
        examples: &[Example {
            code: "internal",
            message: "internal error; the log has the details",
            detail: Detail::None,
        }],
    },
    Failure {
        status: 502,
        name: "BadGateway",
        occurs: &[Occurs::WhereWechatDecides],
        description: "`wechat_error`: WeChat failed; `errcode` is its own. \
                      `request_failed`: WeChat could not be reached, or its answer could not be read; \
                      `message` says so if the call may have taken effect.",
        examples: &[
            Example {
                code: "wechat_error",
                message: "WeChat refused (-1: system error). WeChat is busy; try again in a moment.",
                detail: Detail::Refusal { errcode: -1, errmsg: "system error" },
            },
            Example {
                code: "request_failed",
                message: "WeChat could not be reached, or the connection broke; the call may have taken effect",
                detail: Detail::None,
            },
        ],
    },
    Failure {
        status: 503,
        name: "ServiceUnavailable",
        occurs: &[Occurs::Everywhere],
        description: "`not_configured`: a variable or secret is missing or invalid; `message` names it. \
                      `internal`, only of `user/erase`, `key/revoke` and `session/delete`: the database does not answer; `message` says \
                      what that means.",
        examples: &[
            Example {
                code: "not_configured",
                message: "not configured: WECHAT_APP_SECRET is missing, but WeChat's API needs it",
                detail: Detail::None,
            },
            Example {
                code: "internal",
                message: "nothing is deleted: the spool, which may have messages of this user, does not answer; repeat the call",
                detail: Detail::None,
            },
        ],
    },
    Failure {
        status: 504,
        name: "GatewayTimeout",
        occurs: &[Occurs::WhereWechatDecides],
        description: "`request_failed`: WeChat did not answer in time; \
                      `message` says so if the call may have taken effect.",
        examples: &[Example {
            code: "request_failed",
            message: "WeChat did not answer in time; the call may have taken effect",
            detail: Detail::None,
        }],
    },
];

/// The code for another method than POST, which the document has no operation for.
const METHOD_NOT_ALLOWED: &str = "method_not_allowed";

/// The failures that a call can have.
pub(super) fn failures_of(endpoint: &Endpoint) -> impl Iterator<Item = &'static Failure> {
    let calls_wechat = endpoint.handler.calls_wechat() || endpoint.effects.contains(&Effect::CallsWechat);
    let has_message =
        [Effect::SendsMessage, Effect::KeepsMessage].iter().any(|effect| endpoint.effects.contains(effect));
    let changes_settings = endpoint.effects.contains(&Effect::ChangesSettings);
    let applies = move |occurs: &Occurs| match occurs {
        Occurs::Everywhere => true,
        Occurs::WhereWechatDecides => calls_wechat,
        Occurs::InMessages => has_message,
        Occurs::InChanges => changes_settings,
        Occurs::InDownloads => endpoint.format == Format::Download,
    };
    FAILURES.iter().filter(move |failure| failure.occurs.iter().any(applies))
}

/// What goes to `components.responses`.
pub(super) fn responses() -> Map<String, Value> {
    FAILURES.iter().map(|failure| (failure.name.to_owned(), failure.response())).collect()
}

/// The schema of every failure.
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
                    "code": { "description": "A stable code, for programs.", "type": "string", "enum": codes },
                    "message": { "description": "What is wrong and what to do about it, for people.", "type": "string" },
                    "field": {
                        "description": "Path of the invalid field; `.` is the whole body.",
                        "type": "string",
                    },
                    "since": {
                        "description": "Unix seconds: since when the window has been closed.",
                        "type": "integer",
                        "format": "int64",
                    },
                    "by": {
                        "description": "Name of the API key that made the newer version; `root` or `mp-worker` if none did.",
                        "type": "string",
                    },
                    "published": {
                        "description": "What `menu/publish` did before it failed; publishing again does the rest.",
                        "type": "array",
                        "items": { "type": "string", "enum": ["replies", "default_menu", "conditional_menus"] },
                    },
                    "errcode": { "description": "WeChat's error code.", "type": "integer", "format": "int64" },
                    "errmsg": { "description": "WeChat's error message.", "type": "string" },
                    "rid": {
                        "description": "WeChat's id of the request; WeChat can look it up for seven days.",
                        "type": ["string", "null"],
                    },
                    "request_id": { "description": "Id of the request in the log.", "type": "string" },
                },
                "required": ["code", "message", "request_id"],
            },
        },
        "required": ["error"],
    })
}

impl Failure {
    /// Refers to the response, for an operation.
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
        "description": "Seconds; absent if the quota resets with the day or the month, in Beijing.",
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
            Self::By(by) => vec![("by", by.into())],
            Self::BySince(by, since) => vec![("by", by.into()), ("since", since.into())],
            Self::Refusal { errcode, errmsg } => {
                let rid = "6915a2b0-1c5e7b2d-4860a1b2";
                vec![("errcode", errcode.into()), ("errmsg", errmsg.into()), ("rid", rid.into())]
            }
        };
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
