//! `assistant/*`, `conversation/get` and `conversation/reset`: reads, tests and changes the assistants.

use std::rc::Rc;
use std::time::Duration;

use crate::api::Nothing;
use crate::api::assistant::{
    AssistantChanged, AssistantList, AssistantPlan, AssistantTested, AssistantUsage, ProviderList,
    Remembered, Tested,
};
use crate::assistants::{Assistant, AssistantDraft, Turn};
use crate::backends::{ConversationRequest, MeterRequest, Usage};
use crate::error::Error;
use crate::invalid::Invalid;
use crate::settings::{Edit, Settings};

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
                let version = edited.settings.version;
                to_json(&AssistantChanged { version, warnings: self.warnings(&edit, edited.settings) })
            }
            AssistantPlan::Test { assistant, text } => to_json(&self.test(assistant, text).await?),
            AssistantPlan::Check { provider } => to_json(&self.models().await?.check(&provider).await?),
            AssistantPlan::Providers => {
                let providers = self.models().await?.provider_states().await;
                to_json(&ProviderList { providers })
            }
            AssistantPlan::Usage { days } => {
                let since = runtime::now().day_in_beijing().saturating_sub(i64::from(days).saturating_sub(1));
                let usage: Usage =
                    assistant::meter(env, account, &MeterRequest::Usage { since }, TIMEOUT).await?;
                to_json(&AssistantUsage::from(usage))
            }
            AssistantPlan::Remembered { openid } => {
                let request = ConversationRequest::Show;
                let (assistant, turns): (String, Vec<Turn>) =
                    assistant::converse(env, (account, &openid), &request, TIMEOUT).await?;
                let assistant = (!turns.is_empty()).then_some(assistant);
                to_json(&Remembered { assistant, turns })
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

    /// The models of the newest settings.
    async fn models(&self) -> Result<Models, Error> {
        let document = self.performer.editor().document().await?;
        let settings = Rc::new(document.check().map_err(crate::api::Error::InvalidParameter)?);
        Ok(self.models_of(settings))
    }

    fn models_of(&self, settings: Rc<Settings>) -> Models {
        Models::with(self.performer.account.name(), self.performer.env, settings)
    }

    /// The providers of a new assistant whose secrets are missing or invalid.
    fn warnings(&self, edit: &Edit, settings: Rc<Settings>) -> Vec<String> {
        let Edit::SetAssistant { assistant } = edit else { return Vec::new() };
        let models = self.models_of(settings);
        let warning = |provider: &String| {
            let (secret, provider) = models.provider(provider);
            provider.err().map(|complaint| format!("{secret} {complaint}"))
        };
        models.providers_of(&assistant.name).iter().filter_map(warning).collect()
    }
}

fn check(draft: &AssistantDraft) -> Result<Assistant, Error> {
    draft.check().map_err(|invalid| crate::api::Error::InvalidParameter(invalid.under("assistant")).into())
}
