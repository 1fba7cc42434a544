//! `menu/*`: one menu by its id, and the figures of its buttons.

use crate::api::Nothing;
use crate::api::menu::{MenuList, MenuPlan, is_not_conditional};
use crate::error::Error;
use crate::wechat::menu;

use super::Performer;
use crate::edge::bindings::to_json;

impl Performer<'_> {
    pub(super) async fn menu(&self, plan: MenuPlan) -> Result<String, Error> {
        match plan {
            MenuPlan::List { menu_id } => to_json(&self.menus().await?.only(&menu_id)?),
            MenuPlan::Delete { menu_id } => self.delete_menu(&menu_id).await,
            MenuPlan::EventStatus { filter, since } => {
                to_json(&self.stats().menu_events(&filter, since).await?)
            }
        }
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
