import {Component, useState} from "@odoo/owl";
import {useBus, useService} from "@web/core/utils/hooks";

// Where people make what goes to Fiken.
const DOCUMENTS = new Set([
    "account.move",
    "account.payment",
    "product.product",
    "product.template",
    "res.partner",
]);

/**
 * Says on our pages and on documents that nothing can be sent, and who mends it.
 */
export class FikenBanner extends Component {
    static template = "fiken_connector.FikenBanner";
    static props = {};

    setup() {
        this.action = useService("action");
        this.status = useState(useService("fiken_status"));
        this.page = useState({isOurs: false});
        useBus(this.env.bus, "ACTION_MANAGER:UI-UPDATED", () => this.look());
        this.look();
    }

    look() {
        const action = this.action.currentController?.action || {};
        const model = action.res_model || "";
        this.page.isOurs =
            model.startsWith("fiken.") ||
            DOCUMENTS.has(model) ||
            Boolean(action.tag?.startsWith("fiken_"));
    }

    get troubles() {
        return this.page.isOurs ? this.status.troubles : [];
    }

    open(trouble) {
        this.action.doAction(trouble.action);
    }
}
