//! `menu/*`: one menu by its id, the figures of its buttons, and the draft that is published.

use crate::api::menu::{
    CheckedMenus, DraftedMenus, MenuCreated, MenuList, MenuPlan, MenuVersion, MenuVersions, PublishedMenus,
    is_not_conditional,
};
use crate::api::{self, Access, Group, Nothing, Scope, field_problems};
use crate::error::{Error, PublishedPart};
use crate::notice::Notice;
use crate::settings::{
    Edit, MenuDraft, MenusRow, PUBLICATION_SECONDS, PublicationRow, PublishedMenusRow, StoredMenus,
    begin_publication, end_publication, menus_of, newest_menus, publication_ends_in, publish_menus,
    published_menus, save_menus,
};
use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::{self, menu};

use super::Performer;
use crate::edge::bindings::{d1, log, runtime, to_json};
use crate::edge::state::settings;

/// The right to publish the menus of an account.
struct Publication {
    claim: String,
    began_at: Timestamp,
}

impl Publication {
    /// Ends a publication in time, before another one may begin.
    fn require_time(&self) -> Result<(), Error> {
        if runtime::now() < self.began_at.plus(PUBLICATION_SECONDS) {
            Ok(())
        } else {
            Err(wechat::Error::TimedOut.into())
        }
    }
}

impl Performer<'_> {
    pub(super) async fn menu(&self, plan: MenuPlan) -> Result<String, Error> {
        match plan {
            MenuPlan::List { menu_id } => to_json(&self.menus().await?.only(&menu_id)?),
            MenuPlan::Delete { menu_id } => self.delete_menu(&menu_id).await,
            MenuPlan::EventStatus { filter, since } => {
                to_json(&self.stats().menu_events(&filter, since).await?)
            }
            MenuPlan::Draft => to_json(&self.menu_draft().await?),
            MenuPlan::Save { draft, if_version } => to_json(&self.save_draft(*draft, if_version).await?),
            MenuPlan::Check => to_json(&self.check_draft().await?),
            MenuPlan::Publish { if_version } => to_json(&self.publish_draft(if_version).await?),
            MenuPlan::Versions => {
                let rows: Vec<PublishedMenusRow> =
                    d1::rows(self.env, &published_menus(self.account.name())).await?;
                to_json(&MenuVersions { versions: rows.into_iter().map(MenuVersion::from).collect() })
            }
            MenuPlan::Version { version } => to_json(&self.menu_version(version).await?),
        }
    }

    async fn menu_version(&self, version: u64) -> Result<MenuVersion, Error> {
        let stored = self.stored_menus(&menus_of(self.account.name(), version)).await?;
        let StoredMenus { version, draft, author, made_at, .. } =
            stored.ok_or(api::Error::NotFound("version"))?;
        let (author, made_at) = (author.unwrap_or_default(), made_at.unwrap_or_default());
        Ok(MenuVersion { version, author, made_at, menus: Some(draft.menus) })
    }

    async fn stored_menus(&self, statement: &Statement) -> Result<Option<StoredMenus>, Error> {
        let row = d1::rows::<MenusRow>(self.env, statement).await?.into_iter().next();
        let stored = row.map(StoredMenus::from_row).transpose();
        stored.map_err(|invalid| Error::Runtime(format!("the stored menus are refused: {invalid}")))
    }

    /// The newest version, with its own replies alone.
    async fn newest_menus(&self) -> Result<StoredMenus, Error> {
        Ok(self.stored_menus(&newest_menus(self.account.name())).await?.unwrap_or_default())
    }

    async fn menu_draft(&self) -> Result<DraftedMenus, Error> {
        self.drafted(self.newest_menus().await?).await
    }

    /// With the replies of the rules.
    async fn drafted(&self, mut stored: StoredMenus) -> Result<DraftedMenus, Error> {
        stored.draft.add_replies(&self.editor().document().await?);
        Ok(stored.into())
    }

    async fn save_draft(&self, draft: MenuDraft, if_version: Option<u64>) -> Result<DraftedMenus, Error> {
        let draft = draft.to_store(&self.editor().document().await?).map_err(api::Error::InvalidParameter)?;
        let by = (self.identity.name(), runtime::now());
        let statements = save_menus(self.account.name(), &draft, if_version, by);
        let saved = d1::transaction(d1::TIMEOUT, self.env, &statements).await?;
        let newest = self.newest_menus().await?;
        let Some((version,)) = saved.first_rows::<(u64,)>()?.pop() else {
            return Err(conflict(&newest).into());
        };
        self.drafted(newest.saved(version, draft, by)).await
    }

    async fn check_draft(&self) -> Result<CheckedMenus, Error> {
        let StoredMenus { draft, .. } = self.newest_menus().await?;
        let mut problems = draft.check().err().as_ref().map(field_problems).unwrap_or_default();
        let edit = Edit::SetReplies { rules: draft.valid_rules() };
        let unanswered_keys = match settings::rehearse(self.account.name(), edit, None, self.env).await {
            Ok(edited) => draft.unanswered_keys(&edited.settings, runtime::now()),
            Err(Error::Api(api::Error::InvalidParameter(invalid))) => {
                problems.extend(field_problems(&invalid));
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        Ok(CheckedMenus { problems, unanswered_keys })
    }

    /// Publishes the replies and then the menus, one call at a time: two would create each conditional menu twice.
    async fn publish_draft(&self, if_version: Option<u64>) -> Result<PublishedMenus, Error> {
        let publication = self.begin_publication().await?;
        let published = self.publish_within(&publication, if_version).await;
        let end = end_publication(self.account.name(), &publication.claim);
        if let Err(error) = d1::transaction_or_again(self.env, &[end]).await {
            let (account, error) = (self.account.name(), &error.to_string());
            log::notice(&Notice::MenuPublicationNotEnded { account, error });
        }
        published
    }

    async fn begin_publication(&self) -> Result<Publication, Error> {
        let (claim, now) = (runtime::nonce()?, runtime::now());
        let begin = begin_publication(self.account.name(), &claim, (self.identity.name(), now));
        let publication = d1::transaction_or_again(self.env, &[begin]).await?;
        match publication.first_rows::<PublicationRow>()?.pop() {
            Some((held, by, began_at)) if held != claim => Err(api::Error::Publishing {
                by,
                since: Timestamp::from_seconds(began_at),
                ends_in: publication_ends_in(began_at, now),
            }
            .into()),
            _ => Ok(Publication { claim, began_at: now }),
        }
    }

    /// What fails can be repeated: rules that are as they should be stay, and so do conditional menus.
    async fn publish_within(
        &self,
        publication: &Publication,
        if_version: Option<u64>,
    ) -> Result<PublishedMenus, Error> {
        let stored = self.newest_menus().await?;
        if if_version.is_some_and(|expected| expected != stored.version) {
            return Err(conflict(&stored).into());
        }
        let StoredMenus { version, draft, .. } = stored;
        draft.check().map_err(api::Error::InvalidParameter)?;
        if !draft.replies.is_empty() {
            self.identity.require(Scope::One(Group::Rule, Access::Write))?;
        }
        // An account that may not change its menu gets no rules for it either.
        let listed = self.menus().await?;
        let (mut rules_version, mut published) = (None, Vec::new());
        if !draft.replies.is_empty() {
            let edited = self.editor().edit(&Edit::SetReplies { rules: draft.rules() }, None).await?;
            rules_version = edited.is_new.then_some(edited.settings.version);
            published.push(PublishedPart::Replies);
        }
        match self.publish_menus(publication, version, &draft, listed, &mut published).await {
            Ok(menuids) => Ok(PublishedMenus { version, menuids, rules_version }),
            Err(error) => Err(error.after(published)),
        }
    }

    async fn publish_menus(
        &self,
        publication: &Publication,
        version: u64,
        draft: &MenuDraft,
        listed: MenuList,
        published: &mut Vec<PublishedPart>,
    ) -> Result<Vec<String>, Error> {
        let wechat = self.wechat()?;
        if let Some(default) = draft.default_menu() {
            publication.require_time()?;
            wechat.call(&menu::create(default)).await?;
            published.push(PublishedPart::DefaultMenu);
        }
        let wanted = draft.conditional_menus();
        let changes = listed.conditional_changes(&wanted);
        let mut menuids = changes.kept;
        for menu in wanted.into_iter().skip(menuids.len()) {
            publication.require_time()?;
            let created: MenuCreated = wechat.call_for(&menu::create(menu)).await?;
            menuids.push(created.into_menuid());
        }
        for menu_id in &changes.deleted {
            publication.require_time()?;
            match wechat.call(&menu::delete(menu_id)).await {
                // Somebody else has deleted it meanwhile.
                Err(Error::Wechat(error)) if is_not_conditional(&error) => {}
                outcome => drop(outcome?),
            }
        }
        published.push(PublishedPart::ConditionalMenus);
        menuids.reverse();
        let by = (self.identity.name(), runtime::now());
        let statements = publish_menus(self.account.name(), version, draft, by);
        d1::transaction_or_again(self.env, &statements).await?;
        Ok(menuids)
    }

    async fn menus(&self) -> Result<MenuList, Error> {
        let answer = match self.wechat()?.call(&menu::list()).await {
            Err(Error::Wechat(error)) => Err(error),
            answer => Ok(answer?),
        };
        Ok(MenuList::from_wechat(answer)?)
    }

    /// Deletes a conditional menu, or with the default menu all menus.
    async fn delete_menu(&self, menu_id: &str) -> Result<String, Error> {
        let wechat = self.wechat()?;
        match wechat.call(&menu::delete(menu_id)).await {
            Err(Error::Wechat(error)) if is_not_conditional(&error) => {
                // It is the default menu, or there is none with this id.
                self.menus().await?.require_default(menu_id)?;
                wechat.call(&menu::delete_all()).await?;
            }
            outcome => drop(outcome?),
        }
        to_json(&Nothing {})
    }
}

fn conflict(newest: &StoredMenus) -> api::Error {
    api::Error::Conflict { version: newest.version, by: newest.author.clone() }
}
