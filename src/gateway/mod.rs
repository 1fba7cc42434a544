//! The gateway for WeChat SDKs: WeChat's own paths and formats, with a credential of ours in the place of the access
//! token, and an API key in the place of the AppSecret.
//!
//! Decisions are made here from a request's method, path, query and headers; `edge` streams the bodies.

mod answer;
mod credential;
mod idempotency;
mod path;
mod permission;
mod query;
mod refusal;
mod token_request;

pub use answer::{MAX_LOOK_BYTES, SendOutcome, WechatOutcome, is_text, may_be_refusal};
pub use credential::{CREDENTIAL_TERM, Claims, Secrets, Shown};
pub use idempotency::{AnswerRow, IdempotencyKey, Reserved, expire_answers, first_call, release, reserve};
pub use path::{GatewayPath, Handling};
pub use permission::permission;
pub use query::Query;
pub use refusal::Refused;
pub use token_request::{IssuedToken, TokenRequest};
