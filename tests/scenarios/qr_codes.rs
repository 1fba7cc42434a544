//! QR codes with a name: what is stored of them, and how often they were scanned.

use mp_worker::api::Plan;
use mp_worker::api::qrcode::{
    ListedCode, NamedCode, NamedCodeRow, QrCodePlan, count_other_codes, listed_codes, name_code, named_codes,
    unname_code,
};
use mp_worker::inbox::{CountRow, SceneCounts, closed_scenes, last_365_days};
use rusqlite::Connection;
use serde_json::Value;

use crate::database::{database, rows, run, store};
use crate::inbox_figures::{count_live, work};
use crate::world::{NOW, event_from, planned};

const DAY: i64 = 24 * 3600;

fn name<'a>(scene: &'a str, name: &'a str, url: Option<&'a str>) -> NamedCode<'a> {
    NamedCode { scene, name, url, expires_at: url.map(|_| NOW.plus(60)) }
}

fn stored(database: &Connection) -> Vec<NamedCodeRow> {
    rows(database, &named_codes("default")).unwrap()
}

#[test]
fn a_code_is_planned_with_its_name() {
    let plan = |path: &str, body: &str| match planned(path, body) {
        Ok(Plan::QrCode(plan)) => plan,
        other => panic!("{path}: {other:?}"),
    };
    let QrCodePlan::Create { code, name } = plan("qrcode/create", r#"{"scene_id": 7, "name": "西湖店"}"#)
    else {
        panic!()
    };
    assert_eq!((code.scene().as_str(), code.scene_id, name.as_str()), ("7", Some(7), "西湖店"));
    assert_eq!(plan("qrcode/list", "{}"), QrCodePlan::List);
    let update =
        |name: Option<&str>| QrCodePlan::Update { scene: "7".to_owned(), name: name.map(ToOwned::to_owned) };
    assert_eq!(plan("qrcode/update", r#"{"scene": "7", "name": "海报"}"#), update(Some("海报")));
    assert_eq!(plan("qrcode/update", r#"{"scene": "7"}"#), update(None));
    let long = "字".repeat(65);
    for name in ["", " ", "a\u{200b}b", &long] {
        assert!(
            planned("qrcode/update", &format!(r#"{{"scene": "7", "name": "{name}"}}"#)).is_err(),
            "{name}"
        );
        assert!(
            planned("qrcode/create", &format!(r#"{{"scene_id": 7, "name": "{name}"}}"#)).is_err(),
            "{name}"
        );
    }
}

#[test]
fn a_new_name_leaves_what_is_known_of_a_code() {
    let database = database();
    run(&database, &name_code("default", name("店", "西湖店", Some("url")), ("root", NOW)));
    run(&database, &name_code("default", name("店", "北山店", None), ("shop", NOW.plus(9))));
    run(&database, &name_code("default", name("海报", "海报", None), ("shop", NOW.plus(5))));
    run(&database, &name_code("other", name("店", "别人的", None), ("shop", NOW)));
    let text = |text: &str| text.to_owned();
    let (url, expires_at) = (Some(text("url")), Some(NOW.plus(60).seconds()));
    let poster = (text("海报"), text("海报"), None, None, text("shop"), NOW.plus(5).seconds());
    let shop = (text("店"), text("北山店"), url, expires_at, text("root"), NOW.seconds());
    assert_eq!(stored(&database), [poster, shop]);
    let count = |scene| rows::<(i64,)>(&database, &count_other_codes("default", scene)).unwrap();
    assert_eq!((count("店"), count("新")), (vec![(1,)], vec![(2,)]));
    let unname = |scene| rows::<Value>(&database, &unname_code("default", scene)).unwrap().len();
    assert_eq!((unname("店"), unname("店")), (1, 0));
    assert_eq!(stored(&database).len(), 1);
}

#[test]
fn scans_and_follows_are_counted_by_code() {
    let mut database = database();
    for (days, openid, event, key) in [
        (-4, "o1", "subscribe", "qrscene_店"),
        (-4, "o2", "SCAN", "店"),
        (-3, "o3", "SCAN", "旧海报"),
        (0, "o4", "SCAN", "店"),
        (0, "o5", "subscribe", ""),
    ] {
        store(&mut database, &event_from(openid, NOW.plus(days * DAY), event, key));
    }
    work(&mut database, NOW);
    run(&database, &name_code("default", name("店", "西湖店", None), ("root", NOW)));
    run(&database, &name_code("default", name("新", "新店", None), ("root", NOW)));
    let (live, days) = (count_live(&database, NOW), last_365_days(NOW));
    let closed: Vec<CountRow> = rows(&database, &closed_scenes("default", days, live.closed)).unwrap();
    let counts = SceneCounts::new(&closed, &live, days);
    let listed = listed_codes(stored(&database), &counts);
    let shown = |code: &ListedCode| (code.scene.clone(), code.name.clone(), code.scans, code.followed);
    let expected = [("店", Some("西湖店"), 3, 1), ("新", Some("新店"), 0, 0), ("旧海报", None, 1, 0)].map(
        |(scene, name, scans, followed)| (scene.to_owned(), name.map(ToOwned::to_owned), scans, followed),
    );
    let mut listed: Vec<_> = listed.iter().map(shown).collect();
    listed[..2].sort();
    assert_eq!(listed, expected);
}
