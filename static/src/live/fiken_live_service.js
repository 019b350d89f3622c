import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";

const POLL_MS = 1500;
const SLOW_MS = 5000;
const MOVING = ["waiting", "pending", "sending"];
// What is not there after a while is tried again in minutes, not seconds.
const PATIENCE = 40;

/**
 * How records on the page stand: all that move are asked for in one silent request a
 * model, as long as somebody looks at them.
 */
export const fikenLiveService = {
    dependencies: ["orm"],
    start(env, {orm}) {
        const watched = new Set();
        let asked = 0;
        let timer = null;

        function schedule() {
            browser.clearTimeout(timer);
            if (watched.size) {
                const moves = [...watched].some((one) => MOVING.includes(one.state));
                const pause = moves && asked < PATIENCE ? POLL_MS : SLOW_MS;
                timer = browser.setTimeout(poll, pause);
            }
        }

        async function ask(model) {
            const ours = [...watched].filter((one) => one.model === model);
            const ids = [...new Set(ours.map((one) => one.id))];
            const states = await orm.silent.call(model, "fiken_states", [ids]);
            for (const one of ours) {
                if (one.id in states && states[one.id] !== one.state) {
                    one.state = states[one.id];
                    asked = 0;
                    await one.onChange();
                }
            }
        }

        async function poll() {
            if (!document.hidden) {
                asked++;
                try {
                    const models = new Set([...watched].map((one) => one.model));
                    await Promise.all([...models].map(ask));
                } catch {
                    // The server restarts, or the network is down: ask again.
                }
            }
            schedule();
        }

        return {
            /** @returns {Function} to call when nobody looks any more */
            watch(model, id, state, onChange) {
                const one = {model, id, state, onChange};
                watched.add(one);
                asked = 0;
                schedule();
                return () => watched.delete(one);
            },
        };
    },
};

registry.category("services").add("fiken_live", fikenLiveService);
