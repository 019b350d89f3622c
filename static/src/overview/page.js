import {onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {browser} from "@web/core/browser/browser";
import {useService} from "@web/core/utils/hooks";

const POLL_MS = 10000;

/**
 * The page that the server tells: read when it opens, and again by itself as long as
 * it is looked at. A failed look is no news: the next one tells.
 *
 * @param {Boolean} withFigures else only what is on and off
 * @returns {Object} its data, and how to read it again
 */
export function useFikenPage(withFigures) {
    const orm = useService("orm");
    const page = useState({data: null});
    let timer = null;

    const read = async (through) => {
        page.data = await through.call("fiken.overview", "fiken_page", [], {
            with_figures: withFigures,
        });
    };
    const poll = async () => {
        if (!document.hidden) {
            try {
                await read(orm.silent);
            } catch {
                // The server restarts, or the network is down: ask again.
            }
        }
        if (timer !== null) {
            timer = browser.setTimeout(poll, POLL_MS);
        }
    };

    onWillStart(() => read(orm));
    onMounted(() => {
        timer = browser.setTimeout(poll, POLL_MS);
    });
    onWillUnmount(() => {
        browser.clearTimeout(timer);
        timer = null;
    });
    return Object.assign(page, {read: () => read(orm)});
}
