// Generated from public/openapi.json by `npm run schema`. Do not edit.

export interface paths {
    "/api/account/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check the configuration, and name the first problem.
         * @description Needs the scope `account:read`.
         */
        post: operations["account_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show what is wrong, and how much comes in. What the key may not read is left out, and WeChat is not asked.
         * @description Needs no scope: `any` API key or session may call it.
         */
        post: operations["account_overview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show what is stored, and for how long.
         * @description Needs the scope `account:read`.
         */
        post: operations["account_settings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/account/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change what is stored, and for how long.
         * @description Needs the scope `account:write`.
         */
        post: operations["account_update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask a provider for one token, and say what is wrong if it does not answer. It is not counted.
         * @description Needs the scope `assistant:write`.
         */
        post: operations["assistant_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete an assistant that no rule asks.
         * @description Needs the scope `assistant:write`.
         */
        post: operations["assistant_delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the assistants.
         * @description Needs the scope `assistant:read`.
         */
        post: operations["assistant_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the providers that assistants name, whether their secrets are set, and how they last answered.
         * @description Needs the scope `assistant:read`.
         */
        post: operations["assistant_providers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask an assistant, saved or not, as a user who begins a conversation would. Nothing is remembered or sent; the tokens count.
         * @description Needs the scope `assistant:write`.
         */
        post: operations["assistant_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an assistant, or replace the one of that name.
         * @description Needs the scope `assistant:write`.
         */
        post: operations["assistant_update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/assistant/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * How many answers and tokens the assistants have used, by day, and by the users who used the most tokens.
         * @description Needs the scope `assistant:read`.
         */
        post: operations["assistant_usage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the changes of the last 90 days that were made with API keys or refused, newest first.
         * @description Needs the scope `key:read`.
         */
        post: operations["audit_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversation/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What the assistants remember of their conversation with a user.
         * @description Needs the scope `assistant:read`.
         */
        post: operations["conversation_get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversation/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List users by their latest message, newest first.
         * @description Needs the scope `message:read`.
         */
        post: operations["conversation_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversation/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause automatic answers to a user.
         * @description Needs the scope `message:write`.
         */
        post: operations["conversation_pause"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversation/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the assistants forget their conversation with a user.
         * @description Needs the scope `assistant:write`.
         */
        post: operations["conversation_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversation/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume automatic answers to a user.
         * @description Needs the scope `message:write`.
         */
        post: operations["conversation_resume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/conversation/settle": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark a user's unanswered messages of the last 48 hours as settled.
         * @description Needs the scope `message:write`.
         */
        post: operations["conversation_settle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show a delivery that is pending or dead, with its request and its failed attempts. Needs `message:read` as well.
         * @description Needs the scope `webhook:read`.
         */
        post: operations["delivery_get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List deliveries that are pending or dead.
         * @description Needs the scope `webhook:read`.
         */
        post: operations["delivery_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Retry dead deliveries, or pending ones now.
         * @description Needs the scope `webhook:write`.
         */
        post: operations["delivery_replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/delivery/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a pending delivery now.
         * @description Needs the scope `webhook:write`.
         */
        post: operations["delivery_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/jssdk/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign a page for the JS-SDK.
         * @description Needs the scope `jssdk:read`.
         */
        post: operations["jssdk_config"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/key/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create an API key; it is shown only once, and ends with the key that created it.
         * @description Needs the scope `key:write`.
         */
        post: operations["key_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/key/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the API keys.
         * @description Needs the scope `key:read`.
         */
        post: operations["key_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/key/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revoke an API key, and the keys that it created.
         * @description Needs the scope `key:write`.
         */
        post: operations["key_revoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the picture, voice or video of a message, while WeChat still has it: three days.
         * @description Needs the scope `message:read`.
         */
        get: operations["media_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/media/upload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Upload a file to WeChat, for messages and replies.
         * @description Needs the scope `media:write`. Takes a body of up to 10304 KiB.
         */
        post: operations["media_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show what keeps the draft from being published, and which taps nothing answers.
         * @description Needs the scope `menu:read`.
         */
        post: operations["menu_check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create the default menu or a conditional menu.
         * @description Needs the scope `menu:write`.
         */
        post: operations["menu_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the current menu, also one made in WeChat's console.
         * @description Needs the scope `menu:read`.
         */
        post: operations["menu_current"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete all menus or one conditional menu.
         * @description Needs the scope `menu:write`.
         */
        post: operations["menu_delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the draft of the menus, with the replies to taps.
         * @description Needs the scope `menu:read`.
         */
        post: operations["menu_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/event_status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count the events of each button by outcome.
         * @description Needs the scope `menu:read`.
         */
        post: operations["menu_event_status"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the default and the conditional menus.
         * @description Needs the scope `menu:read`.
         */
        post: operations["menu_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish the draft: first the replies as rules, which takes rule:write, and then the menus at WeChat, whose conditional menus become those of the draft. After a failure it can be called again.
         * @description Needs the scope `menu:write`.
         */
        post: operations["menu_publish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/save_draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Save the draft.
         * @description Needs the scope `menu:write`.
         */
        post: operations["menu_save_draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/try_match": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the menu that a user sees.
         * @description Needs the scope `menu:read`.
         */
        post: operations["menu_try_match"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show menus that were published.
         * @description Needs the scope `menu:read`.
         */
        post: operations["menu_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/menu/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the menus that were published, and who published them.
         * @description Needs the scope `menu:read`.
         */
        post: operations["menu_versions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/message/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show a received message and its outcome.
         * @description Needs the scope `message:read`.
         */
        post: operations["message_get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/message/leave": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Keep a reply for a user's next message.
         * @description Needs the scope `message:write`.
         */
        post: operations["message_leave"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/message/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List received messages and events, newest first.
         * @description Needs the scope `message:read`.
         */
        post: operations["message_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/message/reply": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a customer-service message.
         * @description Needs the scope `message:write`.
         */
        post: operations["message_reply"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/message/typing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the typing indicator to a user.
         * @description Needs the scope `message:write`.
         */
        post: operations["message_typing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/qrcode/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a parametric QR code.
         * @description Needs the scope `qrcode:write`.
         */
        post: operations["qrcode_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/qrcode/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the codes with a name and the most scanned others, with their scans and new followers.
         * @description Needs the scope `qrcode:read`.
         */
        post: operations["qrcode_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/qrcode/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Name a code.
         * @description Needs the scope `qrcode:write`.
         */
        post: operations["qrcode_update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a rule.
         * @description Needs the scope `rule:write`.
         */
        post: operations["rule_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete a rule.
         * @description Needs the scope `rule:write`.
         */
        post: operations["rule_delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Export all rules.
         * @description Needs the scope `rule:read`.
         */
        post: operations["rule_export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace all rules, or append to them.
         * @description Needs the scope `rule:write`. Takes a body of up to 2048 KiB.
         */
        post: operations["rule_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/import_platform": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import the auto-replies and the menu from WeChat's console as rules.
         * @description Needs the scope `rule:write`.
         */
        post: operations["rule_import_platform"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/lint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show what is probably a mistake in the rules.
         * @description Needs the scope `rule:read`.
         */
        post: operations["rule_lint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the rules in the order in which they are tried.
         * @description Needs the scope `rule:read`.
         */
        post: operations["rule_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/reorder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Move rules.
         * @description Needs the scope `rule:write`.
         */
        post: operations["rule_reorder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore the rules of an earlier version.
         * @description Needs the scope `rule:write`.
         */
        post: operations["rule_rollback"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show how the rules answer a message, and why.
         * @description Needs the scope `rule:read`. Takes a body of up to 2048 KiB.
         */
        post: operations["rule_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a rule and keep its position.
         * @description Needs the scope `rule:write`.
         */
        post: operations["rule_update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the rules of a version.
         * @description Needs the scope `rule:read`.
         */
        post: operations["rule_version"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rule/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the versions of the settings, and who made them.
         * @description Needs the scope `rule:read`.
         */
        post: operations["rule_versions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in to the console with an API key or a ticket; the answer sets its cookie.
         * @description Needs no API key: `none` is sent.
         */
        post: operations["session_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out.
         * @description Needs a `session` of the console.
         */
        post: operations["session_delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Return the key that is signed in, and its accounts.
         * @description Needs a `session` of the console.
         */
        post: operations["session_get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session/ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Return a ticket that signs in to the console once, within ten minutes, as the same key. A session gets none.
         * @description Needs no scope: `any` API key or session may call it.
         */
        post: operations["session_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/setup/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show what is set up, and what became of WeChat's latest requests to the callback URL.
         * @description Needs the scope `account:read`.
         */
        post: operations["setup_get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show figures of some days by day, rule, backend, key of a menu button or scene, and texts that nobody answered.
         * @description Needs the scope `stats:read`.
         */
        post: operations["stats_report"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stats/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Count messages, events and outcomes by day, and the hits of rules, backends and scenes.
         * @description Needs the scope `stats:read`.
         */
        post: operations["stats_summary"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tag/add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tag up to 50 users.
         * @description Needs the scope `tag:write`.
         */
        post: operations["tag_add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tag/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a tag.
         * @description Needs the scope `tag:write`.
         */
        post: operations["tag_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tag/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete a tag.
         * @description Needs the scope `tag:write`.
         */
        post: operations["tag_delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tag/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the tags.
         * @description Needs the scope `tag:read`.
         */
        post: operations["tag_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tag/of_user": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the tags of a user.
         * @description Needs the scope `tag:read`.
         */
        post: operations["tag_of_user"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tag/remove": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Untag up to 50 users.
         * @description Needs the scope `tag:write`.
         */
        post: operations["tag_remove"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tag/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rename a tag.
         * @description Needs the scope `tag:write`.
         */
        post: operations["tag_update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tag/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the users with a tag, 10,000 a page.
         * @description Needs the scope `tag:read`.
         */
        post: operations["tag_users"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/template/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete a template.
         * @description Needs the scope `template:write`.
         */
        post: operations["template_delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/template/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the account's templates.
         * @description Needs the scope `template:read`.
         */
        post: operations["template_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/template/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a template message.
         * @description Needs the scope `template:write`.
         */
        post: operations["template_send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Return the access token.
         * @description Needs the scope `token:read`.
         */
        get: operations["token_get_with_get"];
        put?: never;
        /**
         * Return the access token.
         * @description Needs the scope `token:read`.
         */
        post: operations["token_get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/batch_info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show the basic information of up to 100 users.
         * @description Needs the scope `user:read`.
         */
        post: operations["user_batch_info"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete everything stored about a user.
         * @description Needs the scope `privacy:write`.
         */
        post: operations["user_erase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/follow_time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show when a user followed.
         * @description Needs the scope `user:read`.
         */
        post: operations["user_follow_time"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show a user's basic information.
         * @description Needs the scope `user:read`.
         */
        post: operations["user_info"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/last_message_time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show when a user last sent a message.
         * @description Needs the scope `user:read`.
         */
        post: operations["user_last_message_time"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List followers, 10,000 a page.
         * @description Needs the scope `user:read`.
         */
        post: operations["user_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/remark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set the remark of a user.
         * @description Needs the scope `user:write`.
         */
        post: operations["user_remark"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List followers as WeChat last described them, with their tags and reply windows.
         * @description Needs the scope `user:read`.
         */
        post: operations["user_search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to synchronise all followers with WeChat, in the background, or say how far that is.
         * @description Needs the scope `user:write`.
         */
        post: operations["user_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the messages between the account and a user, newest first.
         * @description Needs the scope `message:read`.
         */
        post: operations["user_timeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a webhook, and show its secret. Needs `message:read` as well, and `message:write` for the mode `respond`.
         * @description Needs the scope `webhook:write`.
         */
        post: operations["webhook_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Delete a webhook.
         * @description Needs the scope `webhook:write`.
         */
        post: operations["webhook_delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * List the webhooks in the order in which they are asked.
         * @description Needs the scope `webhook:read`.
         */
        post: operations["webhook_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/rotate_secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a webhook a new secret.
         * @description Needs the scope `webhook:write`.
         */
        post: operations["webhook_rotate_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Show a webhook's secret.
         * @description Needs the scope `webhook:write`.
         */
        post: operations["webhook_secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test message to a webhook.
         * @description Needs the scope `webhook:write`.
         */
        post: operations["webhook_test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/webhook/update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace a webhook and keep its position. Needs `message:read` as well, and `message:write` for the mode `respond`.
         * @description Needs the scope `webhook:write`.
         */
        post: operations["webhook_update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description `token/get` */
        AccessToken: {
            /** @description The access token for WeChat's API; do not renew it elsewhere. */
            access_token: string;
            /**
             * Format: int64
             * @description Seconds until it expires.
             */
            expires_in: number;
        };
        /** @description `account/settings`, `account/update` */
        AccountSettings: {
            /**
             * Format: int64
             * @description Size of the database in bytes, with all accounts.
             */
            bytes: number;
            /**
             * Format: int64
             * @description Number of messages and events that were received on the days of which some are stored, at most 1,000 days.
             */
            messages: number;
            /**
             * Format: int64
             * @description Number of days for which messages are kept; 0 = they are not, because `RETENTION_DAYS` is 0.
             */
            retention_days: number;
            /** @description Events that are not stored, in lowercase, such as `location`. */
            unstored_events: string[];
            /**
             * Format: int64
             * @description How many of `messages` are from days that `account/update` makes too old; they are deleted within an hour or two.
             */
            would_forget?: number | null;
        };
        /** @description Whether an account's configuration has problems. */
        AccountState: "ok" | "attention";
        /** @description `account/update` */
        AccountUpdate: {
            /** @description Only show what the change would do. Default: `false`. */
            dry_run?: boolean;
            /**
             * Format: int64
             * @description For how many days messages are kept: 1 to 36,500; absent = as before.
             */
            retention_days?: number | null;
            /** @description Events that are not stored, in lowercase and at most 100, but not `subscribe` and `unsubscribe`; absent = as before. */
            unstored_events?: string[] | null;
        };
        /** @description `customservice` */
        Agent: {
            /** @description `name@account` */
            kf_account: string;
        };
        /** @description An article of a `news`. */
        Article: {
            /** @description The description. A passive reply needs it. */
            description?: string | null;
            /** @description The picture, JPG or PNG: 360×200 for the first article, 200×200 for the others. A passive reply needs it. */
            picurl?: string | null;
            /** @description The title. */
            title: string;
            /** @description The page that a tap opens. */
            url: string;
        };
        /** @description An assistant: a model that answers the messages for which a rule has `ask`. */
        Assistant: {
            /**
             * @description The types of messages that it answers; absent = `["text", "voice"]`. Of a voice message it gets the text that
             *     WeChat recognized.
             */
            accept?: components["schemas"]["AssistantInput"][] | null;
            /** @description Words that are not asked and not answered. */
            blocked?: components["schemas"]["AssistantBlocked"] | null;
            /**
             * Format: uint32
             * @description The time in milliseconds from the user's message within which the answer can be the passive reply: 500 to 4,500;
             *     absent = 4,000.
             */
            budget_ms?: number | null;
            /** @description The answer to a message while too many others wait for an answer. */
            busy_text?: string | null;
            /** @description The answer if no model answered. */
            failure_text?: string | null;
            /** @description The models that are asked in turn if the one before them fails: at most 2. */
            fallback?: components["schemas"]["AssistantModel"][];
            /** @description The text that tells the user to fetch the answer with another message. */
            fetch_text?: string | null;
            /** @description How a user gets a person; absent = not at all. */
            handover?: components["schemas"]["AssistantHandover"] | null;
            /**
             * Format: uint32
             * @description Maximum length of a user's message in characters: 1 to 2,000; absent = 500. A longer one is not cut, but answered
             *     with `too_long_text`.
             */
            input_max?: number | null;
            /**
             * @description What marks each answer as generated: at most 100 characters, in which `{{model}}`, `{{date}}` and `{{account}}` are
             *     replaced; absent = `（内容由AI生成）`, empty = nothing. Chinese law obliges you to label what you do not label
             *     elsewhere.
             */
            label?: string | null;
            /** @description Where the label is; absent = `end`. */
            label_at?: components["schemas"]["AssistantLabelAt"] | null;
            /** @description The answer if a limit is reached. */
            limit_text?: string | null;
            /** @description How often it may be asked. */
            limits?: components["schemas"]["AssistantLimits"] | null;
            /** @description What becomes of links in answers: `keep`, `remove`, or a list of hosts to which they remain; absent = `keep`. */
            links?: components["schemas"]["AssistantLinks"] | null;
            /**
             * @description Where the calls of the model come from: a location hint of Durable Objects, such as `apac` or `wnam`. It has an
             *     effect on users that have not yet asked. Some providers refuse calls from Hong Kong.
             * @enum {string|null}
             */
            location?: "wnam" | "enam" | "sam" | "weur" | "eeur" | "apac" | "oc" | "afr" | "me" | null;
            /** @description What it remembers of a conversation. */
            memory?: components["schemas"]["AssistantMemory"] | null;
            /** @description The model that is asked. */
            model: components["schemas"]["AssistantModel"];
            /** @description Your name for it, which rules use in `ask`: at most 32 characters. */
            name: string;
            /**
             * Format: uint32
             * @description Maximum number of messages of an answer: 1 to 5; absent = 3. What does not fit is cut.
             */
            parts_max?: number | null;
            /** @description Whether Markdown becomes plain text, since WeChat shows its marks; absent = true. */
            plain_text?: boolean | null;
            /**
             * @description The system prompt: at most 8 KiB. `{{date}}`, `{{model}}` and `{{account}}` are replaced. Users can make the model
             *     repeat it, so it must contain nothing secret.
             */
            prompt?: string | null;
            /** @description How an answer that comes after the budget reaches the user; absent = `auto`. */
            slow?: components["schemas"]["AssistantSlow"] | null;
            /**
             * Format: uint32
             * @description The timeout of a model in milliseconds: 5,000 to 120,000; absent = 60,000.
             */
            timeout_ms?: number | null;
            /** @description The answer to a message that is longer than `input_max`. */
            too_long_text?: string | null;
            /**
             * @description Whether the user sees 对方正在输入 while a late answer is awaited, where the account may send customer-service
             *     messages; absent = true.
             */
            typing?: boolean | null;
            /** @description The answer to a message of another type, or without a recognized text. */
            unreadable?: string | null;
        };
        /** @description The form of a provider's API. */
        AssistantApi: "openai" | "dify";
        /** @description Words that are not asked and not answered, wherever they are in a text: at most 2,000 together. */
        AssistantBlocked: {
            /** @description A message that contains one is not sent to the model. */
            in?: string[];
            /** @description An answer that contains one is not sent to the user. */
            out?: string[];
            /** @description The answer instead, also where the provider refused the message. */
            text?: string | null;
        };
        /** @description The result of a change of the assistants. */
        AssistantChanged: {
            /**
             * Format: uint64
             * @description Version of the settings that the change made; every location has it within two minutes.
             */
            version: number;
            /** @description What keeps models of the assistant from being asked, such as a provider whose secret is missing. */
            warnings?: string[];
        };
        /** @description `assistant/delete` */
        AssistantDelete: {
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /** @description Name of the assistant. */
            name: string;
        };
        /** @description How a user gets a person. */
        AssistantHandover: {
            /**
             * Format: uint32
             * @description Minutes during which nothing answers the user automatically: 1 to 1,440; absent = 30.
             */
            minutes?: number | null;
            /** @description The reply; absent = `{"msgtype": "transfer_customer_service"}`. */
            reply?: components["schemas"]["Reply"] | null;
            /** @description What a user sends: the whole message is one of these, such as `["人工", "转人工"]`. */
            words: string[];
        };
        /** @description A type of messages that a model understands. */
        AssistantInput: "text" | "voice";
        /** @description Where the label of an answer is. */
        AssistantLabelAt: "start" | "end";
        /** @description How often an assistant may be asked. A day begins at midnight in Beijing. */
        AssistantLimits: {
            /**
             * Format: uint32
             * @description Questions of all users in a day; absent = 2,000.
             */
            account_day?: number | null;
            /**
             * Format: uint32
             * @description Tokens of all questions and answers in a day; absent = 2,000,000.
             */
            tokens_day?: number | null;
            /**
             * Format: uint32
             * @description Questions of a user in a day; absent = 50.
             */
            user_day?: number | null;
            /**
             * Format: uint32
             * @description Questions of a user in a minute; absent = 5.
             */
            user_minute?: number | null;
        };
        /** @description `links` */
        AssistantLinks: ("keep" | "remove") | string[];
        /** @description `assistant/list` */
        AssistantList: {
            /** @description The assistants. */
            assistants: components["schemas"]["Assistant"][];
            /**
             * Format: uint64
             * @description Version of the settings.
             */
            version: number;
        };
        /** @description What an assistant remembers of a conversation. */
        AssistantMemory: {
            /**
             * Format: uint32
             * @description Minutes after the last message when everything is forgotten: 1 to 1,440; absent = 30.
             */
            minutes?: number | null;
            /** @description What a user sends to start again; absent = `["新话题", "#清除记忆"]`. */
            reset?: string[] | null;
            /** @description The answer to it. */
            reset_text?: string | null;
            /**
             * Format: uint32
             * @description Maximum number of questions with their answers, together at most 24 KiB: 0 to 20; absent = 8.
             */
            turns?: number | null;
        };
        /** @description A model and how it is called. */
        AssistantModel: {
            /** @description The form of the provider's API; absent = `openai`. */
            api?: components["schemas"]["AssistantApi"] | null;
            /** @description Further fields of the request, at most 2 KiB: `{"top_p": 0.8}`. A field with null is left out of the request. */
            extra?: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: uint32
             * @description Maximum length of an answer in tokens: 1 to 8,192; absent = 800, in `fallback` that of `model`.
             */
            max_tokens?: number | null;
            /** @description The provider's name of the model. `dify` has none: its app names it. */
            model?: string | null;
            /** @description The provider: `deepseek` is the one whose base URL and key are the secret `AI_DEEPSEEK`. */
            provider: string;
            /**
             * @description Whether the answer is streamed, which the user does not see: `auto`, true or false; absent = `auto`, which streams,
             *     because proxies end a long call that does not.
             */
            stream?: components["schemas"]["AssistantStream"] | null;
            /**
             * Format: double
             * @description 0 to 2; absent = the provider's default, in `fallback` that of `model`.
             */
            temperature?: number | null;
            /**
             * @description Whether the model thinks before it answers; absent = false, null = the provider's default. It has an effect where
             *     the provider is known to support it.
             */
            thinking?: boolean | null;
        };
        /** @description How an answer that is too late to be the passive reply reaches the user. */
        AssistantSlow: "auto" | "customer_service" | "next_delivery";
        /** @description `stream` */
        AssistantStream: "auto" | boolean;
        /** @description `assistant/test` */
        AssistantTest: {
            /** @description An assistant that is not saved, instead of `name`. */
            assistant?: components["schemas"]["Assistant"] | null;
            /** @description Name of a saved assistant. */
            name?: string | null;
            /** @description The user's message. */
            text: string;
        };
        /** @description `assistant/test` */
        AssistantTested: {
            /** @description The messages that the user would get. */
            answer: string[];
            /** @description Why models did not answer, in the order in which they were asked. */
            errors: string[];
            /** @description The model that answered. */
            model?: string | null;
            /** @description What the model answered, as it is; absent if it was not asked, or did not answer. */
            raw?: string | null;
            /**
             * Format: uint64
             * @description Number of tokens of the question and the answer.
             */
            tokens: number;
            /**
             * Format: int64
             * @description Milliseconds until the answer was known.
             */
            took_ms: number;
        };
        /** @description `assistant/update` */
        AssistantUpdate: {
            /** @description The whole assistant. */
            assistant: components["schemas"]["Assistant"];
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
        };
        /** @description `assistant/usage` */
        AssistantUsage: {
            /** @description The days in Beijing on which something was used, the earliest first. */
            days: components["schemas"]["DayUsage"][];
            /** @description The users with the most tokens in these days, at most 20. */
            users: components["schemas"]["UserUsage"][];
        };
        /** @description A change that was made or refused. What is sent to users is not one: `user/timeline` has it. */
        AuditEntry: {
            /**
             * Format: int64
             * @description Unix seconds.
             */
            at: number;
            /** @description Such as `rule/create`. */
            call: string;
            /** @description Who made it. */
            key: components["schemas"]["AuditKey"];
            /** @description Id of what was changed, such as a rule, a key or a webhook. */
            object?: string | null;
            /** @description `false` if it was refused or failed. */
            ok: boolean;
            /** @description The `request_id` of the log, and of the error if there was one. */
            request_id: string;
        };
        /** @description Who made a change. */
        AuditKey: {
            /** @description Id of the key; absent = the root key. */
            id?: string | null;
            /** @description Its name, or `root`. */
            name: string;
        };
        /** @description `audit/list` */
        AuditList: {
            /** @description Newest first. */
            entries: components["schemas"]["AuditEntry"][];
            /** @description Cursor of the next page; absent on the last one. Any page may have fewer changes than `limit`, or none. */
            next_cursor?: string | null;
        };
        /** @description `audit/list` */
        AuditQuery: {
            /** @description Only changes made with this call, such as `rule/create`. */
            call?: string | null;
            /** @description `next_cursor` of the previous page; absent = the first page. */
            cursor?: string | null;
            /** @description Only changes made with the key with this id; `root` = with the root key. */
            key?: string | null;
            /**
             * Format: uint32
             * @description Changes a page: 1 to 100. Default: `20`.
             */
            limit?: number;
        };
        /** @description What a backend was asked. */
        BackendFigures: {
            /**
             * Format: int64
             * @description Number of messages and events about which it was asked.
             */
            asked: number;
            /** @description The backend's id. */
            backend: string;
            /**
             * Format: int64
             * @description Median of the milliseconds until it had answered, estimated from ten buckets; 30,000 also stands for more. `null`
             *     if it has not answered.
             */
            median_ms: number | null;
            /** @description Number of them with each outcome. */
            outcomes: components["schemas"]["OutcomeCounts"];
            /**
             * Format: int64
             * @description Milliseconds within which 95 % of its answers came, estimated in the same way.
             */
            p95_ms: number | null;
        };
        /** @description A button: with `type` it has an action, with `sub_button` it opens a submenu. */
        Button: components["schemas"]["ButtonWithType"] | components["schemas"]["ButtonWithSubButton"];
        /** @description The action of a button. */
        ButtonType: "click" | "view" | "miniprogram" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album" | "pic_weixin" | "location_select" | "media_id" | "view_limited" | "article_id" | "article_view_limited";
        /** @description A button: with `type` it has an action, with `sub_button` it opens a submenu. */
        ButtonWithSubButton: {
            /** @description `miniprogram`: its AppID. At most 128 bytes. */
            appid?: string | null;
            /** @description `article_id`, `article_view_limited`: a published article. At most 128 bytes. */
            article_id?: string | null;
            /** @description The event's `EventKey`: at most 128 bytes. */
            key?: string | null;
            /** @description `media_id`, `view_limited`: permanent material. At most 128 bytes. */
            media_id?: string | null;
            /** @description The label: at most 16 bytes of UTF-8, 60 in a submenu. */
            name: string;
            /** @description `miniprogram`: its page. At most 1,024 bytes. */
            pagepath?: string | null;
            /** @description The submenu: 1 to 5 buttons without submenus. */
            sub_button: components["schemas"]["Button"][];
            /** @description The action. */
            type?: components["schemas"]["ButtonType"] | null;
            /** @description `view`: the page; `miniprogram`: the page for old clients. At most 1,024 bytes. */
            url?: string | null;
        };
        /** @description A button: with `type` it has an action, with `sub_button` it opens a submenu. */
        ButtonWithType: {
            /** @description `miniprogram`: its AppID. At most 128 bytes. */
            appid?: string | null;
            /** @description `article_id`, `article_view_limited`: a published article. At most 128 bytes. */
            article_id?: string | null;
            /** @description The event's `EventKey`: at most 128 bytes. */
            key?: string | null;
            /** @description `media_id`, `view_limited`: permanent material. At most 128 bytes. */
            media_id?: string | null;
            /** @description The label: at most 16 bytes of UTF-8, 60 in a submenu. */
            name: string;
            /** @description `miniprogram`: its page. At most 1,024 bytes. */
            pagepath?: string | null;
            /** @description The submenu: 1 to 5 buttons without submenus. */
            sub_button?: components["schemas"]["Button"][] | null;
            /** @description The action. */
            type: components["schemas"]["ButtonType"];
            /** @description `view`: the page; `miniprogram`: the page for old clients. At most 1,024 bytes. */
            url?: string | null;
        };
        /** @description `menu/try_match` */
        Buttons: {
            /** @description The buttons, as WeChat shows them. */
            button: components["schemas"]["Button"][];
        };
        /** @description What WeChat lets an account do. */
        Capabilities: {
            /** @description Customer-service messages. */
            customer_service: components["schemas"]["Capability"];
            /** @description Temporary and permanent media. */
            media: components["schemas"]["Capability"];
            /** @description The menu. */
            menu: components["schemas"]["Capability"];
            /** @description QR codes with scenes. */
            qrcode: components["schemas"]["Capability"];
            /** @description Tags. */
            tag: components["schemas"]["Capability"];
            /** @description Template messages. */
            template: components["schemas"]["Capability"];
            /** @description Followers. */
            user: components["schemas"]["Capability"];
        };
        /** @description Whether WeChat lets an account make some calls. */
        Capability: {
            /**
             * Format: int64
             * @description WeChat's errcode, with `no`: 48001.
             */
            errcode?: number | null;
            /**
             * Format: int64
             * @description Unix seconds: since when it is known; with `no`, when WeChat first refused in the last day that it did.
             */
            seen_at?: number | null;
            /** @description `unknown` until one of them was made. */
            state: components["schemas"]["CapabilityState"];
        };
        /** @description The state of a capability. */
        CapabilityState: "yes" | "no" | "unknown";
        /** @description `wxcard` */
        Card: {
            /** @description The card's id. */
            card_id: string;
        };
        /** @description The result of a change of the rules. */
        Changed: {
            /** @description Id of the rule that was created or changed, if it was one. */
            id?: string | null;
            /**
             * Format: uint
             * @description Number of rules after the change.
             */
            rules: number;
            /**
             * Format: uint64
             * @description Version that the change made; every location has it within two minutes.
             */
            version: number;
            /** @description What is probably a mistake in the rules that were created or changed, such as one that can never match. */
            warnings?: components["schemas"]["RuleWarning"][];
        };
        /** @description One check. */
        Check: {
            /**
             * @description If the check failed, which problem it is, with an id of `account/overview`: `ip` if WeChat refuses the address in
             *     `params`, `secret` if the AppSecret is wrong.
             */
            id?: string | null;
            /** @description The result and, if the check failed, what to do about it. */
            message: string;
            /**
             * @description `configuration`, `encryption`, `storage`, `spool`, `replies`, `access_token`, `callback`, `quota`, `database_size` or
             *     `database_rows`.
             */
            name: string;
            /** @description Whether it passed. */
            ok: boolean;
            /** @description What the message says in numbers, and as in `account/overview`. */
            params?: {
                [key: string]: components["schemas"]["Param"];
            };
        };
        /** @description The result of all checks. */
        CheckReport: {
            /** @description The checks in their order; those that depend on a failed one are left out. */
            checks: components["schemas"]["Check"][];
            /** @description The first check that failed, and what to do about it. */
            first_problem?: string | null;
            /** @description Whether every check passed. */
            ok: boolean;
        };
        /** @description `menu/check` */
        CheckedMenus: {
            /** @description What has to be fixed before the draft can be published. */
            problems: components["schemas"]["FieldProblem"][];
            /** @description Keys of buttons whose taps nothing answers. They can be published. */
            unanswered_keys: string[];
        };
        /** @description A menu button. */
        ClickCondition: {
            /** @description The button's key. */
            key: string;
        };
        /** @description A condition: exactly one of these. */
        Condition: components["schemas"]["ConditionWithFollow"] | components["schemas"]["ConditionWithKeyword"] | components["schemas"]["ConditionWithClick"] | components["schemas"]["ConditionWithScan"] | components["schemas"]["ConditionWithMessage"] | components["schemas"]["ConditionWithEvent"] | components["schemas"]["ConditionWithDefault"];
        /** @description A user taps the menu button with this key. */
        ConditionWithClick: {
            click: components["schemas"]["ClickCondition"];
        };
        /** @description A user sends a message of any documented type. */
        ConditionWithDefault: {
            default: components["schemas"]["DefaultCondition"];
        };
        /** @description One of these events, such as `location_select`; case is ignored. */
        ConditionWithEvent: {
            event: components["schemas"]["OneOrMore"];
        };
        /** @description A user follows. */
        ConditionWithFollow: {
            follow: components["schemas"]["SceneCondition"];
        };
        /** @description A user sends a text. */
        ConditionWithKeyword: {
            keyword: components["schemas"]["KeywordCondition"];
        };
        /** @description A user sends a message of one of these types: `image`, or `["voice", "video"]`. */
        ConditionWithMessage: {
            message: components["schemas"]["OneOrMore"];
        };
        /** @description A follower scans a QR code with a scene. */
        ConditionWithScan: {
            scan: components["schemas"]["SceneCondition"];
        };
        /** @description A user, and the latest message. */
        Conversation: {
            /** @description `false` if the user has unfollowed since the message. */
            following: boolean;
            /** @description The latest message. */
            last: components["schemas"]["LastMessage"];
            /** @description OpenID of the user. */
            openid: string;
            /** @description Present while automatic answers are paused. */
            paused?: components["schemas"]["Paused"] | null;
            /** @description The remark, if the worker has seen one. */
            remark?: string | null;
            /** @description Until when and how many customer-service messages may be sent; absent if the user has unfollowed. */
            window?: components["schemas"]["ReplyWindow"] | null;
        };
        /** @description `filter` */
        ConversationFilter: "all" | "unanswered" | "failed" | "paused";
        /** @description `conversation/list` */
        ConversationList: {
            /**
             * @description Pass it as `after` to ask for what is newer than this answer; absent on further pages. What is less than 30 seconds
             *     old may be listed again.
             */
            after?: string | null;
            /** @description Newest first. */
            conversations: components["schemas"]["Conversation"][];
            /** @description Cursor of the next page; absent on the last one. Any page may have fewer conversations than `limit`, or none. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description Unix seconds: messages down to this `CreateTime` were searched; absent if none were left out of the search.
             */
            searched_until?: number | null;
        };
        /** @description `conversation/list` */
        ConversationQuery: {
            /** @description `after` of an earlier answer: only conversations with a newer message. */
            after?: string | null;
            /** @description `next_cursor` of the previous page; absent = the first page. */
            cursor?: string | null;
            /** @description Which conversations to list. */
            filter?: components["schemas"]["ConversationFilter"];
            /**
             * Format: uint32
             * @description Conversations a page: 1 to 100. Default: `20`.
             */
            limit?: number;
            /**
             * @description Only users whose remark or latest message, if it is a text, contains this, or whose OpenID begins or ends with it; `A` and
             *     `a` are the same. 500 messages a page are searched, and `searched_until` says how far.
             */
            query?: string | null;
        };
        /** @description A tag and the number of its users. */
        CountedTag: {
            /**
             * Format: uint64
             * @description Number of users with the tag. Default: `0`.
             */
            count: number;
            /**
             * Format: uint32
             * @description Id of the tag.
             */
            id: number;
            /** @description Name of the tag. */
            name: string;
        };
        /** @description `menu/current` */
        CurrentMenu: {
            /**
             * Format: uint8
             * @description 1 if the menu is enabled.
             */
            is_menu_open: number;
            /** @description The menu in WeChat's format for this call: `sub_button` is an object with `list`. */
            selfmenu_info: {
                [key: string]: unknown;
            } | null;
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        CustomMessage: components["schemas"]["TextCustomMessage"] | components["schemas"]["ImageCustomMessage"] | components["schemas"]["VoiceCustomMessage"] | components["schemas"]["MpnewsCustomMessage"] | components["schemas"]["MpnewsarticleCustomMessage"] | components["schemas"]["MsgmenuCustomMessage"] | components["schemas"]["WxcardCustomMessage"] | components["schemas"]["MiniprogrampageCustomMessage"] | components["schemas"]["LinkCustomMessage"] | components["schemas"]["VideoCustomMessage"] | components["schemas"]["MusicCustomMessage"] | components["schemas"]["NewsCustomMessage"];
        /** @description One day, from midnight to midnight in Beijing, as in WeChat's own statistics. */
        DayFigures: {
            /** @description The day, such as `2026-11-22`. */
            date: string;
            /**
             * Format: int64
             * @description Number of events.
             */
            events: number;
            /**
             * Format: int64
             * @description Number of follows, first or repeated.
             */
            followed: number;
            /**
             * Format: int64
             * @description Number of messages.
             */
            messages: number;
            /** @description Number of messages with each outcome. */
            outcomes: components["schemas"]["OutcomeCounts"];
            /**
             * Format: int64
             * @description Number of unfollows.
             */
            unfollowed: number;
        };
        /** @description What was used on a day. */
        DayUsage: {
            /**
             * Format: uint64
             * @description Number of calls of models.
             */
            calls: number;
            /** @description Such as `2026-11-22`. */
            date: string;
            /**
             * Format: uint64
             * @description Number of tokens of their questions and answers.
             */
            tokens: number;
        };
        /** @description No parameters. */
        DefaultCondition: Record<string, never>;
        /** @description Deliveries that are not done; each number is counted up to 100, which stands for more as well. */
        Deliveries: {
            /**
             * Format: int64
             * @description Those that were given up.
             */
            dead: number;
            /**
             * Format: int64
             * @description Those that are retried, or have not been tried yet.
             */
            pending: number;
        };
        /** @description `delivery/get`, `delivery/retry` */
        DeliveryId: {
            /** @description `id` as `delivery/list` shows it. */
            id: string;
        };
        /** @description `delivery/list` */
        DeliveryList: {
            /** @description The dead, then the pending; of each, those that notify, ask and send, by `due_at`. */
            deliveries: components["schemas"]["DeliverySummary"][];
            /**
             * @description The `cursor` of the next page; absent = there is none. With other filters than
             *     `state`, a page may have fewer deliveries than `limit` and still be followed by another.
             */
            next_cursor?: string | null;
        };
        /** @description `delivery/list` */
        DeliveryPage: {
            /** @description `next_cursor` of the previous page; absent = the first page. */
            cursor?: string | null;
            /** @description Only deliveries whose last error contains this text. */
            error?: string | null;
            /**
             * Format: uint32
             * @description 1 to 100 a page. Default: `20`.
             */
            limit?: number;
            /**
             * Format: int64
             * @description Unix seconds: only deliveries that were created or replayed since then.
             */
            since?: number | null;
            /** @description `pending` or `dead`; absent = both. */
            state?: string | null;
            /**
             * Format: int64
             * @description Unix seconds: only deliveries that were created or replayed until then.
             */
            until?: number | null;
            /** @description Only deliveries to this webhook; empty = messages to users, absent = all. */
            webhook?: string | null;
        };
        /** @description `delivery/replay` */
        DeliveryReplay: components["schemas"]["DeliveryReplayWithId"] | components["schemas"]["DeliveryReplayWithWebhook"] | components["schemas"]["DeliveryReplayWithFilter"];
        /** @description `delivery/replay` */
        DeliveryReplayWithFilter: {
            /** @description With `filter`, only count them. Default: `false`. */
            dry_run?: boolean;
            /** @description The deliveries that this selects. */
            filter: components["schemas"]["ReplayFilter"];
        };
        /** @description `delivery/replay` */
        DeliveryReplayWithId: {
            /** @description With `filter`, only count them. Default: `false`. */
            dry_run?: boolean;
            /** @description `id` as `delivery/list` shows it. */
            id: string;
        };
        /** @description `delivery/replay` */
        DeliveryReplayWithWebhook: {
            /** @description With `filter`, only count them. Default: `false`. */
            dry_run?: boolean;
            /** @description All dead deliveries of this webhook; empty = messages to users. */
            webhook: string;
        };
        /** @description What is sent to a webhook or, for the mode `send`, through WeChat to the user. */
        DeliveryRequest: {
            /** @description The body. */
            body: {
                [key: string]: unknown;
            };
            /** @description The headers, without the signature and its time. */
            headers: {
                [key: string]: string;
            };
            /** @description URL of the webhook. */
            url?: string | null;
        };
        /** @description `delivery/get` */
        DeliveryShown: {
            /** @description The last failed attempts, also those before it was replayed: at most twelve, the earliest first. */
            attempts: components["schemas"]["FailedAttempt"][];
            /** @description As `delivery/list` shows it. */
            delivery: components["schemas"]["DeliverySummary"];
            /** @description What is sent now; absent if it cannot be sent, because the backend or the message does not exist any more. */
            request?: components["schemas"]["DeliveryRequest"] | null;
        };
        /** @description A delivery that is pending or dead. */
        DeliverySummary: {
            /**
             * Format: int64
             * @description Number of attempts begun.
             */
            attempts: number;
            /**
             * Format: int64
             * @description Unix seconds: the message's `CreateTime`.
             */
            create_time: number;
            /**
             * Format: int64
             * @description Unix seconds: when the next attempt is due; of a dead one, when the last was.
             */
            due_at: number;
            /** @description Error of the last attempt. */
            error?: string | null;
            /** @description `webhook-id` */
            id: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was created.
             */
            made_at: number;
            /** @description `notify`, `respond` or `send`. */
            mode: string;
            /** @description The message's MsgId; absent for an event, and for a message that is no longer stored. */
            msg_id?: string | null;
            /** @description The user whose message or event it is about. */
            openid: string;
            /** @description `pending` or `dead`. */
            state: string;
            /** @description Id of the webhook to call, or whose answer it is; empty = a message of the rules to the user. */
            webhook: string;
        };
        /** @description The direction of a message. */
        Direction: "received" | "passive_reply" | "sent";
        /** @description `menu/draft`, `menu/save_draft` */
        DraftedMenus: {
            /** @description Name of the API key that saved or published it, or `root`. */
            by?: string | null;
            /** @description Whether it differs from what was last published. */
            differs: boolean;
            /** @description The default menu, and the conditional menus in the order in which they are tried. */
            menus: components["schemas"]["Menu"][];
            /** @description The replies to taps: those that are saved with the draft, and for other keys what the rules reply. */
            replies: components["schemas"]["MenuReply"][];
            /**
             * Format: int64
             * @description Unix seconds: when it was saved or published.
             */
            saved_at?: number | null;
            /**
             * Format: uint64
             * @description Version of the draft; 0 if none was saved yet.
             */
            version: number;
        };
        /** @description `user/erase` */
        Erased: {
            /**
             * Format: uint
             * @description Number of deleted replies that waited for the user's next message.
             */
            kept: number;
            /**
             * Format: uint
             * @description Number of deleted messages and events that were received.
             */
            received: number;
            /**
             * Format: uint
             * @description Number of deleted messages that were sent.
             */
            sent: number;
            /**
             * Format: uint
             * @description Number of deleted messages and events that were waiting until the database accepts them.
             */
            spooled: number;
        };
        /** @description A failure. */
        Error: {
            error: {
                /** @description Name of the API key that made the newer version; `root` or `mp-worker` if none did. */
                by?: string;
                /**
                 * @description A stable code, for programs.
                 * @enum {string}
                 */
                code: "conflict" | "forbidden" | "gone" | "internal" | "invalid_parameter" | "invalid_reply" | "method_not_allowed" | "not_configured" | "not_found" | "publishing" | "rate_limited" | "request_failed" | "unauthorized" | "wechat_error" | "window_closed";
                /**
                 * Format: int64
                 * @description WeChat's error code.
                 */
                errcode?: number;
                /** @description WeChat's error message. */
                errmsg?: string;
                /** @description Path of the invalid field; `.` is the whole body. */
                field?: string;
                /** @description What is wrong and what to do about it, for people. */
                message: string;
                /** @description What `menu/publish` did before it failed; publishing again does the rest. */
                published?: ("replies" | "default_menu" | "conditional_menus")[];
                /** @description Id of the request in the log. */
                request_id: string;
                /** @description WeChat's id of the request; WeChat can look it up for seven days. */
                rid?: string | null;
                /**
                 * Format: int64
                 * @description Unix seconds: since when the window has been closed.
                 */
                since?: number;
            };
        };
        /** @description An attempt that failed. */
        FailedAttempt: {
            /**
             * Format: int64
             * @description Unix seconds: when it failed.
             */
            at: number;
            /** @description The first 512 bytes of the answer's body. */
            body: string | null;
            /** @description Why. */
            error: string;
            /**
             * Format: uint16
             * @description The status of the answer; `null` if there was none.
             */
            status: number | null;
            /**
             * Format: int64
             * @description Milliseconds until it failed; `null` if nothing was sent, and for messages to users.
             */
            took_ms: number | null;
        };
        /** @description A mistake in a field. */
        FieldProblem: {
            /** @description Path of the field, such as `rules[3].when`. */
            field: string;
            /** @description What is wrong. */
            message: string;
        };
        /** @description `user/follow_time` */
        FollowTime: {
            /**
             * Format: int64
             * @description Unix seconds: when the user last followed.
             */
            follow_time: number;
            /** @description Whether the user follows now. */
            following: boolean;
            /** @description Scene of the parametric QR code that the user followed through, if the event was received. */
            scene?: string | null;
            /** @description Where the time comes from. */
            source: components["schemas"]["FollowTimeSource"];
            /**
             * Format: int64
             * @description Unix seconds: when the user unfollowed, if the event was received.
             */
            unfollow_time?: number | null;
        };
        /** @description Where a follow time comes from. */
        FollowTimeSource: "wechat" | "event";
        /** @description A follower. */
        FoundUser: {
            /**
             * Format: int64
             * @description Unix seconds: when the user followed.
             */
            followed_at?: number | null;
            /** @description OpenID of the user. */
            openid: string;
            /** @description The account's remark. */
            remark?: string | null;
            /** @description Scene of the QR code through which the user followed. */
            scene?: string | null;
            /** @description Ids of the tags at the last synchronisation. */
            tags: number[];
            /**
             * Format: int64
             * @description Unix seconds: until when the reply window is open, or was; absent if it was not in the last 48 hours.
             */
            window_until?: number | null;
        };
        /** @description `user/search` */
        FoundUsers: {
            /** @description Cursor of the next page; absent on the last one. A page looks at 1,000 users: it may have fewer than `limit`, or none. */
            next_cursor?: string | null;
            /** @description How far they are synchronised. */
            sync: components["schemas"]["UserSync"];
            /** @description The users, in the order of their OpenIDs. */
            users: components["schemas"]["FoundUser"][];
        };
        /** @description A server address verification. */
        Handshake: {
            /**
             * Format: int64
             * @description Unix seconds: when it arrived.
             */
            at: number;
            /** @description Whether it succeeded. */
            ok: boolean;
            /**
             * Format: int64
             * @description By how many seconds its `timestamp` differs from the worker's clock.
             */
            skew?: number | null;
            /**
             * @description The step that failed: `parameters`, `signature` or `answer`; `answer` if none did.
             * @enum {string}
             */
            step: "parameters" | "signature" | "answer";
            /**
             * Format: int64
             * @description Milliseconds until the answer, where they can be measured.
             */
            took_ms?: number | null;
        };
        /** @description Hours of some days of the week, such as `{"days": ["sat", "sun"], "from": "22:00", "to": "06:00"}`. */
        Hours: {
            /** @description The days on which the hours begin: single days `mon` to `sun`, or ranges such as `mon-fri`; absent = every day. */
            days?: string[] | null;
            /** @description The beginning, such as `09:00`. */
            from: string;
            /** @description The end, exclusive; a time up to `from` is on the next day. */
            to: string;
            /** @description The offset from UTC, such as `-05:00` or `Z`; absent = `+08:00`, Beijing's. */
            utc_offset?: string | null;
        };
        /** @description A 64-bit id: WeChat writes it as a number or as text, we write it as text, which keeps every digit. */
        Id: string;
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        ImageCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /** @description A picture. */
            image: components["schemas"]["Media"];
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "image";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        ImageReply: {
            /** @description A picture. */
            image: components["schemas"]["Media"];
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "image";
        };
        /** @description `rule/import` */
        Imported: {
            /**
             * Format: uint
             * @description Position of the first imported rule, from 0; the others follow it. If rules are appended, they come before the first that
             *     answers any message, since they could not match after it; only those that answer any message themselves come last.
             */
            position?: number | null;
            /** @description Why the import would be rejected: the first mistake of each rule, at most two hundred. */
            problems: components["schemas"]["FieldProblem"][];
            /**
             * Format: uint
             * @description Number of rules after the import; 0 if there are problems.
             */
            rules: number;
            /**
             * Format: uint64
             * @description Version that the import made; every location has it within two minutes. Absent for a dry run.
             */
            version?: number | null;
            /** @description What is probably a mistake in the imported rules, such as one that can never match. */
            warnings: components["schemas"]["RuleWarning"][];
        };
        /** @description `jssdk/config`, for `wx.config` */
        JssdkConfig: {
            /** @description AppID */
            appId: string;
            /** @description Random text. */
            nonceStr: string;
            /** @description Signature of the ticket, the nonce, the timestamp and the page. */
            signature: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was signed.
             */
            timestamp: number;
        };
        /** @description `key/create` */
        KeyCreated: {
            /** @description The account it belongs to. */
            account: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was created.
             */
            created_at: number;
            /**
             * Format: int64
             * @description Unix seconds: when it expires; absent = never.
             */
            expires_at?: number | null;
            /** @description Id of the key. */
            id: string;
            /** @description The API key: shown only once, and stored nowhere. */
            key: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was last used, to the hour; absent = never.
             */
            last_used_at?: number | null;
            /** @description Id of the key that created it, with which it is revoked; absent = the root key. */
            made_by?: string | null;
            /** @description Name of the key. */
            name: string;
            /** @description Whether it ends when `PREVIOUS_SIGNING_KEY` is removed, and has to be replaced before. */
            needs_previous_signing_key?: boolean;
            /**
             * Format: int64
             * @description Unix seconds: when it was revoked, if it was.
             */
            revoked_at?: number | null;
            /** @description What the key may do. */
            scopes: string[];
        };
        /** @description `key/revoke` */
        KeyId: {
            /** @description `id` as `key/list` shows it. */
            id: string;
        };
        /** @description `key/list` */
        KeyList: {
            /** @description Oldest first. */
            keys: components["schemas"]["KeySummary"][];
        };
        /** @description A key without its secret. */
        KeySummary: {
            /** @description The account it belongs to. */
            account: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was created.
             */
            created_at: number;
            /**
             * Format: int64
             * @description Unix seconds: when it expires; absent = never.
             */
            expires_at?: number | null;
            /** @description Id of the key. */
            id: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was last used, to the hour; absent = never.
             */
            last_used_at?: number | null;
            /** @description Id of the key that created it, with which it is revoked; absent = the root key. */
            made_by?: string | null;
            /** @description Name of the key. */
            name: string;
            /** @description Whether it ends when `PREVIOUS_SIGNING_KEY` is removed, and has to be replaced before. */
            needs_previous_signing_key?: boolean;
            /**
             * Format: int64
             * @description Unix seconds: when it was revoked, if it was.
             */
            revoked_at?: number | null;
            /** @description What the key may do. */
            scopes: string[];
        };
        /** @description Keywords: exactly one of exact, contains, prefix and regex. */
        KeywordCondition: {
            /** @description The text contains one of these. */
            contains?: components["schemas"]["OneOrMore"] | null;
            /** @description The text is equal to one of these. */
            exact?: components["schemas"]["OneOrMore"] | null;
            /** @description Ignore full and half width, upper and lower case, and surrounding white space. */
            fold?: boolean;
            /** @description The text begins with one of these. */
            prefix?: components["schemas"]["OneOrMore"] | null;
            /** @description The text contains a match of this regular expression. */
            regex?: string | null;
        };
        /** @description The language of a user's region names. */
        Language: "zh_CN" | "zh_TW" | "en";
        /** @description How a provider answered the last call that succeeded, or that failed because you have to change something. */
        LastCall: {
            /**
             * Format: int64
             * @description Unix seconds: when, to the hour if nothing has changed since.
             */
            at: number;
            /** @description What is wrong, as the end of a sentence about the provider: `its balance or quota is used up`. */
            error?: string | null;
            /** @description Whether it answered. */
            ok: boolean;
        };
        /** @description The latest message of a user. */
        LastMessage: {
            /** @description Id of the backend that is asked, or that answered. */
            backend?: string | null;
            /**
             * Format: int64
             * @description WeChat's errcode, if it refused a message to the user.
             */
            errcode?: number | null;
            /** @description `MsgId` */
            msg_id?: string | null;
            /** @description What the user saw: one of the values of `outcome` in `message/list`. */
            outcome: string;
            /** @description Name of the rule that decided, else its id, else its position such as `rules[3]`. */
            rule?: string | null;
            /** @description Whether it had no answer, and a person or a program has dealt with it since. */
            settled: boolean;
            /** @description The first 200 characters of a text. */
            text?: string | null;
            /**
             * Format: int64
             * @description `CreateTime`, in Unix seconds.
             */
            time: number;
            /** @description `MsgType` */
            type: string;
        };
        /** @description `user/last_message_time` */
        LastMessageTime: {
            /**
             * Format: int64
             * @description Unix seconds: `CreateTime` of the user's last message; events do not count.
             */
            create_time: number;
        };
        /** @description `message/leave` */
        Leave: {
            /** @description OpenID of the user. */
            openid: string;
            /** @description The passive reply to the user's next message, of any length that one message can have. */
            reply: components["schemas"]["Reply"];
        };
        /** @description Something that the operator has to look at. */
        LeftOut: {
            /** @description Its name in the console, such as `keyword rule "prices", reply 2`. */
            what: string;
            /** @description What happened to it, as the end of a sentence: "is switched off in the console". */
            why: string;
        };
        /** @description `link` */
        Link: {
            /** @description The description. */
            description: string;
            /** @description The picture's URL. */
            thumb_url: string;
            /** @description The title. */
            title: string;
            /** @description The page that a tap opens. */
            url: string;
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        LinkCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /** @description A link with a picture. */
            link: components["schemas"]["Link"];
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "link";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description `rule/lint` */
        Linted: {
            /**
             * Format: uint64
             * @description Version of the settings.
             */
            version: number;
            /** @description What is probably a mistake, at most a hundred. */
            warnings: components["schemas"]["RuleWarning"][];
        };
        /** @description A parametric QR code. */
        ListedCode: {
            /**
             * Format: int64
             * @description Unix seconds: when a temporary code expires.
             */
            expires_at?: number | null;
            /**
             * Format: int64
             * @description Number of scans in the last 365 days after which the user followed.
             */
            followed: number;
            /**
             * Format: int64
             * @description Unix seconds: when it was named.
             */
            made_at?: number | null;
            /** @description Name of the API key that named it, or `root`. */
            made_by?: string | null;
            /** @description Your name for it; absent if it has none. */
            name?: string | null;
            /**
             * Format: int64
             * @description Number of scans in the last 365 days: by followers, and by users who then followed.
             */
            scans: number;
            /** @description The scene; a `scene_id` as text. */
            scene: string;
            /** @description Its content, for drawing it; absent if it was created elsewhere. */
            url?: string | null;
        };
        /** @description A menu as WeChat lists it. */
        ListedMenu: {
            /** @description The buttons, as WeChat lists them. */
            button: components["schemas"]["Button"][];
            /** @description Which users see a conditional menu. */
            matchrule?: components["schemas"]["MatchRule"] | null;
            /** @description Id of the menu, for `menu/list` and `menu/delete`. */
            menuid?: components["schemas"]["Id"] | null;
        };
        /** @description What became of a rule. */
        LookedAt: {
            /** @description Id of the rule. */
            id?: string | null;
            /** @description Name of the rule. */
            name?: string | null;
            /**
             * Format: uint
             * @description Position of the rule, from 0.
             */
            position: number;
            /** @description What became of it. */
            verdict: components["schemas"]["Verdict"];
            /** @description Its condition, if the message fulfils it. */
            when?: {
                [key: string]: unknown;
            } | null;
            /** @description Why the message does not fulfil its condition. */
            why?: components["schemas"]["Why"] | null;
        };
        /** @description Who sees a conditional menu; at least one field is required. */
        MatchRule: {
            /** @description Withdrawn by WeChat: only an empty value is accepted. */
            city?: string | null;
            /** @description `1` iOS, `2` Android, `3` others. */
            client_platform_type?: components["schemas"]["NumberOrText"] | null;
            /** @description Withdrawn by WeChat: only an empty value is accepted. */
            country?: string | null;
            /** @description The old name of `tag_id`, which WeChat may still list. */
            group_id?: components["schemas"]["NumberOrText"] | null;
            /** @description Withdrawn by WeChat: only an empty value is accepted. */
            language?: string | null;
            /** @description Withdrawn by WeChat: only an empty value is accepted. */
            province?: string | null;
            /** @description Withdrawn by WeChat: only an empty value is accepted. */
            sex?: components["schemas"]["NumberOrText"] | null;
            /** @description Users with this tag. */
            tag_id?: components["schemas"]["NumberOrText"] | null;
        };
        /** @description `image`, `voice`, `mpnews` */
        Media: {
            /** @description Temporary or permanent material of the account. */
            media_id: string;
        };
        /** @description A menu: the default one, or with `matchrule` a conditional one. */
        Menu: {
            /** @description 1 to 3 buttons. */
            button: components["schemas"]["Button"][];
            /** @description Who sees it; absent = everyone. */
            matchrule?: components["schemas"]["MatchRule"] | null;
            /** @description Ignored, so that a menu can be created again as `menu/list` shows it. */
            menuid?: components["schemas"]["NumberOrText"] | null;
        };
        /** @description `menu/create` */
        MenuCreated: {
            /** @description Id of a conditional menu. */
            menuid?: components["schemas"]["Id"] | null;
        };
        /** @description `menu/event_status` */
        MenuEventQuery: {
            /** @description Only events with this `EventKey`: a button's key, URL or page. */
            key?: string | null;
            /** @description Only events of this conditional menu; WeChat names it in the events `VIEW` and `view_miniprogram`. */
            menu_id?: components["schemas"]["NumberOrText"] | null;
            /**
             * Format: int64
             * @description Unix seconds: from midnight of that day in Beijing on, at most 1,000 days; absent = the last 1,000 days.
             */
            since?: number | null;
        };
        /** @description The events of a button, counted by outcome. */
        MenuEventStatus: {
            /** @description `Event` in lowercase; `other`, without a key, for buttons beyond the 200 most frequent of an hour. */
            event: string;
            /** @description `EventKey`: the button's key, URL or page. */
            key: string;
            /**
             * Format: int64
             * @description `CreateTime` of the latest event, in Unix seconds.
             */
            last_at: number;
            /** @description Outcome of the latest event. */
            last_outcome: string;
            /** @description Number of events with each outcome. */
            outcomes: components["schemas"]["OutcomeCounts"];
            /**
             * Format: int64
             * @description Number of events received.
             */
            received: number;
        };
        /** @description `menu/event_status` */
        MenuEvents: {
            /**
             * Format: int64
             * @description Unix seconds: the events of the present and the previous hour are counted as of then, at most a quarter of an hour ago.
             */
            counted_at: number;
            /** @description One entry a button and event, the most recent first; at most 1,000. */
            event_response_status: components["schemas"]["MenuEventStatus"][];
            /**
             * Format: int64
             * @description Unix seconds: from when on events are counted, if `since` was given.
             */
            since?: number | null;
        };
        /** @description `menu/delete`, `menu/list` */
        MenuId: {
            /**
             * @description `menuid` as `menu/list` shows it, as a number or as text; absent = all menus. With the default menu WeChat also
             *     deletes the conditional menus.
             */
            menu_id?: components["schemas"]["NumberOrText"] | null;
        };
        /** @description `menu/list` */
        MenuList: {
            /** @description The conditional menus. */
            conditionalmenu: components["schemas"]["ListedMenu"][];
            /** @description The default menu; `null` if there is none. */
            menu: components["schemas"]["ListedMenu"] | null;
        };
        /** @description The reply to the tap of a button. */
        MenuReply: {
            /** @description The button's key. */
            key: string;
            /**
             * @description The rule that answers it, whose `when` is a `click` with the same key. Published, it replaces the rule with its id, or
             *     else the first for this key; if there is none, it is added before the first rule that answers every message.
             */
            rule: components["schemas"]["Rule"];
        };
        /** @description Menus that were published. */
        MenuVersion: {
            /** @description Name of the API key that published it, or `root`. */
            author: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was published.
             */
            made_at: number;
            /** @description The menus, of `menu/version`. */
            menus?: components["schemas"]["Menu"][] | null;
            /**
             * Format: uint64
             * @description Number of the version.
             */
            version: number;
        };
        /** @description `menu/versions` */
        MenuVersions: {
            /** @description The last fifty that were published, newest first. */
            versions: components["schemas"]["MenuVersion"][];
        };
        /** @description `menu/publish` */
        MenusToPublish: {
            /**
             * Format: uint64
             * @description Publish nothing unless the draft has this version.
             */
            if_version?: number | null;
        };
        /** @description `menu/save_draft` */
        MenusToSave: {
            /**
             * Format: uint64
             * @description Reject the draft unless the newest has this version.
             */
            if_version?: number | null;
            /**
             * @description The default menu, and at most 19 conditional menus in the order in which they are tried. They may break WeChat's
             *     limits as long as they are not published.
             */
            menus: components["schemas"]["Menu"][];
            /** @description The replies to taps, at most one for a key. Those that the rules have already need not be there. */
            replies?: components["schemas"]["MenuReply"][];
        };
        /** @description `message/get` */
        MessageId: {
            /** @description `MsgId`, as a number or, in languages that would lose digits, as text. */
            msg_id: components["schemas"]["NumberOrText"];
        };
        /** @description `message/list` */
        MessageList: {
            /** @description Newest first. */
            messages: components["schemas"]["ReceivedMessage"][];
            /** @description Cursor of the next page; absent on the last one. Any page may have fewer entries than `limit`, or none. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description Unix seconds: entries down to this `CreateTime` were searched; absent if none were left out of the search.
             */
            searched_until?: number | null;
        };
        /** @description `msgmenu` */
        MessageMenu: {
            /** @description The text above the items. */
            head_content: string;
            /** @description The items to tap. */
            list: components["schemas"]["MessageMenuItem"][];
            /** @description The text below the items. */
            tail_content: string;
        };
        /** @description An item of a `msgmenu`. */
        MessageMenuItem: {
            /** @description The text to tap. */
            content: string;
            /** @description A tap sends it as `bizmsgmenuid`; a number is sent as text. */
            id: components["schemas"]["NumberOrText"];
        };
        /** @description `message/list` */
        MessageQuery: {
            /** @description Only those for which this backend was asked, by its id. */
            backend?: string | null;
            /** @description `next_cursor` of the previous page; absent = the first page. */
            cursor?: string | null;
            /** @description Only this event, such as `subscribe`, in upper or lower case. */
            event?: string | null;
            /**
             * Format: uint32
             * @description Entries a page: 1 to 100. Default: `20`.
             */
            limit?: number;
            /** @description Only of this user. */
            openid?: string | null;
            /** @description Only with this outcome. */
            outcome?: components["schemas"]["Outcome"] | null;
            /** @description Only those that this rule decided, by its name; several rules that decided together are separated by `, `. */
            rule?: string | null;
            /**
             * Format: int64
             * @description Unix seconds: the earliest `CreateTime`; absent = no lower bound.
             */
            since?: number | null;
            /** @description Only text messages that contain this text. */
            text?: string | null;
            /** @description Only of this `MsgType`, such as `text` or `event`. */
            type?: string | null;
            /**
             * Format: int64
             * @description Unix seconds: the latest `CreateTime`; absent = no upper bound.
             */
            until?: number | null;
        };
        /** @description `message/reply` */
        MessageSent: {
            /** @description `id` of the message in `user/timeline`, where it appears within a second; absent where messages are not kept. */
            id?: string | null;
            /** @description The pause, if `pause_minutes` asked for one. */
            paused?: components["schemas"]["Paused"] | null;
            /** @description The user's reply window; absent if it is not known. */
            window?: components["schemas"]["ReplyWindow"] | null;
        };
        /** @description A page of a linked mini-program. */
        MiniProgram: {
            /** @description The mini-program's AppID. */
            appid: string;
            /** @description The page, with its query. */
            pagepath?: string | null;
        };
        /** @description `miniprogrampage` */
        MiniProgramPage: {
            /** @description The mini-program's AppID. */
            appid: string;
            /** @description The page, with its query. */
            pagepath: string;
            /** @description The picture: material of the account. */
            thumb_media_id: string;
            /** @description The title. */
            title: string;
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        MiniprogrampageCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /** @description A page of a linked mini-program. */
            miniprogrampage: components["schemas"]["MiniProgramPage"];
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "miniprogrampage";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description What is different. */
        MismatchId: "not_this_event" | "not_a_message" | "not_a_text" | "text_differs" | "not_contained" | "not_a_prefix" | "regex" | "other_key" | "other_scene" | "other_type" | "other_event";
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        MpnewsCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /** @description Articles as material of the account; superseded by `mpnewsarticle`. */
            mpnews: components["schemas"]["Media"];
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "mpnews";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        MpnewsarticleCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /** @description A published article. */
            mpnewsarticle: components["schemas"]["PublishedArticle"];
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "mpnewsarticle";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        MsgmenuCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /** @description A menu; a tap sends a text with `bizmsgmenuid`. */
            msgmenu: components["schemas"]["MessageMenu"];
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "msgmenu";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description `music` */
        Music: {
            /** @description The description. */
            description?: string | null;
            /** @description The URL in better quality, which is used on Wi-Fi. A customer-service message needs it. */
            hqmusicurl?: string | null;
            /** @description The URL of the music. A customer-service message needs it. */
            musicurl?: string | null;
            /** @description The cover: material of the account. */
            thumb_media_id: string;
            /** @description The title. */
            title?: string | null;
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        MusicCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "music";
            /** @description A piece of music. */
            music: components["schemas"]["Music"];
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        MusicReply: {
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "music";
            /** @description A piece of music. */
            music: components["schemas"]["Music"];
        };
        /** @description A backend by its id and name. */
        NamedBackend: {
            /** @description Id of the backend. */
            id: string;
            /** @description Your name for it. */
            name?: string | null;
        };
        /** @description `key/create` */
        NewKey: {
            /**
             * Format: int64
             * @description Unix seconds: when it expires; absent = when the key expires that creates it.
             */
            expires_at?: number | null;
            /** @description Name of the key: 1 to 64 characters, without control characters. */
            name: string;
            /** @description Scopes such as `menu:write`, `user:read` or `*`; the caller must have them. */
            scopes: string[];
        };
        /** @description `news` */
        News: {
            /** @description One; in answer to an event up to eight, of which the first is shown large. */
            articles: components["schemas"]["Article"][];
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        NewsCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "news";
            /** @description One article that opens a page. */
            news: components["schemas"]["News"];
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        NewsReply: {
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "news";
            /** @description Articles: one in answer to a user's message, up to eight in answer to an event. */
            news: components["schemas"]["News"];
        };
        /** @description No parameters. */
        NoParameters: Record<string, never>;
        /** @description Rules to which the same happened. */
        NotListed: {
            /**
             * Format: uint
             * @description Their number.
             */
            rules: number;
            /** @description What became of them. */
            verdict: components["schemas"]["Verdict"];
            /** @description Why the message does not fulfil their condition. */
            why?: components["schemas"]["MismatchId"] | null;
        };
        /** @description A reply that is not sent. */
        NotSent: {
            /**
             * Format: uint
             * @description Position of the rule, from 0.
             */
            position: number;
            /** @description Why WeChat would refuse it. */
            reason: string;
            /** @description The reply. */
            reply: components["schemas"]["Reply"];
        };
        /** @description Done; the answer is empty. */
        Nothing: Record<string, never>;
        /** @description A text, or a number that is read as its digits. */
        NumberOrText: number | string;
        /** @description `conversation/get`, `conversation/reset` */
        OfUser: {
            /** @description OpenID of the user. */
            openid: string;
        };
        /** @description A string, or an array of strings. */
        OneOrMore: string | string[];
        /** @description A page of OpenIDs. */
        OpenIds: {
            /** @description Up to 10,000 OpenIDs. */
            openid: string[];
        };
        /** @description What the user saw in answer to a message or an event. */
        Outcome: "replied" | "unanswered" | "silent" | "held" | "asked" | "kept" | "answered_late" | "refused" | "unknown" | "failed";
        /** @description Numbers by outcome. */
        OutcomeCounts: {
            /**
             * Format: int64
             * @description The user saw a customer-service message, or an answer that was kept.
             */
            answered_late: number;
            /**
             * Format: int64
             * @description A backend is being asked, or its answer is being sent.
             */
            asked: number;
            /**
             * Format: int64
             * @description The reply was one that WeChat would reject, or no backend answered.
             */
            failed: number;
            /**
             * Format: int64
             * @description The user was paused.
             */
            held: number;
            /**
             * Format: int64
             * @description The answer waits for the user's next message.
             */
            kept: number;
            /**
             * Format: int64
             * @description WeChat refused a message to the user.
             */
            refused: number;
            /**
             * Format: int64
             * @description The user saw a passive reply.
             */
            replied: number;
            /**
             * Format: int64
             * @description A rule or a backend decided that the user sees nothing.
             */
            silent: number;
            /**
             * Format: int64
             * @description Nothing decided, so the user saw nothing.
             */
            unanswered: number;
            /**
             * Format: int64
             * @description WeChat did not say whether it sent a message to the user.
             */
            unknown: number;
        };
        /**
         * @description `account/overview`
         *
         *     Parts that the key may not read, or that cannot be read now, are absent.
         */
        Overview: {
            /**
             * Format: int64
             * @description Unix seconds: when the figures were counted, at most a quarter of an hour ago; the rest is of now.
             */
            as_of: number;
            /** @description What WeChat lets the account do, as its answers to calls have shown. */
            capabilities: components["schemas"]["Capabilities"];
            /** @description Deliveries that are not done. */
            deliveries?: components["schemas"]["Deliveries"] | null;
            /**
             * Format: int64
             * @description Unix seconds: `CreateTime` of the latest message or event.
             */
            last_message_at?: number | null;
            /**
             * Format: int64
             * @description Number of users whose automatic answers are paused, counted up to 100, which stands for more as well.
             */
            paused?: number | null;
            /** @description What is wrong now, the worst first. */
            problems: components["schemas"]["Problem"][];
            /** @description The day's quotas as WeChat last said, when `account/check` asked. */
            quota: components["schemas"]["QuotaState"][];
            /** @description What waits until the database accepts it. */
            spool?: components["schemas"]["SpoolStatus"] | null;
            /** @description The database. */
            storage?: components["schemas"]["Storage"] | null;
            /** @description The figures of today. */
            today?: components["schemas"]["DayFigures"] | null;
            /** @description The access token; absent without an AppSecret, and until the first one was asked for. */
            token?: components["schemas"]["TokenState"] | null;
            /** @description Messages that were not answered. */
            unanswered?: components["schemas"]["Unanswered"] | null;
            /** @description Yesterday by the same time. */
            yesterday_by_now?: components["schemas"]["DayFigures"] | null;
        };
        /** @description `jssdk/config` */
        PageUrl: {
            /** @description The page as the browser shows it; the part after `#` is ignored. */
            url: string;
        };
        /** @description A parameter of a problem or a check. */
        Param: string | number;
        /** @description `conversation/pause` */
        PauseRequest: {
            /**
             * Format: uint32
             * @description For how long: 1 to 525,600 minutes; absent = until the user is resumed.
             */
            minutes?: number | null;
            /** @description OpenID of the user. */
            openid: string;
        };
        /** @description `conversation/pause` */
        PauseState: {
            /** @description The pause. */
            paused: components["schemas"]["Paused"];
        };
        /** @description A pause of automatic answers. */
        Paused: {
            /** @description Who paused: `key:` and the id of an API key, `root`, `rule:` or `assistant:` and a name. */
            by: string;
            /** @description Name of the API key that paused. */
            by_name?: string | null;
            /**
             * Format: int64
             * @description Unix seconds: when it ends; absent = when the user is resumed.
             */
            until?: number | null;
        };
        /** @description `stats/summary` */
        Period: {
            /**
             * Format: int64
             * @description Unix seconds: a time on the first day, in Beijing; absent = 29 days before the last.
             */
            since?: number | null;
            /**
             * Format: int64
             * @description Unix seconds: a time on the last day, in Beijing; absent = today.
             */
            until?: number | null;
        };
        /** @description `rule/import_platform` */
        PlatformImported: {
            /** @description What could not be imported, and what to do about it. */
            left_out: components["schemas"]["LeftOut"][];
            /**
             * @description The current menu as a body for `menu/create`, in which buttons that had replies of their own send events;
             *     absent if there is none.
             */
            menu?: components["schemas"]["Menu"] | null;
            /**
             * @description The position of each of them after the import, from 0: before the first rule that answers any message, since they could
             *     not match after it; only those that answer any message themselves come last.
             */
            positions: number[];
            /** @description The imported rules. */
            rules: components["schemas"]["Rule"][];
            /**
             * Format: uint64
             * @description Version that the import made; absent for a dry run.
             */
            version?: number | null;
            /** @description What is probably a mistake in the imported rules, such as one that can never match. */
            warnings: components["schemas"]["RuleWarning"][];
        };
        /** @description Something that is wrong now. */
        Problem: {
            /**
             * @description `unwritable` (D1 accepts no writes: messages are held), `unheld` (nor does the spool), `configuration` (`message`),
             *     `token`, `secret` or `ip` (WeChat issues no access token: `message`, `ip`), `callback` (deliveries are refused:
             *     `step`, `skew`), `dead` (deliveries were given up: `n`; `webhook` and `name` if it is one webhook), `unsent` (messages
             *     to users failed in the last 48 hours: `n`), `quota` (`api`, `used`, `limit`), `size` (`bytes`, `limit`, `days`),
             *     `model` (a provider of models is not configured, or rejects calls: `message`),
             *     `rows` (`used`, `limit`), `spool` (`waiting`, `set_aside`, `message`), `quiet` (nothing arrives, although something did
             *     in the same hours of each of the 14 days before) or `not_connected` (WeChat has never come).
             */
            id: string;
            /** @description Texts and numbers. A number of rows that is counted up to 100 stands for more as well. */
            params: {
                [key: string]: components["schemas"]["Param"];
            };
            /** @description `failed` or `warning`. */
            severity: string;
            /**
             * Format: int64
             * @description Unix seconds: since when, if that is known.
             */
            since?: number | null;
        };
        /** @description `assistant/check` */
        ProviderCheck: {
            /** @description Name of a provider that an assistant names. Its first such model is asked. */
            provider: string;
        };
        /** @description `assistant/check` */
        ProviderChecked: {
            /** @description What is wrong, as the end of a sentence about the provider: `its key is not valid`. */
            error?: string | null;
            /** @description The model that was asked; empty with Dify, whose app was. */
            model: string;
            /** @description Whether it answered. */
            ok: boolean;
            /**
             * Format: int64
             * @description Milliseconds until the answer was known.
             */
            took_ms: number;
        };
        /** @description `assistant/providers` */
        ProviderList: {
            /** @description The providers, each once. */
            providers: components["schemas"]["ProviderState"][];
        };
        /** @description A provider of models. */
        ProviderState: {
            /** @description The host of its base URL, if the secret is set and valid. */
            host?: string | null;
            /** @description How it last answered; absent until it was asked. */
            last?: components["schemas"]["LastCall"] | null;
            /** @description Its name in `model.provider`. */
            name: string;
            /** @description What is wrong with the secret, as the end of a sentence: `is missing`. */
            problem?: string | null;
            /** @description Where its secret is: a variable, or a field of the account's entry of `ACCOUNTS`. */
            secret: string;
        };
        /** @description `mpnewsarticle` */
        PublishedArticle: {
            /** @description The id that publishing returned. */
            article_id: string;
        };
        /** @description `menu/publish` */
        PublishedMenus: {
            /** @description Ids of the conditional menus, in the order in which they are tried. */
            menuids: string[];
            /**
             * Format: uint64
             * @description Version of the settings that the replies made; absent if the rules had them.
             */
            rules_version?: number | null;
            /**
             * Format: uint64
             * @description Version that was published.
             */
            version: number;
        };
        /** @description `qrcode/create` */
        QrCodeCreated: {
            /**
             * Format: uint32
             * @description Seconds until a temporary code expires.
             */
            expire_seconds?: number | null;
            /** @description URL of the picture at WeChat; needs no access token. */
            image_url: string;
            /** @description Identifies the picture of the code. */
            ticket: string;
            /** @description Content of the code, for drawing it yourself. */
            url: string;
        };
        /** @description `qrcode/list` */
        QrCodeList: {
            /** @description Codes with a name, at most 1,000, the newest first; then the 200 most scanned others. */
            codes: components["schemas"]["ListedCode"][];
            /**
             * Format: int64
             * @description Unix seconds: the present and the previous hour are counted as of then, at most a quarter of an hour ago.
             */
            counted_at: number;
        };
        /** @description `qrcode/create` */
        QrCodeRequest: components["schemas"]["QrCodeRequestWithSceneId"] | components["schemas"]["QrCodeRequestWithSceneStr"];
        /** @description `qrcode/create` */
        QrCodeRequestWithSceneId: {
            /**
             * Format: uint32
             * @description Lifetime in seconds, at most 30 days; absent = permanent, of which there can be 100,000.
             */
            expire_seconds?: number | null;
            /** @description Your name for it, of at most 64 characters, under which `qrcode/list` shows it. There can be 1,000 with a name. */
            name?: string | null;
            /**
             * Format: uint32
             * @description A number from 1; at most 100,000 for a permanent code.
             */
            scene_id: number;
        };
        /** @description `qrcode/create` */
        QrCodeRequestWithSceneStr: {
            /**
             * Format: uint32
             * @description Lifetime in seconds, at most 30 days; absent = permanent, of which there can be 100,000.
             */
            expire_seconds?: number | null;
            /** @description Your name for it, of at most 64 characters, under which `qrcode/list` shows it. There can be 1,000 with a name. */
            name?: string | null;
            /** @description 1 to 64 characters. */
            scene_str: string;
        };
        /** @description `qrcode/update` */
        QrCodeUpdate: {
            /** @description Your name for it, of at most 64 characters; absent = none, and unless it is scanned, it is no longer listed. */
            name?: string | null;
            /** @description `scene` as `qrcode/list` shows it. */
            scene: string;
        };
        /** @description A quota of WeChat's API. */
        QuotaState: {
            /** @description `customer_service`: customer-service messages. */
            api: string;
            /**
             * Format: int64
             * @description Unix seconds: when WeChat said so.
             */
            as_of: number;
            /**
             * Format: int64
             * @description Number of calls that may be made in a day.
             */
            limit: number;
            /**
             * Format: int64
             * @description Number of calls that were made today.
             */
            used: number;
        };
        /** @description A received message or event, and its outcome. */
        ReceivedMessage: {
            /** @description Id of the backend that is asked, or that answered. */
            backend?: string | null;
            /**
             * Format: int64
             * @description `CreateTime`, in Unix seconds.
             */
            create_time: number;
            /**
             * Format: int64
             * @description Milliseconds until the answer was known; absent while a backend is being asked.
             */
            decided_ms?: number | null;
            /**
             * Format: int64
             * @description WeChat's errcode, if it refused a message to the user.
             */
            errcode?: number | null;
            /** @description `Event` in lowercase, of an event. */
            event?: string | null;
            /** @description `EventKey` */
            event_key?: string | null;
            /** @description All fields as WeChat sent them; every value is text. */
            message: {
                [key: string]: unknown;
            };
            /** @description `MsgId` of a message; events have none. */
            msg_id?: string | null;
            /** @description OpenID of the sender. */
            openid: string;
            /** @description What the user saw: one of the values of `outcome` in `message/list`. */
            outcome: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was received.
             */
            received_at: number;
            /** @description The passive reply. */
            reply?: components["schemas"]["Reply"] | null;
            /** @description Name of the rule that decided, else its id, else its position such as `rules[3]`. */
            rule?: string | null;
            /** @description Whether it had no answer, and a person or a program has dealt with it since. */
            settled: boolean;
            /** @description `MsgType` */
            type: string;
        };
        /** @description A delivery that was refused. */
        Refused: {
            /**
             * Format: int64
             * @description Unix seconds: when it arrived.
             */
            at: number;
            /**
             * Format: int64
             * @description By how many seconds its `timestamp` or `CreateTime` differs from the worker's clock, if the step is `time`.
             */
            skew?: number | null;
            /**
             * @description The step that failed: `parameters`, `signature` (the Token differs), `time`, `mode` (it is not encrypted),
             *     `decrypt` (the EncodingAESKey or the AppID differs), `recipient` (`WECHAT_ORIGINAL_ID` differs) or `answer`.
             * @enum {string}
             */
            step: "parameters" | "signature" | "time" | "mode" | "decrypt" | "recipient" | "answer";
        };
        /** @description `conversation/get` */
        Remembered: {
            /** @description Name of the assistant that remembers it; absent if nothing is remembered. */
            assistant?: string | null;
            /** @description What was said, the oldest first. */
            turns: components["schemas"]["Turn"][];
        };
        /** @description Which deliveries to try. */
        ReplayFilter: {
            /** @description Only those whose last error contains this text. */
            error?: string | null;
            /**
             * Format: int64
             * @description Unix seconds: only those that were created or replayed since then.
             */
            since?: number | null;
            /** @description `dead`, or `pending`, which are then tried now. */
            state: string;
            /**
             * Format: int64
             * @description Unix seconds: only those that were created or replayed until then.
             */
            until?: number | null;
            /** @description Deliveries to this webhook; empty = messages to users. */
            webhook: string;
        };
        /** @description `delivery/replay` */
        Replayed: {
            /**
             * Format: int64
             * @description For a dry run: how many of them are tried at once; the others follow.
             */
            at_once?: number | null;
            /**
             * Format: int64
             * @description For a dry run: number of deliveries that would be retried, at most 1,000.
             */
            matching?: number | null;
            /**
             * Format: int64
             * @description For a dry run: Unix seconds, when the first of them was created.
             */
            oldest_at?: number | null;
            /**
             * Format: uint
             * @description Number of deliveries that are retried, at most 1,000; absent for a dry run.
             */
            replayed?: number | null;
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        Reply: components["schemas"]["TextReply"] | components["schemas"]["ImageReply"] | components["schemas"]["VoiceReply"] | components["schemas"]["VideoReply"] | components["schemas"]["MusicReply"] | components["schemas"]["NewsReply"] | components["schemas"]["TransferCustomerServiceReply"] | components["schemas"]["TransferBizAiIvrReply"] | components["schemas"]["SilenceReply"];
        /** @description `message/leave` */
        ReplyKept: {
            /**
             * Format: int64
             * @description Unix seconds: until when the reply is kept.
             */
            expires_at: number;
        };
        /** @description `transfer_customer_service` */
        ReplyTransfer: {
            /** @description `name@account` */
            kf_account?: string | null;
        };
        /** @description A reply window. */
        ReplyWindow: {
            /** @description What opened it. */
            kind: components["schemas"]["WindowKind"];
            /**
             * Format: uint
             * @description Number of customer-service messages that WeChat still accepts in it, as far as the worker knows.
             */
            left: number;
            /**
             * Format: int64
             * @description Unix seconds: when it closes, or closed.
             */
            until: number;
        };
        /** @description `stats/report`: what `by` asks for. */
        Report: {
            /** @description What backends were asked in these days, the most frequent first. */
            backends?: components["schemas"]["BackendFigures"][] | null;
            /**
             * Format: int64
             * @description Unix seconds: the present and the previous hour are counted as of then, at most a quarter of an hour ago.
             */
            counted_at: number;
            /** @description Newest first, at most 1,000; days without messages and events are left out. */
            days?: components["schemas"]["DayFigures"][] | null;
            /** @description The events of menu buttons in these days, the latest first; at most 1,000. */
            keys?: components["schemas"]["MenuEventStatus"][] | null;
            /**
             * Format: int64
             * @description Unix seconds: hours from then on, except the present and the previous one, are not counted yet.
             */
            missing_since?: number | null;
            /** @description What rules decided in these days, the most frequent first. */
            rules?: components["schemas"]["RuleFigures"][] | null;
            /** @description The scans of parametric QR codes in these days, the most frequent first. */
            scenes?: components["schemas"]["SceneReport"][] | null;
            /**
             * @description What users wrote in the last 48 hours, whichever days are asked for, and nothing and nobody answered: the most
             *     frequent of the last 1,000 such messages.
             */
            words?: components["schemas"]["UnansweredWord"][] | null;
        };
        /** @description A part of a report. */
        ReportPart: "day" | "rule" | "backend" | "key" | "scene" | "word";
        /** @description `stats/report` */
        ReportQuery: {
            /** @description What to show. */
            by: components["schemas"]["ReportPart"][];
            /**
             * Format: int64
             * @description Unix seconds: a time on the first day, in Beijing; absent = 29 days before the last.
             */
            since?: number | null;
            /**
             * Format: int64
             * @description Unix seconds: a time on the last day, in Beijing; absent = today.
             */
            until?: number | null;
        };
        /** @description A rule: when it applies, and what it answers. */
        Rule: components["schemas"]["RuleWithReply"] | components["schemas"]["RuleWithReplies"] | components["schemas"]["RuleWithOneOf"] | components["schemas"]["RuleWithAsk"];
        /** @description `rule/create` */
        RuleCreate: {
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /**
             * Format: uint32
             * @description Position of the new rule, from 0; absent = after the last.
             */
            position?: number | null;
            /** @description The new rule; its id is assigned. */
            rule: components["schemas"]["Rule"];
        };
        /** @description `rule/delete` */
        RuleDelete: {
            /** @description `id` as `rule/list` shows it. */
            id: string;
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
        };
        /** @description `rule/export` */
        RuleExport: {
            /** @description The rules in the order in which they are tried. */
            rules: components["schemas"]["Rule"][];
            /**
             * Format: uint64
             * @description Version of the settings.
             */
            version: number;
        };
        /** @description What rules decided. */
        RuleFigures: {
            /**
             * Format: int64
             * @description Number of messages and events.
             */
            hits: number;
            /** @description Number of them with each outcome. */
            outcomes: components["schemas"]["OutcomeCounts"];
            /** @description The rule, or the rules that decided together, as in `message/get`; `other` for those beyond the 200 most frequent. */
            rule: string;
        };
        /**
         * @description What a rule has decided. Figures have the names of rules: those of the same name have the same, and a rule with another
         *     name than before begins at 0. Beyond the 200 most frequent rules of an hour, rules are not counted for it.
         */
        RuleHits: {
            /**
             * Format: int64
             * @description The same of the last 28 days, with today.
             */
            days28: number;
            /**
             * Format: int64
             * @description `CreateTime` of the latest of them.
             */
            last_at?: number | null;
            /**
             * Format: int64
             * @description Number of messages and events that it decided today, in Beijing, alone or with others.
             */
            today: number;
        };
        /** @description `rule/import` */
        RuleImport: {
            /** @description Append to the existing rules instead of replacing them. Default: `false`. */
            append?: boolean;
            /** @description Only show what the import would do, and what is wrong with the rules; change nothing. Default: `false`. */
            dry_run?: boolean;
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /** @description The rules, as `rule/export` shows them. */
            rules: components["schemas"]["Rule"][];
            /**
             * Format: uint64
             * @description Ignored, so that the answer of `rule/export` can be imported as it is.
             */
            version?: number | null;
        };
        /** @description `rule/import_platform` */
        RuleImportPlatform: {
            /** @description Only show the rules; change nothing. Default: `false`. */
            dry_run?: boolean;
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /** @description Replace the existing rules instead of appending to them. Default: `false`. */
            replace?: boolean;
        };
        /** @description `rule/lint` */
        RuleLint: {
            /** @description A rule that is not saved, in its place among the others: only what concerns it is shown. */
            draft?: components["schemas"]["UnsavedRule"] | null;
        };
        /** @description `rule/list` */
        RuleList: {
            /**
             * Format: int64
             * @description Unix seconds: `hits` counts the present and the previous hour as of then, at most a quarter of an hour ago.
             */
            counted_at?: number | null;
            /** @description What each of these rules has decided, in their order; present if `hits` asked for it. */
            hits?: components["schemas"]["RuleHits"][] | null;
            /** @description The rules in the order in which they are tried. */
            rules: components["schemas"]["Rule"][];
            /**
             * Format: uint
             * @description Number of all rules.
             */
            total: number;
            /**
             * Format: uint64
             * @description Version of the settings.
             */
            version: number;
        };
        /** @description `rule/list` */
        RulePage: {
            /** @description Also count what each rule has decided. Default: `false`. */
            hits?: boolean;
            /**
             * Format: uint32
             * @description Rules a page: 1 to 1,000. Default: `100`.
             */
            limit?: number;
            /**
             * Format: uint32
             * @description Number of entries to skip. Default: `0`.
             */
            offset?: number;
        };
        /** @description `rule/reorder` */
        RuleReorder: {
            /** @description Ids of the rules to move, in their new order; the others keep theirs. */
            ids: string[];
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /**
             * Format: uint32
             * @description Number of other rules before them; absent = none. Default: `0`.
             */
            position?: number;
        };
        /** @description `rule/rollback` */
        RuleRollback: {
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /**
             * Format: uint64
             * @description `version` as `rule/versions` shows it; its rules become those of the next version.
             */
            version: number;
        };
        /** @description `rule/test` */
        RuleTest: {
            /**
             * Format: int64
             * @description Unix seconds: when the message is sent, unless it has a `CreateTime`; absent = now.
             */
            at?: number | null;
            /** @description A rule that is not saved, to test in its place among the others. */
            draft?: components["schemas"]["UnsavedRule"] | null;
            /** @description List every rule, with why it does not match. Default: `false`. */
            explain?: boolean;
            /**
             * @description A message under WeChat's names, such as `{"MsgType": "text", "Content": "hello"}`; if `FromUserName`,
             *     `CreateTime` and the like are missing, they get sample values.
             */
            message: {
                [key: string]: unknown;
            };
            /** @description Rules to use instead of the account's. */
            rules?: components["schemas"]["Rule"][] | null;
        };
        /** @description `rule/test` */
        RuleTested: {
            /** @description What the rules decide as well, and is not sent, because WeChat would refuse it. */
            left_out: components["schemas"]["NotSent"][];
            /**
             * @description The rules whose condition matches the message, up to the one that ends the search; if `explain` asks for it, also the
             *     others: of many, the 200 that are nearest to the one that ends the search, and the one that is not saved.
             */
            looked_at: components["schemas"]["LookedAt"][];
            /** @description The rules that `explain` asks for and `looked_at` leaves out. */
            not_listed?: components["schemas"]["NotListed"][];
            /** @description What the user would get: the first as the passive reply, the others as customer-service messages. */
            replies: components["schemas"]["Reply"][];
            /**
             * @description Who is asked for a reply: the assistant that a rule names, or a backend because no rule decides; absent if a rule
             *     replies, or nothing is asked.
             */
            then?: components["schemas"]["ThenAsked"] | null;
            /**
             * Format: uint64
             * @description Version of the settings; absent if the request contains rules.
             */
            version?: number | null;
        };
        /** @description `rule/update` */
        RuleUpdate: {
            /** @description `id` as `rule/list` shows it. */
            id: string;
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /** @description The whole new rule. */
            rule: components["schemas"]["Rule"];
        };
        /** @description Something in the rules that is allowed, and probably a mistake. */
        RuleWarning: {
            /**
             * Format: uint
             * @description Position of the rule because of which it has no effect.
             */
            by?: number | null;
            /** @description Path of the field, such as `rules[3].when`. */
            field: string;
            /** @description The kind of mistake. */
            id: components["schemas"]["WarningId"];
            /** @description What is wrong. */
            message: string;
            /**
             * Format: uint
             * @description Position of the rule, from 0.
             */
            rule: number;
        };
        /** @description A rule: when it applies, and what it answers. */
        RuleWithAsk: {
            /** @description The name of the assistant that is asked for the reply to a message. */
            ask: string;
            /** @description Try the rules after this one as well; their replies follow. */
            continue?: boolean;
            /** @description When the rule applies, compared with the message's CreateTime; absent = always. */
            hours?: components["schemas"]["Hours"][];
            /** @description The id that `rule/update` takes; generated if absent. */
            id?: string | null;
            /** @description Your name for it: at most 100 characters, without control characters. */
            name?: string | null;
            /** @description Whether the rule is switched off, and never matches. */
            off?: boolean;
            /** @description Replace placeholders such as `{{Content}}` in texts with fields of the message. */
            template?: boolean;
            /** @description The period of validity, compared with the message's CreateTime; absent = unlimited. */
            valid?: components["schemas"]["Validity"] | null;
            /** @description To which messages and events the rule applies. */
            when: components["schemas"]["Condition"];
        };
        /** @description A rule: when it applies, and what it answers. */
        RuleWithOneOf: {
            /** @description Try the rules after this one as well; their replies follow. */
            continue?: boolean;
            /** @description When the rule applies, compared with the message's CreateTime; absent = always. */
            hours?: components["schemas"]["Hours"][];
            /** @description The id that `rule/update` takes; generated if absent. */
            id?: string | null;
            /** @description Your name for it: at most 100 characters, without control characters. */
            name?: string | null;
            /** @description Whether the rule is switched off, and never matches. */
            off?: boolean;
            /** @description One of these, chosen at random; a repeated delivery of a message gets the same one. */
            one_of: components["schemas"]["Reply"][];
            /** @description Replace placeholders such as `{{Content}}` in texts with fields of the message. */
            template?: boolean;
            /** @description The period of validity, compared with the message's CreateTime; absent = unlimited. */
            valid?: components["schemas"]["Validity"] | null;
            /** @description To which messages and events the rule applies. */
            when: components["schemas"]["Condition"];
        };
        /** @description A rule: when it applies, and what it answers. */
        RuleWithReplies: {
            /** @description Try the rules after this one as well; their replies follow. */
            continue?: boolean;
            /** @description When the rule applies, compared with the message's CreateTime; absent = always. */
            hours?: components["schemas"]["Hours"][];
            /** @description The id that `rule/update` takes; generated if absent. */
            id?: string | null;
            /** @description Your name for it: at most 100 characters, without control characters. */
            name?: string | null;
            /** @description Whether the rule is switched off, and never matches. */
            off?: boolean;
            /** @description Several replies: the first is the passive reply, the rest are sent as customer-service messages. */
            replies: components["schemas"]["Reply"][];
            /** @description Replace placeholders such as `{{Content}}` in texts with fields of the message. */
            template?: boolean;
            /** @description The period of validity, compared with the message's CreateTime; absent = unlimited. */
            valid?: components["schemas"]["Validity"] | null;
            /** @description To which messages and events the rule applies. */
            when: components["schemas"]["Condition"];
        };
        /** @description A rule: when it applies, and what it answers. */
        RuleWithReply: {
            /** @description Try the rules after this one as well; their replies follow. */
            continue?: boolean;
            /** @description When the rule applies, compared with the message's CreateTime; absent = always. */
            hours?: components["schemas"]["Hours"][];
            /** @description The id that `rule/update` takes; generated if absent. */
            id?: string | null;
            /** @description Your name for it: at most 100 characters, without control characters. */
            name?: string | null;
            /** @description Whether the rule is switched off, and never matches. */
            off?: boolean;
            /** @description The reply. */
            reply: components["schemas"]["Reply"];
            /** @description Replace placeholders such as `{{Content}}` in texts with fields of the message. */
            template?: boolean;
            /** @description The period of validity, compared with the message's CreateTime; absent = unlimited. */
            valid?: components["schemas"]["Validity"] | null;
            /** @description To which messages and events the rule applies. */
            when: components["schemas"]["Condition"];
        };
        /** @description `rule/version` */
        RulesOfVersion: {
            /** @description Name of the API key that made it; `root` or `mp-worker` if none did. */
            author: string;
            /** @description The call that made it, such as `rule/create`. */
            change: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was made.
             */
            made_at: number;
            /** @description Its rules in the order in which they are tried. */
            rules: components["schemas"]["Rule"][];
            /**
             * Format: uint64
             * @description Number of the version.
             */
            version: number;
        };
        /** @description A text; a number, `true` or `false` is read as it is written. */
        Scalar: string | number | boolean;
        /** @description A QR code with a scene. */
        SceneCondition: {
            /** @description The scene; absent = any scene, or following without a QR code. */
            scene?: string | null;
        };
        /** @description The events of a parametric QR code. */
        SceneFigures: {
            /** @description `subscribe` or `scan`; `other` for those beyond the 200 most frequent scenes. */
            event: string;
            /** @description Number of them with each outcome. */
            outcomes: components["schemas"]["OutcomeCounts"];
            /**
             * Format: int64
             * @description Number of events.
             */
            received: number;
            /** @description The scene. */
            scene: string;
        };
        /** @description The scans of a parametric QR code. */
        SceneReport: {
            /**
             * Format: int64
             * @description Number of scans after which the user followed.
             */
            followed: number;
            /** @description Your name for the code, if it has one. */
            name?: string | null;
            /**
             * Format: int64
             * @description Number of scans: by followers, and by users who then followed.
             */
            scans: number;
            /** @description The scene. */
            scene: string;
        };
        /** @description `webhook/rotate_secret` */
        SecretRotation: {
            /** @description `id` as `webhook/list` shows it. */
            id: string;
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
        };
        /** @description Whether WeChat accepted a message. */
        SendStatus: "accepted" | "refused" | "unknown";
        /** @description An account. */
        SessionAccount: {
            /** @description Its AppID; absent if none is configured. */
            app_id?: string | null;
            /** @description What `?account=` takes. */
            name: string;
            /** @description Whether its configuration has problems. */
            state: components["schemas"]["AccountState"];
        };
        /** @description `session/create` and `session/get` */
        SessionInfo: {
            /** @description The accounts that it may work with: the key's own, or all with the root key. */
            accounts: components["schemas"]["SessionAccount"][];
            /** @description The build of the worker, as in `/healthz`. */
            build: string;
            /**
             * Format: int64
             * @description Unix seconds: when the session ends, unless it is used before.
             */
            ends_at: number;
            /** @description The key that is signed in. */
            key: components["schemas"]["SessionKey"];
        };
        /** @description The key that is signed in. */
        SessionKey: {
            /**
             * Format: int64
             * @description Unix seconds: when it expires; absent = never.
             */
            expires_at?: number | null;
            /** @description Its id; the root key has none. */
            id?: string | null;
            /** @description Its name; `root` for the root key. */
            name: string;
            /** @description Whether it is the root key. */
            root: boolean;
            /** @description What it may do. */
            scopes: string[];
        };
        /** @description `conversation/settle` */
        Settled: {
            /**
             * Format: uint
             * @description Number of messages that are settled now and were not before.
             */
            settled: number;
        };
        /** @description `setup/get` */
        Setup: {
            /** @description What to enter as 服务器地址(URL) in WeChat's console. */
            callback_url: string;
            /**
             * Format: int64
             * @description Unix seconds: `CreateTime` of the oldest message or event that is stored.
             */
            first_message_at?: number | null;
            /** @description The last server address verification that succeeded and the last that failed, the newest first. */
            handshakes: components["schemas"]["Handshake"][];
            /** @description What to choose as 消息加解密方式: `secure`, or `plain` without an EncodingAESKey. */
            mode: string;
            /** @description Whether `WECHAT_ORIGINAL_ID` is set. */
            original_id: boolean;
            /** @description The last delivery that was refused: it may be one of WeChat's, or a stranger's. */
            refused: components["schemas"]["Refused"][];
            /** @description Whether plaintext is rejected. */
            require_encryption: boolean;
            /** @description Whether this call was made with the root key, instead of a key of the caller's own. */
            root_key_used: boolean;
            /**
             * Format: uint
             * @description Number of rules.
             */
            rules: number;
            /** @description Those that the account needs, and others that are malformed. */
            variables: components["schemas"]["SetupVariable"][];
        };
        /** @description A variable or secret. Its value is not shown. */
        SetupVariable: {
            /** @description What needs it: `callback`, `encryption`, `wechat_api`, `api` or `keys`. */
            for: string[];
            /** @description Its name, or the path inside `ACCOUNTS`, such as `ACCOUNTS[0].token`. */
            name: string;
            /** @description Whether it is a secret. */
            secret: boolean;
            /**
             * @description `set`, `missing` or `malformed`.
             * @enum {string}
             */
            state: "set" | "missing" | "malformed";
        };
        /** @description `session/create`: either of the fields. */
        SignIn: {
            /** @description An API key, or the root key. */
            key?: string | null;
            /** @description A ticket that `session/ticket` returned. It is valid once, and only as long as its key has no newer one. */
            ticket?: string | null;
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        SilenceReply: {
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "silence";
        };
        /** @description How an answer that is too late to be the passive reply reaches the user. */
        SlowAnswer: "customer_service" | "next_delivery";
        /** @description What the spool holds. */
        SpoolStatus: {
            /**
             * Format: int64
             * @description The number of entries that D1 refused again and again while it accepted others.
             */
            set_aside: number;
            /**
             * Format: int64
             * @description The number of entries that D1 will be offered.
             */
            waiting: number;
        };
        /** @description The database. */
        Storage: {
            /**
             * Format: int64
             * @description Its size.
             */
            bytes: number;
            /**
             * Format: int64
             * @description In how many days it is full if it goes on growing as it has; absent if it does not become full.
             */
            full_in_days?: number | null;
            /**
             * Format: int64
             * @description `DATABASE_LIMIT_MB`, or the limit of the free plan.
             */
            limit: number;
            /** @description Whether it accepts writes. */
            writable: boolean;
        };
        /** @description `stats/summary` */
        Summary: {
            /** @description What backends were asked in these days, the most frequent first. */
            backends: components["schemas"]["BackendFigures"][];
            /**
             * Format: int64
             * @description Unix seconds: the present and the previous hour are counted as of then, at most a quarter of an hour ago.
             */
            counted_at: number;
            /** @description Newest first, at most 1,000; days without messages and events are left out. */
            days: components["schemas"]["DayFigures"][];
            /**
             * Format: int64
             * @description Unix seconds: hours from then on, except the present and the previous one, are not counted yet, since the cron trigger is late or has not run yet.
             */
            missing_since?: number | null;
            /** @description What rules decided in these days, the most frequent first. */
            rules: components["schemas"]["RuleFigures"][];
            /** @description The events of parametric QR codes in these days, the most frequent first. */
            scenes: components["schemas"]["SceneFigures"][];
            /** @description What is unfinished now, whichever days are asked for. */
            unfinished: components["schemas"]["Unfinished"];
        };
        /** @description A tag. */
        Tag: {
            /**
             * Format: uint32
             * @description Id of the tag.
             */
            id: number;
            /** @description Name of the tag. */
            name: string;
        };
        /** @description `tag/create` */
        TagCreated: {
            /** @description The new tag. */
            tag: components["schemas"]["Tag"];
        };
        /** @description `tag/delete` */
        TagId: {
            /**
             * Format: uint32
             * @description `id` as `tag/list` shows it.
             */
            id: number;
        };
        /** @description `tag/of_user` */
        TagIds: {
            /** @description Ids of the user's tags. */
            tagid_list: number[];
        };
        /** @description `tag/list` */
        TagList: {
            /** @description The account's tags. */
            tags: components["schemas"]["CountedTag"][];
        };
        /** @description `tag/create` */
        TagName: {
            /** @description Name of the tag: up to 30 bytes. */
            name: string;
        };
        /** @description `tag/users` */
        TagPage: {
            /**
             * Format: uint32
             * @description `id` as `tag/list` shows it.
             */
            id: number;
            /** @description `next_openid` of the previous page; absent = the first page. Default: `""`. */
            next_openid?: string;
        };
        /** @description `tag/update` */
        TagRename: {
            /**
             * Format: uint32
             * @description `id` as `tag/list` shows it.
             */
            id: number;
            /** @description Name of the tag: up to 30 bytes. */
            name: string;
        };
        /** @description `tag/add`, `tag/remove` */
        TagUsers: {
            /**
             * Format: uint32
             * @description `id` as `tag/list` shows it.
             */
            id: number;
            /** @description 1 to 50 OpenIDs. */
            openid_list: string[];
        };
        /** @description A template of the account. */
        Template: {
            /** @description Its text, with `{{thing1.DATA}}` for each field. */
            content: string;
            /** @description Its second industry. Default: `""`. */
            deputy_industry: string;
            /** @description Its text with sample values. Default: `""`. */
            example: string;
            /** @description Its industry. Default: `""`. */
            primary_industry: string;
            /** @description Id of the template, for `template/send`. */
            template_id: string;
            /** @description Its title. */
            title: string;
        };
        /** @description `template/delete` */
        TemplateId: {
            /** @description `template_id` as `template/list` shows it. */
            template_id: string;
        };
        /** @description `template/list` */
        TemplateList: {
            /** @description The account's templates. */
            template_list: components["schemas"]["Template"][];
        };
        /** @description A template message. */
        TemplateMessage: {
            /** @description WeChat sends messages with the same id to the same user only once within ten minutes. */
            client_msg_id?: string | null;
            /** @description The template's fields, such as `thing1`. */
            data: {
                [key: string]: components["schemas"]["TemplateValue"];
            };
            /** @description The mini-program that a tap opens. */
            miniprogram?: components["schemas"]["MiniProgram"] | null;
            /** @description The id that `template/list` returns. */
            template_id: string;
            /** @description Ignored, as WeChat does: old manuals have it. */
            topcolor?: components["schemas"]["Scalar"] | null;
            /** @description The follower's OpenID. */
            touser: string;
            /** @description The page that a tap opens, unless there is a mini-program. */
            url?: string | null;
        };
        /** @description `template/send` */
        TemplateSent: {
            /** @description `MsgID` of the event TEMPLATESENDJOBFINISH that follows. */
            msgid: components["schemas"]["Id"];
        };
        /** @description The value of a field. */
        TemplateValue: {
            /** @description Ignored by WeChat; accepted because callers still send it, with or without `#`. */
            color?: components["schemas"]["Scalar"] | null;
            /** @description The text that is shown; a number, `true` or `false` is sent as text. */
            value: components["schemas"]["Scalar"];
        };
        /** @description `text` */
        Text: {
            /** @description May contain line breaks and `<a href>` links. */
            content: string;
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        TextCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "text";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description At most 2,048 bytes of UTF-8. */
            text: components["schemas"]["Text"];
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        TextReply: {
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "text";
            /** @description A text; one of more than 2,048 bytes becomes several messages. */
            text: components["schemas"]["Text"];
        };
        /** @description Who is asked for a reply. */
        ThenAsked: {
            /** @description The backend that is asked first. */
            backend: components["schemas"]["NamedBackend"];
        };
        /** @description `session/ticket` */
        Ticket: {
            /**
             * Format: int64
             * @description Unix seconds: until when it can be used.
             */
            expires_at: number;
            /** @description For the link `/console/#/sign-in?ticket=...`. */
            ticket: string;
        };
        /** @description `user/timeline` */
        Timeline: {
            /**
             * @description Pass it as `after` to ask for what is newer than this answer; absent on further pages. What is less than 30 seconds
             *     old may be listed again.
             */
            after?: string | null;
            /** @description Newest first. */
            entries: components["schemas"]["TimelineEntry"][];
            /** @description Cursor of the next page; absent on the last page. */
            next_cursor?: string | null;
        };
        /** @description A message or an event between the account and a user. */
        TimelineEntry: {
            /** @description Id of the backend that is asked, or that answered. */
            backend?: string | null;
            /** @description Your name for the backend. */
            backend_name?: string | null;
            /**
             * Format: int64
             * @description Milliseconds until the answer to a received message was known; absent while a backend is being asked.
             */
            decided_ms?: number | null;
            /** @description Who sent it, and how. */
            direction: components["schemas"]["Direction"];
            /**
             * Format: int64
             * @description WeChat's errcode, if it refused a message to the user.
             */
            errcode?: number | null;
            /** @description Why a backend has not answered a received message, or a message to the user was not sent, as far as it is known. */
            error?: string | null;
            /**
             * Format: int64
             * @description Unix seconds: until when the answer to a received message waits for the user's next one, if its outcome is `kept`.
             */
            expires_at?: number | null;
            /** @description Distinguishes the entries of one direction and second. */
            id: string;
            /** @description Of a sent message: `custom` for a customer-service message, `template` for a template message. */
            kind?: string | null;
            /** @description A received message under WeChat's names, or a sent one as the call that sent it. */
            message: {
                [key: string]: unknown;
            };
            /** @description `MsgId` of a received message. */
            msg_id?: string | null;
            /** @description What the user saw in answer to a received message: one of the values of `outcome` in `message/list`. */
            outcome?: string | null;
            /** @description Name of the rule that decided, else its id, else its position such as `rules[3]`. */
            rule?: string | null;
            /** @description Id of the rule, if exactly one rule has this name now. */
            rule_id?: string | null;
            /** @description Who sent a sent message: `key:` and the id of an API key, `root`, `rule:` or `backend:` and a name. */
            sender?: string | null;
            /** @description Name of the API key that sent a sent message. */
            sender_name?: string | null;
            /** @description Whether a received message had no answer, and a person or a program has dealt with it since. */
            settled?: boolean | null;
            /** @description Whether WeChat accepted a sent message. */
            status?: components["schemas"]["SendStatus"] | null;
            /**
             * Format: int64
             * @description Unix seconds: `CreateTime` of a received message and of its passive reply; otherwise when it was sent.
             */
            time: number;
        };
        /** @description The access token. */
        TokenState: {
            /**
             * Format: int64
             * @description Unix seconds: when it expires.
             */
            expires_at?: number | null;
            /** @description Whether there is one that is valid. */
            ok: boolean;
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        TransferBizAiIvrReply: {
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "transfer_biz_ai_ivr";
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        TransferCustomerServiceReply: {
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "transfer_customer_service";
            /** @description The agent; absent = any. */
            transfer_customer_service?: components["schemas"]["ReplyTransfer"] | null;
        };
        /** @description `menu/try_match` */
        TryMatch: {
            /** @description OpenID or WeChat ID. */
            user_id: string;
        };
        /** @description A question and its answer. */
        Turn: {
            /** @description The answer without its label. */
            answer: string;
            /** @description The user's message. */
            question: string;
        };
        /** @description `message/typing` */
        Typing: {
            /** @description The user's OpenID. */
            touser: string;
            /** @description `false` hides the indicator; it is shown for at most 15 seconds. Default: `true`. */
            typing?: boolean;
        };
        /** @description Messages of the last 48 hours that were not answered. */
        Unanswered: {
            /**
             * Format: int64
             * @description Their number, counted up to 100, which stands for more as well.
             */
            count: number;
            /**
             * Format: int64
             * @description The number of those whose answer failed, was refused by WeChat, or may not have arrived.
             */
            failed: number;
            /**
             * Format: int64
             * @description The number of users who sent the failed ones.
             */
            failed_users: number;
            /**
             * Format: int64
             * @description Unix seconds: `CreateTime` of the oldest.
             */
            oldest_at?: number | null;
            /**
             * Format: int64
             * @description The number of users who sent those that were counted, which `conversation/list` lists.
             */
            users: number;
        };
        /** @description A text that nobody answered. */
        UnansweredWord: {
            /**
             * Format: int64
             * @description Number of messages.
             */
            count: number;
            /**
             * Format: int64
             * @description `CreateTime` of the latest.
             */
            last_at: number;
            /** @description The first 100 characters. */
            text: string;
        };
        /**
         * @description What is unfinished. Each number is counted up to 100, which stands for more as well. A count is used for as many seconds
         *     as it counted.
         */
        Unfinished: {
            /**
             * Format: int64
             * @description Number of deliveries that were given up.
             */
            dead_deliveries: number;
            /**
             * Format: int64
             * @description Number of unanswered messages of the last 48 hours.
             */
            messages: number;
            /**
             * Format: int64
             * @description Number of deliveries that are retried, or have not been tried yet.
             */
            pending_deliveries: number;
        };
        /** @description A rule that is not saved, and its place among the others. */
        UnsavedRule: {
            /** @description Id of the rule that it replaces; absent = it is a new one. */
            id?: string | null;
            /**
             * Format: uint32
             * @description Its position among the other rules, from 0; absent = that of the rule that it replaces, or after the last.
             */
            position?: number | null;
            /** @description The rule. */
            rule: components["schemas"]["Rule"];
        };
        /** @description `media/upload`: the texts of the form beside its `file`. */
        Upload: {
            /**
             * Format: binary
             * @description The file: a JPEG, PNG or GIF picture or an MP4 video of up to 10 MiB, an AMR or MP3 recording of up to 2 MiB, or a
             *     JPEG cover of up to 64 KiB.
             */
            file?: string;
            /** @description `true` if WeChat is to keep it until it is deleted, and not for three days. */
            permanent?: string | null;
            /** @description `image`, `voice`, `video` or `thumb`. */
            type: string;
        };
        /** @description `media/upload` */
        Uploaded: {
            /**
             * Format: int64
             * @description Unix seconds: when WeChat deletes it; absent = never.
             */
            expires_at?: number | null;
            /** @description What messages and replies name. */
            media_id: string;
            /** @description The address of a permanent picture. */
            url?: string | null;
        };
        /** @description `assistant/usage` */
        UsageRequest: {
            /**
             * Format: uint32
             * @description Number of days up to today in Beijing: 1 to 31; absent = 31.
             */
            days?: number | null;
        };
        /** @description `user/info` */
        User: {
            /** @description OpenID of the user. */
            openid: string;
            /**
             * Format: uint8
             * @description 1 if the user follows; otherwise WeChat shows nothing else about the user.
             */
            subscribe: number;
        } & {
            [key: string]: unknown;
        };
        /** @description `user/batch_info` */
        UserBatch: {
            /** @description Language of region names. Default: `"zh_CN"`. */
            lang?: components["schemas"]["Language"];
            /** @description 1 to 100 OpenIDs. */
            openid_list: string[];
        };
        /** @description `tag/of_user`, `user/follow_time`, `user/erase` */
        UserId: {
            /** @description OpenID of the user. */
            openid: string;
        };
        /** @description `user/info` */
        UserInfo: {
            /** @description Language of region names. Default: `"zh_CN"`. */
            lang?: components["schemas"]["Language"];
            /** @description OpenID of the user. */
            openid: string;
        };
        /** @description `user/batch_info` */
        UserInfoList: {
            /** @description The users. */
            user_info_list: components["schemas"]["User"][];
        };
        /** @description `user/list` */
        UserList: {
            /** @description `next_openid` of the previous page; absent = the first page. Default: `""`. */
            next_openid?: string;
        };
        /** @description `user/last_message_time` */
        UserOrMessage: components["schemas"]["UserOrMessageWithOpenid"] | components["schemas"]["UserOrMessageWithMsgId"];
        /** @description `user/last_message_time` */
        UserOrMessageWithMsgId: {
            /** @description `MsgId` of a message that the user sent. */
            msg_id: components["schemas"]["NumberOrText"];
        };
        /** @description `user/last_message_time` */
        UserOrMessageWithOpenid: {
            /** @description OpenID of the user. */
            openid: string;
        };
        /** @description `user/timeline` */
        UserPage: {
            /** @description `after` of an earlier answer: only newer entries. */
            after?: string | null;
            /** @description `next_cursor` of the previous page; absent = the first page. */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description Entries a page: 1 to 100; a message and its passive reply count as one. Default: `20`.
             */
            limit?: number;
            /** @description OpenID of the user. */
            openid: string;
        };
        /** @description `user/remark` */
        UserRemark: {
            /** @description OpenID of the user. */
            openid: string;
            /** @description The remark: fewer than 30 bytes; empty removes it. */
            remark: string;
        };
        /** @description `user/search` */
        UserSearch: {
            /** @description `next_cursor` of the previous page; absent = the first page. */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description Users a page: 1 to 100. Default: `20`.
             */
            limit?: number;
            /** @description Only users whose remark or OpenID contains this text. */
            query?: string | null;
            /** @description Only users who followed through the QR code with this scene. */
            scene?: string | null;
            /**
             * Format: int64
             * @description Only users with the tag with this id.
             */
            tag?: number | null;
            /** @description Only users whose reply window is open. Default: `false`. */
            window?: boolean;
        };
        /** @description How far the followers are synchronised. */
        UserSync: {
            /**
             * Format: int64
             * @description Number of users that were compared.
             */
            done: number;
            /** @description Why it failed, and `user/sync` goes on where it did; of one that is running, why its last turn got no answer. */
            error?: string | null;
            /**
             * Format: int64
             * @description Number of followers, as WeChat last said.
             */
            of: number;
            /** @description `never`, `running`, `done` or `failed`. */
            state: string;
        };
        /** @description What a user has used. */
        UserUsage: {
            /**
             * Format: uint64
             * @description Number of calls of models.
             */
            calls: number;
            /** @description OpenID of the user. */
            openid: string;
            /**
             * Format: uint64
             * @description Number of tokens of their questions and answers.
             */
            tokens: number;
        };
        /** @description `user/list`, `tag/users` */
        Users: {
            /**
             * Format: uint64
             * @description Number of users on this page. Default: `0`.
             */
            count: number;
            /** @description The users on this page. Default: `{"openid":[]}`. */
            data: components["schemas"]["OpenIds"];
            /** @description `next_openid` for the next page; empty on the last page. Default: `""`. */
            next_openid: string;
            /**
             * Format: uint64
             * @description Number of all followers; only in `user/list`.
             */
            total?: number | null;
        };
        /** @description A period of validity. */
        Validity: {
            /**
             * Format: int64
             * @description The beginning in Unix seconds; absent = no lower bound.
             */
            from?: number | null;
            /**
             * Format: int64
             * @description The end in Unix seconds, exclusive; absent = no upper bound.
             */
            until?: number | null;
        };
        /** @description What became of a rule. */
        Verdict: "decides" | "decides_and_continues" | "other_hours" | "not_valid" | "off" | "no_match" | "after_decision";
        /** @description A version of the settings. */
        VersionMade: {
            /** @description Name of the API key that made it; `root` or `mp-worker` if none did. */
            author: string;
            /** @description Id of the API key that made it. */
            author_id?: string | null;
            /** @description The call that made it, such as `rule/create`. */
            change: string;
            /**
             * Format: int64
             * @description Unix seconds: when it was made.
             */
            made_at: number;
            /**
             * Format: int64
             * @description Number of its rules.
             */
            rules: number;
            /**
             * Format: int64
             * @description Number of the version.
             */
            version: number;
        };
        /** @description `rule/version`, `menu/version` */
        VersionNumber: {
            /**
             * Format: uint64
             * @description `version` as `rule/versions` or `menu/versions` shows it.
             */
            version: number;
        };
        /** @description `rule/versions` */
        Versions: {
            /** @description The last fifty versions, newest first. */
            versions: components["schemas"]["VersionMade"][];
        };
        /** @description `video` */
        Video: {
            /** @description The description. */
            description?: string | null;
            /** @description Temporary or permanent material of the account. */
            media_id: string;
            /** @description The cover: material of the account. A customer-service message needs it; a passive reply has none. */
            thumb_media_id?: string | null;
            /** @description The title. */
            title?: string | null;
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        VideoCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "video";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
            /** @description A video. */
            video: components["schemas"]["Video"];
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        VideoReply: {
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "video";
            /** @description A video. */
            video: components["schemas"]["Video"];
        };
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        VoiceCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "voice";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
            /** @description A voice message. */
            voice: components["schemas"]["Media"];
        };
        /** @description A reply as an operator or a backend writes it: `msgtype`, and an object of that name. */
        VoiceReply: {
            /**
             * @description The type, which is the name of the object to reply with. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "voice";
            /** @description A voice message. */
            voice: components["schemas"]["Media"];
        };
        /** @description The kinds of warnings. */
        WarningId: "unreachable" | "behind_default" | "duplicate" | "expired" | "unknown_event" | "unknown_field" | "not_a_template";
        /** @description A webhook as the operator writes it. */
        Webhook: {
            /**
             * Format: uint32
             * @description `respond`: the time in milliseconds from the user's message within which the answer can be the passive reply;
             *     500 to 4,500, absent = 4,000.
             */
            budget_ms?: number | null;
            /** @description Only these events, such as `["subscribe"]`, and `assistant.handover` for what assistants hand over; with neither `messages` nor `events`, or only empty ones, everything. */
            events?: string[] | null;
            /**
             * @description `respond` with `next_delivery`: the text that tells the user to fetch the answer with another message, if it comes
             *     after WeChat's last delivery.
             */
            fetch_text?: string | null;
            /** @description The id that `webhook/update` takes; generated if absent. */
            id?: string | null;
            /**
             * @description Only messages of these types, such as `["text"]`; with neither `messages` nor `events`, or only empty ones,
             *     everything.
             */
            messages?: string[] | null;
            /** @description Whether it is notified of messages or asked for replies. */
            mode: components["schemas"]["WebhookMode"];
            /** @description Your name for it. */
            name?: string | null;
            /** @description Whether it is switched off: by you, or because it answered 410. */
            off?: boolean;
            /** @description `respond`: how an answer that comes after the budget reaches the user; absent = `customer_service`. */
            slow?: components["schemas"]["SlowAnswer"] | null;
            /**
             * Format: uint32
             * @description The timeout of an attempt in milliseconds; 500 to 25,000, absent = 25,000.
             */
            timeout_ms?: number | null;
            /** @description The URL: `https`, on a public host. */
            url: string;
        };
        /** @description The result of a change of the webhooks. */
        WebhookChanged: {
            /** @description Id of the webhook. */
            id: string;
            /** @description The secret that signs its requests, if it is new; `webhook/secret` shows it again. */
            secret?: string | null;
            /**
             * Format: uint64
             * @description Version of the settings that the change made; every location has it within two minutes.
             */
            version: number;
        };
        /** @description `webhook/create` */
        WebhookCreate: {
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /**
             * Format: uint32
             * @description Position of the new webhook, from 0; absent = after the last.
             */
            position?: number | null;
            /** @description The new webhook; its id is assigned. */
            webhook: components["schemas"]["Webhook"];
        };
        /** @description How a webhook does. */
        WebhookDay: {
            /**
             * Format: int64
             * @description Number of deliveries that were given up, of at most 1,000 of the account.
             */
            dead: number;
            /**
             * Format: int64
             * @description Number of questions that neither it nor a webhook after it has answered today.
             */
            failed: number;
            /** @description Error of the last of them. */
            last_error?: string | null;
            /**
             * Format: int64
             * @description Number of questions that it has answered today, in Beijing. Notifications are not counted.
             */
            ok: number;
            /**
             * Format: int64
             * @description Milliseconds within which 95 % of its answers of today came.
             */
            p95_ms?: number | null;
            /**
             * Format: int64
             * @description Number of deliveries that have failed and are retried, of at most 1,000 of the account.
             */
            pending: number;
        };
        /** @description `webhook/delete` */
        WebhookDelete: {
            /** @description `id` as `webhook/list` shows it. */
            id: string;
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
        };
        /** @description `webhook/test`, `webhook/secret` */
        WebhookId: {
            /** @description `id` as `webhook/list` shows it. */
            id: string;
        };
        /** @description `webhook/list` */
        WebhookList: {
            /**
             * Format: int64
             * @description Unix seconds: `days` counts answers of the present and the previous hour as of then, at most a quarter of an hour ago.
             */
            counted_at?: number | null;
            /** @description How each of them does, in their order; present if `day` asked for it. */
            days?: components["schemas"]["WebhookDay"][] | null;
            /**
             * Format: uint64
             * @description Version of the settings.
             */
            version: number;
            /** @description The webhooks in the order in which they are asked. */
            webhooks: components["schemas"]["Webhook"][];
        };
        /** @description Whether a webhook is notified or asked. */
        WebhookMode: "notify" | "respond";
        /** @description `webhook/secret` */
        WebhookSecret: {
            /** @description `whsec_` and Base64, as libraries for Standard Webhooks expect it. It changes with `SIGNING_KEY`. */
            secret: string;
        };
        /** @description `webhook/test` */
        WebhookTested: {
            /** @description Why it did not. */
            error?: string | null;
            /** @description Whether the webhook answered as it should. */
            ok: boolean;
            /** @description What it replies to the text "test", if its mode is `respond`. */
            replies: components["schemas"]["Reply"][];
            /**
             * Format: int64
             * @description Milliseconds until it answered.
             */
            took_ms: number;
        };
        /** @description `webhook/update` */
        WebhookUpdate: {
            /** @description `id` as `webhook/list` shows it. */
            id: string;
            /**
             * Format: uint64
             * @description Reject the change unless the settings are at this version.
             */
            if_version?: number | null;
            /**
             * Format: uint32
             * @description New position of the webhook, from 0; absent = unchanged.
             */
            position?: number | null;
            /** @description The whole new webhook. */
            webhook: components["schemas"]["Webhook"];
        };
        /** @description `webhook/list` */
        WebhooksQuery: {
            /** @description Also say how each webhook does. Default: `false`. */
            day?: boolean;
        };
        /** @description Why a message does not fulfil the condition of a rule. */
        Why: {
            /** @description What is different. */
            id: components["schemas"]["MismatchId"];
            /** @description What the message has instead, by name; see the ids. */
            params: {
                [key: string]: unknown;
            };
        };
        /** @description What opens a reply window. */
        WindowKind: "message" | "event";
        /** @description A customer-service message: `msgtype`, and the object of that name. */
        WxcardCustomMessage: {
            /** @description The customer-service agent that the message comes from. */
            customservice?: components["schemas"]["Agent"] | null;
            /**
             * @description The type, which is the name of the object to send. (enum property replaced by openapi-typescript)
             * @enum {string}
             */
            msgtype: "wxcard";
            /**
             * Format: uint32
             * @description Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
             */
            pause_minutes?: number | null;
            /** @description The user's OpenID. */
            touser: string;
            /** @description Not sent to WeChat: send the message even if the user's reply window seems to be closed. */
            try_anyway?: boolean;
            /** @description A card. */
            wxcard: components["schemas"]["Card"];
        };
    };
    responses: {
        /** @description `wechat_error`: WeChat failed; `errcode` is its own. `request_failed`: WeChat could not be reached, or its answer could not be read; `message` says so if the call may have taken effect. */
        BadGateway: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `invalid_parameter`: the request body is invalid; `field` says where. */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `window_closed`: the user's reply window has been closed since the time in `since`; WeChat was not asked. `conflict`: the settings, or the draft of the menus, are not at the version that `if_version` names; `by` says who changed them. `publishing`: `by` has been publishing the menus since the time in `since`; `Retry-After` says when that has ended at the latest. `wechat_error`: WeChat rejected the call because of the state of the user or of the account, such as a user who does not follow or a missing permission; `errcode` says which. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `invalid_parameter`: the request body is too large. */
        ContentTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `forbidden`: the API key lacks the scope, or belongs to another account; or the account has too many keys. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `request_failed`: WeChat did not answer in time; `message` says so if the call may have taken effect. */
        GatewayTimeout: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `gone`: WeChat has deleted the file. */
        Gone: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `internal`: an error of the worker; the log has the details under `request_id`. */
        InternalServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `not_found`: something that the call names does not exist, such as the account, a message or a rule. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `not_configured`: a variable or secret is missing or invalid; `message` names it. `internal`, only of `user/erase`, `key/revoke` and `session/delete`: the database does not answer; `message` says what that means. */
        ServiceUnavailable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `rate_limited`: one of WeChat's quotas is used up, or too many requests came from this address without a valid API key; of `media/upload` also: other files are being uploaded. */
        TooManyRequests: {
            headers: {
                /** @description Seconds; absent if the quota resets with the day or the month, in Beijing. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `unauthorized`: the API key is missing, wrong, expired or revoked. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
        /** @description `invalid_reply`: WeChat would reject the message; `field` says where. `wechat_error`: WeChat rejected what the request contains; `errcode` says why. */
        UnprocessableContent: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: {
        /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
        account: string;
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    account_check: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckReport"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    account_overview: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    account_settings: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountSettings"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    account_update: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AccountUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountSettings"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    assistant_check: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderCheck"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderChecked"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    assistant_delete: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssistantDelete"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantChanged"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    assistant_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    assistant_providers: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    assistant_test: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssistantTest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantTested"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    assistant_update: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssistantUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantChanged"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    assistant_usage: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UsageRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssistantUsage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    audit_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["AuditQuery"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    conversation_get: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfUser"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Remembered"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    conversation_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ConversationQuery"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConversationList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    conversation_pause: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PauseRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PauseState"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    conversation_reset: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OfUser"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    conversation_resume: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    conversation_settle: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settled"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    delivery_get: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryShown"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    delivery_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DeliveryPage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    delivery_replay: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryReplay"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replayed"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    delivery_retry: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliveryId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    jssdk_config: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PageUrl"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JssdkConfig"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    key_create: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewKey"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyCreated"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    key_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    key_revoke: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    media_get: {
        parameters: {
            query: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
                /** @description `MsgId` of the message. */
                msg_id: string;
                /** @description `thumb` for the cover of a video. */
                part?: "thumb";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    media_upload: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["Upload"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Uploaded"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    menu_check: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckedMenus"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    menu_create: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Menu"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuCreated"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    menu_current: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CurrentMenu"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    menu_delete: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MenuId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    menu_draft: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftedMenus"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    menu_event_status: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MenuEventQuery"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuEvents"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    menu_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MenuId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    menu_publish: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MenusToPublish"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublishedMenus"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    menu_save_draft: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MenusToSave"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DraftedMenus"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    menu_try_match: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TryMatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Buttons"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    menu_version: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VersionNumber"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuVersion"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    menu_versions: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MenuVersions"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    message_get: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceivedMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    message_leave: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Leave"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplyKept"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    message_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["MessageQuery"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    message_reply: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomMessage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MessageSent"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    message_typing: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Typing"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    qrcode_create: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QrCodeRequest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QrCodeCreated"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    qrcode_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QrCodeList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    qrcode_update: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QrCodeUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_create: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleCreate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_delete: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleDelete"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_export: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleExport"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_import: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleImport"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_import_platform: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RuleImportPlatform"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PlatformImported"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    rule_lint: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RuleLint"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Linted"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RulePage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_reorder: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleReorder"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_rollback: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleRollback"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_test: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleTest"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleTested"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_update: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Changed"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_version: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VersionNumber"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulesOfVersion"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    rule_versions: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Versions"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    session_create: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionInfo"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    session_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    session_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionInfo"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    session_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    setup_get: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setup"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    stats_report: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportQuery"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    stats_summary: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["Period"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Summary"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    tag_add: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagUsers"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    tag_create: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagName"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagCreated"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    tag_delete: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    tag_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    tag_of_user: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TagIds"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    tag_remove: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagUsers"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    tag_update: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagRename"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    tag_users: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagPage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Users"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    template_delete: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    template_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    template_send: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateMessage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateSent"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    token_get_with_get: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    token_get: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessToken"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    user_batch_info: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserBatch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserInfoList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    user_erase: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erased"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    user_follow_time: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FollowTime"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    user_info: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserInfo"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    user_last_message_time: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserOrMessage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LastMessageTime"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    user_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UserList"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Users"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    user_remark: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserRemark"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Nothing"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            422: components["responses"]["UnprocessableContent"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            502: components["responses"]["BadGateway"];
            503: components["responses"]["ServiceUnavailable"];
            504: components["responses"]["GatewayTimeout"];
        };
    };
    user_search: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["UserSearch"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundUsers"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    user_sync: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["NoParameters"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserSync"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    user_timeline: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserPage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    webhook_create: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookCreate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookChanged"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    webhook_delete: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookDelete"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookChanged"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    webhook_list: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["WebhooksQuery"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    webhook_rotate_secret: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookChanged"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    webhook_secret: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookSecret"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    webhook_test: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookId"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTested"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
    webhook_update: {
        parameters: {
            query?: {
                /** @description Name of the account; absent = the account of the API key, or the default account with the root key. */
                account?: components["parameters"]["account"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookUpdate"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookChanged"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalServerError"];
            503: components["responses"]["ServiceUnavailable"];
        };
    };
}
