//! `audit/*`: lists changes, and stores each after the response.

use std::cell::RefCell;

use worker::Context;

use crate::api::audit::{
    AuditBudget, AuditFilter, AuditList, AuditPlace, AuditRow, Change, changes, is_dry_run, object_of,
    select_changes, store_change,
};
use crate::api::{Cursors, Page};
use crate::error::Error;
use crate::notice::Notice;

use super::Performer;
use crate::edge::bindings::{Env, d1, log, runtime, to_json};

const LIST: &str = "audit/list";

thread_local! {
    static BUDGET: RefCell<AuditBudget> = const { RefCell::new(AuditBudget::new()) };
}

impl Performer<'_> {
    pub(super) async fn audit(&self, filter: &AuditFilter, page: &Page) -> Result<String, Error> {
        let account = self.account.name();
        let cursors = Cursors::new(self.config.signing_keys()?, LIST, account);
        let after: Option<AuditPlace> = cursors.open_if_given("cursor", page.cursor.as_deref())?;
        let statement = select_changes(account, filter, after.as_ref(), page.limit);
        let rows: Vec<AuditRow> = d1::rows(self.env, &statement).await?;
        let (entries, next) = changes(rows, page.limit);
        to_json(&AuditList { entries, next_cursor: next.map(|place| cursors.seal(&place)) })
    }
}

/// Stores a change after the response, if it is one.
pub(super) fn note_change(
    change: &Change<'_>,
    request: &[u8],
    answer: Option<&str>,
    env: &Env,
    context: &Context,
) {
    let now = runtime::now();
    if !change.endpoint.is_change()
        || is_dry_run(request)
        || !BUDGET.with_borrow_mut(|budget| budget.admit(change, now))
    {
        return;
    }
    // What a refused call names may be anything, a secret by mistake included.
    let object = change.ok.then(|| object_of(request, answer)).flatten();
    let statement = store_change(change, object.as_deref(), now);
    let (env, account, call) = (env.clone(), change.account.to_owned(), change.endpoint.path);
    runtime::after_response(context, async move {
        if let Err(error) = d1::rows::<()>(&env, &statement).await {
            let (account, error) = (account.as_str(), &error.to_string());
            log::notice(&Notice::ChangeNotRecorded { account, call, error });
        }
    });
}
