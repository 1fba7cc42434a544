//! `setup/get`: what is set up, and what became of WeChat's latest requests.

use crate::api::Identity;
use crate::api::setup::Setup;
use crate::error::Error;
use crate::setup::{AttemptRow, latest};
use crate::url::origin;

use super::Performer;
use crate::edge::bindings::{d1, to_json};
use crate::edge::callback::attempts::note_watch;
use crate::edge::state::settings;

impl Performer<'_> {
    /// What cannot be read is left out: `account/check` says why, and the page shows both.
    pub(super) async fn setup(&self) -> Result<String, Error> {
        let account = self.account.name();
        let mut setup = Setup::new(self.config, self.account, origin(self.url));
        setup.root_key_used = *self.identity == Identity::Root;
        let rows: Result<Vec<AttemptRow>, Error> = d1::rows(self.env, &latest(account)).await;
        if let Ok(rows) = rows {
            setup = setup.with_attempts(rows);
            note_watch(account, self.env, self.context);
        }
        if let Ok(settings) = settings::published(account, self.env, self.context).await {
            setup.rules = settings.rules.len();
        }
        to_json(&setup)
    }
}
