//! Invoices (电子发票).

use crate::callback::field::record;

record! {
    /// `user_authorize_invoice`: a user authorized an invoice.
    UserAuthorizeInvoice {
        succ_order_id: Option<String> = "SuccOrderId",
        fail_order_id: Option<String> = "FailOrderId",
        app_id: Option<String> = "AppId",
        /// Sent in place of `AppId` by some deliveries.
        authorize_app_id: Option<String> = "AuthorizeAppId",
        source: Option<String> = "Source",
    }
}

record! {
    /// `update_invoice_status`: an invoice's reimbursement changed.
    UpdateInvoiceStatus {
        status: String = "Status",
        card_id: String = "CardId",
        code: String = "Code",
    }
}

record! {
    /// `cloud_invoice_invoiceresult_event`: an invoice was issued, or not.
    CloudInvoiceResult {
        /// The request's number.
        request_id: String = "fpqqlsh",
        status: String = "status",
        /// The taxpayer's number.
        taxpayer_id: String = "nsrsbh",
    }
}

record! {
    /// `submit_invoice_title`: a user handed in an invoice title.
    SubmitInvoiceTitle {
        title: String = "title",
        phone: Option<String> = "phone",
        tax_no: Option<String> = "tax_no",
        addr: Option<String> = "addr",
        bank_type: Option<String> = "bank_type",
        bank_no: Option<String> = "bank_no",
        attach: Option<String> = "attach",
        title_type: String = "title_type",
    }
}
