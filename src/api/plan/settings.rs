//! What a change of the settings asks for.

use crate::api::Error;
use crate::api::request::settings::{
    MAX_PAGE_OF_RULES, RuleCreate, RuleDelete, RuleImport, RuleImportPlatform, RulePage, RuleReorder,
    RuleRollback, RuleTest, RuleUpdate,
};
use crate::rules::RuleDraft;
use crate::settings::Edit;

use super::{Plan, SettingsQuestion, filled, page_limit, place, wrong};

type Planned = Result<Plan, Error>;

pub(super) fn rule_list(request: &RulePage) -> Planned {
    let limit = page_limit(request.limit, MAX_PAGE_OF_RULES)?;
    Ok(Plan::AskSettings(SettingsQuestion::Rules { offset: request.offset, limit }))
}

pub(super) fn rule_create(request: &RuleCreate) -> Planned {
    let rule = valid("rule", &request.rule)?;
    let position = place(request.position);
    change(Edit::CreateRule { rule, position }, request.if_version)
}

pub(super) fn rule_update(request: &RuleUpdate) -> Planned {
    let rule = valid("rule", &request.rule)?;
    change(Edit::UpdateRule { id: filled("id", &request.id)?.to_owned(), rule }, request.if_version)
}

pub(super) fn rule_delete(request: &RuleDelete) -> Planned {
    change(Edit::DeleteRule { id: filled("id", &request.id)?.to_owned() }, request.if_version)
}

pub(super) fn rule_reorder(request: &RuleReorder) -> Planned {
    if request.ids.is_empty() {
        return Err(wrong("ids", "is empty"));
    }
    let position = usize::try_from(request.position).unwrap_or(usize::MAX);
    change(Edit::ReorderRules { ids: request.ids.clone(), position }, request.if_version)
}

pub(super) fn rule_test(request: &RuleTest) -> Planned {
    if !request.message.is_object() {
        return Err(wrong("message", "must be an object"));
    }
    let rules = request.rules.clone();
    Ok(Plan::AskSettings(SettingsQuestion::Test { message: request.message.clone(), rules }))
}

pub(super) fn rule_import(request: &RuleImport) -> Planned {
    for (index, rule) in request.rules.iter().enumerate() {
        valid(&format!("rules[{index}]"), rule)?;
    }
    let edit = Edit::ImportRules { rules: request.rules.clone(), append: request.append };
    change(edit, request.if_version)
}

#[expect(clippy::unnecessary_wraps, reason = "every plan ends with it")]
pub(super) const fn rule_import_platform(request: &RuleImportPlatform) -> Planned {
    let RuleImportPlatform { replace, dry_run, if_version } = *request;
    Ok(Plan::ImportPlatform { append: !replace, dry_run, if_version })
}

#[expect(clippy::unnecessary_wraps, reason = "every plan ends with it")]
pub(super) const fn rule_rollback(request: &RuleRollback) -> Planned {
    Ok(Plan::RollBack { version: request.version, if_version: request.if_version })
}

#[expect(clippy::unnecessary_wraps, reason = "every plan ends with it")]
const fn change(edit: Edit, if_version: Option<u64>) -> Planned {
    Ok(Plan::Change { edit, if_version })
}

fn valid(path: &str, rule: &RuleDraft) -> Result<Box<RuleDraft>, Error> {
    let validated = rule.validate().map_err(|invalid| invalid.under(path));
    validated.map(|()| Box::new(rule.clone())).map_err(Error::InvalidParameter)
}
