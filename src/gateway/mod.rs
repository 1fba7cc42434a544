//! Your SDK → WeChat, through us: WeChat's own paths and bytes, with a credential of ours where its token or the
//! AppSecret stands.
//!
//! What a request wants is decided here from its method, path, query and headers; `edge` streams its body.

mod answer;
mod credential;
mod path;
mod permission;
mod query;
mod refusal;
mod idempotency;
mod token_request;

pub use answer::{MAX_LOOK_BYTES, WechatOutcome, may_be_refusal};
pub use credential::{CREDENTIAL_TERM, Claims, Shown};
pub use idempotency::{AnswerRow, IdempotencyKey, Reserved, expire_answers, first_call, reserve};
pub use path::{GatewayPath, Handling};
pub use permission::permission;
pub use query::Query;
pub use refusal::Refused;
pub use token_request::{IssuedToken, TokenRequest};
