import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useFikenPage} from "./page";
import {FikenPlace} from "./places";

/**
 * *What Goes to Fiken*: every switch there is, by shop.
 */
export class FikenFlows extends Component {
    static template = "fiken_connector.FikenFlows";
    static components = {FikenPlace, Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.page = useFikenPage(false);
    }
}

registry.category("actions").add("fiken_flows", FikenFlows);
