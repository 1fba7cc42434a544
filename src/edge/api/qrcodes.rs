//! `qrcode/*`: codes with a name.

use crate::api;
use crate::api::Nothing;
use crate::api::qrcode::{
    MAX_NAMED, NamedCode, NamedCodeRow, QrCodeCreated, QrCodeList, QrCodePlan, count_other_codes,
    listed_codes, name_code, named_codes, unname_code,
};
use crate::error::Error;
use crate::inbox::{SceneCounts, last_365_days};
use crate::invalid::Invalid;
use crate::wechat::qrcode::{self, Created, QrCode};

use super::Performer;
use crate::edge::bindings::{d1, runtime, to_json};
use crate::edge::state::figures;

impl Performer<'_> {
    pub(super) async fn qrcode(&self, plan: QrCodePlan) -> Result<String, Error> {
        match plan {
            QrCodePlan::Create { code, name } => to_json(&self.create_code(&code, &name).await?),
            QrCodePlan::List => to_json(&self.codes().await?),
            QrCodePlan::Update { scene, name: Some(name) } => {
                self.require_room(&scene).await?;
                self.name(NamedCode { scene: &scene, name: &name, url: None, expires_at: None }).await
            }
            QrCodePlan::Update { scene, name: None } => {
                let statement = unname_code(self.account.name(), &scene);
                d1::rows::<()>(self.env, &statement).await?;
                to_json(&Nothing {})
            }
        }
    }

    async fn create_code(&self, code: &QrCode, name: &str) -> Result<QrCodeCreated, Error> {
        let scene = code.scene();
        self.require_room(&scene).await?;
        let created: Created = self.wechat()?.call_for(&qrcode::create(code)).await?;
        let lifetime = created.expire_seconds.map(i64::from);
        let expires_at = lifetime.map(|seconds| runtime::now().plus(seconds));
        self.name(NamedCode { scene: &scene, name, url: Some(&created.url), expires_at }).await?;
        Ok(created.into())
    }

    async fn require_room(&self, scene: &str) -> Result<(), Error> {
        let rows: Vec<(i64,)> = d1::rows(self.env, &count_other_codes(self.account.name(), scene)).await?;
        if rows.into_iter().next().is_some_and(|(count,)| count >= MAX_NAMED) {
            let complaint = format!("is refused: there are {MAX_NAMED} codes with a name already");
            return Err(api::Error::InvalidParameter(Invalid::new("name", complaint)).into());
        }
        Ok(())
    }

    async fn name(&self, code: NamedCode<'_>) -> Result<String, Error> {
        let by = (self.identity.name(), runtime::now());
        d1::rows_or_again::<()>(self.env, &name_code(self.account.name(), code, by)).await?;
        to_json(&Nothing {})
    }

    async fn codes(&self) -> Result<QrCodeList, Error> {
        let (account, env, days) = (self.account.name(), self.env, last_365_days(runtime::now()));
        let live = figures::counted(account, env).await?;
        let closed = figures::closed_of_scenes(account, days, &live, env).await?;
        let counts = SceneCounts::new(&closed, &live, days);
        let rows: Vec<NamedCodeRow> = d1::rows(env, &named_codes(account)).await?;
        Ok(QrCodeList { codes: listed_codes(rows, &counts), counted_at: live.counted_at.seconds() })
    }
}
