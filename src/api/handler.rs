//! What performs a call: WeChat, with or without an answer to read, or we ourselves.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::invalid::Invalid;
use crate::json::exactly_from_value;
use crate::wechat::{self, Action, Call, action, read};

use super::Error;
#[cfg(not(target_arch = "wasm32"))]
use super::openapi::Schemas;
use super::plan::{Plan, Reader, WechatAnswer};

/// A call's function, with the types of its request and its answer erased.
pub(super) trait Handler: Sync {
    /// Reads a request and decides what to do.
    fn plan(&self, request: &Value) -> Result<Plan, Error>;

    /// Whether WeChat performs the call.
    #[cfg(not(target_arch = "wasm32"))]
    fn calls_wechat(&self) -> bool;

    /// The schemas of the request and of the answer.
    #[cfg(not(target_arch = "wasm32"))]
    fn schemas(&self, schemas: &mut Schemas) -> (Value, Value);
}

/// A call that WeChat performs, and whose answer is read out of WeChat's.
pub(super) const fn wechat<Request, Answer: DeserializeOwned + Serialize>(
    call: fn(Request) -> Result<Call, Error>,
) -> Wechat<Request, Answer> {
    Wechat { call, read: answer::<Answer>, types: PhantomData }
}

/// A call that WeChat performs for its effect alone: the answer is empty. If there is nothing to do, it succeeds.
pub(super) const fn command<Request>(call: fn(Request) -> Result<Call, Error>) -> Wechat<Request, Nothing> {
    Wechat { call, read: done, types: PhantomData }
}

/// A call that we perform ourselves, perhaps with WeChat's help.
pub(super) const fn ours<Request, Answer>(plan: fn(Request) -> Result<Plan, Error>) -> Ours<Request, Answer> {
    Ours { plan, answer: PhantomData }
}

/// See [`wechat()`] and [`command()`].
pub(super) struct Wechat<Request, Answer> {
    call: fn(Request) -> Result<Call, Error>,
    read: fn(WechatAnswer) -> Result<String, wechat::Error>,
    types: PhantomData<fn() -> Answer>,
}

/// See [`ours()`].
pub(super) struct Ours<Request, Answer> {
    plan: fn(Request) -> Result<Plan, Error>,
    answer: PhantomData<fn() -> Answer>,
}

/// Done; the answer is empty.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Nothing {}

impl<Request: DeserializeOwned + JsonSchema, Answer: JsonSchema> Handler for Wechat<Request, Answer> {
    fn plan(&self, request: &Value) -> Result<Plan, Error> {
        match exactly_from_value(request) {
            Ok(request) => planned((self.call)(request), self.read),
            Err(invalid) => rejected(invalid),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn calls_wechat(&self) -> bool {
        true
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schemas(&self, schemas: &mut Schemas) -> (Value, Value) {
        schemas.of::<Request, Answer>()
    }
}

impl<Request: DeserializeOwned + JsonSchema, Answer: JsonSchema> Handler for Ours<Request, Answer> {
    fn plan(&self, request: &Value) -> Result<Plan, Error> {
        match exactly_from_value(request) {
            Ok(request) => (self.plan)(request),
            Err(invalid) => rejected(invalid),
        }
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn calls_wechat(&self) -> bool {
        false
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn schemas(&self, schemas: &mut Schemas) -> (Value, Value) {
        schemas.of::<Request, Answer>()
    }
}

/// Out of line, since `plan` is compiled for each call.
#[inline(never)]
fn planned(
    call: Result<Call, Error>,
    read: fn(WechatAnswer) -> Result<String, wechat::Error>,
) -> Result<Plan, Error> {
    Ok(Plan::Call(call?, Reader::new(read)))
}

#[cold]
#[inline(never)]
fn rejected(invalid: Invalid) -> Result<Plan, Error> {
    Err(Error::InvalidParameter(invalid))
}

fn answer<Answer: DeserializeOwned + Serialize>(answer: WechatAnswer) -> Result<String, wechat::Error> {
    write(&read::<Answer>(&answer?)?)
}

pub(super) fn done(answer: WechatAnswer) -> Result<String, wechat::Error> {
    match answer {
        Err(wechat::Error::Refused(refusal)) if action(refusal.errcode) == Action::Nothing => {}
        answer => drop(answer?),
    }
    write(&Nothing {})
}

/// Writes the caller's answer as JSON.
pub(super) fn write(answer: &impl Serialize) -> Result<String, wechat::Error> {
    serde_json::to_string(answer).map_err(|_| wechat::Error::Unreadable { status: 200 })
}
