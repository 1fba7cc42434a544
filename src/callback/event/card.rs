//! Cards, coupons and gift cards (卡券, 礼品卡).
//!
//! Manual: 卡券事件推送.

use crate::callback::field::record;
use crate::time::Timestamp;

record! {
    /// `card_pass_check`, `card_not_pass_check`: WeChat checked a card.
    CardCheck {
        card_id: String = "CardId",
        refuse_reason: Option<String> = "RefuseReason",
    }
}

record! {
    /// `user_get_card`: a user took a card.
    UserGetCard {
        card_id: String = "CardId",
        is_give_by_friend: Option<u64> = "IsGiveByFriend",
        user_card_code: String = "UserCardCode",
        friend_user_name: Option<String> = "FriendUserName",
        outer_id: Option<String> = "OuterId",
        old_user_card_code: Option<String> = "OldUserCardCode",
        outer_str: Option<String> = "OuterStr",
        is_restore_member_card: Option<u64> = "IsRestoreMemberCard",
        is_recommend_by_friend: Option<u64> = "IsRecommendByFriend",
        union_id: Option<String> = "UnionId",
    }
}

record! {
    /// `user_gifting_card`: a user gave a card away.
    UserGiftingCard {
        card_id: String = "CardId",
        user_card_code: String = "UserCardCode",
        is_return_back: Option<u64> = "IsReturnBack",
        friend_user_name: Option<String> = "FriendUserName",
        is_chat_room: Option<u64> = "IsChatRoom",
    }
}

record! {
    /// `user_del_card`, `user_enter_session_from_card`, `submit_membercard_user_info`.
    UserCard {
        card_id: String = "CardId",
        user_card_code: String = "UserCardCode",
    }
}

record! {
    /// `user_consume_card`: a card was used.
    UserConsumeCard {
        card_id: String = "CardId",
        user_card_code: String = "UserCardCode",
        /// `FROM_API`, `FROM_MP` or `FROM_MOBILE_HELPER`.
        consume_source: String = "ConsumeSource",
        location_name: Option<String> = "LocationName",
        staff_open_id: Option<String> = "StaffOpenId",
        verify_code: Option<String> = "VerifyCode",
        remark_amount: Option<String> = "RemarkAmount",
        outer_str: Option<String> = "OuterStr",
    }
}

record! {
    /// `user_pay_from_pay_cell`: a user paid with a card.
    UserPayFromPayCell {
        card_id: String = "CardId",
        user_card_code: String = "UserCardCode",
        trans_id: String = "TransId",
        location_id: Option<String> = "LocationId",
        /// Fen (1/100 yuan).
        fee: Option<u64> = "Fee",
        /// Fen (1/100 yuan).
        original_fee: Option<u64> = "OriginalFee",
    }
}

record! {
    /// `user_view_card`: a user opened a member card.
    UserViewCard {
        card_id: String = "CardId",
        user_card_code: String = "UserCardCode",
        outer_str: Option<String> = "OuterStr",
    }
}

record! {
    /// `update_member_card`: a member card's points or balance changed.
    UpdateMemberCard {
        card_id: String = "CardId",
        user_card_code: String = "UserCardCode",
        /// May be negative, so text.
        modify_bonus: String = "ModifyBonus",
        /// May be negative, so text.
        modify_balance: String = "ModifyBalance",
    }
}

record! {
    /// `card_sku_remind`: a card's stock runs low.
    CardSkuRemind {
        card_id: String = "CardId",
        detail: String = "Detail",
    }
}

record! {
    /// `card_pay_order`: an order of card coins changed.
    CardPayOrder {
        order_id: String = "OrderId",
        status: String = "Status",
        create_order_time: Option<Timestamp> = "CreateOrderTime",
        pay_finish_time: Option<Timestamp> = "PayFinishTime",
        desc: Option<String> = "Desc",
        free_coin_count: Option<u64> = "FreeCoinCount",
        pay_coin_count: Option<u64> = "PayCoinCount",
        refund_free_coin_count: Option<u64> = "RefundFreeCoinCount",
        refund_pay_coin_count: Option<u64> = "RefundPayCoinCount",
        order_type: String = "OrderType",
        memo: Option<String> = "Memo",
        receipt_info: Option<String> = "ReceiptInfo",
    }
}

record! {
    /// `card_merchant_check_result`: WeChat checked a sub-merchant.
    CardMerchantCheckResult {
        merchant_id: String = "MerchantId",
        is_pass: Option<u64> = "IsPass",
        reason: Option<String> = "Reason",
    }
}

record! {
    /// `giftcard_pay_done`, `giftcard_send_to_friend`, `giftcard_user_accept`.
    GiftCard {
        page_id: String = "PageId",
        order_id: String = "OrderId",
        /// `true` or `false`.
        is_chat_room: Option<String> = "IsChatRoom",
        /// `true` or `false`.
        is_return_back: Option<String> = "IsReturnBack",
    }
}
