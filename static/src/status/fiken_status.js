import {reactive} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {user} from "@web/core/user";

const POLL_MS = 60000;
// Opening page after page asks no more often than this.
const REST_MS = 5000;

/**
 * How many things need a person, and whether nothing can be sent: asked once a minute
 * and when another page is shown, for Fiken users only. The badge and the banner show
 * it, so that no form asks for itself.
 */
export const fikenStatus = {
    dependencies: ["orm"],
    start(env, {orm}) {
        const status = reactive({count: 0, troubles: [], refresh});
        let asked = 0;
        let later = null;
        let isUser = null;

        async function refresh(rest = 0) {
            const left = asked + rest - Date.now();
            browser.clearTimeout(later);
            if (left > 0) {
                // What was just done, such as Disconnect, is shown soon all the same.
                later = browser.setTimeout(refresh, left);
                return;
            }
            if (document.hidden) {
                return;
            }
            asked = Date.now();
            try {
                isUser ??= await user.hasGroup("fiken_connector.group_fiken_user");
                if (isUser) {
                    const answer = await orm.silent.call("fiken.todo", "status", []);
                    Object.assign(status, answer);
                }
            } catch {
                // Offline, or logged out: the next poll tells.
            }
        }

        env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", () => refresh(REST_MS));
        browser.setInterval(() => refresh(REST_MS), POLL_MS);
        return status;
    },
};

registry.category("services").add("fiken_status", fikenStatus);
