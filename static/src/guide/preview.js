import {Component, onWillStart, onWillUpdateProps, status, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {formatMonetary} from "@web/views/fields/formatters";
import {useService} from "@web/core/utils/hooks";

/**
 * A document as Fiken will book it: accounts, VAT types and amounts, or why not.
 */
export class FikenPreview extends Component {
    static template = "fiken_connector.Preview";
    static props = {
        moveId: Number,
        onSent: {type: Function, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({page: null, busy: false});
        onWillStart(() => this.read(this.props.moveId));
        onWillUpdateProps((props) => this.read(props.moveId));
    }

    async read(moveId) {
        this.state.page = await this.orm.call("fiken.preview", "preview", [moveId]);
    }

    get canSend() {
        const {is_sent: isSent, stops} = this.state.page;
        return this.props.onSent && !isSent && !stops.length && !this.state.busy;
    }

    get whoMay() {
        return this.state.page.who_may.join(", ");
    }

    get totals() {
        const sum = (name) =>
            this.state.page.rows.reduce((total, row) => total + row[name], 0);
        return {net: sum("net"), vat: sum("vat"), gross: sum("gross")};
    }

    async send() {
        this.state.busy = true;
        try {
            const action = await this.orm.call("fiken.preview", "send", [
                this.props.moveId,
            ]);
            await this.action.doAction(action);
        } finally {
            this.state.busy = false;
        }
        // What shows the outcome may have drawn the whole page anew.
        if (status(this) !== "destroyed") {
            await this.props.onSent();
        }
    }

    openSetting(stop) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: stop.res_model,
            res_id: stop.res_id,
            views: [[false, "form"]],
        });
    }

    openDocument() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "account.move",
            res_id: this.props.moveId,
            views: [[false, "form"]],
        });
    }

    shown(fact) {
        if (fact.type === "date") {
            return formatDate(deserializeDate(fact.value));
        }
        return fact.type === "money" ? this.money(fact.value) : fact.value;
    }

    money(value) {
        return formatMonetary(value, {currencyId: this.state.page.currency_id});
    }
}
