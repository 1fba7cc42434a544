//! The log: what `crate::notice` writes, at its level.

use std::cell::{Cell, OnceCell};

use worker::{console_error, console_log, console_warn};

use crate::error::{Error, Fault};
use crate::notice::{Level, Notice, RequestLine};
use crate::route::Route;

use super::runtime;

/// Logs something that went wrong, or a job that ran.
pub(in crate::edge) fn notice(notice: &Notice<'_>) {
    write(notice.level(), &notice.line());
}

fn write(level: Level, line: &str) {
    match level {
        Level::Info => console_log!("{line}"),
        Level::Warn => console_warn!("{line}"),
        Level::Error => console_error!("{line}"),
    }
}

/// What becomes known of a request on its way, for the one line that is logged when it is answered.
#[derive(Default)]
pub(in crate::edge) struct RequestLog {
    id: OnceCell<String>,
    account: OnceCell<String>,
    call: OnceCell<String>,
    key: OnceCell<String>,
    outcome: Cell<Option<&'static str>>,
    errcode: Cell<Option<i64>>,
    cause: OnceCell<String>,
}

impl RequestLog {
    /// The request's id, made when it is first asked for.
    pub(in crate::edge) fn id(&self) -> &str {
        self.id.get_or_init(runtime::request_id)
    }

    /// The account's name in the configuration.
    pub(in crate::edge) fn account(&self, name: &str) {
        self.account.get_or_init(|| name.to_owned());
    }

    /// The call of the JSON API, or WeChat's path in a call through the gateway.
    pub(in crate::edge) fn call(&self, path: &str) {
        self.call.get_or_init(|| path.to_owned());
    }

    /// The id of the API key, or `root`.
    pub(in crate::edge) fn key(&self, id: &str) {
        self.key.get_or_init(|| id.to_owned());
    }

    /// What became of it.
    pub(in crate::edge) fn outcome(&self, outcome: &'static str) {
        self.outcome.set(Some(outcome));
    }

    /// The errcode of the answer to a call through the gateway; 0 = none.
    pub(in crate::edge) fn errcode(&self, errcode: i64) {
        if errcode != 0 {
            self.errcode.set(Some(errcode));
            self.outcome.set(Some("refused"));
        }
    }

    /// Something failed on our side, and the answer does not say what.
    pub(in crate::edge) fn internal(&self, cause: &str) {
        self.cause.get_or_init(|| cause.to_owned());
    }

    /// Logs a request that was answered.
    pub(in crate::edge) fn answered(
        &self,
        route: Option<&Route<'_>>,
        method: &str,
        status: u16,
        started: i64,
    ) {
        let fault = self.cause.get().map(|_| Fault::Ours);
        let (level, line) = self.line(route, method, status, started).line(fault);
        write(level, &line);
    }

    /// Logs a request that failed.
    pub(in crate::edge) fn failed(
        &self,
        route: Option<&Route<'_>>,
        method: &str,
        started: i64,
        error: &Error,
    ) {
        let (failure, logged) = (error.failure(), error.logged());
        let line = self.line(route, method, failure.status, started).failed(&failure, &logged);
        let (level, line) = line.line(Some(failure.fault));
        write(level, &line);
    }

    fn line<'a>(
        &'a self,
        route: Option<&Route<'_>>,
        method: &'a str,
        status: u16,
        started: i64,
    ) -> RequestLine<'a> {
        let text = |cell: &'a OnceCell<String>| cell.get().map(String::as_str);
        RequestLine {
            request_id: self.id(),
            route: route.map_or("none", Route::name),
            account: text(&self.account).unwrap_or_default(),
            method,
            status,
            outcome: self.outcome.get().unwrap_or("ok"),
            ms: runtime::milliseconds().saturating_sub(started),
            call: text(&self.call),
            key: text(&self.key),
            errcode: self.errcode.get(),
            error: text(&self.cause),
            ..RequestLine::default()
        }
    }
}
