import {Component, onMounted, onWillUnmount} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const POLL_MS = 1000;

/**
 * A bar that moves while something goes on in the background: as long as it is
 * visible, the record is read again every second.
 */
export class FikenProgressField extends Component {
    static template = "fiken_connector.FikenProgressField";
    static props = {...standardFieldProps};

    setup() {
        onMounted(() => this.schedule());
        onWillUnmount(() => browser.clearTimeout(this.timer));
    }

    get percent() {
        return Math.min(100, Math.max(0, this.props.record.data[this.props.name]));
    }

    get text() {
        return _t("%s %", Math.floor(this.percent));
    }

    schedule() {
        this.timer = browser.setTimeout(() => this.poll(), POLL_MS);
    }

    async poll() {
        if (!document.hidden) {
            try {
                await this.props.record.load();
            } catch {
                // The server restarts, or the network is down: ask again.
            }
        }
        this.schedule();
    }
}

registry.category("fields").add("fiken_progress", {
    component: FikenProgressField,
    displayName: _t("Progress"),
    supportedTypes: ["float"],
});
