import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";

const POLL_MS = 1000;
const PATIENCE_MS = 20000;

const pause = (ms) => new Promise((resolve) => browser.setTimeout(resolve, ms));

/**
 * Wait until Fiken has answered for all of these documents, or patience ends.
 *
 * @param {Object} orm
 * @param {Number[]} moveIds
 * @returns {Promise<Number>} how many still wait
 */
async function waitForAnswers(orm, moveIds) {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
        const waiting = await orm.call("account.move", "fiken_is_waiting", [moveIds]);
        if (!waiting || Date.now() >= end) {
            return waiting;
        }
        await pause(POLL_MS);
    }
}

/**
 * Client action: the page waits for Fiken's answer, then shows it.
 */
async function fikenWait(env, action) {
    const {notification, orm, ui} = env.services;
    const moveIds = action.params.move_ids;
    let problems = 0;
    let waiting = 0;
    ui.block({message: _t("Waiting for Fiken's answer …")});
    try {
        waiting = await waitForAnswers(orm.silent, moveIds);
        problems = await orm.silent.searchCount("account.move", [
            ["id", "in", moveIds],
            ["fiken_state", "in", ["blocked", "failed"]],
        ]);
    } finally {
        ui.unblock();
    }
    if (problems) {
        notification.add(_t("Not everything is in Fiken: the document says why."), {
            type: "warning",
        });
    } else if (waiting) {
        notification.add(
            _t("Fiken has not answered yet; it goes on in the background."),
            {type: "info"},
        );
    } else {
        notification.add(_t("It is in Fiken."), {type: "success"});
    }
    return {type: "ir.actions.client", tag: "soft_reload"};
}

registry.category("actions").add("fiken_wait", fikenWait);
