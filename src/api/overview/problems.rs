//! Which problems an account has.

use crate::api::problem::{Params, Problem, of_credential, params};
use crate::backends::SpoolStatus;
use crate::time::{SECONDS_A_DAY, Timestamp};
use crate::wechat;

use super::QuotaState;
use super::findings::{Findings, USUAL_DAYS};

/// From this percentage of a quota on it is a problem.
const WARN_PERCENT: i64 = 80;

/// The problems found so far.
#[derive(Default)]
struct Problems {
    failed: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Problems {
    fn failed(&mut self, id: &'static str, since: Option<i64>, params: Params) {
        self.failed.push(Problem { id, severity: "failed", since, params });
    }

    fn warning(&mut self, id: &'static str, since: Option<i64>, params: Params) {
        self.warnings.push(Problem { id, severity: "warning", since, params });
    }
}

/// The problems, the worst first, for a key that may read the account, messages, webhooks.
pub(super) fn of(
    findings: &Findings<'_>,
    quota: Option<QuotaState>,
    (account, messages, webhooks): (bool, bool, bool),
) -> Vec<Problem> {
    let mut problems = Problems::default();
    if let Some(since) = findings.unwritable_since.filter(|_| account) {
        problems.failed("unwritable", Some(since.seconds()), Params::new());
        if findings.spool.is_err() {
            problems.failed("unheld", None, Params::new());
        }
    }
    if account {
        of_connection(findings, &mut problems);
    }
    if let Some(unfinished) = &findings.unfinished {
        if webhooks && unfinished.dead > 0 {
            problems.failed(
                "dead",
                unfinished.dead_since.map(Timestamp::seconds),
                params(vec![("n", unfinished.dead.into())]),
            );
            let named = [("webhook", unfinished.dead_backend.as_deref()), ("name", findings.webhook)];
            for (name, text) in named {
                if let (Some(text), Some(problem)) = (text, problems.failed.last_mut()) {
                    problem.params.insert(name.to_owned(), text.into());
                }
            }
        }
        if messages && unfinished.failed > 0 {
            problems.failed("unsent", None, params(vec![("n", unfinished.failed.into())]));
        }
    }
    if account && !findings.models.is_empty() {
        problems.failed("model", None, params(vec![("message", findings.models.join("; ").into())]));
    }
    if account {
        of_limits(findings, quota, &mut problems);
    }
    let Problems { mut failed, warnings } = problems;
    failed.extend(warnings);
    failed
}

/// What keeps messages from arriving, or calls from being made.
fn of_connection(findings: &Findings<'_>, problems: &mut Problems) {
    if !findings.configuration.is_empty() {
        problems.failed(
            "configuration",
            None,
            params(vec![("message", findings.configuration.join("; ").into())]),
        );
    }
    if let Some(token) = &findings.token
        && let Some(error) = &token.failed
    {
        // A failure that passes by itself is none while the present token is valid.
        let is_valid = token.expires_at.is_some_and(|expires_at| expires_at > findings.now);
        let (id, params) = of_credential(error);
        if !is_valid || matches!(error, wechat::Error::Refused(_)) {
            problems.failed(id, token.failed_since.map(Timestamp::seconds), params);
        }
    }
    let Some((row, _)) = &findings.database else { return };
    let (last_at, verified_at, refused_at, refused_step, skew, _, usual_days, ..) = row;
    if let (Some(at), Some(step)) = (*refused_at, refused_step.as_deref())
        && refused_is_ours(step)
        && last_at.is_none_or(|last_at| last_at < at)
        && findings.now.seconds().saturating_sub(at) < SECONDS_A_DAY
    {
        problems.failed(
            "callback",
            Some(at),
            params(vec![("step", step.into()), ("skew", skew.unwrap_or_default().into())]),
        );
    }
    if findings.keeps_messages && last_at.is_none() && verified_at.is_none() {
        problems.warning("not_connected", None, Params::new());
    }
    if *usual_days == Some(USUAL_DAYS) {
        problems.warning("quiet", *last_at, Params::new());
    }
}

/// Whether only WeChat, and those who have seen its requests, can send what fails at this step: the signature holds.
fn refused_is_ours(step: &str) -> bool {
    !matches!(step, "parameters" | "signature")
}

/// What is nearly used up.
fn of_limits(findings: &Findings<'_>, quota: Option<QuotaState>, problems: &mut Problems) {
    if let Some(QuotaState { api, used, limit, as_of }) = quota
        && used.saturating_mul(100) >= limit.saturating_mul(WARN_PERCENT)
    {
        let params = params(vec![("api", api.into()), ("used", used.into()), ("limit", limit.into())]);
        if used >= limit {
            problems.failed("quota", Some(as_of), params);
        } else {
            problems.warning("quota", Some(as_of), params);
        }
    }
    if let Some((_, fullness)) = &findings.database
        && fullness.is_nearly_full()
    {
        problems.warning(
            "size",
            None,
            params(vec![("bytes", fullness.bytes().into()), ("limit", fullness.limit_bytes().into())]),
        );
        if let (Some(days), Some(problem)) = (findings.days_until_full(), problems.warnings.last_mut()) {
            problem.params.insert("days".to_owned(), days.into());
        }
    }
    if let Some((used, limit)) = findings.rows {
        problems.warning(
            "rows",
            None,
            params(vec![("used", used.into()), ("limit", i64::from(limit).into())]),
        );
    }
    match &findings.spool {
        Ok(SpoolStatus { waiting: 0, set_aside: 0 }) => {}
        Ok(SpoolStatus { waiting, set_aside }) => {
            problems.warning(
                "spool",
                None,
                params(vec![("waiting", (*waiting).into()), ("set_aside", (*set_aside).into())]),
            );
        }
        Err(error) => problems.warning("spool", None, params(vec![("message", error.as_str().into())])),
    }
}
