//! Simulates the part of Cloudflare's API that wrangler calls to deploy a worker: KV namespaces, D1 databases whose
//! statements run in SQLite, Workers with their secrets, and custom domains.
//!
//! wrangler calls it if `CLOUDFLARE_API_BASE_URL` is `http://127.0.0.1:PORT/client/v4`. Requests under `/sandbox/` control it:
//! `GET /sandbox/state` shows the account and the calls, and `POST /sandbox/fault` orders a [`Fault`].

mod answer;
mod call;
mod databases;
mod fault;
mod namespaces;
mod route;
mod serve;
mod workers;
mod zones;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use answer::Answer;
use call::Call;
use databases::Databases;
use namespaces::Namespaces;
use workers::Workers;

pub use fault::Fault;
pub use serve::serve;

pub use crate::server::listen;

/// The simulated Cloudflare. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Cloudflare(Arc<Mutex<Account>>);

/// One account of Cloudflare.
#[derive(Debug, Default)]
struct Account {
    namespaces: Namespaces,
    databases: Databases,
    workers: Workers,
    /// Method and path of what was called, the oldest first.
    calls: Vec<String>,
    fault: Option<Fault>,
    /// Whether a call gets no answer any more.
    hangs: bool,
}

/// What becomes of a call.
enum Outcome {
    Answer(Answer),
    /// It is answered with a page of HTML of this status.
    Page(u16),
    /// Its connection is closed.
    Cut,
    /// It is performed, and its answer never arrives.
    Silence,
}

impl Cloudflare {
    /// Orders a fault, which replaces the one before.
    pub fn order(&self, fault: Fault) {
        let mut account = self.lock();
        account.hangs = false;
        account.fault = Some(fault);
    }

    /// The account's resources, and the calls so far.
    #[must_use]
    pub fn state(&self) -> Value {
        let account = self.lock();
        json!({
            "calls": account.calls,
            "hangs": account.hangs,
            "namespaces": account.namespaces.list(),
            "databases": account.databases.describe(),
            "workers": account.workers.describe(),
        })
    }

    fn perform(&self, call: &Call) -> Outcome {
        let mut account = self.lock();
        account.calls.push(call.to_string());
        if account.hangs {
            return Outcome::Silence;
        }
        match account.fault.as_mut().and_then(|fault| fault.strike(call)) {
            Some(fault::Strike::Refuse(answer)) => Outcome::Answer(answer),
            Some(fault::Strike::Page(status)) => Outcome::Page(status),
            Some(fault::Strike::Cut) => Outcome::Cut,
            Some(fault::Strike::Silence) => {
                route::perform(&mut account, call);
                account.hangs = true;
                Outcome::Silence
            }
            None => Outcome::Answer(route::perform(&mut account, call)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
