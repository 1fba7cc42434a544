//! `assistant/*`, `conversation/get` and `conversation/reset`: reads, tests and changes the assistants.

use std::rc::Rc;
use std::time::Duration;

use crate::api::Nothing;
use crate::api::assistant::{
    AssistantChanged, AssistantList, AssistantPlan, AssistantTested, AssistantUsage, ProviderList,
    ProviderState, Remembered, Tested,
};
use crate::assistants::{Assistant, AssistantDraft};
use crate::backends::{ConversationRequest, MeterRequest, Usage};
use crate::error::Error;
use crate::invalid::Invalid;

use super::Performer;
use crate::edge::backends::Models;
use crate::edge::bindings::{assistant, runtime, to_json};

const TIMEOUT: Duration = Duration::from_secs(5);

/// The assistants of one account, and who changes them.
pub(super) struct Assistants<'a> {
    pub(super) performer: &'a Performer<'a>,
}

impl Assistants<'_> {
    pub(super) async fn perform(&self, plan: AssistantPlan) -> Result<String, Error> {
        let (env, account) = (self.performer.env, self.performer.account.name());
        match plan {
            AssistantPlan::List => {
                let document = self.performer.editor().document().await?;
                to_json(&AssistantList { version: document.version, assistants: document.assistants })
            }
            AssistantPlan::Change { edit, if_version } => {
                let edited = self.performer.editor().edit(&edit, if_version).await?;
                to_json(&AssistantChanged { version: edited.settings.version })
            }
            AssistantPlan::Test { assistant, text } => to_json(&self.test(assistant, text).await?),
            AssistantPlan::Providers => to_json(&self.providers().await?),
            AssistantPlan::Usage { days } => {
                let since = runtime::now().day_in_beijing().saturating_sub(i64::from(days).saturating_sub(1));
                let usage: Usage =
                    assistant::meter(env, account, &MeterRequest::Usage { since }, TIMEOUT).await?;
                to_json(&AssistantUsage::from(usage))
            }
            AssistantPlan::Remembered { openid } => {
                let request = ConversationRequest::Show;
                let turns = assistant::converse(env, (account, &openid), &request, TIMEOUT).await?;
                to_json(&Remembered { turns })
            }
            AssistantPlan::Reset { openid } => {
                let request = ConversationRequest::Forget;
                let () = assistant::converse(env, (account, &openid), &request, TIMEOUT).await?;
                to_json(&Nothing {})
            }
        }
    }

    async fn test(&self, tested: Tested, text: String) -> Result<AssistantTested, Error> {
        let draft = match tested {
            Tested::Draft(draft) => *draft,
            Tested::Saved(name) => {
                let assistants = self.performer.editor().document().await?.assistants;
                let found = assistants.into_iter().find(|assistant| assistant.name == name);
                found.ok_or(crate::api::Error::NotFound("assistant"))?
            }
        };
        let assistant = check(&draft)?;
        if assistant.is_too_long(&text) {
            let complaint = format!("has more characters than input_max, which is {}", assistant.input_max);
            return Err(crate::api::Error::InvalidParameter(Invalid::new("text", complaint)).into());
        }
        let models = Models::of(self.performer.account.name(), self.performer.env).await?;
        models.test(&assistant, text).await
    }

    async fn providers(&self) -> Result<ProviderList, Error> {
        let document = self.performer.editor().document().await?;
        let settings = Rc::new(document.check().map_err(crate::api::Error::InvalidParameter)?);
        let models = Models::with(self.performer.account.name(), self.performer.env, settings);
        let state = |name: String| {
            let (secret, provider) = models.provider(&name);
            let (host, problem) = match provider {
                Ok(provider) => (Some(provider.host()), None),
                Err(complaint) => (None, Some(complaint.to_owned())),
            };
            ProviderState { name, secret, host, problem }
        };
        Ok(ProviderList { providers: models.providers().into_iter().map(state).collect() })
    }
}

fn check(draft: &AssistantDraft) -> Result<Assistant, Error> {
    draft.check().map_err(|invalid| crate::api::Error::InvalidParameter(invalid.under("assistant")).into())
}
