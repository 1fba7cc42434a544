//! Stores, Wi-Fi, shop orders, product scans and beacons: mostly retired products that still push.

use crate::callback::decimal::Decimal;
use crate::callback::field::record;
use crate::time::Timestamp;

record! {
    /// `poi_check_notify`: WeChat checked a store.
    PoiCheckNotify {
        uniq_id: String = "UniqId",
        poi_id: String = "PoiId",
        /// `succ` or `fail`.
        result: String = "Result",
        msg: Option<String> = "Msg",
        /// Sent in place of `Msg` by some deliveries.
        lowercase_msg: Option<String> = "msg",
    }
}

record! {
    /// `apply_merchant_audit_info`, `add_store_audit_info`, `modify_store_audit_info`.
    StoreAudit {
        audit_id: String = "audit_id",
        status: String = "status",
        reason: Option<String> = "reason",
        is_upgrade: Option<u64> = "is_upgrade",
        poi_id: Option<String> = "poiid",
    }
}

record! {
    /// `create_map_poi_audit_info`: WeChat checked a place on the map.
    CreateMapPoiAudit {
        audit_id: String = "audit_id",
        status: String = "status",
        map_poi_id: String = "map_poi_id",
        name: String = "name",
        address: String = "address",
        /// Degrees.
        latitude: Option<Decimal> = "latitude",
        /// Degrees.
        longitude: Option<Decimal> = "longitude",
        remark: Option<String> = "sh_remark",
    }
}

record! {
    /// `WifiConnected`: a user joined a shop's Wi-Fi.
    WifiConnected {
        connect_time: Option<Timestamp> = "ConnectTime",
        expire_time: Option<Timestamp> = "ExpireTime",
        vendor_id: String = "VendorId",
        /// The shop.
        place_id: String = "PlaceId",
        /// The access point's BSSID.
        device_no: String = "DeviceNo",
    }
}

record! {
    /// `merchant_order`: an order in a WeChat shop.
    MerchantOrder {
        order_id: String = "OrderId",
        order_status: String = "OrderStatus",
        product_id: String = "ProductId",
        sku_info: String = "SkuInfo",
    }
}

record! {
    /// `user_scan_product` and its three relatives: a user scanned a product.
    UserScanProduct {
        key_standard: String = "KeyStandard",
        key_str: String = "KeyStr",
        country: Option<String> = "Country",
        province: Option<String> = "Province",
        city: Option<String> = "City",
        sex: Option<u64> = "Sex",
        scene: Option<u64> = "Scene",
        ext_info: Option<String> = "ExtInfo",
        /// Only `user_scan_product_async`.
        region_code: Option<String> = "RegionCode",
        /// Only `user_scan_product_verify_action`.
        result: Option<String> = "Result",
        /// Only `user_scan_product_verify_action`.
        reason_msg: Option<String> = "ReasonMsg",
    }
}

record! {
    /// `ShakearoundUserShake`: a user shook the phone near beacons.
    ShakearoundUserShake {
        chosen: Vec<Beacon> = "ChosenBeacon",
        around: Vec<Beacon> = "AroundBeacons/AroundBeacon",
    }
}

record! {
    /// One beacon.
    Beacon {
        uuid: String = "Uuid",
        major: Option<u64> = "Major",
        minor: Option<u64> = "Minor",
        /// Metres.
        distance: Option<Decimal> = "Distance",
    }
}
