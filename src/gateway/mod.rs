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
mod send;
mod token_request;

pub use answer::{MAX_LOOK_BYTES, Outcome, may_be_refusal};
pub use credential::{CREDENTIAL_TERM, Claims, Shown};
pub use path::{Door, GatewayPath};
pub use permission::permission;
pub use query::Query;
pub use refusal::Refused;
pub use send::{AnswerRow, IdempotencyKey, Reserved, expire_answers, first_call, reserve};
pub use token_request::{IssuedToken, TokenRequest};
