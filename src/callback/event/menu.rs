//! Taps on the custom menu, and the location report.
//!
//! Manual: 自定义菜单事件推送.

use crate::callback::decimal::Decimal;
use crate::callback::field::record;

record! {
    /// `CLICK`: a `click` button.
    Click {
        key: String = "EventKey",
    }
}

record! {
    /// `VIEW`: a `view` button, which opens a page.
    View {
        url: String = "EventKey",
        /// Tells conditional menus apart.
        menu_id: Option<String> = "MenuId",
    }
}

record! {
    /// `view_miniprogram`: a `miniprogram` button.
    ViewMiniProgram {
        page_path: String = "EventKey",
        menu_id: Option<String> = "MenuId",
    }
}

record! {
    /// `scancode_push` and `scancode_waitmsg`: a code scanned from the menu.
    ScanCode {
        key: String = "EventKey",
        /// `qrcode` or `barcode`.
        scan_type: String = "ScanCodeInfo/ScanType",
        /// For a bar code `TYPE,VALUE`, such as `EAN_13,6901...`.
        scan_result: String = "ScanCodeInfo/ScanResult",
    }
}

record! {
    /// `pic_sysphoto`, `pic_photo_or_album` and `pic_weixin`: pictures picked from the menu.
    ///
    /// The pictures themselves follow as `image` messages.
    Pictures {
        key: String = "EventKey",
        count: Option<u64> = "SendPicsInfo/Count",
        /// Lowercase hex.
        md5_sums: Vec<PictureMd5> = "SendPicsInfo/PicList/item",
    }
}

record! {
    /// One picture of a [`Pictures`] event.
    PictureMd5 {
        md5_sum: String = "PicMd5Sum",
    }
}

record! {
    /// `location_select`: a place picked from the menu; a `location` message follows.
    LocationSelect {
        key: String = "EventKey",
        /// Degrees; X is the latitude.
        latitude: Option<Decimal> = "SendLocationInfo/Location_X",
        /// Degrees.
        longitude: Option<Decimal> = "SendLocationInfo/Location_Y",
        scale: Option<u64> = "SendLocationInfo/Scale",
        label: String = "SendLocationInfo/Label",
        poi_name: Option<String> = "SendLocationInfo/Poiname",
    }
}

record! {
    /// `LOCATION`: where a user is, once or every five seconds while the chat is open.
    LocationReport {
        /// Degrees.
        latitude: Option<Decimal> = "Latitude",
        /// Degrees.
        longitude: Option<Decimal> = "Longitude",
        /// Metres.
        precision: Option<Decimal> = "Precision",
    }
}
